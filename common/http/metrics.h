/* Numbers about requests, in Prometheus text.
 *
 * Each loop counts into its own struct metrics with relaxed atomics; the scrape adds them up, so
 * that counting costs no shared cache line. Other parts (pools, loops) add their lines through
 * sources.
 */
#ifndef STAGECRAFT_HTTP_METRICS_H
#define STAGECRAFT_HTTP_METRICS_H

#include "common/base/strbuf.h"

#include <stdint.h>

struct metrics;
struct router;

/* Latency buckets' upper bounds in microseconds; the last is +Inf. */
enum { METRICS_BUCKETS = 15 };

/* `siblings` is shared by all loops' metrics and adds them up; made by metrics_group_new(). */
struct metrics_group;

struct metrics_group *metrics_group_new(struct arena *arena, int loops);
struct metrics *metrics_new(struct metrics_group *group, struct arena *arena,
                            const struct router *router);

/* One request answered: by route (-1: none), status code, microseconds. */
void metrics_count(struct metrics *metrics, int route, int status, int64_t elapsed_us);

/* Adds a gauge or counter that is read at scrape time: an atomic owned by one loop, written by
   it. The texts live as long as it does; a name may end with labels: shop_lag{subscriber="sale"}. Values of
   the same name are added up over loops. */
void metrics_add_value(struct metrics *metrics, const char *name, const char *type,
                       const char *help, const _Atomic int64_t *value);

/* Writes everything. Any thread. */
void metrics_write(const struct metrics_group *group, struct strbuf *out);

#endif
