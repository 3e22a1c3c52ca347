# shellcheck shell=bash disable=SC2034 # SINCE is for the caller
# Background processes: start one, recognise it later, end it, and never touch anybody else's.
#
# A process id alone does not identify a process: ids are used again, soon after a reboot above all. The pid
# file therefore also holds the boot's id and the moment the process began (in clock ticks since boot, field 22
# of /proc/PID/stat); only a process with all three is ours. A zombie counts as ended.
#
# Interface: launch, then alive / terminate as often as wanted. Servers are named; NAME.pid and NAME.inputs
# in $STATE belong to the server called NAME.

LOG_BYTES_MAX=$((16 << 20)) # a log above this is set aside (one old one is kept) at the next start

# began PID: prints when the process began; fails when there is none, or only a zombie.
began() {
    local stat=''
    # read, not $(<…): a process that goes away between open and read would end the whole shell
    { IFS='' read -r -d '' stat <"/proc/$1/stat" || true; } 2>/dev/null
    [[ -n $stat ]] || return 1
    read -r -a stat <<<"${stat##*) }" # the name in parentheses may hold anything, so cut after the last one
    [[ ${stat[0]} != [ZX] ]] && printf '%s' "${stat[19]}"
}

# launch NAME COMMAND...: in the background, in a session of its own (Ctrl-C in the terminal does not reach
# it), output to its log, no inherited descriptor, no inherited environment but what LAUNCH_ENV names, and with
# LAUNCH_PERCENT no more than that much of a core (share.sh). LAUNCH_VIA goes before the command: words of a program
# that becomes it (sockets.py).
launch() {
    local name=$1 log=$LOGS/$1.log pid sanitizer
    shift
    for sanitizer in ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS; do
        [[ -z ${!sanitizer:-} ]] || LAUNCH_ENV+=("$sanitizer=${!sanitizer}")
    done
    if [[ -f $log && $(stat -c %s "$log") -gt $LOG_BYTES_MAX ]]; then mv -f "$log" "$log.1"; fi
    if [[ -n $LAUNCH_PERCENT ]]; then share_make "$name" "$LAUNCH_PERCENT" || return 1; fi
    (
        cd "$ROOT" || exit 1
        if [[ -n $LAUNCH_PERCENT ]]; then share_join "$name" || exit 1; fi
        for descriptor in "/proc/$BASHPID/fd/"*; do
            descriptor=${descriptor##*/}
            ((descriptor <= 2 || descriptor == 255)) || eval "exec $descriptor>&-"
        done
        exec setsid env -i --default-signal=INT,QUIT PATH="$PATH" HOME="$RUN" LANG=C.UTF-8 TZ=UTC \
            "${LAUNCH_ENV[@]}" "${LAUNCH_VIA[@]}" "$@" </dev/null >>"$log" 2>&1
    ) &
    pid=$!
    printf '%s %s %s %s\n' "$pid" "$(began "$pid" || echo 0)" "$(</proc/sys/kernel/random/boot_id)" \
        "$EPOCHSECONDS" | replace_file "$STATE/$name.pid" && return
    kill -s KILL "$pid" 2>/dev/null # nobody would ever find it again: the disk may be full
    return 1
}
LAUNCH_ENV=() LAUNCH_VIA=() LAUNCH_PERCENT=''

# alive NAME: is the process we launched still there? Sets PID and SINCE (epoch seconds) when it is.
alive() {
    local start boot
    PID='' SINCE=''
    [[ -r $STATE/$1.pid ]] || return 1
    read -r PID start boot SINCE <"$STATE/$1.pid" || return 1
    if [[ $boot == "$(</proc/sys/kernel/random/boot_id)" && $(began "$PID") == "$start" ]]; then return 0; fi
    PID='' SINCE=''
    return 1
}

# terminate NAME SIGNAL SECONDS: asks with SIGNAL, waits, then insists with KILL and says so.
terminate() {
    local name=$1 signal=$2 patience=$3 since=$EPOCHREALTIME pid
    if alive "$name"; then
        pid=$PID
        kill -s "$signal" "$pid" 2>/dev/null ||
            ! alive "$name" || fail "$(id -nu) may not end $name (process $pid): run this as the user who started it"
        if ! wait_gone "$name" "$patience"; then
            complain "$name (process $pid) has not ended $patience s after SIG$signal: killing it" \
                "its last words are in $(short "$LOGS/$name.log")"
            kill -s KILL "$pid" 2>/dev/null || true
            wait_gone "$name" 5 || fail "$name (process $pid) cannot be killed"
        fi
        say "$name" stopped "$since"
    fi
    share_remove "$name"
    rm -f "$STATE/$name.pid" "$STATE/$name.inputs"
}

wait_gone() {
    local until=$((EPOCHSECONDS + $2 + 1))
    while alive "$1"; do
        ((EPOCHSECONDS < until)) || return 1
        sleep 0.03
    done
}

# family PID: the process and its descendants.
family() {
    local child
    printf '%s\n' "$1"
    cat "/proc/$1/task/"*/children 2>/dev/null | tr ' ' '\n' | while read -r child; do family "$child"; done
}

# memory_kb PID: resident memory of the process with its descendants, what they share counted once
# (the largest share of one of them): PostgreSQL's processes all map the same buffers.
memory_kb() {
    local pid files=()
    for pid in $(family "$1"); do files+=("/proc/$pid/status"); done
    awk '/^RssAnon:/ { own += $2 } /^RssFile:/ && $2 > file { file = $2 } /^RssShmem:/ && $2 > shared { shared = $2 }
         END { print own + file + shared }' "${files[@]}" 2>/dev/null || echo 0
}
