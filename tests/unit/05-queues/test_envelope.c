/* What is sealed is what is opened, and nothing else can be opened. */
#include "stages/05-queues/envelope.h"

#include "stages/05-queues/queue_names.h"
#include "tests/unit/05-queues/groups.h"

#include <string.h>

enum { ARENA_MAX = 1 << 20 };

static const struct envelope letter = {
    .event = {.id = "order-17-placed",
              .topic = "order.placed",
              .key = "order-17",
              .payload = "{\"order_id\":17}"},
    .published_ms = 1790000000123,
    .tries = 2,
    .due_ms = 1790000010123,
    .error = "the provider is away",
};

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, ARENA_MAX);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

static void assert_same(const struct envelope *a, const struct envelope *b)
{
    assert_string_equal(a->event.id, b->event.id);
    assert_string_equal(a->event.topic, b->event.topic);
    assert_string_equal(a->event.key, b->event.key);
    assert_string_equal(a->event.payload, b->event.payload);
    assert_int_equal(a->published_ms, b->published_ms);
    assert_int_equal(a->tries, b->tries);
    assert_int_equal(a->due_ms, b->due_ms);
    assert_string_equal(a->error, b->error);
}

static void what_is_sealed_can_be_opened(void **state)
{
    struct broker_record record;
    struct envelope opened;
    envelope_seal(*state, &letter, "shop.payment.retry-1", &record);
    assert_string_equal(record.topic, "shop.payment.retry-1");
    assert_string_equal(record.key, "order-17");
    assert_null(envelope_open(&record, &opened));
    assert_same(&opened, &letter);
}

/* Two of one event have keys of their own, and both know the event's. */
static void a_dead_letter_has_a_key_of_its_own(void **state)
{
    struct broker_record record;
    struct envelope opened;
    envelope_seal_dead(*state, &letter, "shop.payment.dead", &record);
    assert_memory_equal(record.key, "order-17-placed@", strlen("order-17-placed@"));
    assert_null(envelope_open(&record, &opened));
    assert_same(&opened, &letter);
}

static void what_is_new_has_no_past(void **state)
{
    struct broker_record record;
    struct envelope fresh = letter, opened;
    fresh.tries = 0;
    fresh.due_ms = 0;
    fresh.error = NULL;
    envelope_seal(*state, &fresh, "shop.order.placed", &record);
    assert_int_equal(record.header_count, 3);
    assert_null(envelope_open(&record, &opened));
    assert_int_equal(opened.tries, 0);
    assert_int_equal(opened.due_ms, 0);
    assert_null(opened.error);
}

static void a_stranger_is_not_opened(void **state)
{
    struct broker_record good;
    envelope_seal(*state, &letter, "shop.order.placed", &good);
    struct envelope opened;
    for (int i = 0; i < 3; i++) { /* event_id, topic, published_ms */
        struct broker_record record = good;
        record.headers[i].name = "another";
        assert_non_null(envelope_open(&record, &opened));
    }
    static const char *const numbers[] = {"", "x", "-1", "1x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct broker_record record = good;
        record.headers[2].value = numbers[i];
        assert_string_equal(envelope_open(&record, &opened), "it has no published_ms");
    }
    struct broker_record record = good;
    record.key = NULL;
    assert_string_equal(envelope_open(&record, &opened), "it has no key");
    record = good;
    record.value = NULL;
    assert_string_equal(envelope_open(&record, &opened), "it has no payload");
    record = good;
    record.length++; /* there is a NUL in it */
    assert_string_equal(envelope_open(&record, &opened), "its payload is not text");
}

static void names_say_whose_they_are(void **state)
{
    const char *group = queue_group_name(*state, "shop-large.", "payment");
    assert_string_equal(queue_topic_name(*state, "shop-large.", "order.placed"),
                        "shop-large.order.placed");
    assert_string_equal(group, "shop-large.payment");
    assert_string_equal(queue_retry_name(*state, group, 2), "shop-large.payment.retry-2");
    assert_string_equal(queue_dead_name(*state, group), "shop-large.payment.dead");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int test_envelope(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_sealed_can_be_opened), CASE(a_dead_letter_has_a_key_of_its_own),
        CASE(what_is_new_has_no_past),      CASE(a_stranger_is_not_opened),
        CASE(names_say_whose_they_are),
    };
    return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
