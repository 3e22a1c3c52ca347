# shellcheck shell=bash disable=SC2034,SC2153 # names are for others; PORT is the stack's
# The shop's program as a worker: it takes events from the broker and does what they ask for. All workers share the work.

# shellcheck source-path=SCRIPTDIR source=shop.sh
. "$LOCAL/servers/shop.sh"

DEFAULT_PORT=18200
ROLE=worker

DRAIN_SECONDS=30

# Before a stage without workers takes over: until all that has been published is done. Nothing is lost if it is not, but
# nobody will do it.
drain() {
    local until=$((EPOCHSECONDS + DRAIN_SECONDS)) quiet=0
    while ((quiet < 3 && EPOCHSECONDS < until)); do # the figures are a second old, and what is done may publish more
        if [[ $(metric_sum "$RELAY_PORT" shop_outbox_events)$(metric_sum "$PORT" shop_events_lag) == 00 ]]; then quiet=$((quiet + 1)); else quiet=0; fi
        sleep 0.7
    done
    ((quiet == 3)) || complain "$SERVER still has events to do after $DRAIN_SECONDS s; they wait in the broker"
}

status() { printf 'does what events ask for'; }
