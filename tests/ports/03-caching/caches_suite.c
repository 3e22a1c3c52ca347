/* What only a cache does, on two of them that share a database and a Redis as two processes would: that a change made
 * through one is seen through the other, whoever reads what at which moment; that one computes for all; and that
 * nothing that may lie in Redis is believed.
 */
#include "common/runtime/task.h"
#include "stages/03-caching/catalog_lookup.h"
#include "tests/ports/03-caching/on_cache.h"
#include "tests/ports/catalog_cases.h"

enum { ROUNDS = 40, CROWD = 500 };

static int64_t price_in(struct harness *harness, struct catalog *catalog, int64_t id)
{
    struct call *call = harness_call(harness);
    struct product product;
    assert_status(call, STATUS_OK, catalog_find(catalog, call, id, &product));
    return product.price_cents;
}

static void set_price(struct harness *harness, struct catalog *catalog, int64_t id, int64_t cents)
{
    struct call *call = harness_call(harness);
    const struct product_change change = {.has_price = true, .price_cents = cents};
    struct product product;
    assert_status(call, STATUS_OK, catalog_change(catalog, call, id, 0, &change, &product));
}

static int64_t make_product(struct harness *harness, struct caches_subject *subject)
{
    catalog_add_categories(harness);
    return catalog_add(harness, subject->one.catalog, "tours", "The one", 100).id;
}

static void a_change_through_one_is_seen_through_the_other(struct harness *harness, void *context)
{
    struct caches_subject *subject = context;
    const int64_t id = make_product(harness, subject);
    for (int64_t cents = 1; cents <= ROUNDS; cents++) {
        (void)price_in(harness, subject->one.catalog, id);
        (void)price_in(harness, subject->other.catalog, id);
        set_price(harness, subject->writer, id, cents);
        assert_int_equal(price_in(harness, subject->other.catalog, id), cents);
        assert_int_equal(price_in(harness, subject->one.catalog, id), cents);
    }
    assert_true(subject->other.behind.reads + subject->one.behind.reads <= 2 * ROUNDS + 2);
}

/* --- one computes for all --- */

struct crowd {
    struct catalog *catalog;
    int64_t id;
    int answered;
};

static void ask_home(struct harness *harness, int index, void *context)
{
    struct crowd *crowd = context;
    struct call *call = harness_call(harness);
    struct home home;
    (void)index;
    crowd->answered += catalog_home(crowd->catalog, call, &home) == STATUS_OK;
}

static void many_cold_readers_compute_once(struct harness *harness, void *context)
{
    struct caches_subject *subject = context;
    make_product(harness, subject);
    struct crowd crowd = {.catalog = subject->one.catalog};
    const int before = subject->one.behind.reads;
    harness_together(harness, CROWD, ask_home, &crowd);
    assert_int_equal(crowd.answered, CROWD);
    assert_int_equal(subject->one.behind.reads, before + 1);
    crowd.catalog = subject->other.catalog; /* finds it in Redis */
    harness_together(harness, CROWD, ask_home, &crowd);
    assert_int_equal(subject->other.behind.reads, 0);
}

/* --- a reader that is overtaken --- */

struct slow_reader {
    struct caches_subject *subject;
    int64_t id, saw;
    bool ended;
};

static void read_slowly(struct harness *harness, int index, void *context)
{
    struct slow_reader *reader = context;
    struct caches_subject *subject = reader->subject;
    if (index == 0) { /* has its rows, and is kept */
        subject->other.behind.hold = true;
        reader->saw = price_in(harness, subject->other.catalog, reader->id);
        reader->ended = true;
        return;
    }
    while (!subject->other.behind.held)
        task_sleep(harness->loop, 1);
    set_price(harness, subject->writer, reader->id, 222);
    /* must not be told what the first is about to be told, nor wait for it */
    assert_int_equal(price_in(harness, subject->other.catalog, reader->id), 222);
    assert_false(reader->ended);
    struct task *held = subject->other.behind.held;
    subject->other.behind.held = NULL;
    task_wake(held);
    while (!reader->ended)
        task_sleep(harness->loop, 1);
    task_sleep(harness->loop, 50); /* it has stored what it read */
    assert_int_equal(price_in(harness, subject->other.catalog, reader->id), 222);
    assert_int_equal(price_in(harness, subject->one.catalog, reader->id), 222);
}

static void what_was_read_before_a_change_and_stored_after_it_is_refused(struct harness *harness,
                                                                         void *context)
{
    struct caches_subject *subject = context;
    struct slow_reader reader = {.subject = subject, .id = make_product(harness, subject)};
    harness_together(harness, 2, read_slowly, &reader);
    assert_int_equal(reader.saw, 100); /* it began before */
}

/* --- what lies in Redis --- */

static const char *key_of(struct harness *harness, const struct one_cache *cache, int64_t id)
{
    struct call *call = harness_call(harness);
    struct catalog_lookup lookup;
    assert_status(call, STATUS_OK, catalog_lease_hold(cache->lease, call));
    catalog_lookup_product(&lookup, id);
    catalog_lookup_name(&lookup, catalog_lease_log_id(cache->lease));
    return arena_strdup(harness->arena, lookup.key);
}

/* Redis has it, a moment after it was asked for. */
static void stored(struct harness *harness, struct caches_subject *subject, const char *key,
                   const char **value, size_t *length)
{
    struct call *call = harness_call(harness);
    while (kv_get(subject->kv, call, key, value, length) != STATUS_OK) {
        call_forgive(call);
        assert_true(call_remaining_ms(call) > 0);
        task_sleep(harness->loop, 1);
    }
}

static void what_is_none_of_ours_is_computed_again(struct harness *harness, void *context)
{
    struct caches_subject *subject = context;
    const int64_t id = make_product(harness, subject);
    const int64_t second = catalog_add(harness, subject->one.catalog, "tours", "Second", 777).id;
    const char *key = key_of(harness, &subject->one, id);
    const char *bytes, *others;
    size_t length, others_length;
    assert_int_equal(price_in(harness, subject->one.catalog, id), 100);
    assert_int_equal(price_in(harness, subject->one.catalog, second), 777);
    stored(harness, subject, key, &bytes, &length);
    stored(harness, subject, key_of(harness, &subject->one, second), &others, &others_length);
    char *bent = arena_memdup(harness->arena, bytes, length);
    bent[length / 2] ^= 1;
    const struct {
        const char *bytes;
        size_t length;
    } wrong[] = {{"rubbish", 7},          {"", 0},    {bytes, length - 1}, {bent, length},
                 {others, others_length}, {bytes, 20}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct call *call = harness_call(harness);
        assert_status(call, STATUS_OK,
                      kv_set(subject->kv, call, key, wrong[i].bytes, wrong[i].length, 60000));
        near_empty(subject->other.near);
        assert_int_equal(price_in(harness, subject->other.catalog, id), 100);
    }
    assert_int_equal(catalog_cache_counters(subject->other.cache)->wrong,
                     sizeof(wrong) / sizeof(wrong[0]));
}

static void a_near_copy_goes_when_redis_says_so(struct harness *harness, void *context)
{
    struct caches_subject *subject = context;
    const int64_t id = make_product(harness, subject);
    struct call *call = harness_call(harness);
    const char *key = key_of(harness, &subject->one, id);
    const char *bytes;
    size_t length;
    (void)price_in(harness, subject->one.catalog, id);
    stored(harness, subject, key, &bytes, &length);
    const _Atomic int64_t *dropped = &catalog_cache_counters(subject->one.cache)->dropped;
    const int64_t before = *dropped;
    assert_status(call, STATUS_OK, kv_delete(subject->kv, call, key));
    while (*dropped == before) {
        assert_true(call_remaining_ms(call) > 0);
        task_sleep(harness->loop, 1);
    }
}

static void that_something_is_missing_is_remembered(struct harness *harness, void *context)
{
    struct caches_subject *subject = context;
    const int64_t id = make_product(harness, subject) + 1;
    struct call *call = harness_call(harness);
    struct product product;
    const int before = subject->one.behind.reads;
    for (int i = 0; i < 10; i++)
        assert_status(call, STATUS_NOT_FOUND,
                      catalog_find(subject->one.catalog, call, id, &product));
    assert_int_equal(subject->one.behind.reads, before + 1);
    assert_int_equal(catalog_add(harness, subject->one.catalog, "tours", "New", 5).id, id);
    assert_int_equal(price_in(harness, subject->other.catalog, id), 5);
}

static void searches_are_not_kept(struct harness *harness, void *context)
{
    struct caches_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product_page page;
    make_product(harness, subject);
    const struct product_query query = {.text = "one", .limit = 10};
    const int before = subject->one.behind.reads;
    for (int i = 0; i < 3; i++)
        assert_status(call, STATUS_OK, catalog_list(subject->one.catalog, call, &query, &page));
    assert_int_equal(page.count, 1);
    assert_int_equal(subject->one.behind.reads, before + 3);
}

static const struct port_case cases[] = {
    {"a change through one is seen through the other",
     a_change_through_one_is_seen_through_the_other},
    {"many cold readers compute once", many_cold_readers_compute_once},
    {"what was read before a change and stored after it is refused",
     what_was_read_before_a_change_and_stored_after_it_is_refused},
    {"what is none of ours is computed again", what_is_none_of_ours_is_computed_again},
    {"a near copy goes when Redis says so", a_near_copy_goes_when_redis_says_so},
    {"that something is missing is remembered", that_something_is_missing_is_remembered},
    {"searches are not kept", searches_are_not_kept},
};
const struct port_suite caches_suite = {cases, sizeof(cases) / sizeof(cases[0])};
