# shellcheck shell=bash
# What the balancer is told: which instances there are, and which of them are to get requests.
#
# $RUN/nginx/instances has a line for each: name, port, "in" or "out". nginx looks at it ten times a second, checks
# the health of those that are in, and writes what it makes of it to $RUN/nginx/applied; only when a line there says
# so has a change taken effect, in all of its processes. No reload is involved: a reload makes nginx close idle
# connections of clients, and a request that is just then on its way is lost (decision 0016).
#
# Interface: balance_out before a server is stopped, balance_in when it is ready, balance_forget when it is gone for
# good. Without a balancer, or while it
# does not run, both only keep the list.

BALANCE_SECONDS=15

balances() { has "$SERVERS" nginx; }

# Other services of a stage answer no client.
balance_has() { balances && has "$SERVICES" "$1" && [[ $(kind "$1") == shop ]]; }

# balance_set SERVER LINE: the server's line in the list, or none.
balance_set() {
    local list=$RUN/nginx/instances
    mkdir -p "$RUN/nginx"
    ( # several servers may be brought up at the same time
        exec {list_lock}>"$list.lock"
        flock "$list_lock"
        {
            grep -v "^$1 " "$list" 2>/dev/null || true
            [[ -z $2 ]] || echo "$2"
        } | sort -V | replace_file "$list"
    )
}

# balance_await SERVER STATE: until nginx says that this is how it treats the server.
balance_await() {
    local until=$((EPOCHSECONDS + BALANCE_SECONDS)) name state
    alive nginx || return 0
    while ((EPOCHSECONDS < until)); do
        while read -r name state; do
            if [[ $name == "$1" && $state == "$2" ]]; then return 0; fi
        done < <(cat "$RUN/nginx/applied" 2>/dev/null)
        sleep 0.03
    done
    complain "nginx has not made $1 '$2' within $BALANCE_SECONDS s; it says:"
    sed 's/^/       | /' "$RUN/nginx/applied" >&2
    return 1
}

balance_out() {
    balance_has "$1" || return 0
    balance_set "$1" "$1 $(balance_port "$1") out" && balance_await "$1" out
}

balance_in() {
    balance_has "$1" || return 0
    balance_set "$1" "$1 $(balance_port "$1") in" && balance_await "$1" up
}

balance_forget() { if [[ -e $RUN/nginx/instances ]]; then balance_set "$1" ''; fi; }

balance_port() {
    local variable
    variable=$(port_variable "$1")
    printf '%s' "${!variable}"
}
