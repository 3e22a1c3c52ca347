#!/usr/bin/env bash
# What of a build goes into the images: the programs without their debugging tables, the stage's settings, and which of
# the distribution's packages they need at run time. Nobody keeps that list by hand: the linker knows it.
#
#   infra/docker/collect.sh STAGE FOLDER
set -euo pipefail

stage=$1 out=$2
build=.run/build/release
mkdir -p "$out/stage"
for program in "$build/infra/sandbox/sandbox" "$build/infra/seed/seed"; do
    strip -o "$out/$(basename "$program")" "$program"
done
for program in shop $(make -s STAGE="$stage" stage-files | sed -n 's/^programs://p'); do # and what the stage has beside it
    program=$(basename "$program" .c)
    strip -o "$out/stage/$program" "$build/stages/$stage/$program"
done
install -m 644 "$(make -s STAGE="$stage" stage-facts | sed -n '1s/^[^ ]* \([^ ]*\).*/\1/p')" "$out/config.yaml"

# A library's path as the linker says it and as dpkg knows it may differ by the link /lib -> /usr/lib.
{
    ldd "$out"/stage/* "$out/sandbox" "$out/seed" | awk '$3 ~ /^\// { print $3 }' | sort -u | while read -r library; do
        real=$(realpath "$library")
        dpkg -S "$library" "${library#/usr}" "$real" "${real#/usr}" 2>/dev/null | sed -n 1p || true
    done | sed 's/:.*//'
    grep -Eo '^(fonts-[a-z-]*|ca-certificates)' infra/packages.txt # no library, but needed as well
} | sort -u >"$out/needed"
