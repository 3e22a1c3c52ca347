/* Routes of pictures: an admin's upload for a product, and the files. */
#ifndef STAGECRAFT_MEDIA_MEDIA_HTTP_H
#define STAGECRAFT_MEDIA_MEDIA_HTTP_H

#include "common/app/app.h"

void media_http_add(struct router *router, struct app *app);

#endif
