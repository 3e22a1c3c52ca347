# shellcheck shell=bash disable=SC2034 # names are for others
# The stand-in for a payment provider: a small program of ours with signed requests, test cards, a settable
# latency and a ledger that survives restarts. The shop and it share one key, as with a real provider.

DEFAULT_PORT=18090

sandbox_program() { printf '%s' "$PROGRAMS/infra/sandbox/sandbox"; }

# Settings the caller has in the environment: SHOP_SANDBOX_LATENCY_MS=0 make up
sandbox_environment() {
    local name
    while read -r name; do printf '%s=%s\n' "$name" "${!name}"; done < <(compgen -e SHOP_SANDBOX_ | sort)
}

inputs() {
    sandbox_environment
    echo "$SANDBOX_PORT $(data_ledger)"
    cat "$(sandbox_program)" "$SECRETS/payments-signing.key"
}

start() {
    mkdir -p "$(data_ledger)"
    mapfile -t LAUNCH_ENV < <(sandbox_environment)
    launch sandbox "$(sandbox_program)" --port "$SANDBOX_PORT" --ledger "$(data_ledger)/ledger" \
        --key-file "$SECRETS/payments-signing.key"
}

ready() { http_ok "$SANDBOX_PORT" /healthz; }

stop() { terminate sandbox TERM 5; }

status() { printf 'http://127.0.0.1:%s, ledger in %s' "$SANDBOX_PORT" "$(short "$(data_ledger)")"; }
