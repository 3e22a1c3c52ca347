/* How a picture looks in JSON answers: the addresses of its sizes. */
#ifndef STAGECRAFT_MEDIA_PICTURE_JSON_H
#define STAGECRAFT_MEDIA_PICTURE_JSON_H

#include "common/base/json.h"

/* {"small": "/v1/pictures/<key>/small.jpg", …}; a null for a key that is NULL. */
void picture_write(struct json_writer *json, const char *name, const char *key);

#endif
