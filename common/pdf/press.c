/* A document in the making has memory of its own, from malloc, on a thread that knows no call. There are as
 * many at once as there are offload threads, so their memory has a bound. What is finished is given to the
 * call's arena, and goes with it.
 */
#include "common/pdf/press.h"

#include <stdlib.h>

struct print_work {
    const struct pdf_fonts *fonts;
    pdf_layout_fn *layout;
    const void *subject;
    enum status status;
    char *bytes;
    size_t length;
};

static void lay_out(void *argument)
{
    struct print_work *work = argument;
    work->status = work->layout(work->fonts, work->subject, &work->bytes, &work->length);
}

enum status pdf_print(const struct pdf_press *press, struct call *call, const char *name,
                      pdf_layout_fn *layout, const void *subject, struct pdf_printed *out)
{
    struct print_work work = {.fonts = press->fonts, .layout = layout, .subject = subject};
    enum status status = offload_run(press->offload, press->loop, call, lay_out, &work);
    if (status != STATUS_OK) return status;
    if (work.status == STATUS_UNAVAILABLE)
        return call_fail(call, work.status, "there is no memory for %s right now", name);
    if (work.status != STATUS_OK)
        return call_fail(call, STATUS_INTERNAL, "%s cannot be made", name);
    arena_on_release(call->arena, free, work.bytes);
    *out = (struct pdf_printed){.bytes = work.bytes, .length = work.length};
    return STATUS_OK;
}
