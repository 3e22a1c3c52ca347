/* A receipt too many and one too few. Both answer that all is well.
 */
#include "tests/audit/mutants/mutants.h"

#include "common/outgoing/mail.h"

static const struct mail_ops *original;

static enum status forget(struct mail *mail, struct call *call, const struct mail_message *message)
{
    (void)mail, (void)call, (void)message;
    return STATUS_OK;
}

void receipt_left_out(struct app *app)
{
    static const struct mail_ops ops = {.send = forget};
    app->mail->ops = &ops;
}

static enum status twice(struct mail *mail, struct call *call, const struct mail_message *message)
{
    enum status status = original->send(mail, call, message);
    return status == STATUS_OK ? original->send(mail, call, message) : status;
}

void receipt_twice(struct app *app)
{
    static const struct mail_ops ops = {.send = twice};
    if (app->mail->ops != &ops) original = app->mail->ops;
    app->mail->ops = &ops;
}
