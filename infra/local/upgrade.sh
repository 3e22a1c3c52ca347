# shellcheck shell=bash disable=SC2034,SC2153 # names are for others, and from others
# Takes a running shop to the stage beside it, forwards or back, while people shop: no request fails.
#
# Expand, migrate, start the new, shift traffic, drain the old. Servers that the new stage stands on are started; the
# database is migrated while the old stage serves from it (forwards only: an older stage works on a newer schema, for
# migrations only add); the new programs are started beside the old ones. Then the port that clients know changes
# hands: whoever is to answer there gets the listening socket itself from whoever did (sockets.py), so that no
# connection is refused and none is lost in a queue. The old one answers what it has, each answer ending its
# connection, and ends. What the new stage does not need is stopped at last (decision 0020).
#
# Until the port has changed hands the old stage serves as if nothing had happened, and a failure leaves it so; from
# there on the new one does. Between the two moments both do.
#
# Interface: upgrade FROM TO, downgrade FROM TO, names of stages in full.

HANDOVER=$LOCAL/sockets.py

upgrade() { change_stage up "$1" "$2"; }
downgrade() { change_stage down "$1" "$2"; }

# change_check WAY FROM TO: neighbours, in this order?
change_check() {
    local before='' stage
    for stage in "$ROOT"/stages/*/stage.mk; do
        stage=$(basename "$(dirname "$stage")")
        if [[ $1 == up && $2 == "$before" && $3 == "$stage" || $1 == down && $3 == "$before" && $2 == "$stage" ]]; then return; fi
        before=$stage
    done
    fail "there is no way ${1} from '$2' to '$3' in one step" "one stage at a time:  make upgrade FROM=01 TO=02, make downgrade FROM=02 TO=01"
}

# must_be_alone SERVER: does it know only what its own stage tells it?
must_be_alone() { with "$1" eval 'declare -F alone >/dev/null'; }

# Those of a list that must be alone.
loners() {
    local server found=()
    for server in $1; do if must_be_alone "$server"; then found+=("$server"); fi; done
    printf '%s' "${found[*]}"
}

# shellcheck disable=SC2086,SC2046 # lists of words
change_stage() {
    local way=$1 from=$2 to=$3 since=$EPOCHREALTIME old_servers old_services old_entry old_pid late
    change_check "$@"
    recall
    [[ $STAGE == "$from" ]] || fail "stage $from does not run in $(short "$RUN"): ${STAGE:-none} does"
    alive "$ENTRY" || fail "'$ENTRY', where clients find the shop, does not run:  make up STAGE=${STAGE%%-*}"
    old_servers=$SERVERS old_services=$SERVICES old_entry=$ENTRY old_pid=$PID
    PORT_HANDED=$(balance_port "$ENTRY")
    "$HANDOVER" check "$old_pid" "$PORT_HANDED" || fail "the port cannot be handed over; nothing has been changed"
    unset STAGE_SERVERS STAGE_SERVICES STAGE_CONFIG STAGE_ENTRY # make's, of another stage
    STAGE=$to
    choose
    check_built
    lock
    echo "Stage $from becomes $to in $(short "$RUN")"
    printf -v "$(port_variable "$ENTRY")" '%s' "$PORT_HANDED"
    ports_choose $SERVERS $(without "$old_servers" $SERVERS) # of both, until only one is left

    late=$(loners "$(without "$SERVERS" $old_servers)")
    change_expand "$way" "$old_servers" "$late" || exit 1
    if [[ $ENTRY != "$old_entry" ]] || has "$SERVICES" "$ENTRY"; then
        hand_over "$old_entry" "$old_pid" || exit 1
        leave "$old_services"
    else # behind the same balancer as before: one after another
        bring_up_services $SERVICES || exit 1
        leave_balanced $(without "$old_services" $SERVICES)
    fi
    ports_choose $SERVERS
    remember
    retire
    bring_up_all $late || exit 1
    status_rows | status_json | replace_file "$RUN/status.json"
    say total "$to answers at $(entry_url)" "$since"
}

# change_expand WAY OLD_SERVERS LATE: everything but the shift: what the new stage stands on, its schema, its services.
# shellcheck disable=SC2086,SC2046 # lists of words
change_expand() {
    local way=$1 old_servers=$2 late=$3 server
    for server in $(loners "$(without "$old_servers" $SERVERS)"); do with "$server" stop; done
    bring_up_all $(without "$SERVERS" $SERVICES $ENTRY $late) || return 1
    for server in $late; do with "$server" alone; done
    if [[ $way == up ]]; then data_migrate || return 1; fi
    bring_up_all $(without "$SERVICES" $ENTRY $old_servers)
}

# rename_server OLD NEW: what is known of a process, under another name.
rename_server() {
    local kind
    for kind in pid inputs; do mv -f "$STATE/$1.$kind" "$STATE/$2.$kind" 2>/dev/null || true; done
}

# hand_over OLD_ENTRY OLD_PID: starts the new entry on the socket of the old one, which is called $LEAVING from then on.
hand_over() {
    local since=$EPOCHREALTIME server
    LEAVING=$1
    if [[ $LEAVING == "$ENTRY" ]]; then # two of one name: the old one takes a number
        LEAVING=$ENTRY-0
        rename_server "$ENTRY" "$LEAVING"
    fi
    LAUNCH_VIA=("$HANDOVER" start "$2" "$PORT_HANDED")
    if ! with "$ENTRY" start || ! await_successor; then
        explain "$ENTRY" "could not take over port $PORT_HANDED; the old one goes on"
        with "$ENTRY" stop
        [[ $LEAVING == "$1" ]] || rename_server "$LEAVING" "$1"
        return 1
    fi
    LAUNCH_VIA=()
    fingerprint "$ENTRY" >"$STATE/$ENTRY.inputs"
    for server in $SERVICES; do balance_in "$server" || return 1; done
    say "$ENTRY" "answers on port $PORT_HANDED, too" "$since"
}

# Ready, by its own word: at the port the old one answers as well.
await_successor() {
    local until=$((EPOCHSECONDS + READY_SECONDS))
    until with "$ENTRY" ready && answers_itself; do
        if ! alive "$ENTRY" || ((EPOCHSECONDS >= until)); then return 1; fi
        sleep 0.03
    done
}

# A service says in its answers who it is, and one of its own must have been seen. (One that was given a name cannot be
# told from the old one by it.)
answers_itself() {
    local answer=''
    if ! has "$SERVICES" "$ENTRY" || [[ -n ${SHOP_PROCESS_INSTANCE:-} ]]; then return 0; fi
    {
        exec {wire}<>"/dev/tcp/127.0.0.1/$PORT_HANDED" || return 1
        printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&"$wire"
        IFS='' read -r -t 2 -d '' answer <&"$wire" || true
        exec {wire}>&-
    } 2>/dev/null
    alive "$ENTRY" && [[ $answer == 'HTTP/1.1 200 '* && $answer == *-"$PID"$'\r\n'* ]]
}

# leave OLD_SERVICES: the old ones answer what they have, and end: first who lets requests in.
# shellcheck disable=SC2086,SC2046 # lists of words
leave() {
    local server pid
    alive "$ENTRY" || fail "'$ENTRY' has ended; see make logs"
    pid=$PID
    "$HANDOVER" gather "$pid" "$PORT_HANDED"
    with "$LEAVING" eval 'if declare -F drain >/dev/null; then drain; fi'
    with "$LEAVING" stop
    stop_all $(without "$1" $SERVICES)
    for server in $(without "$1" $SERVICES); do balance_forget "$server"; done
    "$HANDOVER" deal "$pid" "$PORT_HANDED"
}

# leave_balanced SERVER...: the new stage has fewer instances behind the same balancer, or no use for them.
leave_balanced() {
    local server
    for server in "$@"; do with "$server" eval 'if declare -F drain >/dev/null; then drain; fi'; done
    for server in "$@"; do
        if grep -q "^$server " "$RUN/nginx/instances" 2>/dev/null; then
            balance_set "$server" "$server $(balance_port "$server") out"
            balance_await "$server" out || exit 1
        fi
        with "$server" stop
        balance_forget "$server"
    done
}
