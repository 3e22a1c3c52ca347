/* A year of orders, looked at order by order: what the shop's own rules would refuse must not be
 * there.
 */
#include "infra/seed/checkouts.h"
#include "tests/unit/seed/groups.h"

#include <stdlib.h>
#include <string.h>

struct scene {
    struct year year;
    struct checkouts checkouts;
};

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    if (!scene) return -1;
    year_make(&scene->year, "small", 1, YEAR_TODAY);
    *state = scene;
    return checkouts_init(&scene->checkouts, &scene->year.plan) == STATUS_OK ? 0 : -1;
}

static int end(void **state)
{
    struct scene *scene = *state;
    checkouts_release(&scene->checkouts);
    year_release(&scene->year);
    free(scene);
    return 0;
}

static void ids_and_times_rise(void **state)
{
    struct scene *scene = *state;
    const struct plan *plan = &scene->year.plan;
    struct checkout order = {0};
    int64_t orders = 0, bookings = 0, before_ms = 0;
    while (checkouts_next(&scene->checkouts, &order)) {
        assert_int_equal(order.id, ++orders);
        assert_true(order.created_ms >= before_ms && order.settled_ms >= order.created_ms);
        assert_true(order.created_ms >= (int64_t)plan->first_day * MS_PER_DAY);
        assert_true(order.settled_ms < (int64_t)plan->today * MS_PER_DAY);
        assert_in_range(order.count, 1, CHECKOUT_LINES_MAX);
        for (int i = 0; i < order.count; i++)
            assert_int_equal(order.lines[i].booking_id,
                             order.fate == CHECKOUT_SOLD_OUT ? 0 : ++bookings);
        before_ms = order.created_ms;
    }
    assert_int_equal(bookings, plan->size.bookings);
    assert_false(checkouts_next(&scene->checkouts, &order));
}

static void check_line(const struct plan *plan, const struct checkout *order, int number)
{
    const struct checkout_line *line = &order->lines[number];
    const struct plan_product *product = &plan->products[line->product];
    const int32_t ordered_on = (int32_t)(order->created_ms / MS_PER_DAY);
    assert_true(line->day >= ordered_on && line->day <= plan->today + AHEAD_DAYS);
    assert_in_range(line->quantity, 1, 20);
    assert_int_equal(line->amount_cents, product->price_cents * line->quantity);
    assert_true(product->created_ms < order->created_ms);
    assert_true(product->active || line->day < plan->today || order->fate == CHECKOUT_SOLD_OUT);
    if (line->cancelled_ms) {
        assert_int_equal(order->fate, CHECKOUT_CONFIRMED);
        assert_true(line->cancelled_ms > order->settled_ms);
        assert_true(line->cancelled_ms < (int64_t)line->day * MS_PER_DAY);
        assert_true(line->cancelled_ms < (int64_t)plan->today * MS_PER_DAY);
    }
    for (int i = 0; i < number; i++)
        assert_int_not_equal(order->lines[i].product, line->product);
}

static void every_order_could_have_been_placed(void **state)
{
    struct scene *scene = *state;
    const struct plan *plan = &scene->year.plan;
    struct checkout order = {0};
    while (checkouts_next(&scene->checkouts, &order)) {
        int64_t total = 0;
        for (int i = 0; i < order.count; i++) {
            check_line(plan, &order, i);
            total += order.lines[i].amount_cents;
        }
        assert_int_equal(order.total_cents, total);
        assert_in_range(order.user_id, plan->demo_user, plan->size.users);
        assert_true(order.user_id <= growth_count(&plan->users, order.created_ms));
    }
}

static void no_day_is_oversold_at_any_time(void **state)
{
    struct scene *scene = *state;
    const struct plan *plan = &scene->year.plan;
    int32_t *taken = calloc((size_t)plan->size.products * PLAN_DAYS, sizeof(*taken));
    assert_non_null(taken);
    struct checkout order = {0};
    while (checkouts_next(&scene->checkouts, &order))
        for (int i = 0; i < order.count && order.fate == CHECKOUT_CONFIRMED; i++) {
            const struct checkout_line *line = &order.lines[i];
            if (line->cancelled_ms) continue;
            int32_t *day = &taken[line->product * PLAN_DAYS + line->day - plan->first_day];
            *day += line->quantity;
            assert_true(*day <= plan->products[line->product].per_day);
        }
    for (int32_t product = 0; product < plan->size.products; product++)
        for (int32_t day = 0; day < PLAN_DAYS; day++) {
            bool touched;
            assert_int_equal(checkouts_taken(&scene->checkouts, product, day, &touched),
                             taken[product * PLAN_DAYS + day]);
            assert_true(touched || taken[product * PLAN_DAYS + day] == 0);
        }
    free(taken);
}

static void a_replay_is_the_same(void **state)
{
    struct scene *scene = *state;
    struct checkouts again;
    struct checkout first, second;
    assert_int_equal(checkouts_init(&again, &scene->year.plan), STATUS_OK);
    for (bool more = true; more;) {
        memset(&first, 0, sizeof(first));
        memset(&second, 0, sizeof(second));
        more = checkouts_next(&scene->checkouts, &first);
        assert_int_equal(checkouts_next(&again, &second), more);
        assert_memory_equal(&first, &second, sizeof(first));
    }
    checkouts_release(&again);
}

static void the_shares_are_as_in_life(void **state)
{
    struct scene *scene = *state;
    const struct plan *plan = &scene->year.plan;
    struct checkout order = {0};
    int cancelled = 0, sold_out = 0, declined = 0, ahead = 0, demo = 0;
    while (checkouts_next(&scene->checkouts, &order)) {
        sold_out += order.fate == CHECKOUT_SOLD_OUT;
        declined += order.fate == CHECKOUT_DECLINED;
        demo += order.user_id == plan->demo_user;
        for (int i = 0; i < order.count; i++) {
            cancelled += order.lines[i].cancelled_ms != 0;
            ahead += order.lines[i].day >= plan->today;
            if (order.user_id == plan->demo_user) assert_true(order.lines[i].day < plan->today);
        }
    }
    assert_in_range(cancelled, 350, 450); /* of 5,000 */
    assert_in_range(sold_out, 3, 100);
    assert_in_range(declined, 40, 130);
    assert_true(ahead > 150);
    assert_in_range(demo, 12, 30); /* given, and chosen by chance */
}

static void products_are_what_a_shop_has(void **state)
{
    struct scene *scene = *state;
    const struct plan *plan = &scene->year.plan;
    int featured = 0, hidden = 0, seen[500] = {0};
    for (int32_t i = 0; i < plan->size.products; i++) {
        const struct plan_product *product = &plan->products[i];
        featured += product->featured;
        hidden += !product->active;
        assert_true(product->active || !product->featured);
        assert_in_range(product->per_day, 4, PLAN_PER_DAY_MAX);
        assert_in_range(product->rating_tenths, 0, 50);
        assert_true((product->rating_count == 0) == (product->rating_tenths == 0));
        assert_true(product->updated_ms >= product->created_ms);
        assert_true(product->updated_ms < (int64_t)plan->today * MS_PER_DAY);
        assert_int_equal(product->price_cents % 50, 0);
        seen[product->rank]++;
        assert_int_equal(plan->by_rank[product->rank], i);
    }
    for (int rank = 0; rank < 500; rank++)
        assert_int_equal(seen[rank], 1);
    assert_int_equal(featured, 24);
    assert_in_range(hidden, 1, 20);
}

#define scene_test(function) cmocka_unit_test_setup_teardown(function, begin, end)

int test_checkouts(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(ids_and_times_rise),
        scene_test(every_order_could_have_been_placed),
        scene_test(no_day_is_oversold_at_any_time),
        scene_test(a_replay_is_the_same),
        scene_test(the_shares_are_as_in_life),
        scene_test(products_are_what_a_shop_has),
    };
    return cmocka_run_group_tests_name("checkouts", tests, NULL, NULL);
}
