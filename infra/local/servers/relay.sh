# shellcheck shell=bash disable=SC2034,SC2153 # names are for others; PORT is the stack's
# The shop's program as the relay: it brings what the shop has written into the outbox to the broker. One works; if there
# are more, they stand by.

# shellcheck source-path=SCRIPTDIR source=shop.sh
. "$LOCAL/servers/shop.sh"

DEFAULT_PORT=18190
ROLE=relay

status() { printf 'brings events from the outbox to the broker'; }
