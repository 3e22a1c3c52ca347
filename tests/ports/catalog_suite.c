/* What every implementation of the catalog port does, but for lists (catalog_list_suite.c). Categories and
 * ratings have no operation in the port, so the cases arrange those in the database.
 */
#include "tests/ports/catalog_cases.h"

struct product catalog_add(struct harness *harness, struct catalog *catalog, const char *category,
                           const char *title, int64_t price_cents)
{
    struct call *call = harness_call(harness);
    const struct product_change change = {
        .category = category,
        .title = title,
        .summary = "a summary",
        .description = "a description",
        .has_price = true,
        .price_cents = price_cents,
    };
    struct product product;
    assert_status(call, STATUS_OK, catalog_create(catalog, call, &change, &product));
    return product;
}

void catalog_add_categories(struct harness *harness)
{
    harness_sql(harness, "INSERT INTO catalog.categories (slug, name) VALUES"
                         " ('tours', 'Tours'), ('workshops', 'Workshops'), ('empty', 'Nothing')");
}

static void hide(struct harness *harness, struct catalog *catalog, int64_t id)
{
    struct call *call = harness_call(harness);
    const struct product_change change = {.has_active = true, .active = false};
    struct product product;
    assert_status(call, STATUS_OK, catalog_change(catalog, call, id, 0, &change, &product));
    assert_false(product.active);
}

static void a_created_product_is_found(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product made, found;
    const struct product_change change = {
        .category = "tours",
        .title = "Harbour at dusk",
        .summary = "Two hours, \"by boat\"",
        .description = "First line\nsecond line, with ü and \U0001F6A2",
        .has_price = true,
        .price_cents = 4900,
        .has_featured = true,
        .featured = true,
    };
    catalog_add_categories(harness);
    assert_status(call, STATUS_OK, catalog_create(subject->catalog, call, &change, &made));
    assert_status(call, STATUS_OK, catalog_find(subject->catalog, call, made.id, &found));
    assert_int_equal(found.id, made.id);
    assert_string_equal(found.category, "tours");
    assert_string_equal(found.title, change.title);
    assert_string_equal(found.summary, change.summary);
    assert_string_equal(found.description, change.description);
    assert_int_equal(found.price_cents, 4900);
    assert_string_equal(found.currency, "EUR");
    assert_int_equal(found.rating_tenths, 0);
    assert_int_equal(found.rating_count, 0);
    assert_true(found.featured);
    assert_true(found.active);
    assert_int_equal(found.version, 1);
    assert_true(found.created_ms > 1700000000000);
    assert_int_equal(found.updated_ms, found.created_ms);
}

static void an_unknown_product_is_not_found(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    const struct product_change change = {.title = "New"}, nothing = {0};
    struct product product;
    assert_status(call, STATUS_NOT_FOUND, catalog_find(subject->catalog, call, 4711, &product));
    assert_status(call, STATUS_NOT_FOUND,
                  catalog_change(subject->catalog, call, 4711, 0, &change, &product));
    assert_status(call, STATUS_NOT_FOUND,
                  catalog_change(subject->catalog, call, 4711, 3, &nothing, &product));
}

static void an_unknown_category_is_a_wrong_field(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product_change change = {"nowhere", "T", "S", "D", .has_price = true, .price_cents = 1};
    struct product product;
    assert_field(call, STATUS_UNPROCESSABLE, "category",
                 catalog_create(subject->catalog, call, &change, &product));
    catalog_add_categories(harness);
    product = catalog_add(harness, subject->catalog, "tours", "A", 100);
    assert_field(call, STATUS_UNPROCESSABLE, "category",
                 catalog_change(subject->catalog, call, product.id, 0, &change, &product));
}

static void a_change_touches_only_what_it_names(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product changed, found;
    catalog_add_categories(harness);
    struct product made = catalog_add(harness, subject->catalog, "tours", "Before", 100);
    const struct product_change change = {.title = "After",
                                          .has_price = true,
                                          .price_cents = 0,
                                          .has_featured = true,
                                          .featured = true};
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 0, &change, &changed));
    assert_int_equal(changed.version, made.version + 1);
    assert_status(call, STATUS_OK, catalog_find(subject->catalog, call, made.id, &found));
    assert_string_equal(found.title, "After");
    assert_string_equal(found.summary, made.summary);
    assert_string_equal(found.category, "tours");
    assert_int_equal(found.price_cents, 0);
    assert_true(found.featured);
    assert_true(found.active);
    assert_int_equal(found.version, changed.version);
    assert_int_equal(found.created_ms, made.created_ms);
    assert_true(found.updated_ms >= made.updated_ms);
}

static void a_picture_is_put_kept_and_taken_away(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    static const char key[] = "0123456789abcdef0123456789abcdef";
    const struct product_change put = {.has_picture = true, .picture = key};
    const struct product_change other = {.title = "After"}, none = {.has_picture = true};
    struct product product;
    catalog_add_categories(harness);
    struct product made = catalog_add(harness, subject->catalog, "tours", "Before", 100);
    assert_null(made.picture);
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 0, &put, &product));
    assert_string_equal(product.picture, key);
    assert_int_equal(product.version, made.version + 1);
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 0, &other, &product));
    assert_string_equal(product.picture, key);
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 0, &none, &product));
    assert_int_equal(product.version, made.version + 3);
    assert_status(call, STATUS_OK, catalog_find(subject->catalog, call, made.id, &product));
    assert_null(product.picture);
}

static void a_change_of_an_older_version_is_refused(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    const struct product_change change = {.title = "Second"}, nothing = {0};
    struct product product;
    catalog_add_categories(harness);
    struct product made = catalog_add(harness, subject->catalog, "tours", "First", 100);
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 1, &change, &product));
    assert_status(call, STATUS_PRECONDITION,
                  catalog_change(subject->catalog, call, made.id, 1, &change, &product));
    assert_status(call, STATUS_PRECONDITION,
                  catalog_change(subject->catalog, call, made.id, 1, &nothing, &product));
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 2, &nothing, &product));
    assert_int_equal(product.version, 2); /* nothing to change: no new version */
}

struct editors {
    struct catalog *catalog;
    int64_t id;
    int won, refused;
};

static void edit(struct harness *harness, int index, void *context)
{
    struct editors *editors = context;
    struct call *call = harness_call(harness);
    const struct product_change change = {.has_price = true, .price_cents = index};
    struct product product;
    enum status status = catalog_change(editors->catalog, call, editors->id, 1, &change, &product);
    editors->won += status == STATUS_OK;
    editors->refused += status == STATUS_PRECONDITION;
}

static void of_many_who_edit_a_version_one_wins(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    catalog_add_categories(harness);
    struct product made = catalog_add(harness, subject->catalog, "tours", "Wanted", 100);
    struct editors editors = {.catalog = subject->catalog, .id = made.id};
    harness_together(harness, 10, edit, &editors);
    assert_int_equal(editors.won, 1);
    assert_int_equal(editors.refused, 9);
}

static void categories_count_what_is_shown(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct category *categories;
    int count;
    catalog_add_categories(harness);
    catalog_add(harness, subject->catalog, "tours", "A", 100);
    catalog_add(harness, subject->catalog, "tours", "B", 100);
    struct product hidden = catalog_add(harness, subject->catalog, "workshops", "C", 100);
    hide(harness, subject->catalog, hidden.id);
    assert_status(call, STATUS_OK, catalog_categories(subject->catalog, call, &categories, &count));
    assert_int_equal(count, 3); /* by name: Nothing, Tours, Workshops */
    assert_string_equal(categories[0].slug, "empty");
    assert_int_equal(categories[0].product_count, 0);
    assert_string_equal(categories[1].name, "Tours");
    assert_int_equal(categories[1].product_count, 2);
    assert_int_equal(categories[2].product_count, 0);
}

static void a_hidden_product_is_found_but_not_shown(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product product;
    struct product_page page;
    struct home home;
    catalog_add_categories(harness);
    struct product made = catalog_add(harness, subject->catalog, "tours", "Gone", 100);
    const struct product_change change = {.has_featured = true, .featured = true};
    assert_status(call, STATUS_OK,
                  catalog_change(subject->catalog, call, made.id, 0, &change, &product));
    hide(harness, subject->catalog, made.id);
    subject->best_sellers[0] = made.id;
    subject->best_sellers[1] = 4711; /* sold once, never ours */
    subject->best_seller_count = 2;

    assert_status(call, STATUS_OK, catalog_find(subject->catalog, call, made.id, &product));
    assert_false(product.active);
    const struct product_query query = {.limit = 10};
    assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &page));
    assert_int_equal(page.count, 0);
    assert_status(call, STATUS_OK, catalog_home(subject->catalog, call, &home));
    assert_int_equal(home.featured_count, 0);
    assert_int_equal(home.newest_count, 0);
    assert_int_equal(home.best_seller_count, 0);
}

static void home_has_its_shelves(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct home home;
    int64_t ids[12];
    catalog_add_categories(harness);
    for (int i = 0; i < 12; i++)
        ids[i] = catalog_add(harness, subject->catalog, "tours", "Any", 100 + i).id;
    harness_sql(harness, "UPDATE catalog.products SET featured = price_cents >= 102,"
                         " rating_tenths = CASE price_cents WHEN 107 THEN 49 ELSE 40 END");
    subject->best_sellers[0] = ids[3];
    subject->best_sellers[1] = ids[1];
    subject->best_seller_count = 2;

    assert_status(call, STATUS_OK, catalog_home(subject->catalog, call, &home));
    assert_int_equal(home.featured_count, CATALOG_HOME_PRODUCTS);
    assert_int_equal(home.featured[0].id, ids[7]); /* the best rated */
    for (int i = 0; i < home.featured_count; i++)
        assert_true(home.featured[i].featured);
    assert_int_equal(home.newest_count, CATALOG_HOME_PRODUCTS);
    assert_int_equal(home.newest[0].id, ids[11]);
    assert_int_equal(home.best_seller_count, 2);
    assert_int_equal(home.best_sellers[0].id, ids[3]);
    assert_int_equal(home.best_sellers[1].id, ids[1]);
    assert_int_equal(home.category_count, 3);
    assert_int_equal(home.categories[1].product_count, 12);
}

static const struct port_case cases[] = {
    {"a created product is found", a_created_product_is_found},
    {"an unknown product is not found", an_unknown_product_is_not_found},
    {"an unknown category is a wrong field", an_unknown_category_is_a_wrong_field},
    {"a change touches only what it names", a_change_touches_only_what_it_names},
    {"a picture is put, kept and taken away", a_picture_is_put_kept_and_taken_away},
    {"a change of an older version is refused", a_change_of_an_older_version_is_refused},
    {"of many who edit a version one wins", of_many_who_edit_a_version_one_wins},
    {"categories count what is shown", categories_count_what_is_shown},
    {"a hidden product is found but not shown", a_hidden_product_is_found_but_not_shown},
    {"home has its shelves", home_has_its_shelves},
};
const struct port_suite catalog_suite = {cases, sizeof(cases) / sizeof(cases[0])};
