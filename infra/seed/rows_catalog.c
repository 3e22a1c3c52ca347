/* Categories, products and how many places each has a day. Texts are drawn from a stream of the
 * product's own, so that they need not be kept.
 */
#include "infra/seed/sources.h"
#include "infra/seed/words.h"

enum { TEXT_MAX = 800 };

static void category_step(struct source *source, struct table *tables)
{
    struct table *categories = &tables[TABLE_CATEGORIES];
    const struct word_category *category = &word_categories[source->done++];
    table_int(categories, source->done);
    table_text(categories, category->slug);
    table_text(categories, category->name);
    table_end_row(categories);
}

void categories_source_init(struct categories_source *out)
{
    *out =
        (struct categories_source){.base = {.step = category_step, .total = word_category_count}};
}

static void product_row(struct table *products, const struct plan *plan, int64_t index)
{
    const struct plan_product *product = &plan->products[index];
    struct random texts;
    random_init(&texts, plan->seed, STREAM_TEXTS + (uint64_t)index);
    char summary[TEXT_MAX], description[TEXT_MAX];
    word_summary(&texts, summary, sizeof(summary));
    word_description(&texts, product->title, description, sizeof(description));

    /* which are side by side in a list has nothing to do with ranks */
    const int picture =
        pictures_number(word_categories[product->category].slug, (uint32_t)product->rank);

    table_int(products, index + 1);
    table_text(products, word_categories[product->category].slug);
    table_text(products, product->title);
    table_text(products, summary);
    table_text(products, description);
    table_int(products, product->price_cents);
    table_int(products, product->rating_tenths);
    table_int(products, product->rating_count);
    table_bool(products, product->featured);
    table_bool(products, product->active);
    table_int(products, product->version);
    table_time(products, product->created_ms);
    table_time(products, product->updated_ms);
    table_named(products, picture,
                picture >= 0 && plan->pictures ? plan->pictures->sets[picture].key : NULL);
    table_end_row(products);
}

static void product_step(struct source *source, struct table *tables)
{
    const struct plan *plan = ((struct products_source *)source)->plan;
    struct table *capacities = &tables[TABLE_CAPACITIES];
    const int64_t index = source->done++;
    product_row(&tables[TABLE_PRODUCTS], plan, index);
    table_int(capacities, index + 1);
    table_int(capacities, plan->products[index].per_day);
    table_end_row(capacities);
}

void products_source_init(struct products_source *out, const struct plan *plan)
{
    *out = (struct products_source){.base = {.step = product_step, .total = plan->size.products},
                                    .plan = plan};
}
