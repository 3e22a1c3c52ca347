/* Shrinking and turning, on pictures small enough to be worked out by hand. */
#include "common/modules/media/picture_pixels.h"

#include "tests/unit/media/groups.h"

#include <stdlib.h>
#include <string.h>

static void assert_fits(int width, int height, int to_width, int to_height)
{
    const struct picture_box from = {width, height}, box = {1600, 1200};
    const struct picture_box to = picture_fit(from, box);
    assert_int_equal(to.width, to_width);
    assert_int_equal(to.height, to_height);
}

static void test_what_fits_keeps_its_shape(void **state)
{
    (void)state;
    assert_fits(6000, 4000, 1600, 1067);
    assert_fits(4000, 6000, 800, 1200);
    assert_fits(1600, 1200, 1600, 1200);
    assert_fits(1601, 1200, 1600, 1199);
    assert_fits(20, 10, 20, 10); /* never enlarged */
    assert_fits(10000, 1, 1600, 1);
    assert_fits(1, 10000, 1, 1200);
}

/* Pictures here have one channel's values, and the others derived, to see that none gets mixed up. */
static struct picture_pixels made_of(int width, int height, const int *values)
{
    const size_t count = (size_t)width * (size_t)height;
    struct picture_pixels pixels = {width, height, malloc(count * 3)};
    for (size_t i = 0; i < count; i++)
        for (size_t channel = 0; channel < 3; channel++)
            pixels.rgb[3 * i + channel] = (unsigned char)(values[i] >> channel);
    return pixels;
}

static void assert_pixels(struct picture_pixels pixels, int width, int height, const int *values)
{
    assert_int_equal(pixels.width, width);
    assert_int_equal(pixels.height, height);
    for (int i = 0; i < width * height; i++)
        for (int channel = 0; channel < 3; channel++)
            assert_int_equal(pixels.rgb[3 * i + channel], values[i] >> channel);
    free(pixels.rgb);
}

static void assert_shrinks(int width, int height, const int *from, int to_width, int to_height,
                           const int *to)
{
    struct picture_pixels pixels = made_of(width, height, from);
    assert_true(picture_shrink(&pixels, (struct picture_box){to_width, to_height}));
    assert_pixels(pixels, to_width, to_height, to);
}

#define ROW(...) ((const int[]){__VA_ARGS__})

static void test_a_pixel_is_the_average_of_its_area(void **state)
{
    (void)state;
    assert_shrinks(4, 2, ROW(0, 40, 80, 240, 80, 120, 160, 160), 2, 1, ROW(60, 160));
    assert_shrinks(3, 1, ROW(0, 120, 240), 2, 1, ROW(40, 200)); /* the middle one is shared */
    assert_shrinks(1, 3, ROW(0, 120, 240), 1, 2, ROW(40, 200));
    assert_shrinks(5, 1, ROW(100, 0, 0, 0, 100), 1, 1, ROW(40));
    assert_shrinks(5, 5,
                   ROW(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                   1, 1, ROW(4));
}

static void test_what_is_even_stays_even(void **state)
{
    static const int sides[][2] = {{10000, 1600}, {9999, 1600}, {1601, 1600}, {7, 3}, {2, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
        for (int value = 0; value <= 255; value += 51) {
            struct picture_pixels pixels = {sides[i][0], 2, malloc((size_t)sides[i][0] * 6)};
            memset(pixels.rgb, value, (size_t)sides[i][0] * 6);
            assert_true(picture_shrink(&pixels, (struct picture_box){sides[i][1], 2}));
            for (int at = 0; at < pixels.width * pixels.height * 3; at++)
                assert_int_equal(pixels.rgb[at], value);
            free(pixels.rgb);
        }
}

/* The same sums in floating point, for sides that share no factor. */
static void test_odd_sides_agree_with_arithmetic(void **state)
{
    enum { FROM = 17, TO = 5 };
    int values[FROM * FROM];
    (void)state;
    for (int i = 0; i < FROM * FROM; i++)
        values[i] = i * 7919 % 256;
    struct picture_pixels pixels = made_of(FROM, FROM, values);
    assert_true(picture_shrink(&pixels, (struct picture_box){TO, TO}));
    const double step = (double)FROM / TO;
    for (int y = 0; y < TO; y++)
        for (int x = 0; x < TO; x++) {
            double sum = 0;
            for (int v = 0; v < FROM; v++)
                for (int u = 0; u < FROM; u++) {
                    const double left = u > x * step ? u : x * step,
                                 top = v > y * step ? v : y * step;
                    const double right = u + 1 < (x + 1) * step ? u + 1 : (x + 1) * step;
                    const double bottom = v + 1 < (y + 1) * step ? v + 1 : (y + 1) * step;
                    if (right > left && bottom > top)
                        sum += (right - left) * (bottom - top) * values[v * FROM + u];
                }
            assert_true(abs(pixels.rgb[(y * TO + x) * 3] - (int)(sum / step / step + 0.5)) <= 1);
        }
    free(pixels.rgb);
}

static void assert_turns(int orientation, int width, int height, const int *to)
{
    struct picture_pixels pixels = made_of(3, 2, ROW(16, 32, 48, 64, 80, 96));
    assert_true(picture_turn(&pixels, orientation));
    assert_pixels(pixels, width, height, to);
}

static void test_every_orientation_is_set_upright(void **state)
{
    (void)state;
    assert_turns(1, 3, 2, ROW(16, 32, 48, 64, 80, 96));
    assert_turns(2, 3, 2, ROW(48, 32, 16, 96, 80, 64)); /* mirrored */
    assert_turns(3, 3, 2, ROW(96, 80, 64, 48, 32, 16)); /* upside down */
    assert_turns(4, 3, 2, ROW(64, 80, 96, 16, 32, 48));
    assert_turns(5, 2, 3, ROW(16, 64, 32, 80, 48, 96));
    assert_turns(6, 2, 3, ROW(64, 16, 80, 32, 96, 48)); /* the camera was held upright */
    assert_turns(7, 2, 3, ROW(96, 48, 80, 32, 64, 16));
    assert_turns(8, 2, 3, ROW(48, 96, 32, 80, 16, 64));
}

int test_pixels(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_fits_keeps_its_shape),
        cmocka_unit_test(test_a_pixel_is_the_average_of_its_area),
        cmocka_unit_test(test_what_is_even_stays_even),
        cmocka_unit_test(test_odd_sides_agree_with_arithmetic),
        cmocka_unit_test(test_every_orientation_is_set_upright),
    };
    return cmocka_run_group_tests_name("pixels", tests, NULL, NULL);
}
