/* Lists of bookings: by user, by product, by day, page after page; and which products sell best. */
#include "tests/ports/bookings_cases.h"

enum { USERS = 3, PRODUCTS = 4, DAYS = 5, PAGE = 7, ALL = USERS * PRODUCTS * DAYS };

/* One booking for each user, product and day; days come in no order, so ids and days disagree. */
static void fill(struct harness *harness, struct bookings_subject *subject)
{
    struct call *call = harness_call(harness);
    for (int product = 1; product <= PRODUCTS; product++)
        give_places(harness, subject, product, 1000);
    for (int i = 0; i < ALL; i++) {
        const struct booking_line line = {
            .product_id = 1 + i % PRODUCTS,
            .day = day_in(1 + i / PRODUCTS * 3 % DAYS),
            .quantity = 1,
            .amount_cents = 10,
        };
        const struct booking_hold wanted = {100 + i, 1 + i / (PRODUCTS * DAYS),
                                            clock_wall_ms() + 60000, &line, 1};
        assert_status(call, STATUS_OK, bookings_hold(subject->bookings, call, &wanted));
    }
}

static bool matches(const struct booking *booking, const struct booking_query *query)
{
    return (!query->user_id || booking->user_id == query->user_id) &&
           (!query->product_id || booking->product_id == query->product_id) &&
           (!query->from || booking->day >= query->from) &&
           (!query->to || booking->day <= query->to);
}

/* Walks all pages with the cursors a client would get; answers how many bookings came. */
static int walk(struct harness *harness, struct bookings_subject *subject,
                struct booking_query query)
{
    struct booking last = {0};
    int seen = 0;
    query.limit = PAGE;
    for (;;) {
        struct call *call = harness_call(harness);
        struct booking_page page;
        assert_status(call, STATUS_OK, bookings_list(subject->bookings, call, &query, &page));
        for (int i = 0; i < page.count; i++) {
            const struct booking *next = &page.bookings[i];
            assert_true(matches(next, &query));
            assert_true(next->day > last.day || (next->day == last.day && next->id > last.id));
            last = *next;
            seen++;
        }
        if (!page.more) return seen;
        assert_int_equal(page.count, PAGE);
        assert_status(call, STATUS_OK,
                      bookings_read_cursor(call, bookings_cursor(call, &last), &query));
    }
}

static void every_list_visits_each_booking_once(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    fill(harness, subject);
    assert_int_equal(walk(harness, subject, (struct booking_query){0}), ALL);
    assert_int_equal(walk(harness, subject, (struct booking_query){.user_id = 2}), ALL / USERS);
    assert_int_equal(walk(harness, subject, (struct booking_query){.product_id = 3}),
                     ALL / PRODUCTS);
    assert_int_equal(walk(harness, subject, (struct booking_query){.user_id = 2, .product_id = 3}),
                     DAYS);
    assert_int_equal(walk(harness, subject, (struct booking_query){.order_id = 104}), 1);
    assert_int_equal(walk(harness, subject, (struct booking_query){.order_id = 104, .user_id = 3}),
                     0);
    const int64_t orders[] = {104, 101, 4711, 107, 102, 110, 111, 112};
    const int count = (int)(sizeof(orders) / sizeof(orders[0]));
    assert_int_equal(
        walk(harness, subject, (struct booking_query){.order_ids = orders, .order_count = count}),
        count - 1);
    assert_int_equal(walk(harness, subject, (struct booking_query){.user_id = 99}), 0);
}

static void ranges_of_days_are_inclusive(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    fill(harness, subject);
    const struct booking_query two = {.from = day_in(2), .to = day_in(3)};
    assert_int_equal(walk(harness, subject, two), ALL / DAYS * 2);
    const struct booking_query from = {.from = day_in(DAYS), .user_id = 1};
    assert_int_equal(walk(harness, subject, from), PRODUCTS);
    const struct booking_query to = {.to = day_in(1), .product_id = 1};
    assert_int_equal(walk(harness, subject, to), USERS);
    const struct booking_query none = {.from = day_in(DAYS + 1)};
    assert_int_equal(walk(harness, subject, none), 0);
}

static void an_order_has_its_lines(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    struct booking_line lines[BOOKINGS_LINES_MAX];
    give_places(harness, subject, 1, 5);
    for (int i = 0; i < BOOKINGS_LINES_MAX; i++)
        lines[i] = (struct booking_line){1, day_in(20 - i), 1 + i % 5, 10 * i};
    const struct booking_hold wanted = {100, 7, clock_wall_ms() + 60000, lines, BOOKINGS_LINES_MAX};
    assert_status(call, STATUS_OK, bookings_hold(subject->bookings, call, &wanted));

    const struct booking_query query = {.order_id = 100, .limit = BOOKINGS_LINES_MAX};
    struct booking_page page;
    assert_status(call, STATUS_OK, bookings_list(subject->bookings, call, &query, &page));
    assert_int_equal(page.count, BOOKINGS_LINES_MAX);
    assert_false(page.more);
    for (int i = 0; i < page.count; i++) {
        const struct booking_line *line = &lines[page.bookings[i].line];
        assert_int_equal(page.bookings[i].day, line->day);
        assert_int_equal(page.bookings[i].quantity, line->quantity);
        assert_int_equal(page.bookings[i].amount_cents, line->amount_cents);
    }
}

static void best_sellers_are_what_was_confirmed(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct bookings *bookings = subject->bookings;
    struct call *call = harness_call(harness);
    int64_t ids[PRODUCTS];
    int count = -1;
    for (int product = 1; product <= PRODUCTS; product++)
        give_places(harness, subject, product, 100);
    const int32_t sold[PRODUCTS] = {4, 9, 20, 9}; /* product 3 is only held */
    for (int i = 0; i < PRODUCTS; i++) {
        hold(harness, subject, 100 + i, 1 + i, day_in(3), sold[i]);
        if (i != 2) assert_status(call, STATUS_OK, bookings_confirm(bookings, call, 100 + i));
    }
    const int64_t hour_ago = clock_wall_ms() - 3600000;
    assert_status(call, STATUS_OK,
                  bookings_best_sellers(bookings, call, hour_ago, PRODUCTS, ids, &count));
    assert_int_equal(count, 3);
    assert_int_equal(ids[0], 2);
    assert_int_equal(ids[1], 4);
    assert_int_equal(ids[2], 1);
    assert_status(call, STATUS_OK, bookings_best_sellers(bookings, call, hour_ago, 1, ids, &count));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], 2);
    assert_status(
        call, STATUS_OK,
        bookings_best_sellers(bookings, call, clock_wall_ms() + 60000, PRODUCTS, ids, &count));
    assert_int_equal(count, 0);
}

static const struct port_case cases[] = {
    {"every list visits each booking once", every_list_visits_each_booking_once},
    {"ranges of days are inclusive", ranges_of_days_are_inclusive},
    {"an order has its lines", an_order_has_its_lines},
    {"best sellers are what was confirmed", best_sellers_are_what_was_confirmed},
};
const struct port_suite bookings_list_suite = {cases, sizeof(cases) / sizeof(cases[0])};
