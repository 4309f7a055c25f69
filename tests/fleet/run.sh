#!/usr/bin/env bash
# docs/fleet.md end to end on logs that are made for it: rows of many sites through DuckDB, raw logs through Spark; the
# answers of both must be those of mtmlog itself.
#
#   tests/fleet/run.sh [duckdb|spark|all]     all: Spark where Java is installed
#
# MTMLOG      the program (target/release/mtmlog, which is built where it is missing)
# FLEET_DIR   where it works (target/fleet)
# FLEET_SITES how many sites (12)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

part=${1:-all} sites=${FLEET_SITES:-12} dir=${FLEET_DIR:-target/fleet}
export MTMLOG=${MTMLOG:-target/release/mtmlog}
[[ -x $MTMLOG ]] || cargo build --locked --release
MTMLOG=$(realpath "$MTMLOG")
check=$(realpath tests/fleet/check.py)

mkdir -p "$dir"
dir=$(realpath "$dir")
venv=$dir/venv
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
package() { "$venv/bin/python" -c "import ${1%%=*}" 2>/dev/null || "$venv/bin/pip" install --quiet --disable-pip-version-check "$1"; }

rm -rf "$dir/logs" "$dir/sites"
python3 benches/genlog.py tree "$sites" 6 150 "$dir/logs" chat,data,indy
cd "$dir"

# What runs at each site: rows instead of the log, and nothing of a patient in them.
for folder in logs/*/; do
    site=$(basename "$folder")
    mkdir -p "sites/$site"
    "$MTMLOG" analyze --exit-zero --all --format ndjson --redact personal --label "site=$site" "$folder" |
        gzip >"sites/$site/2026-11-23.ndjson.gz"
done
printf '%s bytes of logs, %s of rows\n' "$(du -sb logs | cut -f1)" "$(du -sb sites | cut -f1)"

package duckdb==2.0.0
"$venv/bin/python" "$check" duckdb
case $part in
    duckdb) exit ;;
    all) command -v java >/dev/null || { printf 'no Java here, so no Spark\n'; exit; } ;;
esac
package pyspark==4.3.0
PYSPARK_PYTHON=$venv/bin/python "$venv/bin/python" "$check" spark
