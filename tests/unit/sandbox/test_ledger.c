/* ledger.c: memory and file hold the same, also when the disk is full.
 */
#include "infra/sandbox/ledger.h"

#include "tests/unit/sandbox/groups.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct books {
    struct ledger *ledger;
    struct arena arena;
    struct call call;
    char path[64], error[256];
};

static int setup(void **state)
{
    struct books *books = calloc(1, sizeof(*books));
    assert_non_null(books);
    strcpy(books->path, "/tmp/sandbox-ledger-XXXXXX");
    close(mkstemp(books->path));
    arena_init(&books->arena, 64 << 20);
    call_init(&books->call, &books->arena, 10000);
    assert_int_equal(ledger_open(books->path, &books->ledger, books->error), STATUS_OK);
    *state = books;
    return 0;
}

static int teardown(void **state)
{
    struct books *books = *state;
    ledger_close(books->ledger);
    arena_release(&books->arena);
    unlink(books->path);
    free(books);
    return 0;
}

static enum status record(struct books *books, enum ledger_kind kind, const char *key,
                          int64_t amount_cents, const char *charge_key)
{
    const struct ledger_entry *kept;
    const struct ledger_entry entry = {
        .kind = kind,
        .key = key,
        .amount_cents = amount_cents,
        .currency = "EUR",
        .reference = "a \"reference\"\n\xC3\xA4",
        .charge_key = charge_key,
        .fingerprint = UINT64_MAX - 7,
    };
    return ledger_record(books->ledger, &books->call, &entry, &kept);
}

static void reopen(struct books *books)
{
    ledger_close(books->ledger);
    assert_int_equal(ledger_open(books->path, &books->ledger, books->error), STATUS_OK);
}

static void an_entry_comes_back_as_it_was(void **state)
{
    struct books *books = *state;
    assert_int_equal(record(books, LEDGER_CHARGE, "order-1", 1000, ""), STATUS_OK);
    assert_int_equal(record(books, LEDGER_REFUND, "refund-1", 300, "order-1"), STATUS_OK);
    const struct ledger_entry before = *ledger_find_charge(books->ledger, "order-1");
    const char *id = arena_strdup(&books->arena, before.id);
    reopen(books);
    const struct ledger_entry *after = ledger_find_charge(books->ledger, "order-1");
    assert_non_null(after);
    assert_int_equal(after->seq, 1);
    assert_int_equal(after->kind, LEDGER_CHARGE);
    assert_string_equal(after->id, id);
    assert_int_equal(after->amount_cents, 1000);
    assert_int_equal(after->at_ms, before.at_ms);
    assert_string_equal(after->currency, "EUR");
    assert_string_equal(after->reference, "a \"reference\"\n\xC3\xA4");
    assert_true(after->fingerprint == UINT64_MAX - 7);
    assert_int_equal(after->refunded_cents, 300);
    assert_string_equal(ledger_find_refund(books->ledger, "refund-1")->charge_key, "order-1");
}

static void keys_of_charges_and_refunds_do_not_meet(void **state)
{
    struct books *books = *state;
    assert_int_equal(record(books, LEDGER_CHARGE, "same", 1000, ""), STATUS_OK);
    assert_null(ledger_find_refund(books->ledger, "same"));
    assert_int_equal(record(books, LEDGER_REFUND, "same", 1000, "same"), STATUS_OK);
    reopen(books);
    assert_int_equal(ledger_find_charge(books->ledger, "same")->refunded_cents, 1000);
}

/* The file may grow by half a line only: the entry has not happened, here or in the file. */
static void a_full_disk_changes_nothing(void **state)
{
    struct books *books = *state;
    struct ledger_totals totals;
    struct rlimit limit, was;
    assert_int_equal(record(books, LEDGER_CHARGE, "order-1", 1000, ""), STATUS_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    limit = was;
    limit.rlim_cur = 300;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum status status = record(books, LEDGER_CHARGE, "order-2", 1000, "");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(status, STATUS_UNAVAILABLE);
    assert_null(ledger_find_charge(books->ledger, "order-2"));
    assert_int_equal(record(books, LEDGER_CHARGE, "order-3", 1000, ""), STATUS_OK);
    reopen(books);
    ledger_totals(books->ledger, &totals);
    assert_int_equal(totals.charges, 2);
    assert_null(ledger_find_charge(books->ledger, "order-2"));
    assert_int_equal(ledger_find_charge(books->ledger, "order-3")->seq, 2);
}

static void pages_end_where_the_ledger_ends(void **state)
{
    struct books *books = *state;
    const struct ledger_entry *const *entries;
    assert_int_equal(ledger_list(books->ledger, 0, 10, &entries), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            record(books, LEDGER_CHARGE, arena_printf(&books->arena, "order-%d", i), 1, ""),
            STATUS_OK);
    assert_int_equal(ledger_list(books->ledger, 0, 2, &entries), 2);
    assert_int_equal(entries[0]->seq, 1);
    assert_int_equal(ledger_list(books->ledger, 2, 2, &entries), 1);
    assert_int_equal(entries[0]->seq, 3);
    assert_int_equal(ledger_list(books->ledger, 3, 2, &entries), 0);
    assert_int_equal(ledger_list(books->ledger, INT64_MAX, 2, &entries), 0);
}

static void attempts_are_counted_by_key(void **state)
{
    struct books *books = *state;
    assert_int_equal(ledger_count_attempt(books->ledger, "a"), 1);
    assert_int_equal(ledger_count_attempt(books->ledger, "a"), 2);
    assert_int_equal(ledger_count_attempt(books->ledger, "b"), 1);
    assert_null(ledger_find_charge(books->ledger, "a"));
}

static void a_folder_is_no_ledger(void **state)
{
    struct books *books = *state;
    struct ledger *other;
    assert_int_equal(ledger_open("/tmp", &other, books->error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(books->error, "/tmp: "));
}

int test_ledger(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROW(an_entry_comes_back_as_it_was), ROW(keys_of_charges_and_refunds_do_not_meet),
        ROW(a_full_disk_changes_nothing),   ROW(pages_end_where_the_ledger_ends),
        ROW(attempts_are_counted_by_key),   ROW(a_folder_is_no_ledger),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
