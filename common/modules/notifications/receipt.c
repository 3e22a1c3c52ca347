/* Plain text, one line per booking, money with two decimals: readable in any mail program and by a test.
 */
#include "common/modules/notifications/receipt.h"

#include "common/base/clock.h"
#include "common/base/strbuf.h"

#include <inttypes.h>

enum { RECEIPT_TEXT_MAX = 16 * 1024 };

static void add_money(struct strbuf *text, int64_t cents, const char *currency)
{
    strbuf_printf(text, "%s %" PRId64 ".%02d", currency, cents / 100, (int)(cents % 100));
}

void receipt_write(struct arena *arena, const struct order *order, const struct user *user,
                   const struct invoice_document *invoice, struct mail_message *out)
{
    struct strbuf text;
    strbuf_init(&text, arena, RECEIPT_TEXT_MAX);
    strbuf_printf(&text,
                  "Hello %s,\n\nthank you for your order number %" PRId64 ". You have booked:\n\n",
                  user->name, order->id);
    for (int i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        char day[CLOCK_DAY_TEXT];
        clock_format_day(line->day, day);
        strbuf_printf(&text, "  %s  %d x %s  ", day, line->quantity, line->title);
        add_money(&text, line->amount_cents, order->currency);
        strbuf_add_char(&text, '\n');
    }
    strbuf_add_text(&text, "\nTotal: ");
    add_money(&text, order->total_cents, order->currency);
    strbuf_add_text(&text, "\n\nYou can cancel until the day before.\n");
    if (invoice != NULL) strbuf_add_text(&text, "Your invoice is attached.\n");
    *out = (struct mail_message){
        .message_id = arena_printf(arena, "order-%" PRId64 "-receipt", order->id),
        .to = user->email,
        .to_name = user->name,
        .subject = arena_printf(arena, "Your order number %" PRId64, order->id),
        .text = text.text,
    };
    if (invoice == NULL) return;
    out->attachments[0] = (struct mail_attachment){
        .file_name = invoice->file_name,
        .content_type = "application/pdf",
        .bytes = invoice->bytes,
        .length = invoice->length,
    };
    out->attachment_count = 1;
}
