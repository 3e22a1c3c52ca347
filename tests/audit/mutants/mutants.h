/* Mutants: the shop with one mistake in it, of the kind that is made often and survives every test of one
 * caller. They exist to be caught: a test or an auditor that has never seen a mistake proves nothing.
 *
 * One program has them all; MUTANT=name in its environment chooses. Each exchanges an operation of a port that the
 * stage's own wire() has made, so that everything else is the stage as it is.
 */
#ifndef STAGECRAFT_TESTS_MUTANTS_H
#define STAGECRAFT_TESTS_MUTANTS_H

#include "common/app/app.h"

/* Exchanges the operation; called once for each loop, after wire(). */
typedef void mutant_fn(struct app *app);

mutant_fn check_then_set;       /* places: read, decide, write */
mutant_fn release_forgotten;    /* places: what a declined order held is not given back */
mutant_fn places_given_twice;   /* places: what was cancelled is given back two times */
mutant_fn charge_a_cent_more;   /* money: 1 cent too much */
mutant_fn charge_left_out;      /* money: confirmed without having been paid */
mutant_fn charge_again_unkeyed; /* money: no answer, so once more under another key */
mutant_fn declined_confirmed;   /* money: an answer that it was declined is taken for success */
mutant_fn refund_left_out;      /* money: cancelled, nothing given back */
mutant_fn refund_twice;         /* money: given back under two keys */
mutant_fn refund_a_cent_less;   /* money: 1 cent is kept */
mutant_fn receipt_left_out;     /* mail: said to be sent */
mutant_fn receipt_twice;        /* mail: sent twice */
mutant_fn published_by_itself;  /* events: told outside of the transaction that makes it true */
mutant_fn told_confirmed;       /* answers: "confirmed", whatever has become of the order */
mutant_fn told_cancelled;       /* answers: acknowledged before it is done */
mutant_fn cache_not_told;       /* cache: nobody tells it what has changed */

/* Where a stage has workers (the folder of its name); NULL elsewhere. */
__attribute__((weak)) mutant_fn done_before_effect; /* events: said to be done, then done */

#endif
