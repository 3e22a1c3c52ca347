/* The stage as it is, with one operation exchanged: what its wire() has made is kept, and the hold of its
 * bookings replaced by a check-then-set. (The build compiles the stage's own wire() under another name.)
 */
#include "common/app/app.h"
#include "tests/faults/check_then_set.h"

enum status stage_wire(struct app *app, char error[256]);

enum status wire(struct app *app, char error[256])
{
    enum status status = stage_wire(app, error);
    if (status == STATUS_OK) check_then_set_install(app->bookings);
    return status;
}
