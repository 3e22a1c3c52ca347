#!/usr/bin/env bash
# Puts a stage on this container host, and takes it away again:  STAGE=NN-name infra/compose/deploy.sh up | down
#
# `up` needs the stage's images (make image), makes secrets once under .run/deploy/STAGE, starts everything, waits until
# the shop is healthy, and fills an empty shop with demo data (DATA=none: not). Another `up` changes only what differs.
# A stage with a balancer gets INSTANCES of the shop behind it, one with a broker WORKERS. `down` removes containers, networks,
# volumes and secrets, and proves by their label that nothing is left; the data goes with it, so it asks (YES=1: do not ask).
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../local/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../docker/engine.sh
. "$ROOT/infra/docker/engine.sh"
# shellcheck source-path=SCRIPTDIR source=../kit/lib.sh
. "$ROOT/infra/kit/lib.sh"

STAGE=${STAGE:?say which: make deploy STAGE=01 TARGET=compose}
RELEASE=${RELEASE:-$STAGE} # the images' tag
FILE=$ROOT/infra/compose/$STAGE.yaml
PROJECT=stagecraft-${STAGE%%-*}
HOME_DIR=$RUN/deploy/$STAGE
SECRETS=$HOME_DIR/secrets # lib.sh's secret() writes here
INSTANCES=${INSTANCES:-1}
WORKERS=${WORKERS:-0}
[[ $INSTANCES =~ ^[1-9][0-9]*$ && $WORKERS =~ ^(0|[1-9][0-9]*)$ ]] ||
    fail "INSTANCES='$INSTANCES' and WORKERS='$WORKERS' have to be numbers, and INSTANCES at least 1"
PROCESSES=$((INSTANCES + (WORKERS > 0 ? WORKERS + 1 : 0))) # where there are workers there is a relay
export RELEASE SECRETS INSTANCES PROCESSES
READY_SECONDS=${READY_SECONDS:-120}

in_project() { compose -p "$PROJECT" -f "$FILE" "$@"; }

# A secret file must be readable by whoever a container runs as, so the folder keeps others out, not the file.
make_secrets() {
    mkdir -p "$SECRETS"
    chmod 711 "$HOME_DIR" && chmod 711 "$SECRETS"
    deploy_secrets
    chmod 444 "$SECRETS"/*
    chmod 700 "$HOME_DIR"
}

# Whom clients talk to.
entry() { if grep -q '^  balancer:' "$FILE"; then echo balancer; else echo shop; fi; }

# Waits until every container of a SERVICE... is well.
await_healthy() {
    local service container until=$((EPOCHSECONDS + READY_SECONDS))
    for service in "$@"; do
        for container in $(in_project ps -q "$service"); do
            until [[ $(docker inspect -f '{{.State.Health.Status}}' "$container" 2>/dev/null) == healthy ]]; do
                if ((EPOCHSECONDS >= until)); then
                    in_project logs --tail 15 "$service" >&2 || true
                    fail "$service is not healthy after $READY_SECONDS s (it still runs)" \
                        "all logs:  docker logs NAME; when the cause is removed, deploy again"
                fi
                sleep 0.5
            done
        done
    done
}

# Demo data and the accounts to log in with, into a shop that has none. The seed refuses (3) when rows are there.
fill() {
    local code=0
    timeout --foreground "$COMPOSE_SECONDS" docker run --rm --network "${PROJECT}_default" --read-only --cap-drop ALL --security-opt no-new-privileges:true \
        -v "$SECRETS/postgres-url:/run/secrets/url:ro" -v "$SECRETS/accounts:/run/secrets/accounts:ro" \
        --entrypoint seed "stagecraft/tools:$RELEASE" --url-file /run/secrets/url --accounts-file /run/secrets/accounts \
        --size "$1" >"$HOME_DIR/seed.log" 2>&1 || code=$?
    [[ $code -eq 0 || $code -eq 3 ]] || fail "the demo data could not be loaded; see $(short "$HOME_DIR/seed.log")"
}

# ended: the last words of the containers that have ended badly.
ended() {
    local container
    for container in $(docker ps -aq --filter "label=com.docker.compose.project=$PROJECT" --filter status=exited); do
        [[ $(docker inspect -f '{{.State.ExitCode}}' "$container") != 0 ]] || continue
        docker logs --tail 5 "$container" 2>&1 | sed "s/^/       $(docker inspect -f '{{.Name}}' "$container" | tr -d /) | /" >&2
    done
}

up() {
    local since=$EPOCHREALTIME image scale=(--scale "shop=$INSTANCES") awaited=("$(entry)")
    if ((WORKERS > 0)); then
        scale+=(--scale "worker=$WORKERS")
        awaited+=(relay worker)
    fi
    for image in shop tools "$(entry)"; do
        image=stagecraft/$image:$RELEASE
        docker image inspect "$image" >/dev/null 2>&1 || fail "there is no image $image yet" "build it:  make image STAGE=$STAGE RELEASE=$RELEASE"
    done
    make_secrets
    in_project up -d --remove-orphans "${scale[@]}" >"$HOME_DIR/up.log" 2>&1 || {
        tail -n 5 "$HOME_DIR/up.log" | sed 's/^/       | /' >&2
        ended
        fail "not everything could be started; what runs goes on running" "take it away:  make destroy STAGE=$STAGE TARGET=compose"
    }
    await_healthy "${awaited[@]}"
    [[ ${DATA:-small} == none ]] || fill "${DATA:-small}"
    say deploy "stage $STAGE is healthy" "$since"
    deploy_done "http://127.0.0.1:${SHOP_PORT:-8080}"
}

# left: what carries the project's label. An engine that cannot be asked has not said that there is nothing.
left() {
    local label=label=com.docker.compose.project=$PROJECT
    {
        timeout 60 docker ps -aq --filter "$label" && timeout 60 docker volume ls -q --filter "$label" &&
            timeout 60 docker network ls -q --filter "$label"
    } || fail "the engine could not be asked what there is of $PROJECT, so nothing is known about it" \
        "docker version says more"
}

down() {
    local since=$EPOCHREALTIME found
    found=$(left)
    [[ -z $found ]] || deploy_confirm "the containers of stage $STAGE and their data" "make destroy STAGE=$STAGE TARGET=compose"
    mkdir -p "$HOME_DIR"
    in_project down --volumes --remove-orphans --timeout 40 >"$HOME_DIR/down.log" 2>&1 ||
        fail "not everything could be removed; see $(short "$HOME_DIR/down.log")" "$(tail -n 1 "$HOME_DIR/down.log")"
    found=$(left)
    [[ -z $found ]] || fail "these still carry the label of $PROJECT:" "$found"
    rm -rf "$HOME_DIR"
    say destroy "nothing of stage $STAGE is left" "$since"
}

[[ -r $FILE ]] || fail "stage $STAGE has no infra/compose/$STAGE.yaml"
need_compose
case ${1:-} in
up | down) "$1" ;;
*) fail "usage: STAGE=NN-name infra/compose/deploy.sh up | down" ;;
esac
