#!/bin/bash
# Does the Kafka of this machine answer the first question of every client (which versions do you speak?) with more than
# nothing?   answers.sh PORT
exec 2>/dev/null
exec {wire}<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf '\0\0\0\x0e\0\x12\0\0\0\0\0\1\0\4wait' >&"$wire"
answer=$(timeout 2 head -c 12 <&"$wire" | od -An -tx1 | tr -d ' \n')
[[ $answer == ????????00000001* ]]
