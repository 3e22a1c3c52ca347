#!/usr/bin/env bash
# Installs what is missing of the named sections of infra/packages.txt, and nothing else.
#
#   infra/local/install.sh build run test       PACKAGES=skip: only trust that everything is there
#   infra/local/install.sh --libraries build    of these sections what programs are linked with, no tools and no servers
#
# Packages of servers like to start them, and PostgreSQL's makes a database cluster as well. We run private
# servers, so neither is wanted: while apt works, two small files say no (/usr/sbin/policy-rc.d, Debian's own
# way, unless the machine has one; and a line for postgresql-common). Both are removed again, whatever happens.
# Servers that were there before are left as they are.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LIST=$ROOT/infra/packages.txt
POLICY=/usr/sbin/policy-rc.d
CLUSTERS=/etc/postgresql-common/createcluster.d
WANTED='^[a-z0-9]' # whose names are like this
MARK='# temporary, from a package installation of Stagecraft that was cut short; may be removed'

# packages SECTION...: the names in those sections, of those that are wanted.
packages() {
    local section
    for section in "$@"; do
        grep -qxF "[$section]" "$LIST" || fail "there is no section [$section] in infra/packages.txt"
    done
    awk -v sections=" $* " -v like="$WANTED" '/^\[/ { wanted = index(sections, " " substr($0, 2, length($0) - 2) " ") }
        /^[a-z0-9]/ && wanted && $1 ~ like { print $1 }' "$LIST"
}

# installed: the names of what is there, with what it stands in for: a nodejs from elsewhere often brings npm
# along and says "Provides: npm"; Debian's own npm could not even be installed beside it.
installed() {
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' 2>/dev/null |
        sed -n 's/([^)]*)//g; s/^installed //p' | tr -s ', ' '\n'
}

# missing PACKAGE...: those that are not installed.
missing() {
    local package
    for package in "$@"; do
        [[ $'\n'$INSTALLED$'\n' == *$'\n'"$package"$'\n'* ]] || echo "$package"
    done
}

# --- as root ------------------------------------------------------------------------------------------

apt() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o DPkg::Lock::Timeout=120 \
        -o Acquire::Retries=2 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

forbid_services() {
    if [[ ! -e $POLICY ]] || grep -qF "$MARK" "$POLICY"; then
        printf '#!/bin/sh\n%s\nexit 101\n' "$MARK" >"$POLICY"
        chmod 755 "$POLICY"
    fi
    mkdir -p "$CLUSTERS"
    printf '%s\ncreate_main_cluster = false\n' "$MARK" >"$CLUSTERS/stagecraft.conf"
}

allow_services() {
    if grep -qsF "$MARK" "$POLICY"; then rm -f "$POLICY"; fi
    rm -f "$CLUSTERS/stagecraft.conf"
    rmdir -p "$CLUSTERS" 2>/dev/null || true # stays when packages have put something there
}

install_as_root() {
    local online=yes
    log=$(mktemp) # not local: the trap below is run when this function is gone
    trap 'allow_services; rm -f "$log"' EXIT
    trap 'exit 130' INT TERM HUP
    forbid_services
    # the lists on the machine may do; fetched only when a package is unknown or could not be got
    if apt-cache show "$@" >/dev/null 2>&1 && apt install --no-install-recommends "$@" >"$log" 2>&1; then return; fi
    say packages "fetching the package lists"
    if ! apt update >"$log" 2>&1 || grep -q 'Failed to fetch' "$log"; then online=no; fi
    if apt install --no-install-recommends "$@" >>"$log" 2>&1; then return; fi
    tail -n 8 "$log" | cut -c 1-200 | sed 's/^/       | /' >&2
    if [[ $online == no ]]; then
        fail "the package lists could not be fetched: is this machine online?" "still missing: $*" \
            "install them when it is; PACKAGES=skip goes on without looking"
    fi
    fail "apt-get could not install: $*"
}

# --- as anybody -----------------------------------------------------------------------------------------

main() {
    local wanted needed since=$EPOCHREALTIME
    wanted=$(packages "$@")
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        fail "this is not a Debian: install what infra/packages.txt names, then run with PACKAGES=skip"
    fi
    INSTALLED=$(installed || true)
    # shellcheck disable=SC2086 # lists of words, here and below
    needed=$(missing $wanted | tr '\n' ' ')
    [[ -n $needed ]] || return 0
    say packages "$(wc -w <<<"$needed") to install:"
    fold -s -w 90 <<<"$needed" | sed 's/^/             /'
    if [[ $EUID -eq 0 ]]; then
        # shellcheck disable=SC2086
        (install_as_root $needed)
    elif ! command -v sudo >/dev/null; then
        fail "installing needs root, and there is no sudo here; as root:" "apt-get install $needed"
    elif ! sudo -n true 2>/dev/null && [[ ! -t 0 ]]; then
        fail "installing needs root, and sudo asks for a password; run first:" "sudo apt-get install $needed"
    else
        # shellcheck disable=SC2086
        sudo "${BASH_SOURCE[0]}" --as-root $needed
    fi
    say packages installed "$since"
}

if [[ ${1:-} == --as-root ]]; then
    install_as_root "${@:2}"
elif [[ ${PACKAGES:-} != skip ]]; then
    if [[ ${1:-} == --libraries ]]; then
        WANTED='^lib.*-dev$'
        shift
    fi
    main "$@"
fi
