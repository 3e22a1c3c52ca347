/* Single flight: of many who need the same value at the same time, one computes it and all take the result.
 *
 * One board of flights for all loops of the process. A flight is a task of its own on the loop of whoever came
 * first, with its own time: that a caller gives up does not end it for the others. Not everybody may board:
 * a flight that began before a change which the caller must see is left alone, and another one begins
 * (`good_from`; catalog_lease.h says what the numbers mean).
 */
#ifndef STAGECRAFT_STAGES_FLIGHTS_H
#define STAGECRAFT_STAGES_FLIGHTS_H

#include "common/base/call.h"
#include "common/runtime/loop.h"
#include "stages/03-caching/cached.h"

struct flights;

/* What a flight is to do; it works on a copy. */
struct flight_plan {
    const char *key;
    int64_t as_of; /* the value will have seen all changes up to this one */
    void *about;   /* what the functions below need to know: plain bytes; they get a copy */
    size_t about_size;

    /* Computes the value, in the flight's task and with its call. */
    enum status (*run)(void *owner, struct call *call, void *about, struct cached **out);
    /* What is left to do when everybody has it; may be NULL. */
    void (*after)(void *owner, struct call *call, void *about, struct cached *cached);
    void *owner; /* belongs to the loop */
};

struct flights *flights_new(struct arena *arena);

/* The value, of a flight that this caller began (`own`) or found; one share of it is the caller's. A failure is
   described in the call, as the flight met it. */
enum status flights_take(struct flights *flights, struct loop *loop, struct call *call,
                         const struct flight_plan *plan, int64_t good_from, struct cached **out,
                         bool *own);

/* Begins a flight that nobody waits for, unless one is under way. */
void flights_begin(struct flights *flights, struct loop *loop, const struct flight_plan *plan);

#endif
