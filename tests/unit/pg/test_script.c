/* Cutting a script at its semicolons, and only there. */
#include "common/pg/script.h"
#include "tests/unit/pg/cmocka_group.h"

#include <string.h>

static void expect_parts(const char *script, const char *const *parts)
{
    const char *end;
    for (const char *from = script; pg_script_next(from, &end); from = end) {
        char part[200] = "";
        assert_non_null(*parts);
        from += strspn(from, " \n");
        strncat(part, from, (size_t)(end - from));
        assert_string_equal(part, *parts);
        parts++;
    }
    assert_null(*parts);
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void test_parts(void **state)
{
    (void)state;
    expect_parts("", PARTS());
    expect_parts(" \n-- nothing; at all\n/* ; */", PARTS());
    expect_parts("a", PARTS("a"));
    expect_parts("a; b;\n", PARTS("a;", "b;"));
    expect_parts("a 'x;''y;' ; b \"q;\" ;", PARTS("a 'x;''y;' ;", "b \"q;\" ;"));
    expect_parts("a -- ;\n ; b", PARTS("a -- ;\n ;", "b"));
    expect_parts("a /* ; /* ; */ ; */ ; b", PARTS("a /* ; /* ; */ ; */ ;", "b"));
    expect_parts("DO $$ x; y; $$; b", PARTS("DO $$ x; y; $$;", "b"));
    expect_parts("DO $f$ x; $$ ; $g$ ; $f$; b", PARTS("DO $f$ x; $$ ; $g$ ; $f$;", "b"));
    expect_parts("a $1; b$2;", PARTS("a $1;", "b$2;"));
    expect_parts("a 'open; b", PARTS("a 'open; b"));
    expect_parts("a $$ open; b", PARTS("a $$ open; b"));
    expect_parts("a /* open; b", PARTS("a /* open; b"));
}

int test_script(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parts)};
    return cmocka_run_group_tests_name("pg script", tests, NULL, NULL);
}
