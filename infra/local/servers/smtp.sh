# shellcheck shell=bash disable=SC2034 # names are for others
# A real SMTP server that delivers every message into one Maildir: the shop speaks to it as to any mail server,
# and a receipt is a file that can be opened (or counted by a test) in $RUN/mail/new.

DEFAULT_PORT=18025

inputs() { echo "$SMTP_PORT $RUN/mail"; }

# The distribution's Python by its full name: another one may come first in PATH, without the package.
start() {
    launch smtp /usr/bin/python3 -m aiosmtpd --nosetuid --listen "127.0.0.1:$SMTP_PORT" \
        --class aiosmtpd.handlers.Mailbox "$RUN/mail"
}

ready() { greets "$SMTP_PORT" 220; }

stop() { terminate smtp TERM 5; }

status() { printf '%d messages in %s' "$(find "$RUN/mail/new" -type f 2>/dev/null | wc -l)" "$(short "$RUN/mail/new")"; }
