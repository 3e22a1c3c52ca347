#!/usr/bin/env bash
# Turns the storefront's files into C: pages and assets as web_files.h describes them, compressed once here
# instead of at every request.
#
#   web.sh common/web OUT                writes OUT/web_files.c, and OUT/web/ with the files it embeds
#
# A page is pages/NAME.html put into layout.html; its first line says where it lives and what it is called:
# <!-- path: /basket | title: Your basket -->. Its script is assets/NAME.page.js; the scripts that one imports
# are named in the page's head, so that a browser fetches them together and not one after the other.
set -euo pipefail
export LC_ALL=C

from=$1 out=$2 pages=$2/web/pages assets=$2/web/assets
rm -rf "$out/web"
mkdir -p "$pages" "$assets"
cp "$from"/assets/* "$assets"

fail() {
    echo "web.sh: $*" >&2
    exit 1
}

# hash FILE...: over names and contents
hash() { (cd "$(dirname "$1")" && sha256sum -- "${@##*/}") | sha256sum | cut -c 1-16; }

version=$(hash "$assets"/*)

# imports FILE: the scripts a script needs, and those they need, each once
imports() {
    local -a queue=("$1") found=()
    local file name
    while ((${#queue[@]} > 0)); do
        file=${queue[0]}
        queue=("${queue[@]:1}")
        while read -r name; do
            [[ -e $assets/$name ]] || fail "$file imports $name, which is not there"
            [[ " ${found[*]} " == *" $name "* ]] || { found+=("$name") && queue+=("$name"); }
        done < <(sed -nE 's|^(import\|export) .*"\./([^"]+)";$|\2|p; s|^import "\./([^"]+)";$|\1|p' "$assets/$file")
    done
    printf '%s\n' "${found[@]}"
}

# page FILE: the whole document
page() {
    local name title script
    name=$(basename "$1" .html)
    title=$(sed -nE '1s/.*title: ([^|>]+) -->.*/\1/p' "$1")
    script=$name.page.js
    [[ -n $title ]] || fail "$1: the first line has no title"
    [[ -e $assets/$script ]] || fail "$1 needs $script"
    imports "$script" | awk -v name="$name" -v title="$title" -v version="$version" -v fragment="$1" '
        FILENAME == "-" { preload = preload "<link rel=\"modulepreload\" href=\"/assets/" version "/" $0 "\">\n"; next }
        /\{\{imports\}\}/ { printf "%s", preload; next }
        /\{\{main\}\}/ { while ((getline line < fragment) > 0) if (line !~ /^<!-- path:/) print line; next }
        { gsub(/\{\{version\}\}/, version); gsub(/\{\{title\}\}/, title); gsub(/\{\{page\}\}/, name); print }
    ' - "$from/layout.html"
}

count=0
# bytes FILE: embeds it and leaves its struct web_bytes in $initial
bytes() {
    local symbol=web_bytes_$((count += 1))
    # the hash is in the text, so that a changed file is a changed source
    printf '__asm__(".pushsection .rodata\\n.balign 16\\n%s:\\n.incbin \\"%s\\"\\n.popsection");\nextern const unsigned char %s[] __attribute__((visibility("hidden")));\n\n' \
        "$symbol" "$1" "$symbol"
    initial="{\"\\\"$(hash "$1")\\\"\", $symbol, $(stat -c %s "$1")}"
}

content_type() {
    case $1 in
    *.html) echo 'text/html; charset=utf-8' ;;
    *.js) echo 'text/javascript; charset=utf-8' ;;
    *.css) echo 'text/css; charset=utf-8' ;;
    *.svg) echo 'image/svg+xml' ;;
    *.txt) echo 'text/plain; charset=utf-8' ;;
    *) fail "what type is $1?" ;;
    esac
}

# file FILE NAME: embeds both variants and leaves the struct web_file in $row
file() {
    local plain compressed='{0}' type
    type=$(content_type "$1")
    bytes "$1"
    plain=$initial
    gzip -9nc "$1" >"$1.gz"
    if (($(stat -c %s "$1.gz") * 10 < $(stat -c %s "$1") * 9)); then
        bytes "$1.gz"
        compressed=$initial
    fi
    row="{\"$2\", \"$type\", $plain, $compressed}"
}

# table NAME ROW...
table() {
    printf 'const struct web_file %s[] = {\n' "$1"
    printf '    %s,\n' "${@:2}"
    printf '};\nconst size_t %s_count = %d;\n' "$1" $(($# - 1))
}

{
    printf '/* Made by infra/make/web.sh from %s. */\n#include "common/web/web_files.h"\n\n' "$from"
    page_rows=() asset_rows=()
    for source in "$from"/pages/*.html; do
        made=$pages/$(basename "$source")
        page "$source" >"$made"
        path=$(sed -nE '1s/^<!-- path: ([^ |]+) .*/\1/p' "$source")
        file "$made" "$path"
        if [[ $path == none ]]; then missing=$row; else page_rows+=("$row"); fi
    done
    for source in "$assets"/*; do
        file "$source" "$(basename "$source")"
        asset_rows+=("$row")
    done
    printf 'const char web_version[] = "%s";\n' "$version"
    table web_pages "${page_rows[@]}"
    table web_assets "${asset_rows[@]}"
    printf 'const struct web_file web_missing = %s;\n' "${missing:?no page has the path none}"
} >"$out/web_files.c.new"
mv "$out/web_files.c.new" "$out/web_files.c"
