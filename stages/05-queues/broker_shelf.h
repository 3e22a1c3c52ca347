/* What a topic holds, from its beginning to its end: for tools, which have nothing else to do and may wait. */
#ifndef STAGECRAFT_STAGES_BROKER_SHELF_H
#define STAGECRAFT_STAGES_BROKER_SHELF_H

#include "stages/05-queues/broker.h"

/* Calls `each` for every record of the topics whose names begin and end like that, partition after partition in the
   order of the broker. The record lives in the arena. Blocks, for the options' time at most between two
   answers of the broker. On failure a sentence in `error`. */
enum status broker_shelf_read(struct arena *arena, const struct broker_options *options,
                              const char *beginning, const char *ending,
                              void (*each)(void *context, const struct broker_record *record),
                              void *context, char error[256]);

#endif
