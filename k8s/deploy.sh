#!/usr/bin/env bash
# Puts a stage into a cluster, and takes it away again:  STAGE=NN-name k8s/deploy.sh up | down
#
# It is the cluster of kubectl's current context. `up` renders the stage's overlay, makes secrets once under .run/deploy/
# (and keeps those that are in the cluster), starts the servers, lets the migration finish, and only then rolls the shop
# out: a migration that fails leaves the pods that run as they are. `down` removes all of it, the data included, so it
# asks (YES=1: do not ask); then it looks for anything that still carries the label.
#
#   REGISTRY=registry.example/me    pull the images from there
#   RELEASE=2                       those that `make image RELEASE=2` built, whatever the overlay says
#   OVERLAY=../my-overlay           an overlay of your own: your host, your database instead of the one for trying out
#   DATA=none                       no demo data
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../infra/local/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../infra/local/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../infra/kit/lib.sh
. "$ROOT/infra/kit/lib.sh"

STAGE=${STAGE:?say which: make deploy STAGE=01 TARGET=k8s}
OVERLAY=${OVERLAY:-$ROOT/k8s/overlays/$STAGE}
HOME_DIR=$RUN/deploy/k8s-$STAGE
SECRETS=$HOME_DIR/secrets # lib.sh's secret() writes here
NAMESPACE=shop
REGISTRY=${REGISTRY:-stagecraft}
LABEL=app.kubernetes.io/part-of=shop
COMPONENT=app.kubernetes.io/component
PROGRAMS=shop,relay,worker # what the migration comes before; the last two where the stage has them
READY_SECONDS=${READY_SECONDS:-300}
MIGRATE_SECONDS=${MIGRATE_SECONDS:-3600}

cluster() { kubectl --request-timeout=30s "$@"; }
inside() { cluster --namespace "$NAMESPACE" "$@"; }

need_cluster() {
    local context said
    command -v kubectl >/dev/null || fail "there is no kubectl on this machine"
    context=$(kubectl config current-context 2>/dev/null) || fail "kubectl knows no cluster" \
        "say which:  export KUBECONFIG=…  or  kubectl config use-context NAME"
    said=$(kubectl --request-timeout=10s get --raw /readyz 2>&1) || fail "the cluster of context '$context' does not answer" "${said##*$'\n'}"
    say cluster "context $context"
}

# The overlay as one file; images come from REGISTRY when there is one, and are those of RELEASE.
render() {
    kubectl kustomize --load-restrictor LoadRestrictionsNone "$OVERLAY" >"$HOME_DIR/rendered.yaml.new" 2>"$HOME_DIR/render.log" ||
        fail "the overlay cannot be rendered" "$(tail -n 3 "$HOME_DIR/render.log")"
    sed -i -E "s|image: stagecraft/([a-z]+):(.*)|image: ${REGISTRY%/}/\1:${RELEASE:-\2}|" "$HOME_DIR/rendered.yaml.new"
    mv "$HOME_DIR/rendered.yaml.new" "$HOME_DIR/rendered.yaml"
}

# apply SELECTOR: of the rendered objects those with the label.
apply() {
    inside apply -f "$HOME_DIR/rendered.yaml" -l "$1" >>"$HOME_DIR/up.log" 2>&1 ||
        fail "the cluster does not take it" "$(tail -n 5 "$HOME_DIR/up.log")"
}

# Each value of the cluster's secret, as a file.
fetch_secret() {
    local name value
    while read -r name value; do base64 -d <<<"$value" | replace_file "$SECRETS/$name"; done < <(
        # shellcheck disable=SC2016 # the dollars are kubectl's
        inside get secret shop --ignore-not-found -o 'go-template={{range $name, $value := .data}}{{$name}} {{$value}}{{"\n"}}{{end}}')
}

# In the cluster the secrets outlive this checkout.
put_secret() {
    local names=() name
    mkdir -p "$SECRETS"
    chmod 700 "$HOME_DIR" "$SECRETS"
    fetch_secret
    deploy_secrets # what is missing
    fetch_secret   # and what is there stays, were it the address of a database of your own
    for name in "$SECRETS"/*; do names+=(--from-file="$name"); done
    inside create secret generic shop "${names[@]}" --dry-run=client -o yaml |
        cluster label --local -f - "$LABEL" -o yaml | inside apply -f - >>"$HOME_DIR/up.log" 2>&1 ||
        fail "the secret 'shop' cannot be put into the cluster" "$(tail -n 3 "$HOME_DIR/up.log")"
}

# await_job NAME SECONDS: until it is complete; whoever has failed is not waited for.
await_job() {
    local until=$((EPOCHSECONDS + $2)) state
    while ((EPOCHSECONDS < until)); do
        state=$(inside get job "$1" -o "jsonpath={.status.conditions[?(@.status=='True')].type}" 2>/dev/null) || state=
        [[ $state != *Complete* ]] || return 0
        [[ $state != *Failed* ]] || break
        sleep 1
    done
    inside logs "job/$1" --tail=15 2>/dev/null | sed 's/^/       | /' >&2 || true
    return 1
}

# run_job NAME SECONDS: anew, and to its end.
run_job() {
    inside delete job "$1" --ignore-not-found >>"$HOME_DIR/up.log" 2>&1
    apply "$COMPONENT=$1"
    await_job "$1" "$2"
}

# await_rollouts SELECTOR: until all that carries the label runs.
await_rollouts() {
    local name
    for name in $(inside get statefulset,deployment -l "$1" -o name); do
        kubectl --namespace "$NAMESPACE" rollout status "$name" --timeout="${READY_SECONDS}s" >>"$HOME_DIR/up.log" 2>&1 ||
            fail "$name is not ready after $READY_SECONDS s (it still runs)" \
                "see why:  kubectl -n $NAMESPACE describe $name; when the cause is removed, deploy again"
    done
}

up() {
    local since=$EPOCHREALTIME
    need_cluster
    mkdir -p "$HOME_DIR"
    : >"$HOME_DIR/up.log"
    render
    cluster apply -f "$ROOT/k8s/base/namespace.yaml" >>"$HOME_DIR/up.log" 2>&1 ||
        fail "the namespace '$NAMESPACE' cannot be made" "$(tail -n 3 "$HOME_DIR/up.log")"
    put_secret
    apply "$COMPONENT notin ($PROGRAMS,migrate,seed)"
    await_rollouts "$LABEL,$COMPONENT notin ($PROGRAMS)"
    say servers "ready" "$since"
    since=$EPOCHREALTIME
    run_job migrate "$MIGRATE_SECONDS" || fail "the migration has not succeeded; the shop was left as it is"
    say migrate "schema is up to date" "$since"
    since=$EPOCHREALTIME
    apply "$COMPONENT in ($PROGRAMS)"
    await_rollouts "$COMPONENT in ($PROGRAMS)"
    say shop "stage $STAGE is rolled out" "$since"
    if [[ ${DATA:-small} != none ]] && grep -q '^  name: seed$' "$HOME_DIR/rendered.yaml"; then
        since=$EPOCHREALTIME
        run_job seed 600 || fail "the demo data could not be loaded; the shop runs without"
        say seed "demo data is there" "$since"
    fi
    deploy_done "the host of its Ingress; on this machine:  kubectl -n $NAMESPACE port-forward service/shop 8080:80"
}

# left: every object of any kind that carries the label, and the disks of the namespace's claims. A cluster that cannot be
# asked has not said that there is nothing.
left() {
    local kinds log=$HOME_DIR/left.log
    {
        kinds=$(cluster api-resources --verbs=list --namespaced -o name) &&
            kinds=$(grep -vx 'events\(\.events\.k8s\.io\)\?' <<<"$kinds" | paste -sd ,) &&
            cluster get namespace,"$kinds" --all-namespaces -l "$LABEL" -o name --ignore-not-found &&
            cluster get persistentvolume -o "jsonpath={range .items[?(@.spec.claimRef.namespace=='$NAMESPACE')]}persistentvolume/{.metadata.name}{'\n'}{end}"
    } 2>"$log" || fail "the cluster could not be asked what there is of the shop, so nothing is known about it" "$(tail -n 3 "$log")"
}

down() {
    local since=$EPOCHREALTIME until found
    need_cluster
    mkdir -p "$HOME_DIR"
    found=$(left)
    [[ -z $found ]] || deploy_confirm "the namespace '$NAMESPACE' with stage $STAGE and its data" "make destroy STAGE=$STAGE TARGET=k8s"
    kubectl delete namespace "$NAMESPACE" --ignore-not-found --timeout="${READY_SECONDS}s" >"$HOME_DIR/down.log" 2>&1 ||
        fail "the namespace '$NAMESPACE' could not be removed" "$(tail -n 3 "$HOME_DIR/down.log")"
    until=$((EPOCHSECONDS + ${LEFT_SECONDS:-120})) # disks go after their claims
    found=$(left)
    while [[ -n $found ]]; do
        ((EPOCHSECONDS < until)) || fail "these still carry the label $LABEL, or belong to the namespace:" "$found"
        sleep 1
        found=$(left)
    done
    rm -rf "$HOME_DIR"
    say destroy "nothing of stage $STAGE is left" "$since"
}

[[ ${RELEASE:-1} =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail "RELEASE='$RELEASE' cannot be an image's tag" \
    "letters, digits, points, dashes and underscores:  RELEASE=1.2"
[[ -r $OVERLAY/kustomization.yaml ]] || fail "there is no overlay $(short "$OVERLAY")"
case ${1:-} in
up | down) "$1" ;;
*) fail "usage: STAGE=NN-name k8s/deploy.sh up | down" ;;
esac
