#!/usr/bin/env bash
# Instructions for each byte of a log, counted by callgrind: the same on a noisy machine as on a quiet one, so a
# regression of a per cent shows. Needs valgrind and python3.
#
#   benches/callgrind.sh              fails where anything needs a tenth more than benches/callgrind.txt says
#   benches/callgrind.sh --record     writes that file; do so with the change that is meant to cost or save
#
# CALLGRIND_MIB size of each log (4), CALLGRIND_DIR where they are made and kept (target/callgrind)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

record=${1:-} mib=${CALLGRIND_MIB:-4} dir=${CALLGRIND_DIR:-target/callgrind} known=benches/callgrind.txt status=0
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
[[ -s $dir/many.truth ]] || python3 benches/genlog.py tree 5 10 100 "$dir/many"
# What it takes to begin, with one mail.
sed -n 1,29p "$dir/chat-$mib.log" >"$dir/one.log"
start=$(counted "$dir/one.log")
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
printf 'start %s\n' "$start" >"$counts"
for kind in chat data indy many; do
    log=$dir/$kind-$mib.log
    [[ $kind = many ]] && log=$dir/many
    bytes=$(find "$log" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
    each=$(python3 -c "print(f'{($(counted "$log") - $start) / $bytes:.2f}')")
    printf '%s %s\n' "$kind" "$each" >>"$counts"
    cp "$dir/out" "$dir/$kind.out"
done
[[ $record = --record ]] && cp "$counts" "$known"
printf '| what | instructions a byte | recorded |\n|---|--:|--:|\n'
while read -r kind each; do
    was=$(sed -n "s/^$kind //p" "$known" 2>/dev/null || true)
    printf '| %s | %s | %s |\n' "$kind" "$each" "$was"
    if [[ -n $was ]] && python3 -c "import sys; sys.exit($each <= 1.1 * $was)"; then
        printf '%s: %s instructions, %s were recorded\n' "$kind" "$each" "$was" >&2
        status=1
    fi
done <"$counts"
printf '\n`start` is counted whole, the others by the byte, with the reading of the facts in it.\n'
printf 'Where they are spent: callgrind_annotate %s/KIND.out\n' "$dir"
exit "$status"
