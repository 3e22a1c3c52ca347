/* Numbers without gaps and invoices that do not change, however many ask at once and whatever fails. Orders
 * are made by hand; accounts and invoices are in the database.
 */
#include "common/modules/invoices/invoices.h"

#include "tests/ports/on_postgres.h"
#include "tests/ports/suites.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CROWD = 200, OFFLOAD_QUEUE = 300 };

struct invoices_subject {
    struct invoices *invoices;
    struct invoices_options options;
    int64_t buyer;
    int64_t numbers[CROWD];
};

void *make_invoices_pg(struct harness *harness)
{
    struct invoices_subject *subject = arena_new(harness->arena, struct invoices_subject);
    struct invoices_options *options = &subject->options;
    struct call *call = harness_call(harness);
    struct user user;
    *options = (struct invoices_options){
        .pool = harness->pool,
        .users = users_pg_new(harness->arena, harness->pool, harness->pool),
        .press = make_press(harness, 2, OFFLOAD_QUEUE),
        .seller_name = "Łódź Tours & Söhne \"1\"",
        .seller_address = "12 Harbour Street;  20457 Hamburg",
        .seller_vat_id = "DE123456789",
        .vat_basis_points = 1900,
    };
    subject->invoices = invoices_new(harness->arena, options);
    assert_status(call, STATUS_OK,
                  users_insert(options->users, call, "ada@example.org", "Ada Żółć", "$argon2id$x",
                               ROLE_CUSTOMER, &user));
    subject->buyer = user.id;
    return subject;
}

static struct order confirmed(const struct invoices_subject *subject, int64_t id)
{
    static struct order_line lines[] = {
        {.title = "Harbour \"by\" night",
         .day = 20781,
         .quantity = 2,
         .unit_price_cents = 2500,
         .amount_cents = 5000},
        {.title = "Töpfern",
         .day = 20790,
         .quantity = 1,
         .unit_price_cents = 4999,
         .amount_cents = 4999},
    };
    return (struct order){
        .id = id,
        .user_id = subject->buyer,
        .state = ORDER_CONFIRMED,
        .total_cents = 9999,
        .currency = "EUR",
        .created_ms = INT64_C(1795467000000),
        .updated_ms = INT64_C(1795467000250),
        .lines = lines,
        .line_count = 2,
    };
}

static struct invoice issued(struct harness *harness, struct invoices_subject *subject, int64_t id)
{
    struct call *call = harness_call(harness);
    const struct order order = confirmed(subject, id);
    struct invoice invoice;
    assert_status(call, STATUS_OK, invoices_issue(subject->invoices, call, &order, &invoice));
    return invoice;
}

static struct invoice_document document_of(struct harness *harness, struct invoices *invoices,
                                           const struct invoice *invoice)
{
    struct call *call = harness_call(harness);
    struct invoice_document document;
    assert_status(call, STATUS_OK, invoices_make_document(invoices, call, invoice, &document));
    return document;
}

/* --- what it says --- */

static void an_invoice_says_what_was_bought(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    const struct invoice invoice = issued(harness, subject, 17);
    assert_int_equal(invoice.number, 1);
    assert_int_equal(strlen(invoice.label), 11);
    assert_string_equal(invoice.label + 4, "-000001");
    assert_true(invoice.issued_ms > 0);
    assert_int_equal(invoice.order_id, 17);
    assert_int_equal(invoice.ordered_ms, INT64_C(1795467000000));
    assert_int_equal(invoice.paid_ms, INT64_C(1795467000250));
    assert_string_equal(invoice.seller_name, "Łódź Tours & Söhne \"1\"");
    assert_string_equal(invoice.seller_address, "12 Harbour Street\n20457 Hamburg");
    assert_string_equal(invoice.seller_vat_id, "DE123456789");
    assert_string_equal(invoice.buyer_name, "Ada Żółć");
    assert_string_equal(invoice.buyer_email, "ada@example.org");
    assert_int_equal(invoice.vat_basis_points, 1900);
    assert_int_equal(invoice.total_cents, 9999);
    assert_string_equal(invoice.currency, "EUR");
    assert_int_equal(invoice.line_count, 2);
    assert_string_equal(invoice.lines[0].title, "Harbour \"by\" night");
    assert_int_equal(invoice.lines[0].day, 20781);
    assert_int_equal(invoice.lines[0].quantity, 2);
    assert_int_equal(invoice.lines[1].unit_price_cents, 4999);
    assert_int_equal(invoice.lines[1].amount_cents, 4999);
}

static void it_is_issued_once(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    const struct invoice first = issued(harness, subject, 17);
    const struct invoice other = issued(harness, subject, 16);
    const struct invoice again = issued(harness, subject, 17);
    assert_int_equal(other.number, first.number + 1);
    assert_int_equal(again.number, first.number);
    assert_int_equal(again.issued_ms, first.issued_ms);
    assert_string_equal(again.label, first.label);
}

static void it_never_changes(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    const struct invoice before = issued(harness, subject, 17);
    const struct invoice_document paper = document_of(harness, subject->invoices, &before);
    assert_memory_equal(paper.bytes, "%PDF-", 5);
    assert_string_equal(paper.file_name + 12, "-000001.pdf");

    subject->options.seller_name = "Another Ltd";
    subject->options.vat_basis_points = 700;
    subject->invoices = invoices_new(harness->arena, &subject->options);
    harness_sql(harness, "UPDATE users.accounts SET name = 'Somebody Else'");
    const struct invoice after = issued(harness, subject, 17);
    const struct invoice_document again = document_of(harness, subject->invoices, &after);
    assert_int_equal(again.length, paper.length);
    assert_memory_equal(again.bytes, paper.bytes, paper.length);

    const struct invoice next = issued(harness, subject, 18);
    assert_string_equal(next.seller_name, "Another Ltd");
    assert_string_equal(next.buyer_name, "Somebody Else");
    assert_int_equal(next.vat_basis_points, 700);
}

/* --- numbers --- */

static void only_confirmed_orders_take_a_number(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    struct call *call = harness_call(harness);
    struct invoice invoice;
    struct order order = confirmed(subject, 17);
    order.state = ORDER_PENDING;
    assert_status(call, STATUS_CONFLICT, invoices_issue(subject->invoices, call, &order, &invoice));
    order.state = ORDER_REJECTED;
    assert_status(call, STATUS_CONFLICT, invoices_issue(subject->invoices, call, &order, &invoice));
    order.state = ORDER_CONFIRMED;
    order.user_id = 999;
    assert_status(call, STATUS_NOT_FOUND,
                  invoices_issue(subject->invoices, call, &order, &invoice));
    assert_int_equal(issued(harness, subject, 18).number, 1);
}

static void what_fails_leaves_no_gap(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    struct call *call = harness_call(harness);
    const struct order order = confirmed(subject, 13);
    struct invoice invoice;
    assert_int_equal(issued(harness, subject, 1).number, 1);
    harness_sql(harness,
                "ALTER TABLE invoices.invoices ADD CONSTRAINT unlucky CHECK (order_id <> 13)");
    const enum status status = invoices_issue(subject->invoices, call, &order, &invoice);
    harness_sql(harness, "ALTER TABLE invoices.invoices DROP CONSTRAINT unlucky");
    assert_status(call, STATUS_CONFLICT, status);
    assert_int_equal(issued(harness, subject, 2).number, 2);
    assert_int_equal(issued(harness, subject, 13).number, 3);
}

static void ask(struct harness *harness, struct invoices_subject *subject, int index, int64_t id)
{
    subject->numbers[index] = issued(harness, subject, id).number;
}

static void ask_for_one(struct harness *harness, int index, void *context)
{
    ask(harness, context, index, 17);
}

static void ask_for_one_each(struct harness *harness, int index, void *context)
{
    ask(harness, context, index, 1000 + index);
}

static void ask_for_each_twice(struct harness *harness, int index, void *context)
{
    ask(harness, context, index, 1000 + index / 2);
}

static void many_asking_for_one_get_the_same(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    harness_together(harness, 50, ask_for_one, subject);
    for (int i = 0; i < 50; i++)
        assert_int_equal(subject->numbers[i], 1);
    assert_int_equal(issued(harness, subject, 18).number, 2);
}

/* Each number from 1 to `count` is there `times` times. */
static void check_numbers(const struct invoices_subject *subject, int count, int times)
{
    int seen[CROWD + 1] = {0};
    for (int i = 0; i < count * times; i++) {
        assert_in_range(subject->numbers[i], 1, count);
        seen[subject->numbers[i]]++;
    }
    for (int number = 1; number <= count; number++)
        assert_int_equal(seen[number], times);
}

static void two_hundred_at_once_leave_no_gap(struct harness *harness, void *context)
{
    harness_together(harness, CROWD, ask_for_one_each, context);
    check_numbers(context, CROWD, 1);
}

static void racing_pairs_leave_no_gap(struct harness *harness, void *context)
{
    harness_together(harness, CROWD, ask_for_each_twice, context);
    check_numbers(context, CROWD / 2, 2);
    assert_int_equal(issued(harness, context, 1).number, CROWD / 2 + 1);
}

static void a_damaged_record_is_not_guessed(struct harness *harness, void *context)
{
    struct invoices_subject *subject = context;
    struct call *call = harness_call(harness);
    const struct order order = confirmed(subject, 17);
    struct invoice invoice;
    issued(harness, subject, 17);
    harness_sql(harness, "UPDATE invoices.invoices SET facts = '{\"order_id\": 17}'");
    assert_status(call, STATUS_INTERNAL, invoices_issue(subject->invoices, call, &order, &invoice));
    harness_sql(harness, "UPDATE invoices.invoices SET facts = 'not JSON'");
    assert_status(call, STATUS_INTERNAL, invoices_issue(subject->invoices, call, &order, &invoice));
}

static const struct port_case cases[] = {
    {"an invoice says what was bought", an_invoice_says_what_was_bought},
    {"it is issued once", it_is_issued_once},
    {"it never changes", it_never_changes},
    {"only confirmed orders take a number", only_confirmed_orders_take_a_number},
    {"what fails leaves no gap", what_fails_leaves_no_gap},
    {"many asking for one get the same", many_asking_for_one_get_the_same},
    {"two hundred at once leave no gap", two_hundred_at_once_leave_no_gap},
    {"racing pairs leave no gap", racing_pairs_leave_no_gap},
    {"a damaged record is not guessed", a_damaged_record_is_not_guessed},
};

const struct port_suite invoices_suite = {cases, sizeof(cases) / sizeof(cases[0])};
