/* The stage as it is, with one operation exchanged: what its wire() has made is kept, and the mistake that MUTANT
 * names put in. (The build compiles the stage's own wire() under another name.)
 */
#include "tests/audit/mutants/mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status stage_wire(struct app *app, char error[256]);

static const struct {
    const char *name;
    mutant_fn *install;
} mutants[] = {
    {"check-then-set", check_then_set},
    {"release-forgotten", release_forgotten},
    {"places-given-twice", places_given_twice},
    {"charge-a-cent-more", charge_a_cent_more},
    {"charge-left-out", charge_left_out},
    {"charge-again-unkeyed", charge_again_unkeyed},
    {"declined-confirmed", declined_confirmed},
    {"refund-left-out", refund_left_out},
    {"refund-twice", refund_twice},
    {"refund-a-cent-less", refund_a_cent_less},
    {"receipt-left-out", receipt_left_out},
    {"receipt-twice", receipt_twice},
    {"published-by-itself", published_by_itself},
    {"told-confirmed", told_confirmed},
    {"told-cancelled", told_cancelled},
    {"cache-not-told", cache_not_told},
    {"done-before-effect", done_before_effect},
};

enum status wire(struct app *app, char error[256])
{
    const char *wanted = getenv("MUTANT");
    enum status status = stage_wire(app, error);
    if (status != STATUS_OK) return status;
    for (size_t i = 0; wanted && i < sizeof(mutants) / sizeof(mutants[0]); i++) {
        if (strcmp(wanted, mutants[i].name) != 0 || !mutants[i].install) continue;
        mutants[i].install(app);
        return STATUS_OK;
    }
    snprintf(error, 256, "MUTANT is '%s', which is none of tests/audit/mutants",
             wanted ? wanted : "");
    return STATUS_MALFORMED;
}
