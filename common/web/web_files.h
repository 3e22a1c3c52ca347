/* The files of the storefront as the build embeds them: infra/make/web.sh writes the tables.
 *
 * A page is an HTML document at a path of its own. An asset is anything a page refers to; the
 * address of an asset holds web_version, a hash over all of them, so that an address never means
 * two things. Bytes live as long as the program.
 */
#ifndef STAGECRAFT_WEB_WEB_FILES_H
#define STAGECRAFT_WEB_WEB_FILES_H

#include <stddef.h>

struct web_bytes {
    const char *tag; /* strong ETag, with its quotes */
    const unsigned char *bytes;
    size_t length;
};

struct web_file {
    const char *name; /* of a page its path: "/products/{id}"; of an asset its file: "dom.js" */
    const char *content_type;
    struct web_bytes plain;
    struct web_bytes gzip; /* length 0: not worth it */
};

extern const char web_version[];
extern const struct web_file web_pages[], web_assets[];
extern const size_t web_pages_count, web_assets_count;
extern const struct web_file web_missing; /* the page for paths where there is nothing */

#endif
