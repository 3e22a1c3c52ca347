/* Small text files: a url, a password, a list of accounts.
 */
#ifndef STAGECRAFT_SEED_FILES_H
#define STAGECRAFT_SEED_FILES_H

#include "common/base/status.h"

#include <stddef.h>

enum { FILES_TEXT_MAX = 4096 };

/* The whole file. STATUS_NOT_FOUND or STATUS_TOO_LARGE with a sentence that names the file. */
enum status files_read(const char *path, char out[FILES_TEXT_MAX], char *error, size_t error_size);

/* The same for a file of one line, without its end. */
enum status files_read_line(const char *path, char out[FILES_TEXT_MAX], char *error,
                            size_t error_size);

#endif
