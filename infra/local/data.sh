# shellcheck shell=bash
# Sets of data. Each DATA (a size of the seed, or none) has a database and a provider's ledger of its own, for an order's
# number is its key at the provider: two databases on one ledger would find each other's charges.
#
# Interface: with $DATA set, data_database and data_ledger name them, data_place makes the database,
# data_migrate gives it the current schema, data_seed fills it, data_remove takes both away.

DATA_SETS='small 10k 100k large none' # infra/seed/sizes.c has them too, but for none

data_check() {
    [[ " $DATA_SETS " == *" $1 "* ]] || fail "there is no set of data '$1'" \
        "$2=small: 500 products, or $2=large: a million users, 100,000 products, 5,000,000 bookings;" \
        "$2=10k and $2=100k are the large one divided by a hundred and by ten"
}

data_database() { if [[ $DATA == small ]]; then printf shop; else printf 'shop_%s' "$DATA"; fi; }
data_ledger() { printf '%s/sandbox/%s' "$RUN" "$DATA"; }
data_url_file() { printf '%s/postgres-%s.url' "$SECRETS" "$DATA"; }

data_place() {
    with postgres postgres_database || {
        explain postgres "has no database $(data_database) and cannot make it"
        return 1
    }
}

data_migrate() {
    local since=$EPOCHREALTIME result
    result=$(with shop shop_migrate) || {
        explain migrate failed "$LOGS/migrate.log"
        return 1
    }
    say migrate "${result:-schema is up to date}" "$since"
}

# data_seed KEEP: rows that are there already are left alone (KEEP=yes), or refused.
data_seed() {
    local since=$EPOCHREALTIME errors=$LOGS/seed.log code=0
    [[ $DATA != none ]] || return 0
    if [[ $DATA != small && -t 2 ]]; then errors=/dev/stderr; fi # it takes long: show its bar
    mkdir -p "$(data_ledger)"
    : >"$LOGS/seed.log"
    (cd "$ROOT" && timeout 3600 "$PROGRAMS/infra/seed/seed" --url-file "$(data_url_file)" \
        --accounts-file "$SECRETS/accounts" --ledger "$(data_ledger)/ledger" --size "$DATA") >>"$LOGS/seed.log" 2>>"$errors" || code=$?
    if [[ $code -eq $SEED_REFUSED && $1 != yes ]]; then
        complain "database $(data_database): $(tail -n 1 "$LOGS/seed.log")" \
            "to make it anew, and lose what has been done to it:  make seed SIZE=$DATA REPLACE=yes"
        return 1
    elif [[ $code -ne 0 && $code -ne $SEED_REFUSED ]]; then
        explain seed failed "$LOGS/seed.log"
        return 1
    fi
    # the provider knows the orders of days to come from its ledger, which it reads when it starts
    if [[ $code -eq 0 && $1 == yes ]] && alive sandbox; then
        with sandbox stop >/dev/null
        bring_up sandbox >/dev/null || return 1
    fi
    say seed "$(tail -n 1 "$LOGS/seed.log" | cut -c 1-52)" "$since"
}
SEED_REFUSED=3 # what the program ends with when rows are there

# The set's database and ledger, with all that was done to them. Nothing of it may be running.
data_remove() {
    local server since=$EPOCHREALTIME
    with postgres postgres_drop || fail "the database $(data_database) cannot be removed: is it in use?"
    rm -rf "$(data_ledger)"
    for server in $SERVERS; do with "$server" eval 'if declare -F forget_data >/dev/null; then forget_data; fi'; done
    say data "removed the $DATA set" "$since"
}

# For `seed`: the data must be new, or REPLACE=yes.
data_fill() {
    if [[ ${REPLACE:-} == yes ]]; then data_remove; fi
    data_place && data_migrate && data_seed no
}
