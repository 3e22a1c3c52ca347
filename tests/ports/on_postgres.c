/* Makes the subjects of the suites as stage 01's wire.c makes its ports. The catalog asks bookings for the
 * best sellers; here a stand-in answers what the case has told it.
 */
#include "tests/ports/on_postgres.h"

#include "common/events/events.h"
#include "common/runtime/offload.h"
#include "tests/ports/suites.h"

void *make_users_pg(struct harness *harness)
{
    return users_pg_new(harness->arena, harness->pool, harness->pool);
}

void *make_sessions_pg(struct harness *harness)
{
    struct sessions_subject *subject = arena_new(harness->arena, struct sessions_subject);
    subject->sessions = sessions_pg_new(harness->arena, harness->pool, harness->pool);
    subject->users = users_pg_new(harness->arena, harness->pool, harness->pool);
    return subject;
}

struct best_sellers_stand_in {
    struct bookings port;
    const struct catalog_subject *subject;
};

static enum status stand_in_best_sellers(struct bookings *bookings, struct call *call,
                                         int64_t since_ms, int limit, int64_t *out, int *count)
{
    const struct catalog_subject *subject = ((struct best_sellers_stand_in *)bookings)->subject;
    (void)call, (void)since_ms;
    *count = subject->best_seller_count < limit ? subject->best_seller_count : limit;
    for (int i = 0; i < *count; i++)
        out[i] = subject->best_sellers[i];
    return STATUS_OK;
}

static const struct bookings_ops stand_in_ops = {.best_sellers = stand_in_best_sellers};

void *make_catalog_pg(struct harness *harness)
{
    struct catalog_subject *subject = arena_new(harness->arena, struct catalog_subject);
    struct best_sellers_stand_in *bookings =
        arena_new(harness->arena, struct best_sellers_stand_in);
    *bookings = (struct best_sellers_stand_in){{&stand_in_ops}, subject};
    subject->catalog =
        catalog_pg_new(harness->arena, harness->pool, harness->pool, &bookings->port, "EUR");
    return subject;
}

void *make_bookings_pg(struct harness *harness)
{
    struct bookings_subject *subject = arena_new(harness->arena, struct bookings_subject);
    subject->bookings = bookings_pg_new(harness->arena, harness->pool, harness->pool,
                                        events_bus_new(harness->arena));
    subject->capacity = capacity_pg_new(harness->arena, harness->pool, harness->pool);
    return subject;
}

static void close_offload(void *context)
{
    offload_close(context);
}

struct pdf_press make_press(struct harness *harness, int threads, int queue)
{
    struct pdf_press press = {.loop = harness->loop};
    struct pdf_fonts *fonts;
    char error[PDF_ERROR_TEXT];
    assert_int_equal(pdf_fonts_open(harness->arena, &fonts, error), STATUS_OK);
    assert_int_equal(offload_open(&press.offload, threads, queue), STATUS_OK);
    harness_at_end(harness, close_offload, press.offload);
    press.fonts = fonts;
    return press;
}

void *make_media_pg(struct harness *harness)
{
    struct media_scaling scaling = {.loop = harness->loop};
    assert_int_equal(offload_open(&scaling.offload, 1, 8), STATUS_OK);
    harness_at_end(harness, close_offload, scaling.offload);
    return media_pg_new(harness->arena, harness->pool, harness->pool, &scaling);
}
