/* The load generator's reader of answers: the first byte says in which pieces the bytes arrive.
 *
 * However they are cut, the outcome is the same; and what is taken for an answer is one: a status from 200 on, a body
 * within its maximum, and nothing taken from behind its end.
 */
#include "tests/load/http_reader.h"

#include "tests/fuzz/fuzz.h"

enum { BODY_MAX = 2000 };

struct outcome {
    enum http_progress progress;
    bool at_end; /* it took the end of the connection to know */
    size_t used, body_length;
    int status, retry_after_s;
    bool keep_alive, replayed;
};

void fuzz_open(void)
{
}

/* Pieces of one byte, then of growing size, or all at once. */
static struct outcome feed(const char *text, size_t length, size_t piece, bool grows,
                           struct http_body *body)
{
    static struct http_reader reader;
    struct outcome outcome = {.progress = HTTP_MORE};
    memset(&reader, 0xa5, sizeof(reader));
    http_reader_begin(&reader, body, BODY_MAX);
    while (outcome.progress == HTTP_MORE && outcome.used < length) {
        const size_t left = length - outcome.used, step = left < piece ? left : piece;
        size_t taken = 0;
        outcome.progress = http_reader_take(&reader, text + outcome.used, step, &taken);
        MUST(taken <= step && (taken == step || outcome.progress != HTTP_MORE));
        outcome.used += taken;
        piece += grows;
    }
    if (outcome.progress == HTTP_MORE) {
        outcome.at_end = true;
        outcome.progress = http_reader_end(&reader);
    }
    MUST(outcome.progress != HTTP_MORE);
    if (outcome.progress == HTTP_GARBAGE) return (struct outcome){.progress = HTTP_GARBAGE};
    outcome.body_length = reader.body_length;
    outcome.status = reader.status;
    outcome.retry_after_s = reader.retry_after_s;
    outcome.keep_alive = reader.keep_alive;
    outcome.replayed = reader.replayed;
    return outcome;
}

void fuzz_one(struct call *call, struct input *input)
{
    const size_t piece = 1 + (unsigned char)input_byte(input);
    size_t length;
    const char *text = input_rest(input, call, &length);
    struct http_body kept = {0};
    const struct outcome whole = feed(text, length, length + 1, false, NULL);
    const struct outcome cut = feed(text, length, piece, false, &kept);
    const struct outcome grown = feed(text, length, 1, true, NULL);
    MUST(memcmp(&whole, &cut, sizeof(whole)) == 0);
    MUST(memcmp(&whole, &grown, sizeof(whole)) == 0);
    if (whole.progress == HTTP_DONE) {
        MUST(whole.status >= 200 && whole.status < 600 && whole.used <= length);
        MUST(whole.body_length <= BODY_MAX && whole.body_length <= length);
        MUST(kept.length == whole.body_length);
        MUST(kept.length == 0 || kept.text[kept.length] == '\0');
        MUST(whole.retry_after_s >= 0 && whole.retry_after_s <= 3600);
        MUST(!whole.at_end || !whole.keep_alive);
    }
    free(kept.text);
}
