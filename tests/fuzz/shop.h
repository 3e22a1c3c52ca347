/* A shop without a database: the ports of struct app as stand-ins that check what reaches them against the
 * rules in the ports' headers, and answer as the test wants. So the real routes, rules and writers run,
 * and whatever a client sends, a port is never asked for something it was promised not to be asked for.
 */
#ifndef STAGECRAFT_FUZZ_SHOP_H
#define STAGECRAFT_FUZZ_SHOP_H

#include "common/app/app.h"
#include "tests/fuzz/fuzz.h"

/* Two bearer tokens that sessions know: 43 times this letter. */
enum { SHOP_CUSTOMER_LETTER = 'c', SHOP_ADMIN_LETTER = 'a', SHOP_CUSTOMER = 7, SHOP_ADMIN = 1 };

/* What the ports answer from now on. */
enum shop_mood {
    SHOP_FINE,     /* what is asked for is there */
    SHOP_MORE,     /* the same, lists are full and have another page */
    SHOP_EMPTY,    /* there is nothing: not found, empty lists */
    SHOP_REFUSING, /* changes conflict with what is there */
    SHOP_BUSY,     /* unavailable */
    SHOP_LATE,     /* timeout */
    SHOP_MOODS
};

/* The names above in lower case, without "SHOP_"; anything else is fine. */
enum shop_mood shop_mood_of(const char *name);

/* Puts ports into `app`; everything lives in `arena`. */
void shop_open(struct app *app, struct arena *arena);
void shop_set_mood(enum shop_mood mood);

/* The answer of a port that looks something up, and of one that changes something. */
enum status shop_find(struct call *call);
enum status shop_change(struct call *call);
bool shop_has_more(void);

#endif
