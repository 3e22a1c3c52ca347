/* The addresses are written by the module that answers them; everybody else only has the key. */
#include "common/modules/media/picture_json.h"

#include "common/modules/media/picture_scale.h"

#include <stdio.h>

void picture_write(struct json_writer *json, const char *name, const char *key)
{
    char address[sizeof("/v1/pictures//medium.jpg") + PICTURE_KEY_CHARS];
    if (!key) {
        json_add_null(json, name);
        return;
    }
    json_begin_object(json, name);
    for (enum picture_size size = PICTURE_SMALL; size < PICTURE_SIZES; size++) {
        snprintf(address, sizeof(address), "/v1/pictures/%s/%s.jpg", key, picture_size_name(size));
        json_add_text(json, picture_size_name(size), address);
    }
    json_end_object(json);
}
