/* A product's capacity follows from what it will be asked for: bookings * places each * its share
 * under Zipf's law. Most have plenty; every seventh is made for less than its season brings, so
 * that days sell out.
 */
#include "infra/seed/plan.h"

#include "infra/seed/calendar.h"
#include "infra/seed/words.h"

#include <string.h>

enum {
    SHUFFLE_STEP = 7919, /* a prime that divides no size: every product gets one rank */
    USERS_BEFORE_PERCENT = 50,
    PRODUCTS_BEFORE_PERCENT = 70,
    FEATURED_EVERY = 5,
    FEATURED_RANKS = 24 * FEATURED_EVERY,
    TIGHT_EVERY = 7,
    PLACES_PER_HUNDRED_BOOKINGS = 215,
    LN2_PER_MILLE = 693,
};

/* Places a day that a product of this rank is asked for on average, in thousandths. Zipf's share
   of rank r is log((r + 2) / (r + 1)) / log(count), which is close to 2 / ((2 r + 3) *
   log(count)). */
static int64_t demand_per_mille(const struct size *size, int32_t rank)
{
    const int64_t places = size->bookings * PLACES_PER_HUNDRED_BOOKINGS / 100;
    const int64_t log_per_mille =
        (int64_t)random_log2((uint32_t)size->products) * LN2_PER_MILLE >> 16;
    return places * 2 * 1000 * 1000 / ((2 * (int64_t)rank + 3) * (log_per_mille + 1) * STORY_DAYS);
}

/* As people write numbers: 8, 12, 35, 120, 1450. */
static int32_t round_number(int64_t value)
{
    const int64_t step = value < 20 ? 1 : value < 100 ? 5 : value < 1000 ? 10 : 50;
    return (int32_t)(value / step * step);
}

static int32_t capacity_of(const struct size *size, int32_t rank, struct random *random)
{
    static const int32_t usual[] = {6, 8, 8, 10, 12, 12, 15, 20, 25, 30, 40};
    const int32_t rooms = usual[random_below(random, sizeof(usual) / sizeof(usual[0]))];
    const int64_t demand = demand_per_mille(size, rank);
    const bool tight = rank % TIGHT_EVERY == 3;
    const int64_t factor =
        tight ? random_between(random, 90, 140) : random_between(random, 220, 500);
    int64_t places = demand * factor / 100000;
    if (tight && places < 4) places = 4;
    if (!tight && places < rooms) places = rooms;
    if (places > PLAN_PER_DAY_MAX) places = PLAN_PER_DAY_MAX;
    return round_number(places);
}

/* Ratings: most are good, a few are poor; the popular have many, the newest and the unknown none.
 */
static void rate(struct plan_product *product, const struct size *size, struct random *random)
{
    const int64_t sold = demand_per_mille(size, product->rank) * STORY_DAYS / 1000;
    const int64_t part = random_between(random, 4, 20);
    product->rating_count = (int32_t)(sold / part) + (int32_t)random_zipf(random, 12);
    const uint32_t one = random_below(random, 19), other = random_below(random, 19);
    product->rating_tenths = 50 - (int32_t)(one < other ? one : other);
    if (random_per_mille(random, 60)) product->rating_tenths -= (int32_t)random_below(random, 15);
    if (product->rating_count == 0) product->rating_tenths = 0;
}

static int64_t price_of(const struct word_category *category, struct random *random)
{
    const uint32_t steps =
        (uint32_t)(category->price_high_cents - category->price_low_cents) / 50 + 1;
    const uint32_t one = random_below(random, steps), other = random_below(random, steps);
    return category->price_low_cents + (int64_t)(one < other ? one : other) * 50;
}

static void make_product(struct plan *plan, struct plan_product *product, int32_t index,
                         struct random *random)
{
    const uint32_t one = random_below(random, (uint32_t)word_category_count);
    const uint32_t other = random_below(random, (uint32_t)word_category_count);
    product->category = (int32_t)(one < other ? one : other);
    const struct word_category *category = &word_categories[product->category];
    word_title(random, category, product->title, sizeof(product->title));
    product->price_cents = price_of(category, random);
    product->per_day = capacity_of(&plan->size, product->rank, random);
    product->featured = product->rank < FEATURED_RANKS && product->rank % FEATURED_EVERY == 0;
    product->active = !random_per_mille(random, 15) || product->rank < FEATURED_RANKS;
    rate(product, &plan->size, random);
    product->created_ms = growth_time(&plan->products_growth, index, random);
    product->version = 1 + (int32_t)random_zipf(random, 8);
    product->updated_ms = product->created_ms;
    const int64_t age_seconds = (plan->products_growth.end_ms - product->created_ms) / 1000;
    if (product->version > 1)
        product->updated_ms += (int64_t)random_below(random, (uint32_t)age_seconds) * 1000 + 1;
}

static void make_products(struct plan *plan, struct arena *arena)
{
    const int32_t count = plan->size.products;
    struct plan_product *products = arena_array(arena, struct plan_product, (size_t)count);
    int32_t *by_rank = arena_array(arena, int32_t, (size_t)count);
    struct random random;
    random_init(&random, plan->seed, STREAM_SHUFFLE);
    const int64_t offset = random_below(&random, (uint32_t)count);
    for (int32_t rank = 0; rank < count; rank++) {
        by_rank[rank] = (int32_t)(((int64_t)rank * SHUFFLE_STEP + offset) % count);
        products[by_rank[rank]].rank = rank;
    }
    random_init(&random, plan->seed, STREAM_PRODUCTS);
    for (int32_t i = 0; i < count; i++)
        make_product(plan, &products[i], i, &random);
    plan->products = products;
    plan->by_rank = by_rank;
}

void plan_make(struct plan *out, struct arena *arena, const struct size *size, uint64_t seed,
               int32_t today, const struct plan_account *accounts, int account_count)
{
    *out = (struct plan){
        .size = *size,
        .seed = seed,
        .today = today,
        .first_day = today - STORY_DAYS,
        .users = growth_of(today, size->users, USERS_BEFORE_PERCENT),
        .products_growth = growth_of(today, size->products, PRODUCTS_BEFORE_PERCENT),
        .accounts = accounts,
        .account_count = account_count,
    };
    for (int i = account_count - 1; i >= 0; i--)
        if (strcmp(accounts[i].role, "customer") == 0) out->demo_user = i + 1;
    for (int32_t i = 0; i < PLAN_DAYS; i++)
        out->visit_weights[i] = calendar_visit_weight(out->first_day + i);
    make_products(out, arena);
}

size_t plan_bytes(const struct size *size)
{
    return (size_t)size->products * (sizeof(struct plan_product) + sizeof(int32_t)) + 4096;
}
