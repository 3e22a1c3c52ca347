#!/usr/bin/env bash
# Fetches Kafka's jars from Maven Central into FOLDER (56 MB), once, and only those whose checksums are known.
#
#   infra/local/kafka/fetch.sh FOLDER        those that SHA256SUMS names
#   infra/local/kafka/fetch.sh --renew       after a change of pom.xml: writes SHA256SUMS anew; look at its diff
#
# Maven compares every file with the checksum that lies beside it in the repository (--strict-checksums), which finds a
# damaged file; SHA256SUMS is ours and finds one that has been exchanged.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

HERE=$LOCAL/kafka
SUMS=$HERE/SHA256SUMS

# fetch FOLDER: every jar of the pom.
fetch() {
    command -v mvn >/dev/null || fail "Maven is missing:  infra/local/install.sh 05-queues"
    timeout 900 mvn --quiet --batch-mode -Dstyle.color=never --strict-checksums --file "$HERE/pom.xml" \
        dependency:copy-dependencies -DoutputDirectory="$1" >&2 ||
        fail "Kafka could not be fetched from Maven Central: is this machine online?" \
            "behind a proxy or a mirror, Maven wants to be told in ~/.m2/settings.xml"
}

check() { (cd "$1" && sha256sum --quiet --strict --check "$SUMS") >&2; }

main() {
    local folder since=$EPOCHREALTIME
    if [[ $1 == --renew ]]; then
        folder=$(mktemp -d)
        # shellcheck disable=SC2064 # now, while the name is known
        trap "rm -rf '$folder'" EXIT
        fetch "$folder"
        (cd "$folder" && sha256sum -- *.jar) | replace_file "$SUMS"
        return
    fi
    folder=$1
    if [[ -e $folder/complete ]] && cmp -s "$folder/complete" "$SUMS"; then return; fi
    say kafka "fetching it from Maven Central (56 MB)"
    rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new"
    fetch "$folder.new"
    check "$folder.new" || fail "a file of Kafka is not what $(short "$SUMS") says; nothing was kept" \
        "if pom.xml has been changed:  infra/local/kafka/fetch.sh --renew"
    cp "$SUMS" "$folder.new/complete"
    mv "$folder.new" "$folder"
    say kafka fetched "$since"
}

[[ $# -eq 1 ]] || fail "fetch where to?  infra/local/kafka/fetch.sh FOLDER"
main "$1"
