/* The media port of this stage: whoever uploads a picture still waits for its sizes, but a worker makes them (errands.h).
 *
 * The answer names the picture by a hash of what is made of it, or says what is wrong with it, so there is none before it
 * has been decoded. Sending a picture again is safe: the same content has the same key.
 */
#ifndef STAGECRAFT_STAGES_MEDIA_QUEUED_H
#define STAGECRAFT_STAGES_MEDIA_QUEUED_H

#include "common/modules/media/media.h"
#include "stages/05-queues/errands.h"

/* `media` makes the sizes, where the subscriber runs, and reads them everywhere. Of the errand's options the topic and all
   behind it are filled in here. Everything is borrowed. */
struct media *media_queued_new(struct arena *arena, const struct errands_options *options,
                               struct media *media);

#endif
