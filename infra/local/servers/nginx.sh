# shellcheck shell=bash disable=SC2034,SC2153 # names are for others; PORT is the stack's
# A private nginx in front of the instances of the shop. Its configuration is the stage's nginx.conf with the names
# between @ signs replaced; which instances there are it learns from $RUN/nginx/instances, at any time (balance.sh).

DEFAULT_PORT=8080

NGINX_TEMPLATE=$ROOT/stages/04-horizontal/nginx.conf
NGINX_MODULES=/usr/lib/nginx/modules

# The command's files and log lie in one folder; as root its workers stay root, like everything else of a stack.
nginx_settings() {
    local user=''
    [[ $EUID -ne 0 ]] || user='user root root;'
    sed -e "s|@USER@|$user|; s|@ADDRESS@|127.0.0.1|; s|@PORT@|$PORT|; s|@HOME@|$RUN/nginx|g; s|@MODULES@|$NGINX_MODULES|g" \
        -e "s|@LUA@|$(dirname "$NGINX_TEMPLATE")|" "$NGINX_TEMPLATE"
}

# nginx is in /usr/sbin, which is not in everybody's PATH.
nginx_program() { PATH=$PATH:/usr/sbin command -v nginx || fail "nginx is not installed:  infra/local/install.sh 04-horizontal"; }

# Workers whose master was killed go on, and keep the port. They have written down who they are.
bury() {
    local file pid parent
    for file in "$RUN/nginx/worker."*; do
        [[ -e $file ]] || continue
        pid=$(<"$file")
        parent=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status" 2>/dev/null) || continue
        if [[ $(<"/proc/$pid/comm") == nginx && $(cat "/proc/$parent/comm" 2>/dev/null) != nginx ]]; then kill -s KILL "$pid"; fi
    done
    rm -f "$RUN/nginx/worker."*
}

inputs() {
    nginx_program
    nginx_settings
    cat "${NGINX_TEMPLATE%/*}"/*.lua
}

start() {
    local program
    program=$(nginx_program) || return 1
    mkdir -p "$RUN/nginx/temp"
    touch "$RUN/nginx/instances"
    rm -f "$RUN/nginx/applied" "$RUN/nginx/leaving" # of the last one
    bury
    nginx_settings | replace_file "$RUN/nginx/nginx.conf"
    launch nginx "$program" -p "$RUN/nginx" -e stderr -c "$RUN/nginx/nginx.conf"
}

# It has looked at the list: then it also listens.
ready() { [[ -e $RUN/nginx/applied ]] && listens "$PORT"; }

# From now on each answer ends its connection. Stopped without that, nginx closes connections at which somebody may
# just be sending the next request.
LEAVING_SECONDS=1
drain() { touch "$RUN/nginx/leaving" && sleep $LEAVING_SECONDS; }

stop() { terminate nginx QUIT 20; } # QUIT: running requests get their answers first

status() {
    local up all
    up=$(grep -c ' up$' "$RUN/nginx/applied" 2>/dev/null)
    all=$(grep -c . "$RUN/nginx/instances" 2>/dev/null)
    printf 'http://127.0.0.1:%s, %s of %s instances in use' "$PORT" "$up" "$all"
}
