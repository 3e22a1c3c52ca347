/* Scaling as the rest of the shop sees it: a task hands the picture to a thread and parks. The set is
 * tied to the call's arena before the work begins, so whatever happens to the task afterwards, the
 * set's memory goes with the arena.
 */
#include "common/modules/media/media.h"

#include "common/runtime/offload.h"

#include <string.h>

struct scale_work {
    enum picture_kind kind;
    const void *bytes;
    size_t length;
    struct picture_set *set;
    enum status status;
    char why[PICTURE_WHY_MAX];
};

static void scale(void *argument)
{
    struct scale_work *work = argument;
    work->status = picture_scale(work->kind, work->bytes, work->length, work->set, work->why);
}

static void release_set(void *object)
{
    picture_set_release(object);
}

enum status media_scale(const struct media_scaling *scaling, struct call *call,
                        enum picture_kind kind, const void *bytes, size_t length,
                        struct picture_set **out)
{
    struct scale_work work = {kind, bytes, length,
                              .set = arena_new(call->arena, struct picture_set)};
    arena_on_release(call->arena, release_set, work.set);
    enum status status = offload_run(scaling->offload, scaling->loop, call, scale, &work);
    if (status != STATUS_OK) return status;
    if (work.status != STATUS_OK) return call_fail(call, work.status, "%s", work.why);
    *out = work.set;
    return STATUS_OK;
}

bool media_is_key(const char *text)
{
    const size_t hex = strspn(text, "0123456789abcdef");
    return hex == PICTURE_KEY_CHARS && text[hex] == '\0';
}
