#!/usr/bin/env bash
# The page: the same answers as the program, in Node; then Chromium and Firefox, with nothing between them and the disk.
#
# MTMLOG    the program (target/release/mtmlog)
# PAGE      the page (target/page/mtmlog.html, which .ci/page makes)
# PAGE_DIR  where the screenshots stay (target/page/check)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
command -v firefox-esr >/dev/null || missing+=(firefox-esr)
if ((${#missing[@]})); then
    printf 'Missing: apt-get install %s\n' "${missing[*]}" >&2
    exit 1
fi
program=$(realpath "${MTMLOG:-target/release/mtmlog}")
page=${PAGE:-target/page/mtmlog.html}
# Another zone than UTC, so that times of files are seen to be right.
TZ=Africa/Johannesburg node tests/page/equal.js "$page" "$program" "$@"
python3 tests/page/check.py "$page" "$program" "${PAGE_DIR:-target/page/check}"
