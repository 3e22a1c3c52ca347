/* Makes this stage's parts from its settings, so that wire.c stays one page (as common/app/parts.h does).
 *
 * One program plays one of three parts (process.role). Each is wired the same, with every module, since whoever runs a
 * handler needs all that it stands on; they differ in what turns on the loop afterwards:
 *
 *   shop     the routes. Publishes into the outbox and delivers nothing.
 *   relay    brings the outbox to the broker. Operations' routes only.
 *   worker   takes events from the broker to the subscribers, and does the background rounds. Operations' routes only.
 */
#ifndef STAGECRAFT_STAGES_QUEUE_PARTS_H
#define STAGECRAFT_STAGES_QUEUE_PARTS_H

#include "common/app/app.h"
#include "stages/05-queues/subscriptions.h"

enum queue_role { QUEUE_SHOP, QUEUE_RELAY, QUEUE_WORKER };

/* As process.role says. */
enum queue_role queue_role(const struct app *app);

/* Pictures whose sizes are made by a worker, with `media` (media_queued.h). */
struct media *queue_media(struct app *app, struct media *media);

/* Reports that a worker makes, with `documents` (documents_queued.h). */
struct report_documents *queue_documents(struct app *app, struct report_documents *documents);

/* Connects to the broker and starts, on this loop, what the role is for: the relay (loop 0 only), or a consumer for each
   subscriber of the table; for the shop nothing. It ends by itself when the process drains (app->draining). Called
   once, at the end of wire(): the subscriptions are complete. A broker that is away is no failure: it is tried
   again for as long as it takes. */
enum status queue_start(struct app *app, const struct subscriptions *subscriptions,
                        char error[256]);

#endif
