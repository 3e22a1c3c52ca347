# shellcheck shell=bash
# Which port each server of a stack listens on. One rule for all of them, and one file, $RUN/ports.env.
#
# The port of the server "smtp" is, in this order: SMTP_PORT from the environment, the one in ports.env (what
# was used last), a free one when PORTS is auto or a range (PORTS=27000-27999: stacks that start at the same moment each
# need their own, since a port is chosen some seconds before its server listens there), the DEFAULT_PORT in
# servers/smtp.sh (of shop-2: two more than the one in servers/shop.sh). A port somebody else holds is
# found before anything starts, and its holder is named when the kernel lets us see it.
#
# Interface: ports_choose SERVER..., once; after it the variables SHOP_PORT, SMTP_PORT, ... are set.

port_variable() {
    local name=${1//-/_}
    printf '%s_PORT' "${name^^}"
}

port_default() {
    local number=0
    if [[ $1 =~ -([0-9]+)$ ]]; then number=${BASH_REMATCH[1]}; fi
    echo $(($(sed -n 's/^DEFAULT_PORT=//p' "$LOCAL/servers/$(kind "$1").sh") + number))
}

# listeners: "PORT UID INODE" of every socket that would keep 127.0.0.1:PORT from being bound: bound to that
# address or to any address, listening (state 0A).
listeners() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
        $4 == "0A" && $2 ~ /^(0100007F|00000000|0000000000000000FFFF00000100007F):|^00000000000000000000000000000000:/ {
            split($2, address, ":"); print address[2], $8, $10 }' |
        while read -r port uid inode; do printf '%d %s %s\n' "0x$port" "$uid" "$inode"; done
}

port_taken() { grep -q "^$1 " <<<"$LISTENERS"; }

# port_holder PORT: a phrase naming who holds it.
port_holder() {
    local uid inode socket pid
    read -r _ uid inode < <(grep "^$1 " <<<"$LISTENERS")
    socket=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$inode\]" 2>/dev/null | head -n 1)
    if [[ -z $socket ]]; then
        printf 'a process of user %s' "$(id -nu "$uid" 2>/dev/null || echo "$uid")"
        return
    fi
    pid=${socket#/proc/}
    pid=${pid%%/*}
    printf 'process %s (%s), working in %s' "$pid" "$(<"/proc/$pid/comm")" "$(readlink "/proc/$pid/cwd" || echo '?')"
}

# ports_range: sets PORTS_FIRST and PORTS_LAST from $PORTS; auto, or nothing, is below the range from which the kernel takes ports for
# outgoing connections.
ports_range() {
    local range=${PORTS:-auto}
    range=${range/#auto/25000-31999}
    if ! [[ $range =~ ^([1-9][0-9]{3,4})-([1-9][0-9]{3,4})$ ]]; then
        fail "PORTS is '$PORTS', which is neither auto nor a range as 27000-27999"
    fi
    PORTS_FIRST=${BASH_REMATCH[1]}
    PORTS_LAST=${BASH_REMATCH[2]}
    if ((PORTS_LAST > 65535 || PORTS_LAST - PORTS_FIRST < 99)); then
        fail "PORTS is '$PORTS': a range has at least a hundred ports, and ends at 65535"
    fi
}

# port_free: a port of the range that nobody listens on.
port_free() {
    local port try
    ports_range
    for ((try = 0; try < 200; try++)); do
        port=$((PORTS_FIRST + (RANDOM * 32768 + RANDOM) % (PORTS_LAST - PORTS_FIRST + 1)))
        if ! port_taken "$port" && [[ " $PORTS_CHOSEN " != *" $port "* ]]; then
            printf '%s' "$port"
            return
        fi
    done
    fail "no free port found from $PORTS_FIRST to $PORTS_LAST"
}

# port_choose SERVER: sets its variable, or fails with the reason. A port held by the server itself is fine, and so is
# PORT_HANDED, which its holder will hand over to another server of this stack.
PORT_HANDED=''
port_choose() {
    local server=$1 variable port given=yes kept
    variable=$(port_variable "$server")
    kept=$(recorded "$RUN/ports.env" "$variable")
    port=${!variable:-}
    if [[ -z $port ]]; then
        given=no
        port=$kept
        [[ -n $port || -n ${PORTS:-} ]] || port=$(port_default "$server")
    fi
    if [[ -n $port && ! ($port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535) ]]; then
        fail "$variable is '$port', which is not a port number"
    fi
    if [[ -n $port && $port != "$PORT_HANDED" && " $PORTS_CHOSEN " == *" $port "* ]]; then
        fail "$variable is $port, and so is another server's port: give each its own"
    fi
    if [[ -n $port && $port != "$PORT_HANDED" ]] && port_taken "$port" && ! { alive "$server" && [[ $port == "$kept" ]]; }; then
        if [[ -n ${PORTS:-} && $given == no ]]; then
            port=''
        else
            fail "port $port, wanted for $server, is taken by $(port_holder "$port")" \
                "end that process, or choose another port:  $variable=$((port + 1)) make up"
        fi
    fi
    [[ -n $port ]] || port=$(port_free)
    PORTS_CHOSEN+=" $port"
    printf -v "$variable" '%s' "$port"
}

ports_choose() {
    local server
    LISTENERS=$(listeners)
    PORTS_CHOSEN=''
    ports_range # a wrong one is said before anything starts
    for server in "$@"; do port_choose "$server"; done
    {
        echo '# The ports of this stack; written by infra/local/stack, kept until make clean-data.'
        for server in "$@"; do
            local variable
            variable=$(port_variable "$server")
            printf '%s=%s\n' "$variable" "${!variable}"
        done
    } | replace_file "$RUN/ports.env"
}

# ports_recall SERVER...: the ports of the last `up`, for the commands that only look or stop.
ports_recall() {
    local server variable
    for server in "$@"; do
        variable=$(port_variable "$server")
        printf -v "$variable" '%s' "$(recorded "$RUN/ports.env" "$variable")"
    done
}
