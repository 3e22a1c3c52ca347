/* One event, one logfmt line: time=… level=info event=order_confirmed request_id=… order_id=7
 *
 * Values are quoted when they need it; control characters are escaped, so a client cannot forge a line.
 * Lines are collected per thread and written with one write(2) per loop turn (log_flush), at once from
 * level warn up. Errors are logged once, at the edge that answers for them. Secrets (passwords, tokens,
 * card numbers, signatures) are never given to this module.
 *
 *   log_info("order_confirmed", call, LOG_INT("order_id", order.id), LOG_TEXT("card", "visa"));
 */
#ifndef STAGECRAFT_BASE_LOG_H
#define STAGECRAFT_BASE_LOG_H

#include "common/base/call.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_value {
    const char *name; /* field name */
    const char *text; /* may be NULL: written as - */
    int64_t number;
    bool is_text;
};

#define LOG_TEXT(field, value) \
    ((struct log_value){.name = (field), .text = (value), .is_text = true})
#define LOG_INT(field, value) ((struct log_value){.name = (field), .number = (int64_t)(value)})

/* Lines below `level` are dropped. `fd` is borrowed (2 unless told). Call once, before threads. */
void log_open(enum log_level level, int fd);
bool log_parse_level(const char *text, enum log_level *out);

/* Writes one line; `call` may be NULL. Long lines are cut at 4 KiB. */
void log_write(enum log_level level, const char *event, const struct call *call,
               const struct log_value *values, int count);

/* Writes what this thread has collected. The loop calls it once per turn. */
void log_flush(void);

#define LOG_COUNT_(...) (int)(sizeof((struct log_value[]){__VA_ARGS__}) / sizeof(struct log_value))
#define log_event_(level, event, call, ...) \
    log_write((level), (event), (call), (struct log_value[]){__VA_ARGS__}, LOG_COUNT_(__VA_ARGS__))
#define log_debug(event, call, ...) log_event_(LOG_DEBUG, event, call, __VA_ARGS__)
#define log_info(event, call, ...) log_event_(LOG_INFO, event, call, __VA_ARGS__)
#define log_warn(event, call, ...) log_event_(LOG_WARN, event, call, __VA_ARGS__)
#define log_error(event, call, ...) log_event_(LOG_ERROR, event, call, __VA_ARGS__)

#endif
