/* The whole application as one struct: every port, one field each.
 *
 * There is one struct app per event loop, wired by the stage's wire.c, the page on which the
 * architecture of that stage can be read. What loops share (settings, offload threads, metrics group) is
 * borrowed; everything else belongs to the loop and needs no lock.
 */
#ifndef STAGECRAFT_APP_APP_H
#define STAGECRAFT_APP_APP_H

#include "common/app/settings.h"
#include "common/base/arena.h"
#include "common/http/metrics.h"
#include "common/http/router.h"
#include "common/pdf/pdf.h"
#include "common/runtime/loop.h"
#include "common/runtime/offload.h"

#include <stdbool.h>

struct app {
    /* given by main.c before wire() */
    struct arena *arena; /* process lifetime: wire() allocates here */
    struct loop *loop;
    int loop_index; /* background jobs run on loop 0 only */
    const struct settings *settings;
    struct offload *offload;
    struct offload *scaling; /* threads for pictures alone: each takes long, and much memory */
    const struct pdf_fonts *fonts;
    struct metrics_group *metrics_group;
    const char *instance;
    _Atomic bool *draining; /* readiness fails while true */
    void **shared; /* what loops share besides: NULL until the first wire() puts it there */

    /* made by wire() */
    struct pg_pool *read, *write; /* the same one twice until there are replicas */
    struct transfers *transfers;
    struct mail *mail;
    struct events *events;
    struct users *users;
    struct sessions *sessions;
    struct bookings *bookings;
    struct capacity *capacity;
    struct catalog *catalog;
    struct media *media;
    struct payments *payments;
    struct orders *orders;
    struct reports *reports;
    struct report_documents *documents;
    struct invoices *invoices;
    struct notifications *notifications;
    struct router *router;
    struct handler *handler; /* what the server calls: the router, or something around it */
    struct metrics *metrics;
    bool rounds_elsewhere; /* another process does the background work (background.h) */

    /* filled through parts.h and gauges.h */
    struct app_closing *closings; /* newest first */
    struct gauge_added *gauges;
};

/* Written out in full by each stage. Answers with a sentence in `error` when a part cannot be made. */
enum status wire(struct app *app, char error[256]);

#endif
