/* The first byte is the kind. A number is eight bytes, little-endian; a text is its length, its bytes and a NUL, so
 * that it can be used where it lies; no text has the length -1. Lists begin with their count.
 */
#include "stages/03-caching/catalog_codec.h"

#include <endian.h>
#include <string.h>

enum kind { MISSING = 'm', PRODUCT = 'p', PAGE = 'l', CATEGORIES = 'c', HOME = 'h' };

enum {
    BYTES_EACH_MIN = 12 * 8
}; /* of a product; and a category is not much shorter than a third */

/* --- writing --- */

static void put_number(struct strbuf *out, int64_t value)
{
    const uint64_t little = htole64((uint64_t)value);
    strbuf_add(out, &little, sizeof(little));
}

static void put_text(struct strbuf *out, const char *text)
{
    const size_t length = text ? strlen(text) : 0;
    put_number(out, text ? (int64_t)length : -1);
    if (text) strbuf_add(out, text, length + 1);
}

static void put_product(struct strbuf *out, const struct product *product)
{
    put_number(out, product->id);
    put_number(out, product->price_cents);
    put_number(out, product->rating_tenths);
    put_number(out, product->rating_count);
    put_number(out, (product->featured ? 1 : 0) | (product->active ? 2 : 0));
    put_number(out, product->version);
    put_number(out, product->created_ms);
    put_number(out, product->updated_ms);
    put_text(out, product->category);
    put_text(out, product->title);
    put_text(out, product->summary);
    put_text(out, product->description);
    put_text(out, product->picture);
}

static void put_products(struct strbuf *out, const struct product *products, int count)
{
    put_number(out, count);
    for (int i = 0; i < count; i++)
        put_product(out, &products[i]);
}

static void put_categories(struct strbuf *out, const struct category *categories, int count)
{
    put_number(out, count);
    for (int i = 0; i < count; i++) {
        put_number(out, categories[i].id);
        put_number(out, categories[i].product_count);
        put_text(out, categories[i].slug);
        put_text(out, categories[i].name);
    }
}

void codec_write_missing(struct strbuf *out)
{
    strbuf_add_char(out, MISSING);
}

void codec_write_product(struct strbuf *out, const struct product *product)
{
    strbuf_add_char(out, PRODUCT);
    put_product(out, product);
}

void codec_write_page(struct strbuf *out, const struct product_page *page)
{
    strbuf_add_char(out, PAGE);
    put_number(out, page->more);
    put_products(out, page->products, page->count);
}

void codec_write_categories(struct strbuf *out, const struct category *categories, int count)
{
    strbuf_add_char(out, CATEGORIES);
    put_categories(out, categories, count);
}

void codec_write_home(struct strbuf *out, const struct home *home)
{
    strbuf_add_char(out, HOME);
    put_products(out, home->featured, home->featured_count);
    put_products(out, home->newest, home->newest_count);
    put_products(out, home->best_sellers, home->best_seller_count);
    put_categories(out, home->categories, home->category_count);
}

/* --- reading: `good` is false from the first thing on that is not as it should be --- */

struct reader {
    const struct codec_bytes *from;
    size_t at;
    bool good;
};

static struct reader begin(const struct codec_bytes *from, enum kind kind)
{
    return (struct reader){
        .from = from, .at = 1, .good = from->length > 0 && from->bytes[0] == (char)kind};
}

/* All read, and all of it. */
static bool complete(const struct reader *reader)
{
    return reader->good && reader->at == reader->from->length;
}

static size_t left(const struct reader *reader)
{
    return reader->from->length - reader->at;
}

static int64_t number(struct reader *reader)
{
    uint64_t little = 0;
    reader->good = reader->good && left(reader) >= sizeof(little);
    if (!reader->good) return 0;
    memcpy(&little, reader->from->bytes + reader->at, sizeof(little));
    reader->at += sizeof(little);
    return (int64_t)le64toh(little);
}

static const char *text_or_none(struct reader *reader)
{
    const int64_t length = number(reader);
    if (!reader->good || length == -1) return NULL;
    const char *text = reader->from->bytes + reader->at;
    reader->good = length >= 0 && (uint64_t)length < left(reader) && text[length] == '\0' &&
                   strlen(text) == (size_t)length;
    if (!reader->good) return NULL;
    reader->at += (size_t)length + 1;
    return text;
}

static const char *text(struct reader *reader)
{
    const char *found = text_or_none(reader);
    reader->good = reader->good && found;
    return found;
}

/* How many things of at least `each` bytes follow. */
static int count_of(struct reader *reader, size_t each)
{
    const int64_t count = number(reader);
    reader->good = reader->good && count >= 0 && (uint64_t)count <= left(reader) / each;
    return reader->good ? (int)count : 0;
}

static void read_product(struct reader *reader, struct product *out)
{
    *out = (struct product){.currency = reader->from->currency};
    out->id = number(reader);
    out->price_cents = number(reader);
    out->rating_tenths = (int32_t)number(reader);
    out->rating_count = (int32_t)number(reader);
    const int64_t flags = number(reader);
    out->featured = flags & 1;
    out->active = flags & 2;
    out->version = number(reader);
    out->created_ms = number(reader);
    out->updated_ms = number(reader);
    out->category = text(reader);
    out->title = text(reader);
    out->summary = text(reader);
    out->description = text(reader);
    out->picture = text_or_none(reader);
}

static struct product *read_products(struct reader *reader, int *count)
{
    *count = count_of(reader, BYTES_EACH_MIN);
    struct product *products = arena_array(reader->from->arena, struct product, (size_t)*count);
    for (int i = 0; i < *count && reader->good; i++)
        read_product(reader, &products[i]);
    return products;
}

static struct category *read_categories(struct reader *reader, int *count)
{
    *count = count_of(reader, BYTES_EACH_MIN / 3);
    struct category *categories = arena_array(reader->from->arena, struct category, (size_t)*count);
    for (int i = 0; i < *count && reader->good; i++) {
        categories[i].id = number(reader);
        categories[i].product_count = number(reader);
        categories[i].slug = text(reader);
        categories[i].name = text(reader);
    }
    return categories;
}

bool codec_is_missing(const struct codec_bytes *from)
{
    const struct reader reader = begin(from, MISSING);
    return complete(&reader);
}

bool codec_read_product(const struct codec_bytes *from, struct product *out)
{
    struct reader reader = begin(from, PRODUCT);
    read_product(&reader, out);
    return complete(&reader);
}

bool codec_read_page(const struct codec_bytes *from, struct product_page *out)
{
    struct reader reader = begin(from, PAGE);
    out->more = number(&reader) != 0;
    out->products = read_products(&reader, &out->count);
    return complete(&reader);
}

bool codec_read_categories(const struct codec_bytes *from, struct category **out, int *count)
{
    struct reader reader = begin(from, CATEGORIES);
    *out = read_categories(&reader, count);
    return complete(&reader);
}

bool codec_read_home(const struct codec_bytes *from, struct home *out)
{
    struct reader reader = begin(from, HOME);
    out->featured = read_products(&reader, &out->featured_count);
    out->newest = read_products(&reader, &out->newest_count);
    out->best_sellers = read_products(&reader, &out->best_seller_count);
    out->categories = read_categories(&reader, &out->category_count);
    return complete(&reader);
}
