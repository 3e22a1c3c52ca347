# shellcheck shell=bash
# Is there a container engine, and which compose does it have? Nothing is asked of it for longer than it may take. Sourced
# after infra/local/lib.sh.

COMPOSE_SECONDS=${COMPOSE_SECONDS:-1800} # images that have to be fetched included

need_engine() {
    command -v docker >/dev/null || fail "there is no docker on this machine" \
        "install it:  apt-get install docker.io docker-compose"
    timeout 60 docker version >/dev/null 2>&1 || fail "docker's engine does not answer" \
        "is it running, and may you use it?  docker version says more"
}

# The plugin where there is one, else the program. Asked first, while nothing has been made yet.
need_compose() {
    need_engine
    if timeout 60 docker compose version >/dev/null 2>&1; then
        COMPOSE=(docker compose)
    elif command -v docker-compose >/dev/null; then
        COMPOSE=(docker-compose)
    else
        fail "there is neither 'docker compose' nor docker-compose here" "install one:  apt-get install docker-compose"
    fi
}

# compose WORD...: after need_compose.
compose() {
    local code=0
    timeout --foreground --kill-after=20 "$COMPOSE_SECONDS" "${COMPOSE[@]}" "$@" || code=$?
    [[ $code -ne 124 ]] || echo "it had not ended after $COMPOSE_SECONDS s, and was stopped" >&2
    return "$code"
}
