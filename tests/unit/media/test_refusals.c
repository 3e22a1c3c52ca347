/* What is no picture, or lies about itself, is refused in words; nothing at all makes the code read or
 * write where it may not (the sanitizers watch).
 */
#include "tests/unit/media/groups.h"
#include "tests/unit/media/made.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

static void test_other_files(void **state)
{
    (void)state;
    assert_refused(PICTURE_PNG, "", 0, "this is not a PNG picture");
    assert_refused(PICTURE_JPEG, "", 0, "this is not a JPEG picture");
    assert_refused(PICTURE_PNG, "GIF89a", 6, "this is not a PNG picture");
    struct made png = made_png(&(struct made_png){8, 8});
    struct made jpeg = made_jpeg(&(struct made_jpeg){8, 8});
    assert_refused(PICTURE_JPEG, png.bytes, png.length, "this is not a JPEG picture");
    assert_refused(PICTURE_PNG, jpeg.bytes, jpeg.length, "this is not a PNG picture");
    free(png.bytes);
    free(jpeg.bytes);
}

static const char *too_large(uint32_t width, uint32_t height)
{
    static char sentence[PICTURE_WHY_MAX];
    snprintf(sentence, sizeof(sentence),
             "the picture has %u x %u pixels; at most 10000 on a side and 24 megapixels together",
             width, height);
    return sentence;
}

static void test_claims_are_read_before_anything_is_decoded(void **state)
{
    static const uint32_t claims[][2] = {
        {10001, 1}, {1, 10001}, {10000, 2517}, {6000, 6000}, {65500, 65500}};
    (void)state;
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
        const uint32_t width = claims[i][0], height = claims[i][1];
        struct made png = made_png(&(struct made_png){8, 8});
        made_lie_png(&png, width, height);
        assert_refused(PICTURE_PNG, png.bytes, png.length, too_large(width, height));
        made_lie_png(&png, 0x7FFFFFFF, 0x7FFFFFFF);
        assert_refused(PICTURE_PNG, png.bytes, png.length, too_large(0x7FFFFFFF, 0x7FFFFFFF));
        made_lie_png(&png, 0, 5);
        assert_refused(PICTURE_PNG, png.bytes, png.length, "the picture is damaged");
        struct made jpeg = made_jpeg(&(struct made_jpeg){8, 8});
        made_lie_jpeg(&jpeg, (uint16_t)width, (uint16_t)height);
        assert_refused(PICTURE_JPEG, jpeg.bytes, jpeg.length, too_large(width, height));
        made_lie_jpeg(&jpeg, 8, 0);
        assert_refused(PICTURE_JPEG, jpeg.bytes, jpeg.length, NULL);
        free(png.bytes);
        free(jpeg.bytes);
    }
}

static void test_claims_that_the_data_does_not_keep(void **state)
{
    (void)state;
    for (int odd = 0; odd < 2; odd++) { /* plain, then interlaced or progressive */
        struct made png = made_png(&(struct made_png){8, 8, .interlaced = odd});
        made_lie_png(&png, 1000, 1000);
        assert_refused(PICTURE_PNG, png.bytes, png.length, "the picture is damaged");
        struct made jpeg = made_jpeg(&(struct made_jpeg){8, 8, .progressive = odd});
        made_lie_jpeg(&jpeg, 1000, 1000);
        assert_refused(PICTURE_JPEG, jpeg.bytes, jpeg.length, NULL);
        free(png.bytes);
        free(jpeg.bytes);
    }
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    for (int odd = 0; odd < 2; odd++) {
        struct made png = made_png(&(struct made_png){40, 30, .interlaced = odd});
        struct made jpeg = made_jpeg(&(struct made_jpeg){40, 30, .progressive = odd});
        for (size_t length = 0; length < png.length; length++) {
            /* in memory that ends where the file ends */
            unsigned char *bytes = malloc(length ? length : 1);
            memcpy(bytes, png.bytes, length);
            assert_refused(PICTURE_PNG, bytes, length,
                           length < 8 ? "this is not a PNG picture" : "the picture ends early");
            free(bytes);
        }
        for (size_t length = 0; length < jpeg.length; length++) {
            unsigned char *bytes = malloc(length ? length : 1);
            memcpy(bytes, jpeg.bytes, length);
            assert_refused(PICTURE_JPEG, bytes, length,
                           length < 3 ? "this is not a JPEG picture" : "the picture ends early");
            free(bytes);
        }
        free(png.bytes);
        free(jpeg.bytes);
    }
}

/* Each byte changed, by a bit or by all: what comes out does not matter, that something does. */
static void turn_bytes(enum picture_kind kind, struct made made)
{
    for (size_t i = 0; i < made.length; i++) {
        struct picture_set set;
        char why[PICTURE_WHY_MAX] = "";
        unsigned char *bytes = malloc(made.length);
        memcpy(bytes, made.bytes, made.length);
        bytes[i] ^= i % 2 ? 0x01 : 0xFF;
        const enum status status = picture_scale(kind, bytes, made.length, &set, why);
        if (status == STATUS_OK)
            picture_set_release(&set);
        else
            assert_int_not_equal(why[0], '\0');
        free(bytes);
    }
    free(made.bytes);
}

static void test_bytes_turned(void **state)
{
    (void)state;
    for (int odd = 0; odd < 2; odd++) {
        turn_bytes(PICTURE_JPEG, made_jpeg(&(struct made_jpeg){40, 30, .progressive = odd}));
        turn_bytes(PICTURE_JPEG, made_jpeg(&(struct made_jpeg){20, 10, MADE_CMYK, odd}));
        turn_bytes(PICTURE_PNG, made_png(&(struct made_png){20, 10, .interlaced = odd}));
        turn_bytes(PICTURE_PNG,
                   made_png(&(struct made_png){20, 10, PNG_COLOR_TYPE_PALETTE, 2, odd}));
    }
}

static void test_too_many_scans(void **state)
{
    (void)state;
    struct made jpeg = made_jpeg(&(struct made_jpeg){200, 160, .scans = 60});
    assert_refused(PICTURE_JPEG, jpeg.bytes, jpeg.length, "the picture has too many scans");
    free(jpeg.bytes);
}

/* Four full channels of 25 megapixels, all of whose coefficients would have to be kept: 200 MB. */
static void test_too_much_memory(void **state)
{
    (void)state;
    struct made jpeg = made_jpeg(&(struct made_jpeg){64, 48, MADE_CMYK, true});
    made_lie_jpeg(&jpeg, 5000, 5000);
    assert_refused(PICTURE_JPEG, jpeg.bytes, jpeg.length,
                   "decoding the picture takes too much memory");
    free(jpeg.bytes);
}

int test_refusals(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_claims_are_read_before_anything_is_decoded),
        cmocka_unit_test(test_claims_that_the_data_does_not_keep),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_bytes_turned),
        cmocka_unit_test(test_too_many_scans),
        cmocka_unit_test(test_too_much_memory),
    };
    return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
