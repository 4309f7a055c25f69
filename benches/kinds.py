#!/usr/bin/env python3
"""Processor time of every kind of log that fixtures/ has, slow ones as well as fast ones, beside ripgrep on the same bytes
in the same run; then of the start and of the commands beside `analyze`. Prints the tables of docs/speed.md.

    benches/kinds.py [BIN] [--mib 32] [--only KIND,...] [--dir target/kinds]

Of each kind one log, and a fleet of 100 logs of 100 KiB in folders of their own: its fixtures over and over, with another
recipient each time. Processor time is user and system, the least of five runs. Needs ripgrep."""

import argparse
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

ERRORS = "[^0-9][45][0-9][0-9].[45]"  # the lines that look like errors: the least that anybody would run
ADDRESS = re.compile(rb"(?<=[A-Za-z0-9])@(?=[A-Za-z0-9])")
REPLY = re.compile(rb"\b[45][0-9][0-9][ -].{6,200}")
REPLIES = 200_000
MAILS = 10_000


def cpu(command, read=None, runs=5):
    """Seconds of processor time, and of the clock in the same run."""
    best = None
    for _ in range(runs):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
        source = open(read, "rb") if read else subprocess.DEVNULL
        done = subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode > 1:
            sys.exit(f"exit status {done.returncode}: {' '.join(map(str, command))}")
        now = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, time.time() - begun)
        best = min(best or now, now)
    return best


def fixtures(kind):
    logs = [log.read_bytes() for log in sorted(pathlib.Path("fixtures", kind).glob("*.log"))]
    logs = [log if log.endswith(b"\n") else log + b"\n" for log in logs if log and b"\0" not in log]
    return [ADDRESS.split(log) for log in logs]


def make(path, parts, size, first=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as log:
        number = first
        while log.tell() < size:
            number += 1
            log.write((b"%d@" % number).join(parts[number % len(parts)]))


def analyze(binary, path, out):
    return [binary, "analyze", "--exit-zero", "--format", "json", "--output", out, path]


def kinds(binary, folder, mib, only):
    out = folder / "report.json"
    rows = []
    for kind in sorted(path.name for path in pathlib.Path("fixtures").iterdir() if path.is_dir()):
        parts = fixtures(kind)
        if not parts or only and kind not in only:
            continue
        big, fleet, one = folder / f"{kind}.{mib}.log", folder / f"{kind}.fleet", folder / f"{kind}.100k.log"
        if not big.exists():
            make(big, parts, mib << 20)
            make(one, parts, 100 << 10)
            for number in range(100):
                make(fleet / f"{number:03}" / "log.txt", parts, 100 << 10, number * 1_000)
        whole, rg = cpu(analyze(binary, big, out), runs=3), cpu(["rg", "-c", ERRORS, big])
        many, rg_many = cpu(analyze(binary, fleet, out), runs=3), cpu(["rg", "-c", ERRORS, fleet])
        copy = cpu([binary, "redact", "--output", folder / "copy.txt", one], runs=3)
        alone = cpu(analyze(binary, one, out), runs=3)
        rows.append((whole[0] / rg[0], kind, big.stat().st_size / 1e6 / whole[0], many[0] / rg_many[0], copy[0] / alone[0]))
        print(kind, *(f"{number:.2f}" for number in rows[-1] if not isinstance(number, str)), file=sys.stderr)
    print(f"| kind of log | {mib} MiB, of ripgrep | MB/s of one core | 100 logs of 100 KiB, of ripgrep | `redact`, of `analyze` |")
    print("|---|--:|--:|--:|--:|")
    for ratio, kind, speed, many, copy in sorted(rows):
        print(f"| {kind} | {ratio:.1f} | {speed:.0f} | {many:.1f} | {copy:.1f} |")


def commands(binary, folder):
    out = folder / "report.json"
    logs = sorted(pathlib.Path("fixtures").glob("*/*.log"))
    said = sorted({reply for log in logs for reply in REPLY.findall(log.read_bytes())})
    replies = folder / "replies.txt"
    replies.write_bytes(b"".join(
        (b"%d@" % number).join(ADDRESS.split(said[number * 7919 % len(said)])).strip() + b"\n" for number in range(REPLIES)))
    one, mails = folder / "one.log", folder / "mails.log"
    for path, mib in (one, 1), (mails, MAILS * 1_100 / (1 << 20)):
        subprocess.run([sys.executable, "benches/genlog.py", "log", "chat", str(max(1, round(mib))), path], check=True)
    head = folder / "head.log"
    head.write_bytes(b"".join(one.read_bytes().splitlines(True)[:29]))
    rows = [
        ("--version", "", cpu([binary, "--version"])),
        ("analyze, one mail", "at most 3 ms more", cpu(analyze(binary, head, out))),
        ("analyze, 1 MiB", "at most 3 times `rg -c x`", cpu(analyze(binary, one, out))),
        ("rg -c x, 1 MiB", "", cpu(["rg", "-c", "x", one])),
        (f"html, {MAILS:,} mails", "at most 1 s", cpu([binary, "analyze", "--exit-zero", "--all", "--format", "html", "--output", folder / "page.html", mails])),
        (f"explain, {REPLIES:,} replies", "at most 0.67 s", cpu([binary, "explain", "-"], replies, runs=3)),
    ]
    print("\n| command | bound | processor, ms | clock, ms |\n|---|---|--:|--:|")
    for name, bound, (processor, clock) in rows:
        print(f"| {name} | {bound} | {processor * 1000:.1f} | {clock * 1000:.1f} |")


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("binary", nargs="?", default="target/release/mtmlog")
    options.add_argument("--mib", type=int, default=32)
    options.add_argument("--only", default="")
    options.add_argument("--dir", type=pathlib.Path, default="target/kinds")
    asked = options.parse_args()
    binary, folder = os.path.realpath(asked.binary), asked.dir.resolve()
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    folder.mkdir(parents=True, exist_ok=True)
    kinds(binary, folder, asked.mib, set(filter(None, asked.only.split(","))))
    commands(binary, folder)


if __name__ == "__main__":
    main()
