/* What the catalog answers, as bytes and back.
 *
 * Reading copies nothing: texts point into the bytes, which the caller keeps as long as the answer. Bytes that
 * do not hold exactly one answer of the kind are refused; nothing in them is trusted.
 */
#ifndef STAGECRAFT_STAGES_CATALOG_CODEC_H
#define STAGECRAFT_STAGES_CATALOG_CODEC_H

#include "common/base/strbuf.h"
#include "common/modules/catalog/catalog.h"

void codec_write_missing(struct strbuf *out);
void codec_write_product(struct strbuf *out, const struct product *product);
void codec_write_page(struct strbuf *out, const struct product_page *page);
void codec_write_categories(struct strbuf *out, const struct category *categories, int count);
void codec_write_home(struct strbuf *out, const struct home *home);

struct codec_bytes {
    struct arena *arena;  /* for arrays */
    const char *currency; /* of all products, borrowed: it is a setting, not part of a value */
    const char *bytes;
    size_t length;
};

bool codec_is_missing(const struct codec_bytes *from);
bool codec_read_product(const struct codec_bytes *from, struct product *out);
bool codec_read_page(const struct codec_bytes *from, struct product_page *out);
bool codec_read_categories(const struct codec_bytes *from, struct category **out, int *count);
bool codec_read_home(const struct codec_bytes *from, struct home *out);

#endif
