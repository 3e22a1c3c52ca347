/* The settings' file, read into the shop's real table. Either every setting is within the bounds that
 * `shop --help` prints, or there is one sentence that names the place to mend.
 */
#include "common/app/settings.h"
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static int file;
static char path[64];

void fuzz_open(void)
{
    file = memfd_create("config", MFD_CLOEXEC);
    MUST(file >= 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    setenv("SHOP_POSTGRES_URL", "postgres://shop@127.0.0.1/shop", 1);
    setenv("SHOP_PAYMENTS_SIGNING_KEY", "key", 1);
}

static void check_text(const char *text)
{
    MUST(text && strlen(text) <= 1024 && fuzz_is_clean(text));
}

static void check_settings(const struct settings *settings)
{
    check_text(settings->http.address);
    check_text(settings->process.instance);
    check_text(settings->payments.provider_url);
    check_text(settings->mail.smtp_url);
    check_text(settings->mail.from);
    check_text(settings->mail.from_name);
    check_text(settings->shop.currency);
    check_text(settings->log_level);
    MUST(strcmp(settings->payments.signing_key, "key") == 0);
    MUST(settings->http.port >= 0 && settings->http.port <= 65535);
    MUST(settings->http.connections_max >= 1 && settings->http.connections_max <= 200000);
    MUST(settings->process.loops >= 1 && settings->process.loops <= 64);
    MUST(settings->postgres.exclusive_connections >= 1);
    MUST(settings->postgres.exclusive_connections <= 256);
    MUST(settings->shop.session_hours >= 1 && settings->shop.session_hours <= 8760);
    MUST(settings->shop.hold_seconds > settings->shop.settle_after_seconds);
}

void fuzz_one(struct call *call, struct input *input)
{
    struct settings settings = {0};
    char error[256] = "";
    size_t length;
    const char *text = input_rest(input, call, &length);
    MUST(ftruncate(file, 0) == 0 && pwrite(file, text, length, 0) == (ssize_t)length);
    enum status status = settings_load(call->arena, path, &settings, error);
    MUST(memchr(error, '\0', sizeof(error)));
    if (status == STATUS_OK) {
        check_settings(&settings);
        return;
    }
    MUST(status == STATUS_MALFORMED && error[0] != '\0');
    MUST(strncmp(error, path, strlen(path)) == 0 || strncmp(error, "shop.", 5) == 0);
}
