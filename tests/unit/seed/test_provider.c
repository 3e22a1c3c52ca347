/* The provider's side of a year: what can still be cancelled is there, as the sandbox reads it, and nothing else.
 */
#include "infra/sandbox/ledger.h"
#include "infra/seed/provider.h"
#include "tests/unit/seed/groups.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_MAX = 64 };

struct scene {
    struct year year;
    char folder[FOLDER_MAX], path[FOLDER_MAX + 16];
};

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    if (!scene) return -1;
    year_make(&scene->year, "small", 1, YEAR_TODAY);
    snprintf(scene->folder, sizeof(scene->folder), "/tmp/seed-provider-XXXXXX");
    if (!mkdtemp(scene->folder)) return -1;
    snprintf(scene->path, sizeof(scene->path), "%s/ledger", scene->folder);
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    year_release(&scene->year);
    unlink(scene->path);
    const int left = rmdir(scene->folder); /* fails when anything else was left there */
    free(scene);
    return left;
}

static void write_year(struct scene *scene, struct provider *provider)
{
    struct checkouts checkouts;
    struct checkout order = {0};
    char error[PROVIDER_ERROR] = "";
    assert_int_equal(provider_open(provider, scene->path, error), STATUS_OK);
    assert_int_equal(checkouts_init(&checkouts, &scene->year.plan), STATUS_OK);
    while (checkouts_next(&checkouts, &order))
        provider_note(provider, scene->year.plan.today, &order);
    checkouts_release(&checkouts);
}

/* What one order must have there; how many entries that is. */
static int64_t expect_order(const struct ledger *ledger, int32_t today,
                            const struct checkout *order)
{
    char key[64];
    bool comes = false;
    int64_t entries = 1, refunded = 0;
    for (int i = 0; i < order->count; i++)
        comes = comes || (order->lines[i].day >= today && !order->lines[i].cancelled_ms);
    snprintf(key, sizeof(key), "order-%lld", (long long)order->id);
    const struct ledger_entry *charge = ledger_find_charge(ledger, key);
    if (order->fate != CHECKOUT_CONFIRMED || !comes) {
        assert_null(charge);
        return 0;
    }
    assert_non_null(charge);
    assert_int_equal(charge->kind, LEDGER_CHARGE);
    assert_int_equal(charge->amount_cents, order->total_cents);
    assert_int_equal(charge->at_ms, order->settled_ms);
    for (int i = 0; i < order->count; i++) {
        snprintf(key, sizeof(key), "booking-%lld-refund", (long long)order->lines[i].booking_id);
        const struct ledger_entry *refund = ledger_find_refund(ledger, key);
        assert_int_equal(refund != NULL, order->lines[i].cancelled_ms != 0);
        entries += refund != NULL;
        refunded += refund ? refund->amount_cents : 0;
    }
    assert_int_equal(charge->refunded_cents, refunded);
    return entries;
}

static void the_sandbox_knows_what_can_be_cancelled(void **state)
{
    struct scene *scene = *state;
    struct provider provider;
    struct ledger *ledger;
    struct checkouts checkouts;
    struct checkout order = {0};
    char error[PROVIDER_ERROR] = "";
    int64_t entries = 0;
    write_year(scene, &provider);
    assert_int_equal(provider_finish(&provider, error), STATUS_OK);
    provider_close(&provider);
    assert_int_equal(ledger_open(scene->path, &ledger, error), STATUS_OK);
    assert_int_equal(checkouts_init(&checkouts, &scene->year.plan), STATUS_OK);
    while (checkouts_next(&checkouts, &order))
        entries += expect_order(ledger, scene->year.plan.today, &order);
    checkouts_release(&checkouts);
    assert_int_equal(entries, provider.entries);
    assert_true(entries > 100);
    struct ledger_totals totals;
    ledger_totals(ledger, &totals);
    assert_int_equal(totals.charges + totals.refunds, entries);
    assert_true(totals.refunds > 0);
    ledger_close(ledger);
    assert_int_equal(provider_open(&provider, scene->path, error), STATUS_CONFLICT);
    provider_close(&provider);
}

static void half_a_ledger_is_never_there(void **state)
{
    struct scene *scene = *state;
    struct provider provider;
    write_year(scene, &provider);
    assert_int_not_equal(access(scene->path, F_OK), 0);
    provider_close(&provider);
    assert_int_not_equal(access(scene->path, F_OK), 0);
}

int test_provider(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_sandbox_knows_what_can_be_cancelled, begin, end),
        cmocka_unit_test_setup_teardown(half_a_ledger_is_never_there, begin, end),
    };
    return cmocka_run_group_tests_name("provider", tests, NULL, NULL);
}
