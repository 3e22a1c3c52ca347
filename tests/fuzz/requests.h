/* A request written as text, as people write them down, and what must be true of any answer to one.
 *
 *   POST /v1/orders?x=1
 *   Idempotency-Key: k1
 *   Content-Type: application/json
 *
 *   {"lines": []}
 */
#ifndef STAGECRAFT_FUZZ_REQUESTS_H
#define STAGECRAFT_FUZZ_REQUESTS_H

#include "common/http/handler.h"
#include "tests/fuzz/fuzz.h"

/* Cuts "a=1&b=2" into parameters as the server's library does, and adds each. */
enum status requests_read_query(struct call *call, const char *raw, struct request *request);

/* Fills the request from the whole input. What is wrong with its target is answered as a status, with the
   request filled as far as it goes. */
enum status requests_read(struct call *call, struct input *input, struct request *request);

/* Lets the handler answer, as the server does, and checks the answer against the rules of the API. */
void requests_answer(struct handler *handler, struct call *call, struct request *request,
                     struct response *response);

#endif
