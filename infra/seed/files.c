/* Secrets come in files because a command line can be read by everybody on the machine.
 */
#include "infra/seed/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum status files_read(const char *path, char out[FILES_TEXT_MAX], char *error, size_t error_size)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        snprintf(error, error_size, "cannot read %s: %s", path, strerror(errno));
        return STATUS_NOT_FOUND;
    }
    const size_t length = fread(out, 1, FILES_TEXT_MAX, file);
    const int failed = ferror(file);
    fclose(file);
    if (failed || length == FILES_TEXT_MAX) {
        snprintf(error, error_size, "%s %s", path, failed ? "cannot be read" : "is too large");
        return STATUS_TOO_LARGE;
    }
    out[length] = '\0';
    return STATUS_OK;
}

enum status files_read_line(const char *path, char out[FILES_TEXT_MAX], char *error,
                            size_t error_size)
{
    enum status status = files_read(path, out, error, error_size);
    if (status != STATUS_OK) return status;
    out[strcspn(out, "\r\n")] = '\0';
    if (out[0] != '\0') return STATUS_OK;
    snprintf(error, error_size, "%s is empty", path);
    return STATUS_NOT_FOUND;
}
