/* What a mail program does with a message: the encodings of mail_message.c undone, by other means.
 * Everything lives in the call's arena.
 */
#ifndef STAGECRAFT_FUZZ_DECODE_H
#define STAGECRAFT_FUZZ_DECODE_H

#include "tests/fuzz/fuzz.h"

/* A header's value: encoded words (RFC 2047) are decoded, and joined when only white space is between them. */
const char *decode_words(struct call *call, const char *value);

/* RFC 2045, with "\n" for each line break. */
const char *decode_quoted_printable(struct call *call, const char *text);

/* What the writer is entitled to change before it encodes: controls in a header become spaces; line breaks
   in a text become "\n", and its last line ends with one. */
const char *decode_without_controls(struct call *call, const char *value);
const char *decode_line_breaks(struct call *call, const char *text);

/* A part's file name: in quotes, or in numbered pieces with %XX (RFC 2231). */
const char *decode_file_name(struct call *call, const char *head);

/* The base64 text (RFC 2045, lines of at most 76) is these bytes. */
void decode_base64_must_be(const char *text, const void *bytes, size_t length);

#endif
