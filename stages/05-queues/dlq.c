/* The dead letters, for a person: what they are, what is in them, once more with them, or away with them.
 *
 *   dlq list                      subscriber/event, where from, how often tried, why not
 *   dlq show LETTER               all of one; a card's token is not shown
 *   dlq replay LETTER|all         to its subscriber alone, as if it had never been tried
 *   dlq drop LETTER|all           nobody will do it
 *
 * A LETTER is "payment/order-17-placed", or the event alone: then of all its subscribers. SHOP_BROKER_URL and
 * SHOP_BROKER_PREFIX say which broker and whose topics (`make dlq` knows). A topic of dead letters is compacted: the last
 * record of a key counts, and one without a value takes the letter away.
 */
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/task.h"
#include "stages/05-queues/broker_shelf.h"
#include "stages/05-queues/envelope.h"
#include "stages/05-queues/queue_names.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 1 << 30, LETTERS_MAX = 100000, TIMEOUT_MS = 10000, BATCH = 200 };

struct letter {
    const char *group, *subscriber, *dead; /* "shop.payment", "payment", "shop.payment.dead" */
    const char *key;                       /* of the record */
    struct envelope envelope;
    bool gone;
};

struct shelf {
    struct arena arena;
    struct broker_options options;
    const char *prefix;
    struct letter *letters;
    int count;
    bool full;
};

/* --- reading --- */

static struct letter *find(struct shelf *shelf, const char *dead, const char *key)
{
    for (int i = shelf->count - 1; i >= 0; i--)
        if (!shelf->letters[i].gone && strcmp(shelf->letters[i].dead, dead) == 0 &&
            strcmp(shelf->letters[i].key, key) == 0)
            return &shelf->letters[i];
    return NULL;
}

static void take(void *context, const struct broker_record *record)
{
    struct shelf *shelf = context;
    struct envelope envelope;
    struct letter *before = record->key ? find(shelf, record->topic, record->key) : NULL;
    if (before) before->gone = true;
    if (!record->key || !record->value || envelope_open(record, &envelope) != NULL) return;
    shelf->full = shelf->full || shelf->count == LETTERS_MAX;
    if (shelf->full) return;
    const size_t length = strlen(record->topic) - strlen(".dead");
    const char *group = arena_memdup(&shelf->arena, record->topic, length);
    shelf->letters[shelf->count++] = (struct letter){
        .group = group,
        .subscriber = group + strlen(shelf->prefix),
        .dead = record->topic,
        .key = record->key,
        .envelope = envelope,
    };
}

static bool is_meant(const struct letter *letter, const char *name)
{
    const char *id = letter->envelope.event.id;
    const size_t length = strlen(letter->subscriber);
    if (letter->gone) return false;
    if (strcmp(name, "all") == 0 || strcmp(name, id) == 0) return true;
    return strncmp(name, letter->subscriber, length) == 0 && name[length] == '/' &&
           strcmp(name + length + 1, id) == 0;
}

/* --- showing --- */

static void print_age(int64_t published_ms)
{
    const int64_t seconds = (clock_wall_ms() - published_ms) / 1000;
    if (seconds < 120)
        printf("%" PRId64 " s", seconds);
    else if (seconds < 7200)
        printf("%" PRId64 " min", seconds / 60);
    else
        printf("%" PRId64 " h", seconds / 3600);
}

static int list(struct shelf *shelf)
{
    int count = 0;
    for (int i = 0; i < shelf->count; i++) {
        const struct letter *letter = &shelf->letters[i];
        if (letter->gone) continue;
        printf("%s/%s  %s  tried %d times  ", letter->subscriber, letter->envelope.event.id,
               letter->envelope.event.topic, letter->envelope.tries);
        print_age(letter->envelope.published_ms);
        printf("  %s\n", letter->envelope.error ? letter->envelope.error : "-");
        count++;
    }
    printf(count == 0 ? "no dead letters\n" : "%d dead letters\n", count);
    return 0;
}

/* With what nobody needs to see replaced, wherever it stands. */
static void mask(json_t *value)
{
    const char *name;
    json_t *member;
    size_t index;
    json_object_foreach(value, name, member)
    {
        if (strcmp(name, "card_token") == 0 && json_is_string(member))
            (void)json_string_set(member, "(not shown)");
        else
            mask(member);
    }
    json_array_foreach(value, index, member) mask(member);
}

static void print_payload(const char *text)
{
    json_t *payload = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!payload) { /* what is not JSON may hold anything */
        printf("payload       not JSON, %zu bytes, not shown\n", strlen(text));
        return;
    }
    mask(payload);
    char *shown = json_dumps(payload, JSON_INDENT(2) | JSON_ENCODE_ANY);
    printf("payload       %s\n", shown ? shown : "-");
    free(shown);
    json_decref(payload);
}

static int show(struct shelf *shelf, const char *name)
{
    int found = 0;
    for (int i = 0; i < shelf->count; i++) {
        const struct letter *letter = &shelf->letters[i];
        char published[CLOCK_TIME_TEXT];
        if (!is_meant(letter, name)) continue;
        clock_format_time(letter->envelope.published_ms, published);
        printf("%sletter        %s/%s\ntopic         %s\nkey           %s\npublished     %s\n"
               "tried         %d times\nerror         %s\n",
               found > 0 ? "\n" : "", letter->subscriber, letter->envelope.event.id,
               letter->envelope.event.topic, letter->envelope.event.key, published,
               letter->envelope.tries, letter->envelope.error ? letter->envelope.error : "-");
        print_payload(letter->envelope.event.payload);
        found++;
    }
    return found;
}

/* --- moving --- */

struct move {
    struct shelf *shelf;
    const char *name;
    bool replay;
    struct loop *loop;
    struct broker_producer *producer;
    int moved;
    char error[256];
};

/* First where it goes, then away from where it was: between the two it is in both places, and the inbox sees to it that it
   is done once. */
static enum status move_letter(struct move *move, struct call *call, const struct letter *letter)
{
    struct broker_record record, tombstone = {.topic = letter->dead, .key = letter->key};
    struct envelope envelope = letter->envelope;
    enum status status = STATUS_OK;
    envelope.tries = 0;
    envelope.error = NULL;
    envelope.due_ms = clock_wall_ms();
    if (move->replay) {
        envelope_seal(call->arena, &envelope, queue_retry_name(call->arena, letter->group, 1),
                      &record);
        status = broker_send(move->producer, call, &record, 1);
    }
    if (status == STATUS_OK) status = broker_send(move->producer, call, &tombstone, 1);
    return status;
}

static void move_all(void *argument)
{
    struct move *move = argument;
    struct call call;
    enum status status = STATUS_OK;
    call_init(&call, &move->shelf->arena, TIMEOUT_MS);
    for (int i = 0; i < move->shelf->count && status == STATUS_OK; i++) {
        if (!is_meant(&move->shelf->letters[i], move->name)) continue;
        status = move_letter(move, &call, &move->shelf->letters[i]);
        if (status == STATUS_OK) move->moved++;
    }
    if (status != STATUS_OK) snprintf(move->error, sizeof(move->error), "%s", call.failure.message);
    loop_stop(move->loop);
}

static int move_letters(struct shelf *shelf, const char *name, bool replay)
{
    struct move move = {.shelf = shelf, .name = name, .replay = replay};
    struct offload *offload;
    if (loop_open(&move.loop) != STATUS_OK || offload_open(&offload, 1, 1) != STATUS_OK) {
        fprintf(stderr, "dlq: no descriptors or threads left\n");
        return -1;
    }
    if (broker_producer_open(&shelf->arena, move.loop, offload, &shelf->options, &move.producer,
                             move.error) == STATUS_OK) {
        if (task_start(move.loop, move_all, &move) == STATUS_OK) loop_run(move.loop);
        broker_producer_close(move.producer);
    }
    offload_close(offload);
    loop_close(move.loop);
    if (move.error[0] != '\0') fprintf(stderr, "dlq: %s\n", move.error);
    if (move.moved > 0) printf("%d %s\n", move.moved, replay ? "replayed" : "dropped");
    return move.error[0] != '\0' ? -1 : move.moved;
}

/* --- the command --- */

static int usage(void)
{
    fprintf(stderr, "usage: dlq list | show LETTER | replay LETTER|all | drop LETTER|all\n");
    return 2;
}

static int act(struct shelf *shelf, const char *verb, const char *name)
{
    if (strcmp(verb, "list") == 0) return list(shelf);
    const int found = strcmp(verb, "show") == 0
                          ? show(shelf, name)
                          : move_letters(shelf, name, strcmp(verb, "replay") == 0);
    if (found == 0)
        fprintf(stderr, "dlq: there is no dead letter '%s'; dlq list shows all\n", name);
    return found > 0 ? 0 : 1;
}

static bool is_verb(const char *verb, const char *name)
{
    if (strcmp(verb, "list") == 0) return name == NULL;
    return name != NULL &&
           (strcmp(verb, "show") == 0 || strcmp(verb, "replay") == 0 || strcmp(verb, "drop") == 0);
}

int main(int count, char **words)
{
    const char *verb = count > 1 ? words[1] : "list", *name = count > 2 ? words[2] : NULL;
    const char *url = getenv("SHOP_BROKER_URL"), *prefix = getenv("SHOP_BROKER_PREFIX");
    const char *tls = getenv("SHOP_BROKER_TLS");
    char error[256];
    if (count > 3 || !is_verb(verb, name)) return usage();
    if (!url || !prefix) {
        fprintf(stderr, "dlq: SHOP_BROKER_URL and SHOP_BROKER_PREFIX must say whose: make dlq\n");
        return 2;
    }
    log_open(LOG_ERROR, 2);
    bytes_open();
    struct shelf shelf = {.options = {.url = url,
                                      .client_id = "dlq",
                                      .timeout_ms = TIMEOUT_MS,
                                      .tls = tls && strcmp(tls, "true") == 0},
                          .prefix = prefix};
    arena_init(&shelf.arena, ARENA_MAX);
    shelf.letters = arena_array(&shelf.arena, struct letter, LETTERS_MAX);
    int code = 1;
    if (broker_shelf_read(&shelf.arena, &shelf.options, prefix, ".dead", take, &shelf, error) ==
        STATUS_OK)
        code = act(&shelf, verb, name);
    else
        fprintf(stderr, "dlq: %s\n", error);
    if (shelf.full)
        fprintf(stderr, "dlq: there are more than %d; drop or replay some\n", LETTERS_MAX);
    log_flush();
    arena_release(&shelf.arena);
    return code;
}
