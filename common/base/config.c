/* Settings by table: first the file, then the environment over it, then defaults for what is left.
 * A value is checked even when another source overrides it: a mistake in the file is found on the
 * day it is made, not on the day somebody removes the variable. Variables we do not know are
 * ignored, though they start with SHOP_: orchestrators inject such names for every service they
 * run.
 */
#include "common/base/config.h"

#include "common/base/bytes.h"
#include "common/base/config_internal.h"
#include "common/base/strbuf.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_DEFAULT_MAX = 1024, SECRET_FILE_MAX = 64 * 1024, READ_STEP = 4096 };

static const char prefix[] = "SHOP_";

enum status config_problem(struct config_load *load, const char *where, const char *format, ...)
{
    int used = snprintf(load->error, CONFIG_ERROR_MAX, "%s: ", where);
    if (used >= 0 && used < CONFIG_ERROR_MAX) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(load->error + used, (size_t)(CONFIG_ERROR_MAX - used), format, arguments);
        va_end(arguments);
    }
    return STATUS_MALFORMED;
}

void config_environment_name(const char *name, char out[CONFIG_ENVIRONMENT_MAX])
{
    assert(sizeof(prefix) + strlen(name) + sizeof("_FILE") <= CONFIG_ENVIRONMENT_MAX);
    char *at = stpcpy(out, prefix);
    for (; *name != '\0'; name++)
        *at++ = *name == '.' ? '_' : *name >= 'a' && *name <= 'z' ? (char)(*name - 32) : *name;
    *at = '\0';
}

enum status config_read_file(struct config_load *load, const char *path, size_t max, char **out,
                             size_t *out_length)
{
    enum status status = STATUS_OK;
    struct strbuf text;
    strbuf_init(&text, load->arena, max + 1); /* one byte more shows that there is more */
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return config_problem(load, path, "cannot be opened: %s", strerror(errno));
    for (;;) {
        size_t room = max + 1 - text.length < READ_STEP ? max + 1 - text.length : READ_STEP;
        ssize_t count = read(fd, strbuf_reserve(&text, room), room);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) status = config_problem(load, path, "cannot be read: %s", strerror(errno));
        if (count <= 0) break;
        strbuf_added(&text, (size_t)count);
    }
    if (text.length > max) status = config_problem(load, path, "is larger than %zu bytes", max);
    *out = text.text;
    *out_length = text.length;
    close(fd);
    return status;
}

/* --- values --- */

/* Decimal as JSON writes it: no plus, no leading zeros (octal elsewhere), no spaces. */
static bool parse_int64(const char *text, int64_t *out)
{
    const char *digits = text + (*text == '-');
    size_t count = strspn(digits, "0123456789");
    if (count == 0 || digits[count] != '\0' || (digits[0] == '0' && count > 1)) return false;
    errno = 0;
    *out = strtoll(text, NULL, 10);
    return errno == 0;
}

static enum status set_int64(struct config_load *load, const struct config_key *key,
                             const char *where, const char *text)
{
    int64_t value;
    if (!parse_int64(text, &value))
        return config_problem(load, where, "'%s' must be an integer, as 8080", key->name);
    bool bounded = key->min != 0 || key->max != 0;
    if (bounded && (value < key->min || value > key->max))
        return config_problem(load, where, "'%s' must be from %" PRId64 " to %" PRId64, key->name,
                              key->min, key->max);
    *(int64_t *)key->out = value;
    return STATUS_OK;
}

static enum status set_bool(struct config_load *load, const struct config_key *key,
                            const char *where, const char *text)
{
    bool value = strcmp(text, "true") == 0;
    if (!value && strcmp(text, "false") != 0)
        return config_problem(load, where, "'%s' must be true or false", key->name);
    *(bool *)key->out = value;
    return STATUS_OK;
}

/* One line of UTF-8: these values end in URLs, headers and log lines. */
static enum status set_text(struct config_load *load, const struct config_key *key,
                            const char *where, const char *text, size_t length)
{
    int64_t max = key->max > 0 ? key->max : TEXT_DEFAULT_MAX;
    if ((int64_t)length < key->min || (int64_t)length > max)
        return config_problem(load, where,
                              "'%s' must have %" PRId64 " to %" PRId64 " bytes, it has %zu",
                              key->name, key->min, max, length);
    if (!bytes_is_utf8(text, length))
        return config_problem(load, where, "'%s' must be UTF-8", key->name);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
            return config_problem(load, where, "'%s' must be one line without control characters",
                                  key->name);
    *(const char **)key->out = arena_memdup(load->arena, text, length);
    return STATUS_OK;
}

enum status config_set(struct config_load *load, size_t row, const char *where, const char *text,
                       size_t length)
{
    const struct config_key *key = &load->keys[row];
    load->given[row] = true;
    if (key->kind == CONFIG_TEXT) return set_text(load, key, where, text, length);
    if (strlen(text) != length) text = ""; /* a NUL inside: neither a number nor a bool */
    return key->kind == CONFIG_INT64 ? set_int64(load, key, where, text)
                                     : set_bool(load, key, where, text);
}

/* --- environment and defaults --- */

/* SHOP_X_FILE: the file's content without the line ends that editors and `echo` add. */
static enum status set_from_file(struct config_load *load, size_t row, const char *where,
                                 const char *path)
{
    char *text = NULL;
    size_t length = 0;
    enum status status = config_read_file(load, path, SECRET_FILE_MAX, &text, &length);
    if (status != STATUS_OK) {
        const char *why = arena_strdup(load->arena, load->error);
        return config_problem(load, where, "%s", why);
    }
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    text = arena_memdup(load->arena, text, length);
    return config_set(load, row, where, text, length);
}

static enum status set_from_environment(struct config_load *load, size_t row)
{
    const struct config_key *key = &load->keys[row];
    char name[CONFIG_ENVIRONMENT_MAX];
    config_environment_name(key->name, name);
    const char *value = getenv(name);
    if (!key->secret) return value ? config_set(load, row, name, value, strlen(value)) : STATUS_OK;

    char file_name[CONFIG_ENVIRONMENT_MAX];
    snprintf(file_name, sizeof(file_name), "%.*s_FILE", CONFIG_ENVIRONMENT_MAX - 6, name);
    const char *path = getenv(file_name);
    if (value && path)
        return config_problem(load, name, "%s is set too: unset one of them", file_name);
    if (path) return set_from_file(load, row, file_name, path);
    return value ? config_set(load, row, name, value, strlen(value)) : STATUS_OK;
}

static enum status set_fallback(struct config_load *load, size_t row)
{
    const struct config_key *key = &load->keys[row];
    char name[CONFIG_ENVIRONMENT_MAX];
    config_environment_name(key->name, name);
    if (key->fallback)
        return config_set(load, row, "default", key->fallback, strlen(key->fallback));
    if (key->secret)
        return config_problem(load, name, "must be set, or %s_FILE to a file that holds it", name);
    return config_problem(load, name, "must be set, or '%s' in the configuration file", key->name);
}

enum status config_load(struct arena *arena, const char *path, const struct config_key *keys,
                        size_t count, char error[256])
{
    _Static_assert(CONFIG_ERROR_MAX == 256, "as config.h says");
    struct config_load load = {.arena = arena, .keys = keys, .count = count, .error = error};
    load.given = arena_array(arena, bool, count);
    error[0] = '\0';
    enum status status = path ? config_read_yaml(&load, path) : STATUS_OK;
    for (size_t row = 0; row < count && status == STATUS_OK; row++)
        status = set_from_environment(&load, row);
    for (size_t row = 0; row < count && status == STATUS_OK; row++)
        if (!load.given[row]) status = set_fallback(&load, row);
    return status;
}

void config_print_help(const struct config_key *keys, size_t count)
{
    puts("Settings: key in the configuration file, environment variable, default.");
    for (size_t row = 0; row < count; row++) {
        const struct config_key *key = &keys[row];
        char name[CONFIG_ENVIRONMENT_MAX];
        config_environment_name(key->name, name);
        if (key->secret)
            printf("\n  %s or %s_FILE  (secret, not in the file; ", name, name);
        else
            printf("\n  %s  %s  (", key->name, name);
        if (key->fallback)
            printf("default: %s)\n", key->fallback[0] != '\0' ? key->fallback : "empty");
        else
            puts("required)");
        printf("      %s\n", key->help ? key->help : "");
    }
}
