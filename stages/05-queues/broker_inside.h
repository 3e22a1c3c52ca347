/* What the files of the broker know of each other; nobody else includes this. */
#ifndef STAGECRAFT_STAGES_BROKER_INSIDE_H
#define STAGECRAFT_STAGES_BROKER_INSIDE_H

#include "stages/05-queues/broker.h"

#include <librdkafka/rdkafka.h>

/* The way from librdkafka's threads to the loop: an eventfd that they write to when one of the queues that follow it is
 * no longer empty. They do so only then, so whoever runs must empty the queue, or remember that it has not. */
struct broker_bell {
    struct loop *loop;
    struct loop_watch watch;
    struct loop_timer
        timer; /* rings once a second too: a client that is never polled is thought dead */
    void (*run)(void *context);
    void *context;
};

enum status broker_bell_open(struct broker_bell *bell, struct loop *loop,
                             void (*run)(void *context), void *context, char error[256]);
void broker_bell_close(struct broker_bell *bell); /* when the clients that ring it are gone */
void broker_bell_follow(struct broker_bell *bell, rd_kafka_queue_t *queue);
void broker_bell_ignore(rd_kafka_queue_t *queue);
void broker_bell_drop(rd_kafka_queue_t *queue); /* ignores and destroys it; may be NULL */

struct broker_setting {
    const char *name, *value;
};

/* A configuration with what both kinds of client share and these settings. NULL with a sentence in `error`. `opaque` is
   a struct broker_state. */
rd_kafka_conf_t *broker_conf(const struct broker_options *options, void *opaque,
                             const struct broker_setting *settings, size_t count, char error[256]);

/* The client; takes the configuration whatever happens. */
rd_kafka_t *broker_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, char error[256]);

/* What librdkafka's callbacks about a client itself write to: the first member of whoever has one. */
struct broker_state {
    struct broker_counters counters;
    const char *name; /* in logs */
    bool troubled;    /* logged; not again until it is up */
    bool broken;      /* for good: only a new client can go on */
};

/* It has answered. */
void broker_is_up(struct broker_state *state);

/* What has come, but for its topic. */
void broker_copy(const rd_kafka_message_t *message, struct arena *arena, struct broker_record *out);

/* librdkafka's error in our words. */
enum status broker_fail(struct call *call, rd_kafka_resp_err_t error);

#endif
