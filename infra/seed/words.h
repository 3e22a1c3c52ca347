/* Words that names, titles and texts are made of.
 */
#ifndef STAGECRAFT_SEED_WORDS_H
#define STAGECRAFT_SEED_WORDS_H

#include "infra/seed/random.h"

#include <stddef.h>

struct word_category {
    const char *slug, *name;
    const char *const *nouns; /* what its products are: "harbour tour" */
    int noun_count;
    int64_t price_low_cents, price_high_cents;
};

extern const struct word_category word_categories[];
extern const int word_category_count;

const char *word_first_name(struct random *random);
const char *word_last_name(struct random *random);

/* Writes "Sunset kayak tour in Lisbon" and the like. */
void word_title(struct random *random, const struct word_category *category, char *out,
                size_t size);
void word_summary(struct random *random, char *out, size_t size);
void word_description(struct random *random, const char *title, char *out, size_t size);

#endif
