/* What every fuzz target stands on: the bytes to take apart, a call to pass down, and MUST.
 *
 * A target is one file in targets/ that defines fuzz_one(). It feeds the bytes to real code and then says
 * with MUST what has to be true of the outcome, whatever the bytes were: that is what finds mistakes
 * that do not crash. Inputs are text where that is possible, one part per line, so that a seed can be
 * written, and a finding read, with an editor.
 */
#ifndef STAGECRAFT_FUZZ_H
#define STAGECRAFT_FUZZ_H

#include "common/base/call.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What is left of an input. Taking from an empty one gives zeros and empty texts. */
struct input {
    const char *at, *end;
};

char input_byte(struct input *input);
int64_t input_int64(struct input *input); /* eight bytes, the least significant first */

/* Up to the next line break, which is taken too. A NUL inside ends the text early. */
const char *input_line(struct input *input, struct call *call);

/* All the rest, with its length and a NUL behind it. */
const char *input_rest(struct input *input, struct call *call, size_t *length);

/* Up to `length` bytes with a NUL behind them. */
const char *input_bytes(struct input *input, struct call *call, size_t *length);

/* Defined by the target. The call is fresh, its arena has FUZZ_ARENA_MAX bytes. */
void fuzz_one(struct call *call, struct input *input);

enum { FUZZ_ARENA_MAX = 16 << 20 };

/* Defined by every target too: run once, before the first input. */
void fuzz_open(void);

_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

#define MUST(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

/* True when the text is UTF-8 without control characters: fit for an answer or a log. */
bool fuzz_is_clean(const char *text);

/* The message and the fields of a failure are what their header promises. */
void fuzz_check_failure(const struct call *call, enum status status);

#endif
