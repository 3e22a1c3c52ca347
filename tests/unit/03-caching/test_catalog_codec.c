/* Catalog answers as bytes: they come back as they were, and whatever else the bytes are, they are refused without a
 * read too far (the sanitizers look).
 */
#include "stages/03-caching/catalog_codec.h"
#include "tests/unit/03-caching/groups.h"

#include <stdlib.h>
#include <string.h>

static struct product product_of(int64_t id)
{
    return (struct product){
        .id = id,
        .category = "tours",
        .title = "Harbour, \u00fc",
        .summary = "",
        .description = "two\nlines",
        .price_cents = 4900 + id,
        .rating_tenths = 47,
        .rating_count = 3,
        .featured = id % 2,
        .active = true,
        .version = 9,
        .created_ms = 1700000000123,
        .updated_ms = 1700000000456,
        .picture = id % 2 ? "0123" : NULL,
    };
}

static void assert_product(const struct product *product, int64_t id)
{
    const struct product wanted = product_of(id);
    assert_int_equal(product->id, id);
    assert_string_equal(product->category, wanted.category);
    assert_string_equal(product->title, wanted.title);
    assert_string_equal(product->summary, "");
    assert_string_equal(product->description, wanted.description);
    assert_int_equal(product->price_cents, wanted.price_cents);
    assert_string_equal(product->currency, "EUR");
    assert_int_equal(product->rating_tenths, 47);
    assert_int_equal(product->rating_count, 3);
    assert_int_equal(product->featured, wanted.featured);
    assert_true(product->active);
    assert_int_equal(product->version, 9);
    assert_int_equal(product->created_ms, wanted.created_ms);
    assert_int_equal(product->updated_ms, wanted.updated_ms);
    if (wanted.picture)
        assert_string_equal(product->picture, wanted.picture);
    else
        assert_null(product->picture);
}

struct world {
    struct arena arena;
    struct strbuf bytes;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    arena_init(&world->arena, 64 << 20);
    strbuf_init(&world->bytes, &world->arena, 1 << 20);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    arena_release(&world->arena);
    free(world);
    return 0;
}

static struct codec_bytes from(struct world *world, const char *bytes, size_t length)
{
    return (struct codec_bytes){&world->arena, "EUR", bytes, length};
}

static void write_home(struct world *world)
{
    struct product shelf[3] = {product_of(1), product_of(2), product_of(3)};
    struct category categories[2] = {{1, "tours", "Tours", 7}, {2, "empty", "Nothing", 0}};
    const struct home home = {
        .featured = shelf,
        .featured_count = 3,
        .newest = shelf,
        .newest_count = 1,
        .categories = categories,
        .category_count = 2,
    };
    codec_write_home(&world->bytes, &home);
}

static void a_home_page_comes_back(void **state)
{
    struct world *world = *state;
    struct home home;
    write_home(world);
    const struct codec_bytes bytes = from(world, world->bytes.text, world->bytes.length);
    assert_true(codec_read_home(&bytes, &home));
    assert_int_equal(home.featured_count, 3);
    assert_int_equal(home.newest_count, 1);
    assert_int_equal(home.best_seller_count, 0);
    for (int i = 0; i < 3; i++)
        assert_product(&home.featured[i], i + 1);
    assert_int_equal(home.category_count, 2);
    assert_string_equal(home.categories[1].name, "Nothing");
    assert_int_equal(home.categories[0].product_count, 7);
}

static void pages_products_and_nothing_come_back(void **state)
{
    struct world *world = *state;
    struct product products[2] = {product_of(4), product_of(5)}, product;
    struct product_page page = {products, 2, true};
    codec_write_page(&world->bytes, &page);
    struct codec_bytes bytes = from(world, world->bytes.text, world->bytes.length);
    assert_true(codec_read_page(&bytes, &page));
    assert_true(page.more && page.count == 2);
    assert_product(&page.products[1], 5);
    strbuf_clear(&world->bytes);
    codec_write_product(&world->bytes, &products[0]);
    bytes = from(world, world->bytes.text, world->bytes.length);
    assert_true(codec_read_product(&bytes, &product));
    assert_product(&product, 4);
    assert_false(codec_is_missing(&bytes));
    strbuf_clear(&world->bytes);
    codec_write_missing(&world->bytes);
    bytes = from(world, world->bytes.text, world->bytes.length);
    assert_true(codec_is_missing(&bytes));
    assert_false(codec_read_product(&bytes, &product));
}

static void what_is_cut_short_or_too_long_is_refused(void **state)
{
    struct world *world = *state;
    struct home home;
    write_home(world);
    for (size_t length = 0; length <= world->bytes.length + 1; length++) {
        char *part = calloc(1, length + (length == 0));
        memcpy(part, world->bytes.text,
               length < world->bytes.length ? length : world->bytes.length);
        const struct codec_bytes bytes = from(world, part, length);
        assert_int_equal(codec_read_home(&bytes, &home), length == world->bytes.length);
        free(part);
    }
}

static void bent_bytes_do_no_harm(void **state)
{
    struct world *world = *state;
    struct home home;
    write_home(world);
    srand(3);
    for (int round = 0; round < 20000; round++) {
        char *copy = malloc(world->bytes.length);
        memcpy(copy, world->bytes.text, world->bytes.length);
        for (int i = 0; i < 3; i++)
            copy[(size_t)rand() % world->bytes.length] = (char)rand();
        struct arena arena;
        arena_init(&arena, 1 << 20);
        const struct codec_bytes bytes = {&arena, "EUR", copy, world->bytes.length};
        (void)codec_read_home(&bytes, &home);
        arena_release(&arena);
        free(copy);
    }
}

int test_catalog_codec(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_home_page_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_products_and_nothing_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_cut_short_or_too_long_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(bent_bytes_do_no_harm, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("catalog_codec", tests, NULL, NULL);
}
