#!/usr/bin/env bash
# Builds the images of a stage:  STAGE=NN-name SECTIONS="build …" IMAGES="tools shop …" infra/docker/image.sh
#
# RELEASE names what is built (as it stands: the stage), BASE another base image; BUILD_OPTIONS are handed to `docker build` (--network=host, --no-cache). The moment
# in the labels is the commit's, so that the same commit makes the same image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source-path=SCRIPTDIR source=../local/lib.sh
. infra/local/lib.sh
# shellcheck source-path=SCRIPTDIR source=engine.sh
. infra/docker/engine.sh

STAGE=${STAGE:?say which: make image STAGE=01}
RELEASE=${RELEASE:-$STAGE} # the images' tag
need_engine
commit=$(git rev-parse HEAD 2>/dev/null || echo unknown)
version=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
[[ -z $(git status --porcelain 2>/dev/null) ]] || version+=-changed

for target in ${IMAGES:-tools shop}; do
    since=$EPOCHREALTIME
    # shellcheck disable=SC2086 # a list of words
    docker build ${BUILD_OPTIONS:-} --quiet --target "$target" --tag "stagecraft/$target:$RELEASE" --file infra/docker/Dockerfile \
        --build-arg BASE="${BASE:-debian:bookworm-slim}" --build-arg STAGE="$STAGE" --build-arg SECTIONS="$SECTIONS" \
        --build-arg VERSION="$version" --build-arg COMMIT="$commit" . >/dev/null ||
        fail "the image of $STAGE could not be built" "see all it says:  BUILD_OPTIONS=--progress=plain make image STAGE=$STAGE"
    say image "stagecraft/$target:$RELEASE" "$since"
done
