/* A number that one thread adds to and any thread may read: no locked instruction, no torn value. */
#ifndef STAGECRAFT_STAGES_COUNTER_H
#define STAGECRAFT_STAGES_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

static inline void counter_add(_Atomic int64_t *counter, int64_t more)
{
    const int64_t now = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, now + more, memory_order_relaxed);
}

static inline void counter_set(_Atomic int64_t *counter, int64_t value)
{
    atomic_store_explicit(counter, value, memory_order_relaxed);
}

#endif
