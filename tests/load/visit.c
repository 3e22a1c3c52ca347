/* A visit: draw who it is, then one request after the other, with pauses, until something goes wrong.
 *
 * Each visit has dice of its own, made from the run's seed and its number. So visit 17 is the same in every run with
 * the same seed, whatever the server did to the sixteen before it.
 */
#include "tests/load/run.h"

#include "common/base/clock.h"
#include "tests/load/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIES_MAX = 4, /* of an order */
    FIRST_PAUSE_MS = 100,
    ORDER_BODY_MAX = 1 << 20,
    AFTER_FAILED_CONNECT_MS = 10, /* closed loop: do not spin when nobody listens */
};

struct visit {
    struct run *run;
    uint64_t number;
    int64_t due_us;
    const struct mix_visit *kind;
    struct random dice;
    struct drawn drawn[VALUES_MAX];
    enum outcome last; /* of its last request */
};

/* --- orders --- */

static bool is_final(enum outcome outcome, int status)
{
    return outcome == OUTCOME_ANSWERED && status != 429 && status < 500;
}

static const char *drawn_named(const struct visit *visit, const char *name)
{
    const int place = values_find(&visit->run->mix->values, name, strlen(name));
    return place >= 0 ? visit->drawn[place].text : NULL;
}

static void settle_order(struct visit *visit, const char *key, enum outcome outcome,
                         const struct answer *answer, const struct http_body *body, int tries)
{
    static const char *const words[] = {[TALLY_CONFIRMED] = "confirmed",
                                        [TALLY_PENDING] = "pending",
                                        [TALLY_REFUSED] = "refused",
                                        [TALLY_UNKNOWN] = "unknown"};
    struct run *run = visit->run;
    enum tally_order order = TALLY_REFUSED;
    if (!is_final(outcome, answer->status))
        order = TALLY_UNKNOWN;
    else if (answer->status == 201)
        order = TALLY_CONFIRMED;
    else if (answer->status == 202)
        order = TALLY_PENDING;
    if (visit->due_us >= run->tally.begin_us) {
        run->tally.orders[order]++;
        run->tally.retries += (uint64_t)tries - 1;
        run->tally.replayed += answer->replayed;
    }
    if (!run->ledger) return;
    struct ledger_line line = {
        .key = key,
        .outcome = words[order],
        .status = answer->status,
        .product = drawn_named(visit, "product"),
        .day = drawn_named(visit, "day"),
        .quantity = drawn_named(visit, "quantity"),
        .tries = tries,
        .replayed = answer->replayed,
    };
    if (order == TALLY_CONFIRMED || order == TALLY_PENDING)
        ledger_read_order(body->text, body->length, &line.order_id, &line.total_cents);
    ledger_add(run->ledger, &line);
}

/* Waits before the next try. False: there is no time for another. */
static bool pause_before_retry(struct visit *visit, const struct answer *answer, int tries)
{
    struct run *run = visit->run;
    int64_t pause_ms = FIRST_PAUSE_MS << (tries - 1);
    if (answer->retry_after_s > 0) pause_ms = (int64_t)answer->retry_after_s * 1000;
    pause_ms += random_below(&visit->dice, FIRST_PAUSE_MS); /* all who failed together: not again */
    if (clock_monotonic_ms() + pause_ms >= run->patience_end_ms) return false;
    task_sleep(run->loop, pause_ms);
    return true;
}

/* --- requests --- */

static int64_t deadline(const struct run *run)
{
    const int64_t deadline_ms = clock_monotonic_us() / 1000 + 1 + run->options->timeout_ms;
    return deadline_ms < run->patience_end_ms ? deadline_ms : run->patience_end_ms;
}

static enum outcome ask_order(struct visit *visit, const struct mix_step *step, int number,
                              struct answer *answer, bool *waited)
{
    struct run *run = visit->run;
    struct http_body body = {0};
    char key[LEDGER_KEY_MAX + 1];
    bool unused;
    int tries = 0;
    snprintf(key, sizeof(key), "load-%s-%" PRIu64 "-%d", run->id, visit->number, number);
    enum outcome outcome;
    do {
        outcome = run_ask(run, step, visit->drawn, key, deadline(run), &body, ORDER_BODY_MAX,
                          answer, tries == 0 ? waited : &unused);
        tries++;
    } while (!is_final(outcome, answer->status) && tries < TRIES_MAX &&
             pause_before_retry(visit, answer, tries));
    settle_order(visit, key, outcome, answer, &body, tries);
    free(body.text);
    return outcome;
}

static enum tally_error error_of(const struct run *run, const struct mix_step *step,
                                 enum outcome outcome, int status)
{
    switch (outcome) {
    case OUTCOME_ANSWERED:
        return mix_expects(step, status) ? TALLY_NO_ERROR : TALLY_STATUS;
    case OUTCOME_CONNECT:
        return TALLY_CONNECT;
    case OUTCOME_CLOSED:
        return TALLY_CLOSED;
    case OUTCOME_GARBAGE:
        return TALLY_GARBAGE;
    default:
        return clock_monotonic_ms() >= run->patience_end_ms ? TALLY_UNFINISHED : TALLY_TIMEOUT;
    }
}

/* One step, due at visit->due_us; sets that to when it was settled. False: an error ends the visit. */
static bool take_step(struct visit *visit, const struct mix_step *step, int number)
{
    struct run *run = visit->run;
    struct answer answer;
    bool waited = false;
    const int64_t begun_us = clock_monotonic_us();
    if (step->is_order)
        visit->last = ask_order(visit, step, number, &answer, &waited);
    else
        visit->last = run_ask(run, step, visit->drawn, NULL, deadline(run), NULL,
                              CONNECTIONS_BODY_MAX, &answer, &waited);
    const struct tally_request request = {
        .name = step->name,
        .due_us = visit->due_us,
        .done_us = answer.at_us,
        .status = answer.status,
        .bytes = answer.bytes,
        .error = error_of(run, step, visit->last, answer.status),
    };
    tally_add(&run->tally, &request);
    if (!waited && visit->due_us >= run->tally.begin_us)
        histogram_add(&run->tally.late, begun_us - visit->due_us);
    visit->due_us = answer.at_us;
    return request.error == TALLY_NO_ERROR;
}

/* --- the whole of it --- */

static void draw(struct visit *visit)
{
    const struct mix *mix = visit->run->mix;
    random_init(&visit->dice, visit->run->options->seed, visit->number);
    visit->kind = mix_choose(mix, random_below(&visit->dice, (uint32_t)mix->weight_sum));
    for (int i = 0; i < mix->values.count; i++)
        if (visit->kind->uses >> i & 1)
            value_draw(&mix->values.all[i], &visit->dice, &visit->drawn[i]);
}

static bool take_all_steps(struct visit *visit)
{
    struct run *run = visit->run;
    for (int i = 0; i < visit->kind->step_count; i++) {
        const struct mix_step *step = &visit->kind->steps[i];
        if (i > 0 && step->think_ms > 0 && run->options->saturate == 0) {
            visit->due_us += (int64_t)schedule_exponential(&visit->dice, step->think_ms * 1000.0);
            if (!naps_until(run->naps, visit->due_us)) return false;
        }
        if ((i > 0 && run->ended) || !take_step(visit, step, i + 1)) return false;
    }
    return true;
}

static void make(struct run *run, int64_t due_us, enum outcome *last)
{
    struct visit visit = {.run = run, .number = run->visit_number++, .due_us = due_us};
    const bool counts = due_us >= run->tally.begin_us;
    run->tally.visits += counts;
    draw(&visit);
    const bool completed = take_all_steps(&visit);
    run->tally.visits_completed += counts && completed;
    *last = visit.last;
}

static void leave(struct run *run)
{
    if (--run->under_way == 0 && run->conductor) task_wake(run->conductor);
}

struct arrival {
    struct run *run;
    int64_t due_us;
};

static void arrive(void *argument)
{
    const struct arrival arrival = *(const struct arrival *)argument; /* the caller's: gone later */
    enum outcome unused;
    make(arrival.run, arrival.due_us, &unused);
    leave(arrival.run);
}

bool run_begin_visit(struct run *run, int64_t due_us)
{
    struct arrival arrival = {run, due_us};
    run->under_way++;
    if (task_start(run->loop, arrive, &arrival) == STATUS_OK) return true;
    run->under_way--;
    return false;
}

void run_visits(struct run *run)
{
    while (!run->ended && clock_monotonic_us() < run->end_us) {
        enum outcome last;
        make(run, clock_monotonic_us(), &last);
        if (last == OUTCOME_CONNECT) task_sleep(run->loop, AFTER_FAILED_CONNECT_MS);
    }
    leave(run);
}
