/* Every field is mixed into the checksum and handed to COPY. Times and days are most of the fields,
 * so the text of a day is kept until another day comes.
 */
#include "infra/seed/table.h"

#include "infra/seed/growth.h"

#include <string.h>

void tables_init(struct table tables[TABLE_COUNT])
{
    static const char *const definitions[TABLE_COUNT][2] = {
        [TABLE_ACCOUNTS] = {"users.accounts", "id, email, name, password_hash, role, created_at"},
        [TABLE_CATEGORIES] = {"catalog.categories", "id, slug, name"},
        [TABLE_PICTURES] = {"media.pictures", "key, width, height, created_at"},
        [TABLE_FILES] = {"media.files", "key, size, bytes"},
        [TABLE_PRODUCTS] = {"catalog.products",
                            "id, category, title, summary, description, price_cents, "
                            "rating_tenths, rating_count, featured, active, version, created_at, "
                            "updated_at, picture"},
        [TABLE_CAPACITIES] = {"bookings.capacities", "product_id, per_day"},
        [TABLE_BOOKINGS] = {"bookings.bookings",
                            "id, order_id, line, user_id, product_id, day, quantity, "
                            "amount_cents, state, created_at"},
        [TABLE_DAYS] = {"bookings.days", "product_id, day, capacity, own, taken"},
        [TABLE_ORDERS] = {"orders.orders",
                          "id, user_id, key, body_hash, state, reason, detail, field, "
                          "total_cents, currency, created_at, updated_at, receipt_sent_at"},
        [TABLE_LINES] = {"orders.lines", "order_id, line, product_id, title, day, quantity, "
                                         "unit_price_cents, amount_cents"},
        [TABLE_CHARGES] = {"payments.charges",
                           "order_id, outcome, amount_cents, currency, provider_id, recorded_at"},
        [TABLE_REFUNDS] = {"payments.refunds",
                           "key, order_id, amount_cents, provider_id, recorded_at"},
        [TABLE_SALES] = {"reports.sales", "booking_id, order_id, product_id, title, sold_at, day, "
                                          "quantity, amount_cents, currency, cancelled_at"},
    };
    for (int id = 0; id < TABLE_COUNT; id++)
        tables[id] = (struct table){
            .name = definitions[id][0], .columns = definitions[id][1], .cached_day = -1};
}

static void mix(struct table *table, uint64_t value)
{
    uint64_t sum = (table->checksum ^ value) * 0x9E3779B97F4A7C15u;
    table->checksum = sum ^ sum >> 32;
}

static void mix_text(struct table *table, const char *text)
{
    uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    mix(table, hash);
}

void table_int(struct table *table, int64_t value)
{
    mix(table, (uint64_t)value);
    if (table->copy) pg_copy_int64(table->copy, value);
}

void table_bool(struct table *table, bool value)
{
    mix(table, value);
    if (table->copy) pg_copy_text(table->copy, value ? "t" : "f");
}

void table_text(struct table *table, const char *text)
{
    mix_text(table, text ? text : "\\N");
    if (table->copy) pg_copy_text(table->copy, text);
}

void table_secret(struct table *table, const char *text)
{
    if (table->copy) pg_copy_text(table->copy, text);
}

void table_named(struct table *table, int64_t number, const char *text)
{
    mix(table, (uint64_t)number);
    table_secret(table, text);
}

static const char *day_text(struct table *table, int32_t day)
{
    if (table->cached_day != day) {
        clock_format_day(day, table->day_text);
        table->cached_day = day;
    }
    return table->day_text;
}

void table_day(struct table *table, int32_t day)
{
    mix(table, (uint64_t)day);
    if (table->copy) pg_copy_text(table->copy, day_text(table, day));
}

static void write_digits(char *out, int32_t value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

void table_time(struct table *table, int64_t wall_ms)
{
    mix(table, (uint64_t)wall_ms);
    if (!table->copy) return;
    if (wall_ms == 0) {
        pg_copy_text(table->copy, NULL);
        return;
    }
    const int32_t rest = (int32_t)(wall_ms % MS_PER_DAY);
    char text[] = "0000-00-00 00:00:00.000Z";
    memcpy(text, day_text(table, (int32_t)(wall_ms / MS_PER_DAY)), CLOCK_DAY_TEXT - 1);
    write_digits(text + 11, rest / 3600000, 2);
    write_digits(text + 14, rest / 60000 % 60, 2);
    write_digits(text + 17, rest / 1000 % 60, 2);
    write_digits(text + 20, rest % 1000, 3);
    pg_copy_text(table->copy, text);
}

void table_end_row(struct table *table)
{
    table->rows++;
    if (table->copy) pg_copy_end_row(table->copy);
}
