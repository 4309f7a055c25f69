#!/usr/bin/env bash
# The HTML outputs in a real Chromium: what it shows, what it asks of the network, what it says in its console, the
# contrast of its words in light and dark, the keyboard, and print.
#
# MTMLOG       the program (target/release/mtmlog, which is built where it is missing)
# BROWSER_DIR  where it works (target/browser); screenshots and PDFs stay there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for tool in chromium chromedriver pdftotext; do
    if ! command -v "$tool" >/dev/null; then
        printf '%s is missing: apt-get install chromium chromium-driver poppler-utils\n' "$tool" >&2
        exit 1
    fi
done
export MTMLOG=${MTMLOG:-target/release/mtmlog}
[[ -x $MTMLOG ]] || cargo build --locked --release
dir=${BROWSER_DIR:-target/browser}
mkdir -p "$dir"
check() { python3 tests/browser/check.py "$(realpath "$MTMLOG")" "$(realpath "$dir")"; }
# A busy machine gives Chromium's first page the focus too late now and then; a fault of ours fails twice.
check || { printf 'Once more, as a busy machine can make it fail.\n'; check; }
