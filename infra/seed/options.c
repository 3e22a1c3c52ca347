/* Wrong use ends with 2 and the sentence that would have helped.
 */
#include "infra/seed/options.h"

#include "common/base/clock.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "Fills an empty, migrated database with a shop's year: users, products, orders, bookings.\n"
    "\n"
    "  seed --url-file FILE --accounts-file FILE [--size SIZE] [--ledger FILE]\n"
    "       [--shopper-password-file FILE]\n"
    "  seed --dry-run [--size SIZE]\n"
    "\n"
    "  --url-file FILE       the database's url\n"
    "  --accounts-file FILE  accounts to log in to, one a line: role e-mail password\n"
    "  --shopper-password-file FILE\n"
    "                        the password of all other users, shopper-<id>@shop.example;\n"
    "                        without it nobody knows it\n"
    "  --ledger FILE         where the payment provider's entries of days to come are written\n"
    "  --size SIZE           small (default): 1,000 users, 500 products, 5,000 bookings\n"
    "                        10k, 100k: as large, with 10,000 or 100,000 users\n"
    "                        large: 1,000,000 users, 100,000 products, 5,000,000 bookings\n"
    "  --seed N              another number makes other rows (default 1)\n"
    "  --today YYYY-MM-DD    the year ends with this day's beginning (default: today)\n"
    "  --dry-run             makes the rows, loads nothing, prints count and checksum of each "
    "table\n"
    "\n"
    "The same seed, size and day make the same rows. A database that has rows already is left "
    "as it is: that ends with 3.\n";

enum { FIRST_TODAY = 10957 }; /* 2000-01-01: the story and its prologue are days after 1970 */

enum { URL_FILE = 1, ACCOUNTS_FILE, SHOPPER_FILE, LEDGER, SIZE, SEED, TODAY, DRY_RUN, HELP };

static const struct option known[] = {
    {"url-file", required_argument, NULL, URL_FILE},
    {"accounts-file", required_argument, NULL, ACCOUNTS_FILE},
    {"shopper-password-file", required_argument, NULL, SHOPPER_FILE},
    {"ledger", required_argument, NULL, LEDGER},
    {"size", required_argument, NULL, SIZE},
    {"seed", required_argument, NULL, SEED},
    {"today", required_argument, NULL, TODAY},
    {"dry-run", no_argument, NULL, DRY_RUN},
    {"help", no_argument, NULL, HELP},
    {0},
};

static bool read_seed(const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 0) return false;
    *out = (uint64_t)value;
    return true;
}

/* False when the value is wrong. */
static bool take(struct options *out, int option, const char *value)
{
    switch (option) {
    case URL_FILE:
        out->url_file = value;
        return true;
    case ACCOUNTS_FILE:
        out->accounts_file = value;
        return true;
    case SHOPPER_FILE:
        out->shopper_password_file = value;
        return true;
    case LEDGER:
        out->ledger_file = value;
        return true;
    case SIZE:
        out->size = size_named(value);
        return out->size != NULL;
    case SEED:
        return read_seed(value, &out->seed);
    case TODAY:
        return clock_parse_day(value, &out->today) && out->today >= FIRST_TODAY;
    default:
        out->dry_run = true;
        return true;
    }
}

bool options_read(struct options *out, int count, char **arguments, int *exit_code)
{
    *out = (struct options){.size = size_named("small"), .seed = 1, .today = clock_today()};
    *exit_code = 2;
    int option, index = 0;
    while ((option = getopt_long(count, arguments, "", known, &index)) != -1) {
        if (option == HELP) {
            fputs(help, stdout);
            *exit_code = 0;
            return false;
        }
        if (option == '?') return false; /* getopt has said what is wrong */
        if (!take(out, option, optarg)) {
            fprintf(stderr, "seed: --%s cannot be '%s'; see --help\n", known[index].name, optarg);
            return false;
        }
    }
    if (optind < count)
        fprintf(stderr, "seed: '%s' is too much; see --help\n", arguments[optind]);
    else if (!out->dry_run && (!out->url_file || !out->accounts_file))
        fprintf(stderr, "seed: --url-file and --accounts-file are needed; see --help\n");
    else
        return true;
    return false;
}
