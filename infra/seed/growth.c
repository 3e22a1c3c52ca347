/* Two straight lines: one through the prologue, one through the story. Products stay below 2^63: at
 * most 10^11 ms times 10^7 things.
 */
#include "infra/seed/growth.h"

struct growth growth_of(int32_t today, int64_t count, int before_percent)
{
    const int64_t end_ms = (int64_t)today * MS_PER_DAY;
    const int64_t story_ms = end_ms - (int64_t)STORY_DAYS * MS_PER_DAY;
    return (struct growth){
        .first_ms = story_ms - (int64_t)PROLOGUE_DAYS * MS_PER_DAY,
        .story_ms = story_ms,
        .end_ms = end_ms,
        .before = count * before_percent / 100,
        .count = count,
    };
}

static int64_t time_in(int64_t from_ms, int64_t to_ms, int64_t index, int64_t count,
                       struct random *random)
{
    const int64_t begin = from_ms + (to_ms - from_ms) * index / count;
    const int64_t end = from_ms + (to_ms - from_ms) * (index + 1) / count;
    const int64_t length = end - begin < UINT32_MAX ? end - begin : UINT32_MAX - 1;
    return begin + random_below(random, (uint32_t)length);
}

int64_t growth_time(const struct growth *growth, int64_t index, struct random *random)
{
    if (index < growth->before)
        return time_in(growth->first_ms, growth->story_ms, index, growth->before, random);
    return time_in(growth->story_ms, growth->end_ms, index - growth->before,
                   growth->count - growth->before, random);
}

int64_t growth_count(const struct growth *growth, int64_t time_ms)
{
    if (time_ms <= growth->first_ms) return 0;
    if (time_ms >= growth->end_ms) return growth->count;
    if (time_ms < growth->story_ms)
        return (time_ms - growth->first_ms) * growth->before /
               (growth->story_ms - growth->first_ms);
    return growth->before + (time_ms - growth->story_ms) * (growth->count - growth->before) /
                                (growth->end_ms - growth->story_ms);
}
