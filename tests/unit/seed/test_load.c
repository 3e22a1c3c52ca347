/* The small year in a real PostgreSQL, with the shop's own migrations: what the database then says
 * must agree with itself, table by table and to the cent. And a load that was cut short.
 */
#include "infra/seed/load.h"

#include "common/app/generated.h"
#include "infra/seed/accounts.h"
#include "infra/seed/lane.h"
#include "infra/seed/record.h"
#include "tests/unit/seed/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 20000, ARENA_BYTES = 4 << 20 };

struct scene {
    struct server *server;
    struct year year;
    struct arena arena;
    struct table tables[TABLE_COUNT];
    char error[COPY_ERROR];
    char url[200];
};

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    int applied;
    if (!scene) return -1;
    scene->server = *state;
    strncpy(scene->url, server_url(scene->server, "test"), sizeof(scene->url) - 1);
    if (!server_sql(scene->server,
                    "DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE "
                    "nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') LOOP "
                    "EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$"))
        return -1;
    if (pg_migrate(scene->url, migrations_all, migrations_count, TIMEOUT_MS, &applied,
                   scene->error) != STATUS_OK)
        return -1;
    arena_init(&scene->arena, ARENA_BYTES);
    year_make(&scene->year, "small", 1, YEAR_TODAY);
    scene->year.plan.shopper_password_hash = "$argon2id$of-nothing";
    tables_init(scene->tables);
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    struct server *server = scene->server;
    year_release(&scene->year);
    arena_release(&scene->arena);
    free(scene);
    *state = server;
    return 0;
}

/* The two accounts have no password of their own here. */
static enum status try_to_load(struct scene *scene)
{
    struct plan plan = scene->year.plan;
    struct plan_account accounts[2] = {plan.accounts[0], plan.accounts[1]};
    accounts[0].password_hash = accounts[1].password_hash = "$argon2id$of-nothing";
    plan.accounts = accounts;
    return load_run(&plan, scene->url, true, scene->tables, scene->error);
}

static void load(struct scene *scene)
{
    enum status status = try_to_load(scene);
    assert_string_equal(scene->error, "");
    assert_int_equal(status, STATUS_OK);
}

static long number(struct scene *scene, const char *sql)
{
    return server_number(scene->server, sql);
}

/* --- what is in the database --- */

static void every_row_has_arrived(void **state)
{
    struct scene *scene = *state;
    struct table counted[TABLE_COUNT];
    load(scene);
    tables_init(counted);
    assert_int_equal(load_run(&scene->year.plan, NULL, true, counted, scene->error), STATUS_OK);
    for (int id = 0; id < TABLE_COUNT; id++) {
        char sql[100];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", scene->tables[id].name);
        assert_int_equal(number(scene, sql), scene->tables[id].rows);
        assert_int_equal(counted[id].rows, scene->tables[id].rows);
        assert_int_equal(counted[id].checksum,
                         scene->tables[id].checksum); /* loading is not making */
    }
}

/* Each of these counts what must not be. */
static const char *const contradictions[] = {
    /* places taken are those of bookings that hold some */
    "SELECT count(*) FROM bookings.days d FULL JOIN (SELECT product_id, day, "
    "COALESCE(sum(quantity) "
    "FILTER (WHERE state IN ('held', 'confirmed', 'cancelling')), 0) AS taken FROM "
    "bookings.bookings "
    "GROUP BY product_id, day) b USING (product_id, day) "
    "WHERE d.taken IS NULL OR COALESCE(b.taken, 0) <> d.taken OR d.taken > d.capacity",
    /* a day without a number of its own has the product's */
    "SELECT count(*) FROM bookings.days d JOIN bookings.capacities c USING (product_id) "
    "WHERE NOT d.own AND d.capacity <> c.per_day",
    "SELECT count(*) FROM catalog.products p FULL JOIN bookings.capacities c ON c.product_id = "
    "p.id "
    "WHERE p.id IS NULL OR c.product_id IS NULL",
    /* an order is the sum of its lines */
    "SELECT count(*) FROM orders.orders o LEFT JOIN (SELECT order_id, sum(amount_cents) AS sum "
    "FROM orders.lines GROUP BY order_id) l ON l.order_id = o.id WHERE l.sum IS DISTINCT FROM "
    "o.total_cents",
    /* a line has a booking unless it was sold out, and the booking says the same */
    "SELECT count(*) FROM orders.lines l JOIN orders.orders o ON o.id = l.order_id "
    "FULL JOIN bookings.bookings b ON b.order_id = l.order_id AND b.line = l.line "
    "WHERE l.order_id IS NULL OR (b.id IS NULL) <> (o.reason IS NOT DISTINCT FROM 'sold-out') "
    "OR b.id IS NOT NULL AND (b.user_id, b.product_id, b.day, b.quantity, b.amount_cents) "
    "IS DISTINCT FROM (o.user_id, l.product_id, l.day, l.quantity, l.amount_cents)",
    /* what a booking is follows from what the order became */
    "SELECT count(*) FROM bookings.bookings b JOIN orders.orders o ON o.id = b.order_id "
    "WHERE (o.state = 'rejected') <> (b.state = 'released') OR b.state IN ('held', 'cancelling')",
    /* money: one charge for each order that got as far as that */
    "SELECT count(*) FROM orders.orders o FULL JOIN payments.charges c ON c.order_id = o.id "
    "WHERE o.id IS NULL OR (c.order_id IS NULL) <> (o.reason IS NOT DISTINCT FROM 'sold-out') "
    "OR (c.outcome = 'charged') <> (o.state = 'confirmed') OR c.amount_cents <> o.total_cents",
    /* money back: one refund for each cancelled booking, before its day */
    "SELECT count(*) FROM payments.refunds r FULL JOIN (SELECT id, order_id, amount_cents, "
    "created_at, "
    "day FROM bookings.bookings WHERE state = 'cancelled') b ON r.key = 'booking-' || b.id || "
    "'-refund' "
    "WHERE r.key IS NULL OR b.id IS NULL OR (r.order_id, r.amount_cents) <> (b.order_id, "
    "b.amount_cents) OR r.recorded_at < b.created_at OR r.recorded_at >= b.day",
    /* a product's picture is there, in three sizes */
    "SELECT count(*) FROM catalog.products p LEFT JOIN (SELECT key, count(*) AS sizes FROM "
    "media.pictures JOIN media.files USING (key) WHERE bytes = '\\xffd8' GROUP BY key) m ON m.key "
    "= "
    "p.picture WHERE (p.picture IS NULL) <> (p.category = 'crafts') OR p.picture IS NOT NULL AND "
    "m.sizes IS DISTINCT FROM 3",
    /* the sales books: every booking that was paid for, as it was sold */
    "SELECT count(*) FROM reports.sales s FULL JOIN (SELECT * FROM bookings.bookings WHERE state "
    "IN "
    "('confirmed', 'cancelling', 'cancelled')) b ON b.id = s.booking_id WHERE s.booking_id IS NULL "
    "OR b.id IS NULL OR (s.order_id, s.product_id, s.day, s.quantity, s.amount_cents) IS DISTINCT "
    "FROM (b.order_id, b.product_id, b.day, b.quantity, b.amount_cents) "
    "OR (b.state = 'cancelled') <> (s.cancelled_at IS NOT NULL)",
    "SELECT count(*) FROM reports.sales s LEFT JOIN orders.orders o ON o.id = s.order_id "
    "LEFT JOIN orders.lines l ON l.order_id = s.order_id AND l.product_id = s.product_id AND l.day "
    "= s.day WHERE (s.sold_at, s.currency, s.title) IS DISTINCT FROM (o.updated_at, o.currency, "
    "l.title)",
    "SELECT count(*) FROM reports.sales s FULL JOIN payments.refunds r ON r.key = 'booking-' || "
    "s.booking_id || '-refund' WHERE (s.cancelled_at, CASE WHEN s.cancelled_at IS NOT NULL THEN "
    "s.amount_cents END) IS DISTINCT FROM (r.recorded_at, r.amount_cents)",
    /* so the sums agree, to the cent: sold is charged, cancelled is refunded */
    "SELECT abs((SELECT sum(amount_cents) FROM reports.sales) - (SELECT sum(amount_cents) FROM "
    "payments.charges WHERE outcome = 'charged')) + abs((SELECT sum(amount_cents) FROM "
    "reports.sales WHERE cancelled_at IS NOT NULL) - (SELECT sum(amount_cents) FROM "
    "payments.refunds))",
    /* the right product, user and time */
    "SELECT count(*) FROM orders.lines l JOIN catalog.products p ON p.id = l.product_id "
    "WHERE (p.title, p.price_cents) <> (l.title, l.unit_price_cents)",
    "SELECT count(*) FROM orders.orders o LEFT JOIN users.accounts u ON u.id = o.user_id "
    "WHERE u.id IS NULL OR u.created_at > o.created_at OR u.role <> 'customer'",
    "SELECT count(*) FROM orders.orders WHERE created_at >= '2026-11-23' OR updated_at < "
    "created_at",
    /* nothing is left to do, and everything can be told from real orders */
    "SELECT count(*) FROM orders.orders WHERE state = 'pending' OR (state = 'confirmed') <> "
    "(receipt_sent_at IS NOT NULL)",
    "SELECT count(*) FROM orders.orders WHERE key <> 'seed-' || id",
    "SELECT count(*) FROM bookings.cancellations",
    /* the next ids are free */
    "SELECT count(*) FROM orders.orders WHERE id >= nextval('orders.order_ids')",
    "SELECT count(*) FROM bookings.bookings WHERE id >= "
    "nextval(pg_get_serial_sequence('bookings.bookings', 'id'))",
    "SELECT count(*) FROM users.accounts WHERE id >= "
    "nextval(pg_get_serial_sequence('users.accounts', 'id'))",
    "SELECT count(*) FROM catalog.products WHERE id >= "
    "nextval(pg_get_serial_sequence('catalog.products', 'id'))",
    "SELECT count(*) FROM catalog.categories WHERE id >= "
    "nextval(pg_get_serial_sequence('catalog.categories', 'id'))",
};

static void nothing_contradicts_itself(void **state)
{
    struct scene *scene = *state;
    load(scene);
    for (size_t i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]); i++) {
        const long found = number(scene, contradictions[i]);
        if (found != 0) print_message("%ld rows: %s\n", found, contradictions[i]);
        assert_int_equal(found, 0);
    }
    assert_int_equal(number(scene, "SELECT count(*) FROM catalog.products WHERE featured"), 24);
    assert_int_equal(number(scene, "SELECT id FROM users.accounts WHERE role = 'admin'"), 1);
    assert_int_equal(
        number(scene, "SELECT id FROM users.accounts WHERE email = 'shopper-17@shop.example'"), 17);
}

/* What the lanes take off they put back. */
static void constraints_and_indexes_are_as_before(void **state)
{
    struct scene *scene = *state;
    static const char fingerprint[] =
        "SELECT hashtext(string_agg(line, ';' ORDER BY line)) & 2147483647 FROM ("
        "SELECT conname || pg_get_constraintdef(oid) AS line FROM pg_constraint UNION ALL "
        "SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'seed')) t "
        "WHERE line NOT LIKE '%seed.loads%'";
    assert_true(server_sql(scene->server,
                           "CREATE INDEX titles ON catalog.products (lower(title)) WHERE active"));
    const long before = number(scene, fingerprint);
    load(scene);
    assert_int_equal(number(scene, fingerprint), before);
    assert_int_equal(number(scene, "SELECT count(*) FROM pg_indexes WHERE indexname = 'titles'"),
                     1);
    assert_int_equal(number(scene, "SELECT reltuples FROM pg_class WHERE relname = 'products'"),
                     500);
}

/* --- loads that are none --- */

static enum record_state look(struct scene *scene, const char **sentence)
{
    struct pg_copy *control = NULL;
    enum record_state state = RECORD_HALF;
    assert_int_equal(pg_copy_open(&scene->arena, scene->url, TIMEOUT_MS, &control, scene->error),
                     STATUS_OK);
    assert_int_equal(record_read(control, &scene->arena, &state, sentence, scene->error),
                     STATUS_OK);
    if (state == RECORD_EMPTY)
        assert_int_equal(record_begin(control, &scene->year.plan, scene->error), STATUS_OK);
    pg_copy_close(control);
    return state;
}

static void the_record_knows_what_happened(void **state)
{
    struct scene *scene = *state;
    const char *sentence;
    assert_int_equal(look(scene, &sentence), RECORD_EMPTY);
    assert_int_equal(look(scene, &sentence), RECORD_EMPTY); /* begun, but nothing was committed */
    load(scene);
    assert_int_equal(look(scene, &sentence), RECORD_LOADED); /* all but the last word */
    assert_string_equal(sentence, "the small data set of 2026-11-23 is already there");
    assert_true(server_sql(scene->server, "TRUNCATE payments.charges, payments.refunds"));
    assert_int_equal(look(scene, &sentence), RECORD_HALF);
    assert_non_null(strstr(sentence, "payments.charges, payments.refunds are empty"));
    assert_non_null(strstr(sentence, "make seed"));
    assert_true(server_sql(scene->server, "DELETE FROM seed.loads"));
    assert_int_equal(look(scene, &sentence), RECORD_IN_USE);
}

static void one_load_at_a_time_and_not_before_the_schema(void **state)
{
    struct scene *scene = *state;
    struct pg_copy *first = NULL, *second = NULL;
    enum record_state found;
    const char *sentence;
    assert_int_equal(pg_copy_open(&scene->arena, scene->url, TIMEOUT_MS, &first, scene->error),
                     STATUS_OK);
    assert_int_equal(pg_copy_open(&scene->arena, scene->url, TIMEOUT_MS, &second, scene->error),
                     STATUS_OK);
    assert_int_equal(record_read(first, &scene->arena, &found, &sentence, scene->error), STATUS_OK);
    assert_int_equal(record_read(second, &scene->arena, &found, &sentence, scene->error),
                     STATUS_CONFLICT);
    assert_true(server_sql(scene->server, "DROP TABLE orders.lines"));
    assert_int_equal(record_read(first, &scene->arena, &found, &sentence, scene->error),
                     STATUS_NOT_FOUND);
    assert_non_null(strstr(scene->error, "orders.lines"));
    pg_copy_close(first);
    pg_copy_close(second);
}

/* Somebody registers between the look and the load: nothing of theirs is lost, nothing of ours is
 * left.
 */
static void rows_that_came_meanwhile_stop_the_load(void **state)
{
    struct scene *scene = *state;
    assert_true(server_sql(scene->server, "INSERT INTO users.accounts (email, name, password_hash) "
                                          "VALUES ('early@shop.example', 'Early', '$argon2id$x')"));
    assert_int_equal(try_to_load(scene), STATUS_INTERNAL);
    assert_non_null(strstr(scene->error, "users.accounts has got rows meanwhile"));
    assert_int_equal(number(scene, "SELECT count(*) FROM users.accounts"), 1);
    assert_int_equal(number(scene, "SELECT count(*) FROM catalog.categories"), 0);
}

/* A row that the schema refuses ends the load with its table's name and leaves nothing behind. */
static void a_refused_row_takes_everything_back(void **state)
{
    struct scene *scene = *state;
    assert_true(server_sql(scene->server, "ALTER TABLE orders.lines ADD CHECK (quantity < 7)"));
    assert_int_equal(try_to_load(scene), STATUS_INTERNAL);
    assert_non_null(strstr(scene->error, "orders.lines: "));
    assert_non_null(strstr(scene->error, "lines_quantity_check"));
    assert_int_equal(number(scene, "SELECT (SELECT count(*) FROM users.accounts) + "
                                   "(SELECT count(*) FROM bookings.bookings)"),
                     0);
    assert_int_equal(
        number(scene, "SELECT count(*) FROM pg_constraint WHERE conname = 'lines_pkey'"), 1);
}

#define scene_test(function)                                                                 \
    {                                                                                        \
        .name = #function, .test_func = function, .setup_func = begin, .teardown_func = end, \
        .initial_state = server                                                              \
    }

int test_load(struct server *server)
{
    const struct CMUnitTest tests[] = {
        scene_test(every_row_has_arrived),
        scene_test(nothing_contradicts_itself),
        scene_test(constraints_and_indexes_are_as_before),
        scene_test(the_record_knows_what_happened),
        scene_test(one_load_at_a_time_and_not_before_the_schema),
        scene_test(rows_that_came_meanwhile_stop_the_load),
        scene_test(a_refused_row_takes_everything_back),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
