/* What is sent on a connection and how its answers find their callers.
 *
 * libpq answers in the order of sending: results of a statement, then a NULL, then the next statement; a
 * Sync answers with one result of its own and no NULL. After a failure the server skips everything up to
 * the next Sync ("aborted"). Statements between two Syncs share one implicit transaction.
 *
 * A statement is prepared where it is first used. On a shared connection the Parse travels between two
 * Syncs: no stranger's failure can abort it, so those who come later may rely on it although its answer is
 * still out. On an exclusive connection it goes inline: a Sync after BEGIN would be dangerous (if BEGIN
 * failed, the rest would run unprotected), and nobody else is there to be misled.
 */
#include "common/pg/pg_internal.h"

#include <assert.h>
#include <string.h>

enum { ROOM = 8 }; /* more than any one operation adds */

static const char undefined_statement[] = "26000", duplicate_statement[] = "42P05";

/* --- the ring --- */

static struct pg_entry *entry_at(struct pg_pipeline *pipeline, unsigned place)
{
    return &pipeline->ring[(pipeline->head + place) & (pipeline->size - 1)];
}

static struct pg_entry *push(struct pg_connection *connection, enum pg_entry_kind kind,
                             const struct pg_statement *statement, struct pg_wait *wait)
{
    struct pg_pipeline *pipeline = &connection->pipeline;
    assert(pipeline->count < pipeline->size);
    if (pipeline->count == 0) pg_connection_expect(connection);
    struct pg_entry *entry = entry_at(pipeline, pipeline->count++);
    *entry = (struct pg_entry){.kind = kind, .statement = statement, .wait = wait};
    pipeline->open = kind != PG_ENTRY_SYNC;
    return entry;
}

bool pg_pipeline_has_room(const struct pg_connection *connection)
{
    return connection->pipeline.count + ROOM <= connection->pipeline.size;
}

/* --- sending --- */

static bool lost(struct pg_connection *connection, struct pg_wait *wait)
{
    pg_connection_lose(connection, PQerrorMessage(connection->libpq));
    if (wait) wait->lost = true; /* also when none of its entries is in the ring yet */
    return false;
}

static bool prepare(struct pg_connection *connection, const struct pg_statement *statement,
                    struct pg_wait *wait)
{
    if (!PQsendPrepare(connection->libpq, statement->name, statement->sql, 0, NULL))
        return lost(connection, wait);
    push(connection, PG_ENTRY_PREPARE, statement, wait);
    connection->pipeline.prepared[statement->index] = PG_PREPARE_SENT;
    return true;
}

static struct pg_entry *send(struct pg_connection *connection, const struct pg_statement *statement,
                             struct pg_args args, struct pg_wait *wait)
{
    struct pg_params params;
    pg_params_fill(&params, args);
    if (!PQsendQueryPrepared(connection->libpq, statement->name, args.count, params.values,
                             params.has_bytes ? params.lengths : NULL,
                             params.has_bytes ? params.formats : NULL, 1)) {
        (void)lost(connection, wait);
        return NULL;
    }
    connection->pool->stats.statements++;
    return push(connection, PG_ENTRY_STATEMENT, statement, wait);
}

bool pg_pipeline_sync(struct pg_connection *connection, struct pg_wait *wait)
{
    if (!PQpipelineSync(connection->libpq)) return lost(connection, wait);
    push(connection, PG_ENTRY_SYNC, NULL, wait)->finishes = true;
    connection->pool->stats.batches++;
    pg_connection_flush(connection);
    return connection->state == PG_UP;
}

static bool end_batch(struct pg_connection *connection)
{
    return !connection->pipeline.open || pg_pipeline_sync(connection, NULL);
}

bool pg_pipeline_read(struct pg_connection *connection, const struct pg_statement *statement,
                      struct pg_args args, struct pg_wait *wait, bool alone)
{
    bool unprepared = connection->pipeline.prepared[statement->index] == PG_NOT_PREPARED;
    if ((alone || unprepared) && !end_batch(connection)) return false;
    if (unprepared && !(prepare(connection, statement, NULL) && end_batch(connection)))
        return false;
    struct pg_entry *entry = send(connection, statement, args, wait);
    if (!entry) return false;
    entry->keeps = entry->finishes = true;
    wait->entry = entry;
    return !alone || end_batch(connection);
}

bool pg_pipeline_add(struct pg_connection *connection, const struct pg_statement *statement,
                     struct pg_args args, struct pg_wait *wait, bool keeps)
{
    if (connection->pipeline.prepared[statement->index] == PG_NOT_PREPARED &&
        !prepare(connection, statement, wait))
        return false;
    struct pg_entry *entry = send(connection, statement, args, wait);
    if (!entry) return false;
    entry->keeps = keeps;
    return true;
}

void pg_pipeline_forget(struct pg_connection *connection)
{
    for (unsigned i = 0; i < connection->pipeline.count; i++)
        entry_at(&connection->pipeline, i)->wait = NULL;
}

/* --- receiving --- */

static bool has_sqlstate(const PGresult *result, const char *sqlstate)
{
    const char *given = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return given && strcmp(given, sqlstate) == 0;
}

static void fail(struct pg_wait *wait, const struct pg_statement *statement, PGresult *result)
{
    if (!wait || wait->failure) {
        PQclear(result);
        return;
    }
    wait->failure = result;
    wait->failed = statement;
}

/* The one who asked for the Parse on a shared connection: the first statement sent after it. */
static struct pg_wait *wait_behind(struct pg_pipeline *pipeline)
{
    for (unsigned i = 1; i < pipeline->count; i++)
        if (entry_at(pipeline, i)->kind == PG_ENTRY_STATEMENT) return entry_at(pipeline, i)->wait;
    return NULL;
}

static void prepare_answered(struct pg_connection *connection, struct pg_entry *entry,
                             PGresult *result)
{
    struct pg_pipeline *pipeline = &connection->pipeline;
    ExecStatusType kind = PQresultStatus(result);
    bool there = kind == PGRES_COMMAND_OK || has_sqlstate(result, duplicate_statement);
    pipeline->prepared[entry->statement->index] = there ? PG_PREPARED : PG_NOT_PREPARED;
    if (kind == PGRES_FATAL_ERROR && (!there || !connection->shared)) {
        fail(connection->shared ? wait_behind(pipeline) : entry->wait, entry->statement, result);
        return;
    }
    if (kind == PGRES_PIPELINE_ABORTED && entry->wait) entry->wait->aborted = true;
    PQclear(result);
}

static void statement_answered(struct pg_connection *connection, struct pg_entry *entry,
                               PGresult *result)
{
    struct pg_wait *wait = entry->wait;
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (wait && entry->keeps)
            wait->rows = result;
        else
            PQclear(result);
        break;
    case PGRES_PIPELINE_ABORTED:
        if (wait) wait->aborted = true;
        PQclear(result);
        break;
    default:
        if (has_sqlstate(result, undefined_statement)) {
            connection->pipeline.prepared[entry->statement->index] = PG_NOT_PREPARED;
            if (connection->shared && wait && !wait->failure) { /* prepare it and try again */
                wait->aborted = true;
                PQclear(result);
                break;
            }
        }
        fail(wait, entry->statement, result);
    }
}

/* Everything about the head has arrived: `result` is its last. */
static void head_answered(struct pg_connection *connection, PGresult *result)
{
    struct pg_pipeline *pipeline = &connection->pipeline;
    struct pg_entry *entry = entry_at(pipeline, 0);
    if (entry->kind == PG_ENTRY_PREPARE)
        prepare_answered(connection, entry, result);
    else if (entry->kind == PG_ENTRY_STATEMENT)
        statement_answered(connection, entry, result);
    else
        PQclear(result);
    if (entry->finishes && entry->wait) pg_wait_finish(entry->wait);
    pipeline->head = (pipeline->head + 1) & (pipeline->size - 1);
    pipeline->count--;
}

/* One answer of PQgetResult(), NULL included. A Sync that could not commit the implicit transaction (a
   deferred constraint) answers with an error, a NULL, and only then with itself. False for anything out
   of order. */
static bool take(struct pg_connection *connection, PGresult *result)
{
    struct pg_pipeline *pipeline = &connection->pipeline;
    struct pg_entry *head = entry_at(pipeline, 0);
    if (head->kind != PG_ENTRY_SYNC) {
        if (!result && !pipeline->pending) return false;
        PGresult *before = pipeline->pending;
        pipeline->pending = result;
        if (result)
            PQclear(before);
        else
            head_answered(connection, before);
        return true;
    }
    bool is_sync = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    if (!result && !pipeline->sync_failed) return false;
    pipeline->sync_failed = result && !is_sync;
    if (is_sync)
        head_answered(connection, result);
    else if (result)
        fail(head->wait, &connection->pool->commit, result);
    return true;
}

void pg_pipeline_receive(struct pg_connection *connection)
{
    struct pg_pipeline *pipeline = &connection->pipeline;
    connection->progress_ms = loop_now_ms(connection->pool->loop);
    /* PQisBusy() is also what makes libpq look at what has been read, so it is asked first */
    while (!PQisBusy(connection->libpq) && pipeline->count > 0) {
        if (take(connection, PQgetResult(connection->libpq))) continue;
        pg_connection_lose(connection, "answers are out of step");
        return;
    }
    if (pipeline->count == 0 && !connection->shared && !connection->hold && !connection->free)
        pg_exclusive_settle(connection);
}

void pg_pipeline_reset(struct pg_connection *connection)
{
    struct pg_pipeline *pipeline = &connection->pipeline;
    const struct pg_options *options = &connection->pool->options;
    for (unsigned i = 0; i < pipeline->count; i++) {
        struct pg_wait *wait = entry_at(pipeline, i)->wait;
        if (!wait) continue;
        wait->lost = true;
        pg_wait_finish(wait);
    }
    PQclear(pipeline->pending);
    pipeline->pending = NULL;
    pipeline->head = pipeline->count = 0;
    pipeline->open = pipeline->sync_failed = false;
    memset(pipeline->prepared, PG_NOT_PREPARED, (size_t)options->statement_count + 3);
}
