/* JPEG as cameras, scanners and print shops write it. */
#include "tests/unit/media/groups.h"
#include "tests/unit/media/made.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t quarters[] = {0xE01010, 0x10C020, 0x1020D0, 0xFFFFFF};

static void assert_colours(const struct made_jpeg *options, const uint32_t colours[4])
{
    struct picture_set set = scaled(PICTURE_JPEG, made_jpeg(options));
    assert_quarters(&set.files[PICTURE_LARGE], colours);
    assert_quarters(&set.files[PICTURE_SMALL], colours);
    picture_set_release(&set);
}

static void test_every_kind(void **state)
{
    static const uint32_t greys[] = {0x101010, 0xC0C0C0, 0x202020, 0xFFFFFF};
    (void)state;
    for (int progressive = 0; progressive < 2; progressive++) {
        assert_colours(&(struct made_jpeg){500, 380, MADE_RGB, progressive}, quarters);
        assert_colours(&(struct made_jpeg){500, 380, MADE_GREY, progressive}, greys);
        assert_colours(&(struct made_jpeg){500, 380, MADE_CMYK, progressive}, quarters);
        assert_colours(&(struct made_jpeg){500, 380, MADE_CMYK_PLAIN, progressive}, quarters);
    }
    assert_colours(&(struct made_jpeg){200, 160, .scans = 40}, quarters);
}

/* Decoded at 1/8 to 1/1, and shrunk the rest of the way. */
static void test_every_shrinking(void **state)
{
    static const int widths[] = {1, 17, 1599, 1600, 1601, 3199, 3200, 6401};
    (void)state;
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        const int width = widths[i], height = width > 2 ? width / 3 : 1;
        struct picture_set set =
            scaled(PICTURE_JPEG, made_jpeg(&(struct made_jpeg){width, height}));
        assert_int_equal(set.files[PICTURE_LARGE].width, width < 1600 ? width : 1600);
        if (width > 100) assert_quarters(&set.files[PICTURE_LARGE], quarters);
        picture_set_release(&set);
    }
}

/* --- orientation --- */

/* Two entries of a directory, the second the orientation. */
static const unsigned char intel[] = "Exif\0\0II*\0\x08\0\0\0\x02\0"
                                     "\x0F\x01\x02\0\x04\0\0\0abc\0"
                                     "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
                                     "\0\0\0\0";
static const unsigned char motorola[] = "Exif\0\0MM\0*\0\0\0\x08\0\x01"
                                        "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
                                        "\0\0\0\0";
enum { INTEL_VALUE = 36, MOTOROLA_VALUE = 25 };

static void assert_turned(const unsigned char *exif, size_t length, const int order[4])
{
    const struct made_jpeg options = {900, 600, .exif = exif, .exif_length = length};
    struct picture_set set = scaled(PICTURE_JPEG, made_jpeg(&options));
    const struct picture_file *large = &set.files[PICTURE_LARGE];
    uint32_t colours[4];
    for (int i = 0; i < 4; i++)
        colours[i] = quarters[order[i]];
    assert_quarters(large, colours);
    picture_set_release(&set);
}

static void test_orientation_is_obeyed(void **state)
{
    static const int orders[8][4] = {
        {0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1},
        {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2},
    };
    (void)state;
    for (int orientation = 1; orientation <= 8; orientation++) {
        unsigned char exif[sizeof(intel)], other[sizeof(motorola)];
        memcpy(exif, intel, sizeof(intel));
        memcpy(other, motorola, sizeof(motorola));
        exif[INTEL_VALUE] = other[MOTOROLA_VALUE] = (unsigned char)orientation;
        assert_turned(exif, sizeof(exif) - 1, orders[orientation - 1]);
        assert_turned(other, sizeof(other) - 1, orders[orientation - 1]);
    }
}

static void test_a_picture_held_upright_fits_upright(void **state)
{
    const struct made_jpeg options = {4000, 3000, .exif = intel,
                                      .exif_length = sizeof(intel) - 1}; /* 6 */
    (void)state;
    struct picture_set set = scaled(PICTURE_JPEG, made_jpeg(&options));
    assert_int_equal(set.files[PICTURE_LARGE].width, 900);
    assert_int_equal(set.files[PICTURE_LARGE].height, 1200);
    assert_int_equal(set.files[PICTURE_SMALL].width, 225);
    picture_set_release(&set);
}

/* Cut anywhere, with any byte changed: it may be ignored or obeyed, but the picture comes out. */
static void test_strange_exif_harms_nothing(void **state)
{
    unsigned char exif[sizeof(intel)];
    (void)state;
    for (size_t i = 0; i < 2 * sizeof(intel); i++) {
        const size_t length = i < sizeof(intel) ? i : sizeof(intel) - 1;
        memcpy(exif, intel, sizeof(intel));
        if (i >= sizeof(intel)) exif[i - sizeof(intel)] = 0xFF;
        const struct made_jpeg options = {24, 16, .exif = exif, .exif_length = length};
        struct picture_set set = scaled(PICTURE_JPEG, made_jpeg(&options));
        picture_set_release(&set);
    }
}

/* --- what cameras get wrong --- */

static void test_bytes_too_many_are_forgiven(void **state)
{
    (void)state;
    struct made jpeg = made_jpeg(&(struct made_jpeg){64, 48});
    jpeg.bytes = realloc(jpeg.bytes, jpeg.length + 64);
    memset(jpeg.bytes + jpeg.length, 0x55, 64); /* behind the end */
    jpeg.length += 64;
    struct picture_set set = scaled(PICTURE_JPEG, jpeg);
    picture_set_release(&set);

    jpeg = made_jpeg(&(struct made_jpeg){64, 48});
    jpeg.bytes = realloc(jpeg.bytes, jpeg.length + 4);
    memmove(jpeg.bytes + 2 + 4, jpeg.bytes + 2, jpeg.length - 2); /* before a marker */
    memset(jpeg.bytes + 2, 0, 4);
    jpeg.length += 4;
    jpeg.bytes[2] = 0xFF; /* the kind is known by its first three bytes */
    jpeg.bytes[3] = 0xFF;
    set = scaled(PICTURE_JPEG, jpeg);
    picture_set_release(&set);
}

int test_jpeg(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_every_shrinking),
        cmocka_unit_test(test_orientation_is_obeyed),
        cmocka_unit_test(test_a_picture_held_upright_fits_upright),
        cmocka_unit_test(test_strange_exif_harms_nothing),
        cmocka_unit_test(test_bytes_too_many_are_forgiven),
    };
    return cmocka_run_group_tests_name("jpeg", tests, NULL, NULL);
}
