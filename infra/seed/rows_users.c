/* Accounts: the few somebody logs in to come first, then shoppers, who share one password's hash. A
 * shopper's address carries the id (shopper-17@shop.example), so that a load test can name any of
 * them.
 */
#include "infra/seed/sources.h"
#include "infra/seed/words.h"

#include <inttypes.h>
#include <stdio.h>

static void account_step(struct source *source, struct table *tables)
{
    struct accounts_source *self = (struct accounts_source *)source;
    struct table *accounts = &tables[TABLE_ACCOUNTS];
    const struct plan *plan = self->plan;
    const int64_t index = source->done++;
    const struct plan_account *known = index < plan->account_count ? &plan->accounts[index] : NULL;
    const int64_t created_ms = growth_time(&plan->users, index, &self->random);
    const char *first = word_first_name(&self->random);
    const char *last = word_last_name(&self->random);
    char email[64], name[64];
    snprintf(email, sizeof(email), "shopper-%" PRId64 "@shop.example", index + 1);
    snprintf(name, sizeof(name), "%s %s", first, last);

    table_int(accounts, index + 1);
    table_text(accounts, known ? known->email : email);
    table_text(accounts, known ? known->name : name);
    table_secret(accounts, known ? known->password_hash : plan->shopper_password_hash);
    table_text(accounts, known ? known->role : "customer");
    table_time(accounts, created_ms);
    table_end_row(accounts);
}

void accounts_source_init(struct accounts_source *out, const struct plan *plan)
{
    *out = (struct accounts_source){.base = {.step = account_step, .total = plan->size.users},
                                    .plan = plan};
    random_init(&out->random, plan->seed, STREAM_USERS);
}
