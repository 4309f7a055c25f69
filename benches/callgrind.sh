#!/usr/bin/env bash
# Instructions for each byte of a log, counted by callgrind: the same on a noisy machine as on a quiet one, so a
# regression of a per cent shows. Needs valgrind and python3.
#
#   benches/callgrind.sh [MOST]       fails where any kind needs more than MOST instructions a byte
#
# CALLGRIND_MIB size of each log (4), CALLGRIND_DIR where they are made and kept (target/callgrind)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

most=${1:-} mib=${CALLGRIND_MIB:-4} dir=${CALLGRIND_DIR:-target/callgrind} status=0
for tool in valgrind python3; do
    command -v "$tool" >/dev/null || { printf '%s is missing: install it (apt-get install valgrind python3)\n' "$tool" >&2; exit 2; }
done
# With names for the table, and for the processor that valgrind knows.
CARGO_PROFILE_RELEASE_DEBUG=line-tables-only cargo build --locked --release --target-dir "$dir/build" >&2
mkdir -p "$dir"

# counted LOG: instructions of the whole program, on one thread
counted() {
    valgrind --tool=callgrind --callgrind-out-file="$dir/out" "$dir/build/release/mtmlog" \
        analyze --exit-zero --quiet --threads 1 "$1" 2>&1 | sed -n 's/.*Collected : //p'
}

for kind in chat data indy; do
    log=$dir/$kind-$mib.log
    [[ -s $log ]] || python3 benches/genlog.py log "$kind" "$mib" "$log"
done
# What it takes to begin, with one mail.
sed -n 1,29p "$dir/chat-$mib.log" >"$dir/one.log"
start=$(counted "$dir/one.log")
printf 'start: %s instructions\n\n| log | instructions a byte |\n|---|--:|\n' "$start"
for kind in chat data indy; do
    log=$dir/$kind-$mib.log
    each=$(python3 -c "print(f'{($(counted "$log") - $start) / $(stat -c %s "$log"):.2f}')")
    printf '| %s | %s |\n' "$kind" "$each"
    cp "$dir/out" "$dir/$kind.out"
    if [[ -n $most ]] && python3 -c "import sys; sys.exit($each <= $most)"; then
        printf '%s: %s instructions a byte, more than %s\n' "$kind" "$each" "$most" >&2
        status=1
    fi
done
printf '\nWhere they are spent: callgrind_annotate %s/KIND.out\n' "$dir"
exit "$status"
