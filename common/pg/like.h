/* LIKE patterns around text that a client typed.
 *
 * In a pattern % and _ stand for anything and \ takes that away. Text from outside must mean itself: a
 * search for "100%" finds "100%", and nobody can ask for a pattern that is slow to match.
 */
#ifndef STAGECRAFT_PG_LIKE_H
#define STAGECRAFT_PG_LIKE_H

#include "common/base/call.h"

/* Text that begins with `text`: "text%". In the call's arena. */
const char *pg_like_prefix(struct call *call, const char *text);

/* Text that contains `text`: "%text%". In the call's arena. */
const char *pg_like_part(struct call *call, const char *text);

#endif
