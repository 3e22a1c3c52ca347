/* A picture as an errand: its kind is the word, the key is the outcome. */
#include "stages/05-queues/media_queued.h"

#include <assert.h>
#include <string.h>

enum { WORK_MS = 15000 };

struct media_queued {
    struct media port; /* first: the port is this */
    struct media *media;
    struct errands *errands;
};

static const char png[] = "png", jpeg[] = "jpeg";

static enum status add_picture(struct media *media, struct call *call, enum picture_kind kind,
                               const void *bytes, size_t length, char key[PICTURE_KEY_CHARS + 1])
{
    struct media_queued *self = (struct media_queued *)media;
    const struct errand wanted = {kind == PICTURE_PNG ? png : jpeg, bytes, length};
    struct errand outcome;
    enum status status = errands_ask(self->errands, call, &wanted, &outcome);
    if (status != STATUS_OK) return status;
    assert(outcome.length == PICTURE_KEY_CHARS);
    memcpy(key, outcome.bytes, PICTURE_KEY_CHARS);
    key[PICTURE_KEY_CHARS] = '\0';
    return STATUS_OK;
}

static enum status read_picture(struct media *media, struct call *call, const char *key,
                                enum picture_size size, struct strbuf *out)
{
    struct media_queued *self = (struct media_queued *)media;
    return media_read(self->media, call, key, size, out);
}

static enum status make_sizes(void *context, struct call *call, const struct errand *wanted,
                              struct errand *outcome)
{
    struct media_queued *self = context;
    const enum picture_kind kind = strcmp(wanted->detail, png) == 0 ? PICTURE_PNG : PICTURE_JPEG;
    char *key = arena_array(call->arena, char, PICTURE_KEY_CHARS + 1);
    *outcome = (struct errand){.bytes = key, .length = PICTURE_KEY_CHARS};
    return media_add(self->media, call, kind, wanted->bytes, wanted->length, key);
}

struct media *media_queued_new(struct arena *arena, const struct errands_options *options,
                               struct media *media)
{
    static const struct media_ops ops = {.add = add_picture, .read = read_picture};
    struct media_queued *self = arena_new(arena, struct media_queued);
    struct errands_options ours = *options;
    ours.topic = "picture.uploaded";
    ours.subscriber = "picture";
    ours.work = "make the picture's sizes";
    ours.timeout_ms = WORK_MS;
    ours.run = make_sizes;
    ours.context = self;
    self->port.ops = &ops;
    self->media = media;
    self->errands = errands_new(arena, &ours);
    return &self->port;
}
