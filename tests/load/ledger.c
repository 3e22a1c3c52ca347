/* One write(2) per order, a few microseconds: orders are the slowest requests a shop has.
 */
#include "tests/load/ledger.h"

#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 8192, ORDER_ARENA_MAX = 8 << 20 };

static const char header[] = "at_ms,key,outcome,status,order_id,total_cents,product,day,quantity,"
                             "tries,replayed\r\n";

struct ledger {
    int fd;
    bool failed;
    struct arena arena;
    struct strbuf line;
};

static void write_line(struct ledger *ledger)
{
    for (size_t done = 0; done < ledger->line.length && !ledger->failed;) {
        const ssize_t step =
            write(ledger->fd, ledger->line.text + done, ledger->line.length - done);
        if (step < 0 && errno != EINTR) ledger->failed = true;
        if (step > 0) done += (size_t)step;
    }
    strbuf_clear(&ledger->line);
}

enum status ledger_open(struct ledger **out, const char *path)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger) return STATUS_UNAVAILABLE;
    ledger->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (ledger->fd < 0) {
        free(ledger);
        return STATUS_UNAVAILABLE;
    }
    arena_init(&ledger->arena, 8 * LINE_MAX_BYTES);
    strbuf_init(&ledger->line, &ledger->arena, LINE_MAX_BYTES);
    strbuf_add_text(&ledger->line, header);
    write_line(ledger);
    *out = ledger;
    return STATUS_OK;
}

bool ledger_close(struct ledger *ledger)
{
    const bool good = close(ledger->fd) == 0 && !ledger->failed;
    arena_release(&ledger->arena);
    free(ledger);
    return good;
}

void ledger_add(struct ledger *ledger, const struct ledger_line *line)
{
    struct csv_writer csv;
    csv_init(&csv, &ledger->line);
    csv_add_int64(&csv, clock_wall_ms());
    csv_add_text(&csv, line->key);
    csv_add_text(&csv, line->outcome);
    csv_add_int64(&csv, line->status);
    if (line->order_id != 0) {
        csv_add_int64(&csv, line->order_id);
        csv_add_int64(&csv, line->total_cents);
    } else {
        csv_add_text(&csv, NULL);
        csv_add_text(&csv, NULL);
    }
    csv_add_text(&csv, line->product);
    csv_add_text(&csv, line->day);
    csv_add_text(&csv, line->quantity);
    csv_add_int64(&csv, line->tries);
    csv_add_int64(&csv, line->replayed);
    csv_end_row(&csv);
    write_line(ledger);
}

void ledger_read_order(const char *text, size_t length, int64_t *order_id, int64_t *total_cents)
{
    struct arena arena;
    struct call call;
    json_t *order = NULL;
    *order_id = *total_cents = 0;
    arena_init(&arena, ORDER_ARENA_MAX);
    call_init(&call, &arena, 1000);
    if (length > 0 && json_parse(&call, text, length, &order) == STATUS_OK) {
        *order_id = json_integer_value(json_object_get(order, "id"));
        *total_cents = json_integer_value(json_object_get(order, "total_cents"));
    }
    arena_release(&arena);
}
