#!/usr/bin/env bash
# Makes logs and measures the whole analysis beside other programs on the same files, in one run; prints one table.
#
#   benches/compare.sh [BIN]          BIN: target/release/mtmlog, which is built where it is missing
#
# COMPARE_MIB   size of each large log (1024)
# COMPARE_SITES folders of customers, ten logs of 100 KiB each (1000)
# COMPARE_RUNS  runs of each command (5)
# COMPARE_DIR   where the logs are made and kept (target/compare)
# COMPARE_ONLY  only these logs, such as "chat many"; "kinds" are all kinds of log, the start and the other commands
#
# Needs hyperfine, ripgrep and python3; lnav and pflogsumm are measured where they are installed. ripgrep counts the lines
# that look like errors, which is the least that anybody would run. The files were just written, so mtmlog reads them;
# the rows `mapped` are the same log made to look older, which it maps. Every analysis is checked against the truth.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=${1:-target/release/mtmlog}
mib=${COMPARE_MIB:-1024} sites=${COMPARE_SITES:-1000} runs=${COMPARE_RUNS:-5}
dir=${COMPARE_DIR:-target/compare} only=${COMPARE_ONLY:-}
pattern='[^0-9][45][0-9][0-9].[45]'

for tool in hyperfine rg python3; do
    command -v "$tool" >/dev/null || { printf '%s is missing: install it (apt-get install hyperfine ripgrep python3)\n' "$tool" >&2; exit 2; }
done
[[ -x $bin ]] || cargo build --locked --release
bin=$(realpath "$bin")
mkdir -p "$dir"
table=$dir/table.md
printf '| log | program | seconds | of ripgrep | GiB/s |\n|---|---|--:|--:|--:|\n' >"$table"

wanted() { [[ -z $only || " $only " == *" $1 "* ]]; }

# analysis PATH: the command that is measured
analysis() { printf '%s analyze --exit-zero --format json --output %s/report.json %s' "$bin" "$dir" "$1"; }

# measure NAME PATH TRUTH OTHER...: mtmlog, ripgrep, and programs given as "name=command"
measure() {
    local name=$1 path=$2 truth=$3
    shift 3
    $(analysis "$path") 2>/dev/null
    python3 benches/check_totals.py "$dir/report.json" "$truth"
    local commands=(-n mtmlog "$(analysis "$path")" -n ripgrep "rg --count $pattern $path")
    local other
    for other in "$@"; do
        commands+=(-n "${other%%=*}" "${other#*=}")
    done
    printf 'measuring %s\n' "$name" >&2
    # -i: pflogsumm and lnav have opinions about logs that are not Postfix's.
    hyperfine -N -i -w 1 -r "$runs" --output null --export-json "$dir/times.json" "${commands[@]}" >/dev/null 2>&1
    python3 - "$dir/times.json" "$name" "$(du -sb "$path" | cut -f1)" >>"$table" <<'PY'
import json, sys
results = json.load(open(sys.argv[1]))["results"]
size = int(sys.argv[3]) / (1 << 30)
times = {result["command"]: result["median"] for result in results}
for program, seconds in times.items():
    print(f"| {sys.argv[2]} | {program} | {seconds:.3f} | {seconds / times['ripgrep']:.2f} | {size / seconds:.2f} |")
PY
}

others() {
    if command -v lnav >/dev/null; then printf 'lnav=lnav -n -c ";select count(1) from all_logs" %s\n' "$1"; fi
    if command -v pflogsumm >/dev/null; then printf 'pflogsumm=pflogsumm %s\n' "$1"; fi
}

for kind in chat data indy; do
    wanted "$kind" || continue
    log=$dir/$kind-$mib.log
    [[ -s $log.truth ]] || python3 benches/genlog.py log "$kind" "$mib" "$log"
    mapfile -t beside < <(others "$log")
    touch "$log"
    measure "$kind, $mib MiB" "$log" "$log.truth" "${beside[@]}"
    touch -d '1 hour ago' "$log"
    measure "$kind, $mib MiB, mapped" "$log" "$log.truth"
done

if wanted packed; then
    log=$dir/chat-$mib.log
    [[ -s $log.truth ]] || python3 benches/genlog.py log chat "$mib" "$log"
    [[ -s $log.gz ]] || gzip -k -1 "$log"
    $(analysis "$log.gz") 2>/dev/null
    python3 benches/check_totals.py "$dir/report.json" "$log.truth"
    hyperfine -N -w 1 -r "$runs" --export-json "$dir/times.json" -n mtmlog "$(analysis "$log.gz")" \
        -n ripgrep "rg -z --count $pattern $log.gz" >/dev/null 2>&1
    python3 - "$dir/times.json" "chat.gz" >>"$table" <<'PY'
import json, sys
times = {result["command"]: result["median"] for result in json.load(open(sys.argv[1]))["results"]}
for program, seconds in times.items():
    print(f"| {sys.argv[2]} | {program} | {seconds:.3f} | {seconds / times['ripgrep']:.2f} | |")
PY
fi

if wanted many; then
    tree=$dir/sites-$sites
    [[ -s $tree.truth ]] || python3 benches/genlog.py tree "$sites" 10 100 "$tree"
    measure "$sites folders of 10 logs" "$tree" "$tree.truth" \
        "mtmlog --by folder=$(analysis "$tree") --by folder"
fi

if wanted small; then
    log=$dir/small.log
    [[ -s $log.truth ]] || python3 benches/genlog.py log chat 1 "$log"
    measure "chat, 1 MiB" "$log" "$log.truth"
fi

# Four times the log: how many times as long, and the memory that is the program's own at its highest.
if wanted growth; then
    for part in $((mib / 4)) "$mib"; do
        log=$dir/chat-$part.log
        [[ -s $log.truth ]] || python3 benches/genlog.py log chat "$part" "$log"
        touch "$log"
    done
    hyperfine -N -w 1 -r "$runs" --export-json "$dir/times.json" "$(analysis "$dir/chat-$((mib / 4)).log")" \
        "$(analysis "$dir/chat-$mib.log")" >/dev/null 2>&1
    python3 - "$dir/times.json" <<'PY' >"$dir/growth.txt"
import json, sys
quarter, whole = (result["median"] for result in json.load(open(sys.argv[1]))["results"])
print(f"\nFour times the log takes {whole / quarter:.2f} times as long.")
PY
    $(analysis "$dir/chat-$mib.log") 2>/dev/null &
    own=$!
    peak=0
    while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$own/status" 2>/dev/null); do
        ((${now:-0} > peak)) && peak=$now
        sleep 0.003
    done
    wait "$own"
    printf 'Private memory with %s MiB: at most %s MiB.\n' "$mib" "$((peak / 1024))" >>"$dir/growth.txt"
fi

if wanted kinds; then
    printf '\n' >>"$table"
    python3 benches/kinds.py "$bin" --dir "$dir/kinds" >>"$table"
fi

{
    if wanted growth; then cat "$dir/growth.txt"; fi
    printf '\n%s; ' "$("$bin" --version)"
    printf '%s cores of %s; ' "$(nproc)" "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | sed 1q)"
    printf '%s; %s\n' "$(rg --version | sed 1q)" "$(date +%F)"
} >>"$table"
cat "$table"
