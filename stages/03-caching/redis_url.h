/* The address of a Redis: redis://[user][:password]@host:port[/database] */
#ifndef STAGECRAFT_STAGES_REDIS_URL_H
#define STAGECRAFT_STAGES_REDIS_URL_H

#include <stdbool.h>

enum { REDIS_URL_PART_MAX = 256 };

struct redis_url {
    char host[REDIS_URL_PART_MAX];
    char user[REDIS_URL_PART_MAX];     /* "": none, the server's default user */
    char password[REDIS_URL_PART_MAX]; /* "": none */
    int port;                          /* 6379 unless given */
    int database;                      /* 0 unless given */
};

/* False when the text is not such an address. TLS (rediss://) is not spoken. */
bool redis_url_parse(const char *text, struct redis_url *out);

#endif
