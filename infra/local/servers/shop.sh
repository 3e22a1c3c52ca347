# shellcheck shell=bash disable=SC2034 # names are for others
# The shop itself. Its settings come from the stage's config.yaml; what depends on this machine (ports) and what
# is secret comes from the environment, and a secret only as the name of the file that holds it.

DEFAULT_PORT=8080

shop_program() { printf '%s' "$PROGRAMS/stages/$STAGE/shop"; }

# shop_environment: NAME=value, one a line. Any SHOP_ setting the caller has in the environment wins:
# SHOP_LOG_LEVEL=debug make up
shop_environment() {
    local -A setting=(
        [SHOP_HTTP_PORT]=$SHOP_PORT
        [SHOP_POSTGRES_URL_FILE]=$(data_url_file)
        [SHOP_PAYMENTS_PROVIDER_URL]=http://127.0.0.1:$SANDBOX_PORT
        [SHOP_PAYMENTS_SIGNING_KEY_FILE]=$SECRETS/payments-signing.key
        [SHOP_MAIL_SMTP_URL]=smtp://127.0.0.1:$SMTP_PORT
    )
    local name
    while read -r name; do
        [[ $name != SHOP_PORT && $name != SHOP_SANDBOX_* ]] || continue
        unset "setting[${name}_FILE]"
        setting[$name]=${!name}
    done < <(compgen -e SHOP_)
    for name in "${!setting[@]}"; do printf '%s=%s\n' "$name" "${setting[$name]}"; done | sort
}

inputs() {
    shop_environment
    cat "$(shop_program)" "$ROOT/$STAGE_CONFIG" "$(data_url_file)" "$SECRETS/payments-signing.key"
}

start() {
    mapfile -t LAUNCH_ENV < <(shop_environment)
    launch shop "$(shop_program)" serve --config "$ROOT/$STAGE_CONFIG"
}

# shop_migrate: applies what is missing and says how much that was.
shop_migrate() {
    local settings
    mapfile -t settings < <(shop_environment)
    : >"$LOGS/migrate.log"
    (cd "$ROOT" && timeout 3600 env -i PATH="$PATH" LANG=C.UTF-8 TZ=UTC "${settings[@]}" \
        "$(shop_program)" migrate --config "$ROOT/$STAGE_CONFIG") >>"$LOGS/migrate.log" 2>&1 || return 1
    sed -n 's/.*migrated.* applied=\([1-9][0-9]*\).*/\1 new migrations/p' "$LOGS/migrate.log" | tail -n 1
}

ready() { http_ok "$SHOP_PORT" /readyz; }

stop() { terminate shop TERM 30; } # it drains: running requests get their answers first

status() { printf 'http://127.0.0.1:%s, stage %s' "$SHOP_PORT" "$STAGE"; }
