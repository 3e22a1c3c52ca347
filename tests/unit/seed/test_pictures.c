/* The drawings: the same pixels on every machine, no two alike, and JPEG files in three sizes of them.
 */
#include "infra/seed/pictures/canvas.h"
#include "infra/seed/pictures/pictures.h"
#include "infra/seed/words.h"
#include "tests/unit/seed/groups.h"

#include "common/base/bytes.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PIXELS_BYTES = CANVAS_WIDTH * CANVAS_HEIGHT * 4, LOOKED_AT = 4 };

static void drawings_are_the_expected_ones(void **state)
{
    static const struct {
        int number;
        uint64_t checksum;
    } expected[LOOKED_AT] = {{0, 0x2DA6AA1832CFF669},
                             {6, 0x47F9390E4B7BC00F},
                             {15, 0x7542FB1F06C694A7},
                             {30, 0xA8286403F3C60AF8}};
    (void)state;
    uint32_t *pixels = malloc(PIXELS_BYTES);
    assert_non_null(pixels);
    uint64_t found[LOOKED_AT];
    for (int i = 0; i < LOOKED_AT; i++) {
        pictures_paint(expected[i].number, pixels);
        found[i] = bytes_fnv1a(pixels, PIXELS_BYTES);
        if (found[i] != expected[i].checksum)
            print_message("picture %d: 0x%016" PRIX64 "\n", expected[i].number, found[i]);
    }
    free(pixels);
    for (int i = 0; i < LOOKED_AT; i++)
        assert_int_equal(found[i], expected[i].checksum);
}

static void categories_have_pictures_of_their_own(void **state)
{
    (void)state;
    int with = 0;
    for (int i = 0; i < word_category_count; i++) {
        const int first = pictures_number(word_categories[i].slug, 0);
        if (first < 0) continue;
        assert_int_equal(first, with * PICTURES_PER_CATEGORY);
        assert_int_equal(pictures_number(word_categories[i].slug, 1), first + 1);
        assert_int_equal(pictures_number(word_categories[i].slug, PICTURES_PER_CATEGORY), first);
        with++;
    }
    assert_int_equal(with * PICTURES_PER_CATEGORY, pictures_count());
    assert_int_equal(pictures_number("no such category", 0), -1);
}

int test_pictures(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawings_are_the_expected_ones),
        cmocka_unit_test(categories_have_pictures_of_their_own),
    };
    return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
