/* One file for all stand-ins, because each is a few lines: what must be true of the arguments, then a row
 * that uses the widest values the port may answer with.
 */
#include "tests/fuzz/shop.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/modules/bookings/bookings.h"
#include "common/modules/bookings/capacity.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/users/sessions.h"
#include "common/modules/users/users.h"

enum { TOKEN_TEXT = 43 };

static enum shop_mood mood;

void shop_set_mood(enum shop_mood wanted)
{
    mood = wanted;
}

enum shop_mood shop_mood_of(const char *name)
{
    static const char *const names[SHOP_MOODS] = {"fine",     "more", "empty",
                                                  "refusing", "busy", "late"};
    int found = 0;
    while (found < SHOP_MOODS && strcmp(names[found], name) != 0)
        found++;
    return found < SHOP_MOODS ? (enum shop_mood)found : SHOP_FINE;
}

static enum status weather(struct call *call)
{
    if (mood == SHOP_BUSY) return call_fail(call, STATUS_UNAVAILABLE, "busy");
    if (mood == SHOP_LATE) return call_fail(call, STATUS_TIMEOUT, "late");
    return STATUS_OK;
}

enum status shop_find(struct call *call)
{
    enum status status = weather(call);
    return status == STATUS_OK && mood == SHOP_EMPTY ? call_fail(call, STATUS_NOT_FOUND, "nothing")
                                                     : status;
}

enum status shop_change(struct call *call)
{
    enum status status = shop_find(call);
    return status == STATUS_OK && mood == SHOP_REFUSING
               ? call_fail(call, STATUS_CONFLICT, "not now")
               : status;
}

bool shop_has_more(void)
{
    return mood == SHOP_MORE;
}

static int rows(int limit)
{
    return mood == SHOP_EMPTY ? 0 : mood == SHOP_MORE ? limit : 1;
}

static void must_fit(const char *text, size_t max)
{
    MUST(text && text[0] != '\0' && text_characters(text) <= max && fuzz_is_clean(text));
}

/* --- users and sessions --- */

static void fill_user(struct user *out, int64_t id)
{
    *out = (struct user){id, "ada@mail.example", "Ada \"Q\" \xC3\xA4\x7F", ROLE_CUSTOMER, 0};
}

static enum status insert_user(struct users *users, struct call *call, const char *email,
                               const char *name, const char *password_hash, enum role role,
                               struct user *out)
{
    (void)users;
    const char *normal = users_normal_email(call, email);
    MUST(normal && strcmp(normal, email) == 0 && strlen(email) <= USER_EMAIL_MAX);
    MUST(fuzz_is_clean(email) && !strpbrk(email, " <>\",;:()[]\\"));
    must_fit(name, USER_NAME_MAX);
    MUST(password_hash && role == ROLE_CUSTOMER);
    enum status status = shop_change(call);
    if (status == STATUS_OK) fill_user(out, 8);
    return status;
}

static enum status find_user(struct users *users, struct call *call, int64_t id, struct user *out)
{
    (void)users;
    MUST(id > 0 && id == call->user_id);
    enum status status = shop_find(call);
    if (status == STATUS_OK) fill_user(out, id);
    return status;
}

static enum status find_credentials(struct users *users, struct call *call, const char *email,
                                    struct user *out, const char **password_hash)
{
    (void)users;
    MUST(strcmp(users_normal_email(call, email), email) == 0);
    enum status status = shop_find(call);
    if (status != STATUS_OK) return status;
    fill_user(out, SHOP_CUSTOMER);
    *password_hash = "stored";
    return STATUS_OK;
}

static enum status search_users(struct users *users, struct call *call,
                                const struct user_query *query, struct user_page *out)
{
    (void)users;
    MUST(call->role == ROLE_ADMIN && query->limit >= 1 && query->limit <= 100);
    MUST((query->email != NULL) != (query->prefix != NULL) && query->after_id >= 0);
    must_fit(query->email ? query->email : query->prefix, USER_EMAIL_MAX);
    enum status status = weather(call);
    if (status != STATUS_OK) return status;
    out->count = rows(query->limit);
    out->more = shop_has_more();
    out->users = arena_array(call->arena, struct user, (size_t)out->count);
    for (int i = 0; i < out->count; i++)
        fill_user(&out->users[i], INT64_MAX - out->count + i);
    return STATUS_OK;
}

static enum status insert_session(struct sessions *sessions, struct call *call,
                                  const char *token_hash, const struct session *session)
{
    (void)sessions;
    MUST(strlen(token_hash) == BYTES_SHA256_HEX - 1 && session->user_id > 0);
    return weather(call);
}

static bool is_hash_of(const char *hash, char letter)
{
    char token[TOKEN_TEXT], expected[BYTES_SHA256_HEX];
    memset(token, letter, sizeof(token));
    bytes_sha256_hex(token, sizeof(token), expected);
    return strcmp(hash, expected) == 0;
}

static enum status find_session(struct sessions *sessions, struct call *call,
                                const char *token_hash, struct session *out)
{
    (void)sessions;
    MUST(strlen(token_hash) == BYTES_SHA256_HEX - 1);
    *out = (struct session){SHOP_CUSTOMER, ROLE_CUSTOMER, INT64_MAX};
    if (is_hash_of(token_hash, SHOP_CUSTOMER_LETTER)) return STATUS_OK;
    *out = (struct session){SHOP_ADMIN, ROLE_ADMIN, INT64_MAX};
    if (is_hash_of(token_hash, SHOP_ADMIN_LETTER)) return STATUS_OK;
    return call_fail(call, STATUS_NOT_FOUND, "no such session");
}

static enum status remove_session(struct sessions *sessions, struct call *call,
                                  const char *token_hash)
{
    (void)sessions;
    MUST(token_hash && strlen(token_hash) == BYTES_SHA256_HEX - 1);
    return weather(call);
}

/* --- bookings and capacity --- */

static enum status list_bookings(struct bookings *bookings, struct call *call,
                                 const struct booking_query *query, struct booking_page *out)
{
    (void)bookings;
    MUST(call->role == ROLE_ADMIN || (query->user_id > 0 && query->user_id == call->user_id));
    MUST(query->limit >= 1 && query->limit <= BOOKINGS_PAGE_MAX && query->product_id >= 0);
    MUST(query->from >= 0 && query->to >= 0 && query->after_id >= 0 && query->after_day >= 0);
    MUST(!query->from || !query->to || query->from <= query->to);
    enum status status = weather(call);
    if (status != STATUS_OK) return status;
    out->count = rows(query->limit);
    out->more = shop_has_more();
    out->bookings = arena_array(call->arena, struct booking, (size_t)out->count);
    for (int i = 0; i < out->count; i++)
        out->bookings[i] = (struct booking){.id = INT64_MAX, .order_id = 1, .state = i % 5};
    return STATUS_OK;
}

static enum status capacity_of_days(struct capacity *capacity, struct call *call,
                                    int64_t product_id, int32_t from, int32_t to,
                                    struct capacity_day **out, int *count)
{
    (void)capacity;
    MUST(product_id > 0 && from >= clock_today() && from <= to);
    MUST(to - from < CAPACITY_RANGE_DAYS_MAX);
    enum status status = shop_find(call);
    if (status != STATUS_OK) return status;
    *count = to - from + 1;
    *out = arena_array(call->arena, struct capacity_day, (size_t)*count);
    return STATUS_OK;
}

static enum status set_daily(struct capacity *capacity, struct call *call, int64_t product_id,
                             int32_t per_day)
{
    (void)capacity;
    MUST(call->role == ROLE_ADMIN && product_id > 0 && per_day >= 0 && per_day <= CAPACITY_MAX);
    return shop_change(call);
}

static enum status set_day(struct capacity *capacity, struct call *call, int64_t product_id,
                           int32_t day, int32_t places, struct capacity_day *out)
{
    MUST(day >= clock_today());
    *out = (struct capacity_day){day, places, places};
    return set_daily(capacity, call, product_id, places);
}

/* --- catalog --- */

static void fill_product(struct product *out, int64_t id)
{
    *out = (struct product){
        .id = id,
        .category = "boats",
        .title = "Boat \"\\\n\xF0\x9F\x98\x80",
        .summary = "",
        .description = "\x01\x1F\x7F",
        .price_cents = CATALOG_PRICE_MAX_CENTS,
        .currency = "EUR",
        .rating_tenths = 50,
        .active = mood != SHOP_REFUSING,
        .version = INT64_MAX,
        .created_ms = 253402300799999,
    };
}

static struct product *some_products(struct call *call, int count)
{
    struct product *products = arena_array(call->arena, struct product, (size_t)count);
    for (int i = 0; i < count; i++)
        fill_product(&products[i], i + 1);
    return products;
}

static enum status list_categories(struct catalog *catalog, struct call *call,
                                   struct category **out, int *count)
{
    (void)catalog;
    enum status status = weather(call);
    if (status != STATUS_OK) return status;
    *count = rows(CATALOG_CATEGORIES_MAX);
    *out = arena_array(call->arena, struct category, (size_t)*count);
    for (int i = 0; i < *count; i++)
        (*out)[i] = (struct category){i, "boats", "Boats", INT64_MAX};
    return STATUS_OK;
}

static enum status home_page(struct catalog *catalog, struct call *call, struct home *out)
{
    const int count = rows(CATALOG_HOME_PRODUCTS);
    *out =
        (struct home){.featured_count = count, .newest_count = count, .best_seller_count = count};
    out->featured = out->newest = out->best_sellers = some_products(call, count);
    return list_categories(catalog, call, &out->categories, &out->category_count);
}

static enum status list_products(struct catalog *catalog, struct call *call,
                                 const struct product_query *query, struct product_page *out)
{
    (void)catalog;
    MUST(query->limit >= 1 && query->limit <= CATALOG_PAGE_MAX);
    MUST(query->sort >= PRODUCT_SORT_NEWEST && query->sort <= PRODUCT_SORT_RATING);
    MUST(query->min_price_cents >= 0 && query->max_price_cents >= 0);
    MUST(!query->max_price_cents || query->max_price_cents >= query->min_price_cents);
    if (query->category) must_fit(query->category, CATALOG_SLUG_MAX);
    if (query->text) must_fit(query->text, 100);
    if (query->has_after) MUST(query->after_id > 0 && query->after_value >= 0);
    enum status status = weather(call);
    out->count = rows(query->limit);
    out->more = shop_has_more();
    out->products = some_products(call, out->count);
    return status;
}

static enum status find_product(struct catalog *catalog, struct call *call, int64_t id,
                                struct product *out)
{
    (void)catalog;
    MUST(id > 0);
    fill_product(out, id);
    return shop_find(call);
}

static void check_change(struct call *call, const struct product_change *change)
{
    MUST(call->role == ROLE_ADMIN);
    if (change->category) must_fit(change->category, CATALOG_SLUG_MAX);
    if (change->title) must_fit(change->title, CATALOG_TITLE_MAX);
    if (change->summary) must_fit(change->summary, CATALOG_SUMMARY_MAX);
    if (change->description) MUST(text_characters(change->description) <= CATALOG_DESCRIPTION_MAX);
    if (change->has_price)
        MUST(change->price_cents >= 0 && change->price_cents <= CATALOG_PRICE_MAX_CENTS);
}

static enum status create_product(struct catalog *catalog, struct call *call,
                                  const struct product_change *change, struct product *out)
{
    (void)catalog;
    check_change(call, change);
    MUST(change->category && change->title && change->summary && change->description);
    MUST(change->has_price);
    fill_product(out, INT64_MAX);
    return weather(call);
}

static enum status change_product(struct catalog *catalog, struct call *call, int64_t id,
                                  int64_t version, const struct product_change *change,
                                  struct product *out)
{
    (void)catalog;
    MUST(id > 0 && version >= 0);
    check_change(call, change);
    fill_product(out, id);
    return shop_change(call);
}

void shop_open(struct app *app, struct arena *arena)
{
    static const struct users_ops users_ops = {insert_user, find_user, find_credentials,
                                               search_users};
    static const struct sessions_ops sessions_ops = {insert_session, find_session, remove_session};
    static const struct bookings_ops bookings_ops = {.list = list_bookings};
    static const struct capacity_ops capacity_ops = {capacity_of_days, set_daily, set_day};
    static const struct catalog_ops catalog_ops = {home_page,    list_categories, list_products,
                                                   find_product, create_product,  change_product};
    static const struct settings settings = {.shop = {.session_hours = 168, .currency = "EUR"}};
    *app = (struct app){.arena = arena, .settings = &settings};
    app->users = arena_new(arena, struct users);
    app->users->ops = &users_ops;
    app->sessions = arena_new(arena, struct sessions);
    app->sessions->ops = &sessions_ops;
    app->bookings = arena_new(arena, struct bookings);
    app->bookings->ops = &bookings_ops;
    app->capacity = arena_new(arena, struct capacity);
    app->capacity->ops = &capacity_ops;
    app->catalog = arena_new(arena, struct catalog);
    app->catalog->ops = &catalog_ops;
}
