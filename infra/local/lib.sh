# shellcheck shell=bash disable=SC2034 # the names are for the files that source this one
# What the scripts in this folder share: where things are, how they talk, how secrets are made.
#
# A "stack" is one running copy of the shop with its servers. Everything it owns lies in one folder, $RUN,
# so a second stack (the test suite's) needs nothing but another $RUN and other ports. Nothing is read from
# the machine's own configuration, and nothing outside $RUN is written (see servers/postgres.sh for the one
# exception). This file only defines things: sourcing it has no effect on the machine.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOCAL=$ROOT/infra/local
RUN=${RUN:-.run}
[[ $RUN == /* ]] || RUN=$ROOT/$RUN
STATE=$RUN/state     # per server: pid file and what it was started with
LOGS=$RUN/logs       # per server: one log
SECRETS=$RUN/secrets # mode 700; passwords and keys, one per file

export LC_ALL=C # numbers with a point, and one language for everything that gets parsed

# --- talking ---------------------------------------------------------------------------------------

# $RUN, or a file in it, as the user would type it.
short() { printf '%s' "${1#"$ROOT"/}"; }

# seconds_since MOMENT: MOMENT is an earlier $EPOCHREALTIME; prints "2.3 s".
seconds_since() {
    local now=${EPOCHREALTIME/./} then=${1/./} tenths
    tenths=$(((now - then + 50000) / 100000))
    printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

# say WHO WHAT [SINCE]: one line of the report, with the seconds it took.
say() { printf '  %-10s %-52s %8s\n' "$1" "$2" "${3:+$(seconds_since "$3")}"; }

# complain LINE...: to standard error, the first line marked.
complain() {
    printf 'stack: %s\n' "$1" >&2
    shift
    [[ $# -eq 0 ]] || printf '       %s\n' "$@" >&2
}

fail() {
    complain "$@"
    exit 1
}

# --- small files of NAME=value ----------------------------------------------------------------------

# recorded FILE NAME: the value in FILE, empty when there is none. The file is read, never executed.
recorded() {
    local name value
    [[ -r $1 ]] || return 0
    while IFS='=' read -r name value; do
        if [[ $name == "$2" ]]; then
            printf '%s' "$value"
            return 0
        fi
    done <"$1"
}

# replace_file FILE: standard input becomes FILE in one step, so that a reader never sees half of it.
replace_file() {
    local fresh=$1.$BASHPID
    cat >"$fresh" && mv -f "$fresh" "$1"
}

# --- secrets ----------------------------------------------------------------------------------------

# Every secret is made once, from the kernel's generator, into a file only its owner can read. Programs get
# the file's name; a value on a command line could be read by every user of the machine with ps.

# secret NAME BYTES: makes $SECRETS/NAME, hexadecimal, unless it is there.
secret() {
    [[ -s $SECRETS/$1 ]] || (
        umask 077
        od -An -tx1 -N "$2" /dev/urandom | tr -d ' \n' | replace_file "$SECRETS/$1"
    )
}

# A password somebody may have to type: four groups of four, 80 random bits.
typed_password() {
    head -c 10 /dev/urandom | base32 | tr '[:upper:]' '[:lower:]' | sed -E 's/(....)/\1-/g; s/-$//'
}

# The accounts the seed creates: role, e-mail, password, one account per line.
secret_accounts() {
    [[ -s $SECRETS/accounts ]] || (
        umask 077
        {
            printf 'admin admin@shop.example %s\n' "$(typed_password)"
            printf 'customer demo@shop.example %s\n' "$(typed_password)"
        } | replace_file "$SECRETS/accounts"
    )
}

# --- asking a server --------------------------------------------------------------------------------

# Bash opens TCP connections itself; so the scripts need no curl. Each of these fails within 2 s.

# http_ok PORT PATH: does it answer 200?
http_ok() {
    local answer=''
    {
        exec {wire}<>"/dev/tcp/127.0.0.1/$1" || return 1
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&"$wire"
        IFS='' read -r -t 2 -d '' answer <&"$wire" || true # to the end: hanging up early would be rude
        exec {wire}>&-
    } 2>/dev/null
    [[ $answer == 'HTTP/1.'?' 200 '* ]]
}

# metric_sum PORT NAME: what a program's /metrics say of it, added up over its labels; nothing when it does not answer.
metric_sum() {
    local line sum=''
    {
        exec {wire}<>"/dev/tcp/127.0.0.1/$1" || return 1
        printf 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&"$wire"
        while IFS='' read -r -t 2 line; do
            if [[ $line =~ ^$2(\{[^}]*\})?\ ([0-9]+) ]]; then sum=$((sum + BASH_REMATCH[2])); fi
        done <&"$wire"
        exec {wire}>&-
    } 2>/dev/null
    printf '%s' "$sum"
}

# listens PORT: does it take a connection?
listens() { { : <>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; }

# greets PORT START: does it open with a line that begins with START?
greets() {
    local line=''
    {
        exec {wire}<>"/dev/tcp/127.0.0.1/$1" || return 1
        read -r -t 2 line <&"$wire" || true
        exec {wire}>&-
    } 2>/dev/null
    [[ $line == "$2"* ]]
}
