#!/bin/bash
# The first process of the balancer's container: nginx with the stage's configuration, and beside it a loop that keeps the
# list of instances. Every address that the name service has for INSTANCES_OF is one; `compose up --scale shop=5` makes
# more. A container that is told to end fails its readiness first, so nginx has stopped asking it (balancer.lua) long
# before the name service forgets it: no request is lost.
set -euo pipefail

folder=/run/balancer
share=/usr/share/balancer

# list: a line for each instance; fails when the name service has none or does not answer.
list() {
    local found
    found=$(getent ahostsv4 "${INSTANCES_OF:-shop}") || return 1
    cut -d ' ' -f 1 <<<"$found" | sort -uV | sed 's/.*/shop-& &:8080 in/'
}

# What the name service cannot say stays as it was: an instance that is gone is found by its health check.
keep_list() {
    local lines
    while true; do
        if lines=$(list) && [[ $lines != "$(<$folder/instances)" ]]; then
            echo "$lines" >$folder/instances.new
            mv $folder/instances.new $folder/instances
        fi
        sleep 0.5
    done
}

mkdir -p $folder/temp
: >$folder/instances
sed -e "s|@USER@||; s|@ADDRESS@|0.0.0.0|; s|@PORT@|8080|; s|@HOME@|$folder|g; s|@MODULES@|/usr/lib/nginx/modules|g" \
    -e "s|@LUA@|$share|" $share/nginx.conf >$folder/nginx.conf
keep_list &
exec /usr/sbin/nginx -p $folder -e stderr -c $folder/nginx.conf
