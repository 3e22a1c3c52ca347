/* What every implementation of the media port does. The pictures are PNG files of a few bytes; what
 * scaling does to pictures is in tests/unit/media.
 */
#include "tests/ports/suites.h"

#include <string.h>

/* 2 x 2 pixels: red, green, blue, white. */
static const unsigned char colours[] = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44,
    0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xFD,
    0xD4, 0x9A, 0x73, 0x00, 0x00, 0x00, 0x12, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0xF8,
    0xCF, 0xC0, 0xC0, 0x00, 0xC2, 0x0C, 0xFF, 0x81, 0x00, 0x00, 0x1F, 0xEE, 0x05, 0xFB, 0xF1,
    0xAB, 0xBA, 0x77, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
};

/* One black pixel. */
static const unsigned char black[] = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78,
    0xDA, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01, 0xE5, 0x27, 0xDE, 0xFC, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
};

static void add(struct media *media, struct call *call, const unsigned char *bytes, size_t length,
                char key[PICTURE_KEY_CHARS + 1])
{
    assert_status(call, STATUS_OK, media_add(media, call, PICTURE_PNG, bytes, length, key));
    assert_true(media_is_key(key));
}

static struct strbuf read_file(struct media *media, struct call *call, const char *key,
                               enum picture_size size)
{
    struct strbuf out;
    strbuf_init(&out, call->arena, MEDIA_FILE_MAX);
    assert_status(call, STATUS_OK, media_read(media, call, key, size, &out));
    assert_true(out.length > 100);
    assert_memory_equal(out.text, "\xFF\xD8\xFF", 3);
    assert_memory_equal(out.text + out.length - 2, "\xFF\xD9", 2);
    return out;
}

static void what_was_added_is_there_in_every_size(struct harness *harness, void *context)
{
    struct media *media = context;
    struct call *call = harness_call(harness);
    char key[PICTURE_KEY_CHARS + 1];
    add(media, call, colours, sizeof(colours), key);
    struct picture_set set;
    char why[PICTURE_WHY_MAX];
    assert_int_equal(picture_scale(PICTURE_PNG, colours, sizeof(colours), &set, why), STATUS_OK);
    assert_string_equal(key, set.key);
    for (enum picture_size size = PICTURE_SMALL; size < PICTURE_SIZES; size++) {
        const struct strbuf file = read_file(media, call, key, size);
        assert_int_equal(file.length, set.files[size].length);
        assert_memory_equal(file.text, set.files[size].bytes, file.length);
    }
    picture_set_release(&set);
}

static void a_file_is_appended(struct harness *harness, void *context)
{
    struct media *media = context;
    struct call *call = harness_call(harness);
    char key[PICTURE_KEY_CHARS + 1];
    struct strbuf out;
    add(media, call, black, sizeof(black), key);
    strbuf_init(&out, call->arena, MEDIA_FILE_MAX);
    strbuf_add_text(&out, "before");
    assert_status(call, STATUS_OK, media_read(media, call, key, PICTURE_SMALL, &out));
    assert_memory_equal(out.text, "before\xFF\xD8\xFF", 9);
}

static void the_same_picture_has_one_key(struct harness *harness, void *context)
{
    struct media *media = context;
    struct call *call = harness_call(harness);
    char first[PICTURE_KEY_CHARS + 1], again[PICTURE_KEY_CHARS + 1], other[PICTURE_KEY_CHARS + 1];
    add(media, call, colours, sizeof(colours), first);
    add(media, call, colours, sizeof(colours), again);
    add(media, call, black, sizeof(black), other);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    read_file(media, call, first, PICTURE_LARGE);
    read_file(media, call, other, PICTURE_LARGE);
}

static void add_too(struct harness *harness, int index, void *context)
{
    char key[PICTURE_KEY_CHARS + 1];
    (void)index;
    add(context, harness_call(harness), colours, sizeof(colours), key);
}

static void many_may_add_the_same_at_once(struct harness *harness, void *context)
{
    struct call *call = harness_call(harness);
    char key[PICTURE_KEY_CHARS + 1];
    harness_together(harness, 6, add_too, context);
    add(context, call, colours, sizeof(colours), key);
    read_file(context, call, key, PICTURE_SMALL);
}

static void what_is_no_picture_is_refused(struct harness *harness, void *context)
{
    struct media *media = context;
    struct call *call = harness_call(harness);
    char key[PICTURE_KEY_CHARS + 1] = "untouched";
    assert_status(call, STATUS_UNPROCESSABLE,
                  media_add(media, call, PICTURE_JPEG, colours, sizeof(colours), key));
    assert_status(call, STATUS_UNPROCESSABLE,
                  media_add(media, call, PICTURE_PNG, colours, sizeof(colours) - 9, key));
    assert_status(call, STATUS_UNPROCESSABLE, media_add(media, call, PICTURE_PNG, "", 0, key));
    assert_string_equal(key, "untouched");
    assert_int_equal(media_add(media, call, PICTURE_PNG, "x", 1, key), STATUS_UNPROCESSABLE);
    assert_string_equal(call->failure.message, "this is not a PNG picture");
}

static void an_unknown_key_is_not_found(struct harness *harness, void *context)
{
    struct media *media = context;
    struct call *call = harness_call(harness);
    char key[PICTURE_KEY_CHARS + 1];
    struct strbuf out;
    strbuf_init(&out, call->arena, MEDIA_FILE_MAX);
    add(media, call, colours, sizeof(colours), key);
    key[0] = key[0] == '0' ? '1' : '0';
    assert_status(call, STATUS_NOT_FOUND, media_read(media, call, key, PICTURE_SMALL, &out));
    assert_status(call, STATUS_NOT_FOUND, media_read(media, call, "", PICTURE_SMALL, &out));
    assert_int_equal(out.length, 0);
}

static const struct port_case cases[] = {
    {"what was added is there in every size", what_was_added_is_there_in_every_size},
    {"a file is appended", a_file_is_appended},
    {"the same picture has one key", the_same_picture_has_one_key},
    {"many may add the same at once", many_may_add_the_same_at_once},
    {"what is no picture is refused", what_is_no_picture_is_refused},
    {"an unknown key is not found", an_unknown_key_is_not_found},
};

const struct port_suite media_suite = {cases, sizeof(cases) / sizeof(cases[0])};
