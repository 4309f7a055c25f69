"""The README's Windows section, word by word, in cmd, while a program of the practice writes the log.

The writer is another Windows program (writer.c); nothing that mtmlog does may stop it."""

import collections
import contextlib
import re
import shutil
import subprocess

from wine import C, FAILING, REPOSITORY, SENT, WINE, cmd, run, windows, write

LOG = C / "mtm2/kudu_etc/emailout.txt"
DESK = C / "desk"
# Each command of the section, with its exit status and what it must say.
EXPECTED = {
    "mtmlog": (1, ["Found the log of Professional: C:\\mtm2\\kudu_etc\\emailout.txt", "Found the log of Synergy"]),
    r"mtmlog C:\mtm2\kudu_etc\emailout.txt": (1, ["ERROR    The user name is not a full e-mail address"]),
    r'mtmlog "C:\Program Files (x86)\MTM\*\maillog.txt"': (0, ["maillog.txt", "sent 1"]),
    "mtmlog analyze --last 7d D:/mtm2/kudu_etc/emailout.txt": (2, ["D:/mtm2/kudu_etc/emailout.txt: no such file"]),
    r"mtmlog analyze --quiet C:\mtm2\kudu_etc\emailout.txt && echo Mail goes out": (1, []),
    r"mtmlog analyze --format html --output report.html C:\mtm2\kudu_etc\emailout.txt": (1, []),
    r"mtmlog ticket --output ticket.txt C:\mtm2\kudu_etc\emailout.txt": (0, []),
    "mtmlog setup --send-to": (0, ["right-click a log"]),
    "mtmlog setup --send-to --remove": (0, ["no longer"]),
}


def section():
    text = (REPOSITORY / "README.md").read_text()
    return text[text.index("## On Windows"):].split("\n## ")[0]


@contextlib.contextmanager
def writer(*more):
    """A program that writes a mail again and again; with `NEW` it also moves, shortens and deletes the log."""
    program, stop, errors = C / "writer.exe", C / "enough", C / "writer.txt"
    subprocess.run(["x86_64-w64-mingw32-gcc", "-O2", "-s", "-o", program, REPOSITORY / "tests/windows/writer.c"], check=True)
    stop.unlink(missing_ok=True)
    with errors.open("wb") as out:
        running = subprocess.Popen([WINE, program, windows(LOG), windows(FAILING), windows(stop), *more],
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            yield running
        finally:
            stop.touch()
            assert running.wait(60) == 0
            stop.unlink()
    refused = errors.read_text()
    assert not refused, f"mtmlog was in the writer's way: {refused}"


def commands():
    """each command of the README, with the log being written"""
    lines = re.search(r"```bat\n(.*?)```", section(), re.S).group(1).splitlines()
    assert sorted(lines) == sorted(EXPECTED), set(lines) ^ set(EXPECTED)
    write(LOG)
    write(C / "Program Files (x86)/MTM/0123456/maillog.txt", SENT)
    DESK.mkdir(exist_ok=True)
    with writer() as running:
        for line in lines:
            status, parts = EXPECTED[line]
            cmd(line, cwd=DESK).expect(status, *parts)
            assert running.poll() is None, "the writer ended"
            print(f"        {line}  -> {status}", flush=True)
    assert (DESK / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert b"SHA-256" in (DESK / "ticket.txt").read_bytes()


def replaced():
    """a log that is moved, shortened and deleted again and again, and larger than is read at once"""
    told = collections.Counter()
    with writer("NEW"):
        for _ in range(20):
            write(LOG, times=6000)
            said = cmd(f"mtmlog analyze {windows(LOG)}")
            # Between two logs there is none, for a moment.
            changes = ["no such file", "cut short", "another file took its name", "moved or deleted", "written to while"]
            told[next((change for change in changes if change in said.out + said.err), "unchanged")] += 1
            assert said.status in (1, 2) and (said.status == 1 or "such" in said.err or "cut" in said.err), said.err
    print("       ", ", ".join(f"{change}: {count}" for change, count in told.items()))


try:
    run([commands, replaced])
finally:
    for place in [C / "mtm2", C / "Program Files (x86)/MTM", DESK]:
        shutil.rmtree(place, ignore_errors=True)
print("README: good.")
