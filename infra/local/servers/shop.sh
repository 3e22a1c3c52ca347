# shellcheck shell=bash disable=SC2034,SC2153 # names are for others; SERVER and PORT are the stack's
# The shop itself. Its settings come from the stage's config.yaml; what depends on this machine (ports) and what
# is secret comes from the environment, and a secret only as the name of the file that holds it. A stage that runs
# several instances has shop-1, shop-2, …: one port each, and the same settings but for that and the name. One whose
# program plays other parts as well has a file for each of them, which says its ROLE and is this one otherwise.

DEFAULT_PORT=8080

shop_program() { printf '%s' "$PROGRAMS/stages/$STAGE/shop"; }

# shop_told_by SERVER: the settings by which the shop finds it, if its file says any.
shop_told_by() (
    # shellcheck source=/dev/null
    . "$LOCAL/servers/$(kind "$1").sh"
    if declare -F shop_settings >/dev/null; then shop_settings; fi
)

# shop_environment: NAME=value, one a line. Any SHOP_ setting the caller has in the environment wins:
# SHOP_LOG_LEVEL=debug make up
shop_environment() {
    local -A setting=(
        [SHOP_HTTP_PORT]=${PORT:-0}
        [SHOP_POSTGRES_URL_FILE]=$(data_url_file)
        [SHOP_PAYMENTS_PROVIDER_URL]=http://127.0.0.1:$SANDBOX_PORT
        [SHOP_PAYMENTS_SIGNING_KEY_FILE]=$SECRETS/payments-signing.key
        [SHOP_MAIL_SMTP_URL]=smtp://127.0.0.1:$SMTP_PORT
    )
    local name value server
    for server in $SERVERS; do
        while IFS='=' read -r name value; do setting[$name]=$value; done < <(shop_told_by "$server")
    done
    if [[ $SERVER != shop ]]; then setting[SHOP_PROCESS_INSTANCE]=$SERVER; fi
    if [[ -n ${ROLE:-} ]]; then setting[SHOP_PROCESS_ROLE]=$ROLE; fi
    while read -r name; do
        [[ ! $name =~ ^SHOP_([0-9]+_)?PORT$ && $name != SHOP_SANDBOX_* ]] || continue
        unset "setting[${name}_FILE]"
        setting[$name]=${!name}
    done < <(compgen -e SHOP_)
    for name in "${!setting[@]}"; do printf '%s=%s\n' "$name" "${setting[$name]}"; done | sort
}

inputs() {
    echo "$CPU_PERCENT"
    shop_environment
    cat "$(shop_program)" "$ROOT/$STAGE_CONFIG"
    shop_environment | sed -n 's/^SHOP_[A-Z_]*_FILE=//p' | while read -r name; do cat "$name"; done
}

start() {
    mapfile -t LAUNCH_ENV < <(
        shop_environment
        echo "SHOP_PROCESS_INSTANCES=$(wc -w <<<"$SERVICES")" # no input: scaling restarts nobody
    )
    LAUNCH_PERCENT=$CPU_PERCENT
    launch "$SERVER" "$(shop_program)" serve --config "$ROOT/$STAGE_CONFIG"
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

ready() { http_ok "$PORT" /readyz; }

stop() { terminate "$SERVER" TERM 30; } # it drains: running requests get their answers first

status() { printf 'http://127.0.0.1:%s, stage %s%s' "$PORT" "$STAGE" "${CPU_PERCENT:+, at most $CPU_PERCENT % of a core}"; }
