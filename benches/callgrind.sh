#!/usr/bin/env bash
# Instructions for each byte of a log of every kind, counted by callgrind: the same on a noisy machine as on a quiet one, so
# a regression of a few per cent shows. Needs valgrind and python3, and takes about a minute.
#
#   benches/callgrind.sh [BIN]            fails where anything needs a twentieth more than benches/callgrind.txt says
#   benches/callgrind.sh --record [BIN]   writes that file; do so with the change that is meant to cost or save
#
# BIN is target/release/mtmlog as .ci/run builds it: not linked as a whole, which would cost minutes and change the counts, and
# compiled in one piece: in 16, a change anywhere moved counts of kinds that it does not touch by up to 7 %, in one by 0.2 %.
# CALLGRIND_KIB size of each log (128), CALLGRIND_DIR where they are made and kept (target/callgrind)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

record=
[[ ${1:-} = --record ]] && { record=yes; shift; }
bin=${1:-target/release/mtmlog} kib=${CALLGRIND_KIB:-128} dir=${CALLGRIND_DIR:-target/callgrind}
known=benches/callgrind.txt status=0
for tool in valgrind python3; do
    command -v "$tool" >/dev/null || { printf '%s is missing: install it (apt-get install valgrind python3)\n' "$tool" >&2; exit 2; }
done
[[ -x $bin ]] || CARGO_PROFILE_RELEASE_LTO=off cargo build --locked --release >&2
mkdir -p "$dir"

# counted LOG: instructions of the whole program, on one thread
counted() {
    valgrind --tool=callgrind --callgrind-out-file="$dir/out" "$bin" \
        analyze --exit-zero --quiet --threads 1 "$1" 2>&1 | sed -n 's/.*Collected : //p'
}

# Each folder of fixtures as one log, over and over; logs in another encoding stay out of it.
python3 - "$dir" "$kib" <<'PY'
import pathlib, sys
into, size = pathlib.Path(sys.argv[1]), int(sys.argv[2]) << 10
for folder in sorted(pathlib.Path("fixtures").iterdir()):
    logs = [log.read_bytes() for log in sorted(folder.glob("*.log"))] if folder.is_dir() else []
    logs = [log if log.endswith(b"\n") else log + b"\n" for log in logs if log and b"\0" not in log]
    whole = b"".join(logs)
    if whole:
        (into / f"{folder.name}.log").write_bytes(whole * -(-size // len(whole)))
PY
for kind in chat data indy; do
    [[ -s $dir/$kind.log ]] || python3 benches/genlog.py log "$kind" 1 "$dir/$kind.log"
done
[[ -s $dir/many.truth ]] || python3 benches/genlog.py tree 5 10 100 "$dir/many"
# What it takes to begin, with one mail.
sed -n 1,29p "$dir/chat.log" >"$dir/one.txt"
start=$(counted "$dir/one.txt")
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
printf 'start %s\n' "$start" >"$counts"
for log in "$dir"/*.log "$dir/many"; do
    kind=$(basename "$log" .log)
    bytes=$(find "$log" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
    each=$(python3 -c "print(f'{($(counted "$log") - $start) / $bytes:.1f}')")
    printf '%s %s\n' "$kind" "$each" >>"$counts"
    cp "$dir/out" "$dir/$kind.out"
done
[[ -n $record ]] && cp "$counts" "$known"
printf '| what | instructions a byte | recorded |\n|---|--:|--:|\n'
while read -r kind each; do
    was=$(sed -n "s/^$kind //p" "$known" 2>/dev/null || true)
    printf '| %s | %s | %s |\n' "$kind" "$each" "$was"
    if [[ -n $was ]] && python3 -c "import sys; sys.exit($each <= 1.05 * $was)"; then
        printf '%s: %s instructions, %s were recorded\n' "$kind" "$each" "$was" >&2
        status=1
    fi
done <"$counts"
printf '\n`start` is counted whole, the others by the byte, with the reading of the facts in it.\n'
printf 'Where they are spent: callgrind_annotate %s/KIND.out\n' "$dir"
exit "$status"
