# shellcheck shell=bash
# What deploying has in common, wherever to: the secrets of a shop that brings its own servers, the question before
# something is taken away, and what is said at the end. Sourced after infra/local/lib.sh.

# deploy_secrets: makes what is missing in $SECRETS. Servers are called as compose and Kubernetes call them.
deploy_secrets() {
    local name
    for name in postgres-password replica-password redis-password sessions-password; do secret "$name" 24; done
    secret signing-key 32
    secret_accounts
    for name in postgres replica; do # a replica has the users of the one it follows
        printf 'postgresql://shop:%s@%s:5432/shop\n' "$(<"$SECRETS/postgres-password")" $name | replace_file "$SECRETS/$name-url"
    done
    for name in redis sessions; do
        printf 'redis://:%s@%s:6379/0\n' "$(<"$SECRETS/$name-password")" $name | replace_file "$SECRETS/$name-url"
        printf 'requirepass %s\n' "$(<"$SECRETS/$name-password")" | replace_file "$SECRETS/$name-password-line"
    done
}

# deploy_confirm WHAT COMMAND: asks before WHAT is removed; COMMAND says yes without being asked.
deploy_confirm() {
    local answer
    [[ ${YES:-} != 1 ]] || return 0
    [[ -t 0 ]] || fail "this removes $1" "to say yes without being asked:  $2 YES=1"
    read -r -p "Remove $1? [y/N] " answer
    [[ $answer == [yY]* ]] || fail "nothing was removed"
}

# deploy_done ADDRESS: where the shop is, and who can log in.
deploy_done() {
    local role email password
    printf '\nThe shop (stage %s) answers at  %s\n\n' "$STAGE" "$1"
    while read -r role email password; do printf '  %-9s %-22s password %s\n' "$role" "$email" "$password"; done <"$SECRETS/accounts"
}
