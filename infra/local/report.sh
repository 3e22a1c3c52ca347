# shellcheck shell=bash
# What a stack says about itself: the table of `status`, the same as JSON, the names to use it by, and the
# closing words of `up`.

# entry_url: where clients find the shop; empty when this stack has none.
entry_url() {
    local variable
    variable=$(port_variable "$ENTRY")
    if [[ -n ${!variable:-} ]]; then printf 'http://127.0.0.1:%s' "${!variable}"; fi
}

# status_rows: one line per server, fields separated by tabs; a pid of 0 means that it does not run.
status_rows() {
    local server variable
    for server in $SERVERS; do
        variable=$(port_variable "$server")
        if alive "$server"; then
            printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$server" "$PID" "${!variable}" $((EPOCHSECONDS - SINCE)) \
                "$(memory_kb "$PID")" "$(with "$server" status)"
        else
            printf '%s\t0\t%s\t0\t0\t%s\n' "$server" "${!variable:-0}" \
                "$([[ -e $STATE/$server.pid ]] && echo "died; see make logs" || echo "not running")"
        fi
    done
}

status_table() {
    printf '%-10s %8s %6s %10s %9s  %s\n' server pid port up 'RSS MB' ''
    awk -F '\t' '
        function span(s) { return s >= 86400 ? int(s / 86400) "d " int(s % 86400 / 3600) "h" \
            : s >= 3600 ? int(s / 3600) "h " int(s % 3600 / 60) "m" : s >= 60 ? int(s / 60) "m " s % 60 "s" : s "s" }
        $2 == 0 { printf "%-10s %8s %6s %10s %9s  %s\n", $1, "-", ($3 ? $3 : "-"), "-", "-", $6; next }
        { printf "%-10s %8d %6d %10s %9.1f  %s\n", $1, $2, $3, span($4), $5 / 1024, $6; total += $5 }
        END { printf "%-10s %8s %6s %10s %9.1f\n", "total", "", "", "", total / 1024 }'
}

status_json() {
    local url=null
    if alive "$ENTRY"; then url="\"$(entry_url)\""; fi
    awk -F '\t' -v stage="$STAGE" -v variant="$VARIANT" -v url="$url" -v run="$RUN" '
        function text(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
        BEGIN { printf "{\n  \"stage\": %s,\n  \"variant\": %s,\n  \"run\": %s,\n  \"base_url\": %s,\n  \"servers\": [", \
                       text(stage), text(variant), text(run), url }
        { printf "%s\n    {\"name\": %s, \"running\": %s, \"pid\": %s, \"port\": %d, \"uptime_seconds\": %d, \"rss_mb\": %.1f}", \
                 (NR > 1 ? "," : ""), text($1), ($2 ? "true" : "false"), ($2 ? $2 : "null"), $3, $4, $5 / 1024
          total += $5 }
        END { printf "\n  ],\n  \"rss_mb\": %.1f\n}\n", total / 1024 }'
}

# report_env: what tests, tools and people need to reach this stack, as NAME=value lines quoted for a shell
# (export $(infra/local/stack env)). Secrets appear only as names of files. The SHOP_ lines are the settings
# the shop was given, so that another shop can be started on the same servers.
report_env() {
    local -a pairs=(
        RUN "$RUN" STAGE "$STAGE" VARIANT "$VARIANT" PROGRAMS "$PROGRAMS" STAGE_CONFIG "$STAGE_CONFIG"
        ENTRY "$ENTRY" BASE_URL "$(entry_url)"
        SANDBOX_URL "${SANDBOX_PORT:+http://127.0.0.1:$SANDBOX_PORT}"
        SIGNING_KEY_FILE "$SECRETS/payments-signing.key"
        ACCOUNTS_FILE "$SECRETS/accounts"
        MAIL_DIR "$RUN/mail"
        DATA "$DATA"
        POSTGRES_URL_FILE "$(data_url_file)"
        PGHOST 127.0.0.1 PGPORT "${POSTGRES_PORT:-}" PGUSER shop PGDATABASE "$(data_database)" PGPASSFILE "$SECRETS/pgpass"
    )
    printf '%s=%q\n' "${pairs[@]}"
    [[ -n $SERVICES ]] || return 0
    with shop shop_environment | grep -v '^SHOP_HTTP_PORT='
}

# The closing words of `up`.
report_up() {
    local role email password again='' other=large
    [[ $DATA != large ]] || other=small
    [[ $RUN == "$ROOT/.run" ]] || again="RUN=$(short "$RUN") "
    printf '\nThe shop (stage %s) answers at  %s\n\n' "$STAGE" "$(entry_url)"
    while read -r role email password; do
        printf '  %-9s %-22s password %s\n' "$role" "$email" "$password"
    done <"$SECRETS/accounts"
    cat <<NEXT
  mail      $(short "$RUN/mail/new"): one file per message
  data      the $DATA set; ${again}make up DATA=$other opens the shop on the $other one, and back

  curl -s $(entry_url)/v1/home     a first request
  ${again}make status      what runs, on which ports, with how much memory
  ${again}make logs        follow the logs (Ctrl-C ends that, not the servers)
  ${again}make down        stop everything; the data stays
NEXT
}
