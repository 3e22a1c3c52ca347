/* The same seed, size and day make the same rows, on every machine and with every compiler. Whoever
 * changes what the seed makes changes this table: `seed --dry-run --today 2026-11-23` prints it.
 */
#include "infra/seed/load.h"
#include "tests/unit/seed/groups.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int64_t rows;
    uint64_t checksum;
} expected[TABLE_COUNT] = {
    [TABLE_ACCOUNTS] = {1000, 0xFED490812D6C548F}, [TABLE_CATEGORIES] = {12, 0xF156D76B2EED3ACF},
    [TABLE_PRODUCTS] = {500, 0xE3BAE0853B832427},  [TABLE_CAPACITIES] = {500, 0xFBF376C86C224EC5},
    [TABLE_BOOKINGS] = {5000, 0x23A4F40E9DEF41C9}, [TABLE_DAYS] = {4369, 0xB75EDD95D5FFF717},
    [TABLE_ORDERS] = {3228, 0x875D21A2FCB2739A},   [TABLE_LINES] = {5024, 0x246ED75D5A4F9E3E},
    [TABLE_CHARGES] = {3219, 0xADE5C263B5D330AE},  [TABLE_REFUNDS] = {431, 0x205D95F7A9C63CD9},
    [TABLE_PICTURES] = {33, 0x3A257B311CD81A5E},   [TABLE_FILES] = {99, 0xF9E23D4FDB53C1A8},
    [TABLE_SALES] = {4850, 0xA0682D9393A30809},
};

/* The larger sizes, all tables in one number: "large" itself would take a minute, and goes the same way. */
static const struct {
    const char *name;
    int64_t rows;
    uint64_t checksum;
} larger[] = {
    {"10k", 260431, 0xD17B693A3F3A837E},
    {"100k", 2569584, 0xE760BBD8649F17A7},
};

static void make(const char *size, uint64_t seed, int32_t today, const char *hash,
                 struct table tables[TABLE_COUNT])
{
    struct year year;
    char error[COPY_ERROR] = "";
    year_make(&year, size, seed, today);
    year.plan.shopper_password_hash = hash;
    tables_init(tables);
    assert_int_equal(load_run(&year.plan, NULL, true, tables, error), STATUS_OK);
    assert_string_equal(error, "");
    year_release(&year);
}

static void rows_are_the_expected_ones(void **state)
{
    (void)state;
    struct table tables[TABLE_COUNT];
    make("small", 1, YEAR_TODAY, NULL, tables);
    for (int id = 0; id < TABLE_COUNT; id++) {
        if (tables[id].checksum != expected[id].checksum)
            print_message("%s: %" PRId64 " rows %016" PRIx64 "\n", tables[id].name, tables[id].rows,
                          tables[id].checksum);
        assert_int_equal(tables[id].rows, expected[id].rows);
        assert_int_equal(tables[id].checksum, expected[id].checksum);
    }
}

static void larger_sizes_are_the_expected_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(larger) / sizeof(larger[0]); i++) {
        struct table tables[TABLE_COUNT];
        make(larger[i].name, 1, YEAR_TODAY, NULL, tables);
        int64_t rows = 0;
        uint64_t checksum = 0;
        for (int id = 0; id < TABLE_COUNT; id++) {
            rows += tables[id].rows;
            checksum = checksum * 31 + tables[id].checksum;
        }
        if (checksum != larger[i].checksum)
            print_message("%s: %" PRId64 " rows %016" PRIx64 "\n", larger[i].name, rows, checksum);
        assert_int_equal(rows, larger[i].rows);
        assert_int_equal(checksum, larger[i].checksum);
    }
}

static void password_hashes_do_not_count(void **state)
{
    (void)state;
    struct table tables[TABLE_COUNT];
    make("small", 1, YEAR_TODAY, "$argon2id$another", tables);
    assert_int_equal(tables[TABLE_ACCOUNTS].checksum, expected[TABLE_ACCOUNTS].checksum);
}

static void another_seed_or_day_makes_other_rows(void **state)
{
    (void)state;
    struct table seed[TABLE_COUNT], day[TABLE_COUNT];
    make("small", 2, YEAR_TODAY, NULL, seed);
    make("small", 1, YEAR_TODAY + 1, NULL, day);
    for (int id = 0; id < TABLE_COUNT; id++) {
        if (id == TABLE_CATEGORIES) continue;                    /* there is only one set of them */
        if (id == TABLE_PICTURES || id == TABLE_FILES) continue; /* and of these */
        assert_int_not_equal(seed[id].checksum, expected[id].checksum);
        if (id == TABLE_CAPACITIES) continue; /* which days there are does not matter */
        assert_int_not_equal(day[id].checksum, expected[id].checksum);
    }
}

/* Order of rows, null and empty text, and where a field ends all matter. */
static void the_checksum_notices_little_things(void **state)
{
    (void)state;
    struct table tables[TABLE_COUNT];
    tables_init(tables);
    for (int i = 0; i < 6; i++) {
        struct table *table = &tables[i];
        table_int(table, i == 1 ? 2 : 1);
        table_int(table, i == 1 ? 1 : 2);
        table_text(table, i == 2 ? NULL : "");
        table_text(table, i == 3 ? "ab" : "a");
        table_text(table, i == 3 ? "" : "b");
        table_bool(table, i == 4);
        table_time(table, i == 5 ? 1 : 0);
        table_end_row(table);
        for (int other = 0; other < i; other++)
            assert_int_not_equal(table->checksum, tables[other].checksum);
    }
}

int test_checksums(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_expected_ones),
        cmocka_unit_test(larger_sizes_are_the_expected_ones),
        cmocka_unit_test(password_hashes_do_not_count),
        cmocka_unit_test(another_seed_or_day_makes_other_rows),
        cmocka_unit_test(the_checksum_notices_little_things),
    };
    return cmocka_run_group_tests_name("checksums", tests, NULL, NULL);
}
