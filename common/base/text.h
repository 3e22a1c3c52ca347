/* Text that people write and others will read: how long it is, and whether it is fit to be shown.
 *
 * Limits are meant in characters, as the person typing counts them and as PostgreSQL's char_length()
 * does, not in bytes. Control characters are refused: a name with a line break would forge a mail header.
 */
#ifndef STAGECRAFT_BASE_TEXT_H
#define STAGECRAFT_BASE_TEXT_H

#include "common/base/call.h"

#include <stddef.h>

enum text_kind {
    TEXT_LINE,      /* a name, a title: no control characters */
    TEXT_PARAGRAPHS /* a description: line breaks and tabs are fine */
};

/* Characters (code points) of valid UTF-8. */
size_t text_characters(const char *text);

/* Records a call field when the text is missing (NULL), blank, longer than `max` characters, or holds
   control characters that its kind does not allow. */
void text_check(struct call *call, const char *field, const char *text, size_t max,
                enum text_kind kind);

#endif
