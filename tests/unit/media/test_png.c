/* PNG in all its colours; and what comes out, whatever came in. */
#include "tests/unit/media/groups.h"
#include "tests/unit/media/made.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t quarters[] = {0xE01010, 0x10C020, 0x1020D0, 0xFFFFFF};
static const uint32_t greys[] = {0x101010, 0xC0C0C0, 0x202020, 0xFFFFFF};

static void assert_sides(const struct picture_file *file, int width, int height)
{
    assert_int_equal(file->width, width);
    assert_int_equal(file->height, height);
}

static void test_three_sizes_come_out(void **state)
{
    (void)state;
    struct picture_set set = scaled(PICTURE_PNG, made_png(&(struct made_png){2000, 1000}));
    assert_sides(&set.files[PICTURE_SMALL], 400, 200);
    assert_sides(&set.files[PICTURE_MEDIUM], 800, 400);
    assert_sides(&set.files[PICTURE_LARGE], 1600, 800);
    for (int size = 0; size < PICTURE_SIZES; size++)
        assert_quarters(&set.files[size], quarters);
    picture_set_release(&set);
    set = scaled(PICTURE_PNG, made_png(&(struct made_png){50, 60}));
    for (int size = 0; size < PICTURE_SIZES; size++)
        assert_sides(&set.files[size], 50, 60);
    picture_set_release(&set);
}

static void assert_colours(const struct made_png *options, const uint32_t colours[4])
{
    struct picture_set set = scaled(PICTURE_PNG, made_png(options));
    assert_quarters(&set.files[PICTURE_LARGE], colours);
    picture_set_release(&set);
}

static void test_every_colour_type(void **state)
{
    static const uint32_t bits[] = {0x000000, 0xFFFFFF, 0x000000, 0xFFFFFF};
    (void)state;
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        struct made_png png = {64, 48, .interlaced = interlaced, .alpha = 255};
#define WITH(type, bits_) (png.colour_type = (type), png.depth = (bits_), &png)
        assert_colours(WITH(PNG_COLOR_TYPE_RGB, 8), quarters);
        assert_colours(WITH(PNG_COLOR_TYPE_RGB, 16), quarters);
        assert_colours(WITH(PNG_COLOR_TYPE_RGB_ALPHA, 8), quarters);
        assert_colours(WITH(PNG_COLOR_TYPE_RGB_ALPHA, 16), quarters);
        assert_colours(WITH(PNG_COLOR_TYPE_PALETTE, 8), quarters);
        assert_colours(WITH(PNG_COLOR_TYPE_PALETTE, 2), quarters);
        assert_colours(WITH(PNG_COLOR_TYPE_GRAY, 8),
                       (uint32_t[]){0x101010, 0xC0C0C0, 0x202020, 0xFFFFFF});
        assert_colours(WITH(PNG_COLOR_TYPE_GRAY, 16), greys);
        assert_colours(WITH(PNG_COLOR_TYPE_GRAY, 1), bits);
        assert_colours(WITH(PNG_COLOR_TYPE_GRAY_ALPHA, 8), greys);
    }
}

static void test_what_is_transparent_becomes_white(void **state)
{
    static const uint32_t half[] = {0xF08888, 0x88E090, 0x8890E8, 0xFFFFFF};
    static const uint32_t white[] = {0xFFFFFF, 0xFFFFFF, 0xFFFFFF, 0xFFFFFF};
    static const uint32_t first[] = {0xFFFFFF, 0x10C020, 0x1020D0, 0xFFFFFF};
    (void)state;
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        struct made_png png = {64, 48, PNG_COLOR_TYPE_RGB_ALPHA, 8, interlaced, 127, NULL};
        assert_colours(&png, half);
        png.alpha = 0;
        assert_colours(&png, white);
        png.colour_type = PNG_COLOR_TYPE_PALETTE; /* of which one colour is */
        assert_colours(&png, first);
    }
}

static void test_files_are_progressive_and_say_nothing_else(void **state)
{
    (void)state;
    struct picture_set set = scaled(
        PICTURE_PNG, made_png(&(struct made_png){500, 400, .comment = "made by Ada, at home"}));
    for (int size = 0; size < PICTURE_SIZES; size++) {
        const unsigned char *at = set.files[size].bytes + 2;
        bool progressive = false;
        for (; at[1] != 0xDA; at += 2 + (at[2] << 8 | at[3])) {
            progressive |= at[1] == 0xC2;
            assert_false(at[1] > 0xE0); /* APP1 and above, comments */
        }
        assert_true(progressive);
    }
    picture_set_release(&set);
}

static void test_the_key_is_made_of_the_content(void **state)
{
    const struct made_png options = {90, 80};
    const struct made_png other = {90, 80, .colour_type = PNG_COLOR_TYPE_GRAY, .depth = 8};
    const struct made_png commented = {90, 80, .comment = "the same pixels"};
    (void)state;
    struct picture_set one = scaled(PICTURE_PNG, made_png(&options));
    struct picture_set again = scaled(PICTURE_PNG, made_png(&commented));
    struct picture_set grey = scaled(PICTURE_PNG, made_png(&other));
    assert_string_equal(one.key, again.key);
    assert_string_not_equal(one.key, grey.key);
    assert_int_equal(strspn(one.key, "0123456789abcdef"), PICTURE_KEY_CHARS);
    picture_set_release(&one);
    picture_set_release(&again);
    picture_set_release(&grey);
}

static void test_pixels_need_no_file(void **state)
{
    enum { WIDTH = 120, HEIGHT = 90 };
    static uint32_t pixels[WIDTH * HEIGHT];
    char why[PICTURE_WHY_MAX];
    struct picture_set set;
    (void)state;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i] = made_colour(i % WIDTH, i / WIDTH, WIDTH, HEIGHT) | 0xFF000000;
    assert_int_equal(picture_from_pixels(pixels, WIDTH, HEIGHT, &set, why), STATUS_OK);
    struct picture_set file = scaled(PICTURE_PNG, made_png(&(struct made_png){WIDTH, HEIGHT}));
    assert_quarters(&set.files[PICTURE_SMALL], quarters);
    assert_string_equal(set.key, file.key);
    picture_set_release(&set);
    picture_set_release(&file);
}

int test_png(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_sizes_come_out),
        cmocka_unit_test(test_every_colour_type),
        cmocka_unit_test(test_what_is_transparent_becomes_white),
        cmocka_unit_test(test_files_are_progressive_and_say_nothing_else),
        cmocka_unit_test(test_the_key_is_made_of_the_content),
        cmocka_unit_test(test_pixels_need_no_file),
    };
    return cmocka_run_group_tests_name("png", tests, NULL, NULL);
}
