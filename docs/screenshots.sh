#!/usr/bin/env bash
# Draws the pictures in docs/screenshots anew: what the program shows for docs/samples/emailout.txt, in a terminal and in
# Chromium. Needs chromium and chromedriver; MTMLOG is the program (target/release/mtmlog).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MTMLOG=${MTMLOG:-target/release/mtmlog}
[[ -x $MTMLOG ]] || cargo build --locked --release
mkdir -p docs/screenshots
PYTHONPATH=tests/browser exec python3 docs/screenshots.py "$(realpath "$MTMLOG")"
