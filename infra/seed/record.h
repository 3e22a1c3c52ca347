/* What the database says about loads: none yet, one that is complete, or one that was cut short.
 *
 * All rows of a module are committed at once, the modules right after one another. Only a crash
 * between those commits can leave a part; the record, table seed.loads, was written before and says
 * so afterwards.
 */
#ifndef STAGECRAFT_SEED_RECORD_H
#define STAGECRAFT_SEED_RECORD_H

#include "common/pg/copy.h"
#include "infra/seed/plan.h"

enum record_state {
    RECORD_EMPTY,  /* load */
    RECORD_LOADED, /* by us: nothing to do */
    RECORD_HALF,   /* some tables are filled and others not, and a load was under way */
    RECORD_IN_USE, /* rows that are not ours: nothing to do */
};

/* Locks out other loads until the connection ends, makes the table and reads it. `sentence`
   explains the state to the person who asked; it lives in the arena. STATUS_CONFLICT: another
   load is running; STATUS_NOT_FOUND: the schema is not there yet. */
enum status record_read(struct pg_copy *control, struct arena *arena, enum record_state *state,
                        const char **sentence, char error[COPY_ERROR]);

/* Before the first row, and after the last commit. */
enum status record_begin(struct pg_copy *control, const struct plan *plan, char error[COPY_ERROR]);
enum status record_finish(struct pg_copy *control, char error[COPY_ERROR]);

#endif
