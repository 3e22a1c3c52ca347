#!/bin/bash
# Does it answer 200?   healthy PORT PATH
# Bash opens the connection itself, so the image needs no client to be asked with. Fails within 2 s.
exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
IFS= read -r -t 2 line <&3
[[ $line == 'HTTP/1.'?' 200 '* ]]
