"""What the Windows checks share: mtmlog.exe under Wine, through pipes, through cmd, and on a console of its own."""

import os
import pathlib
import pty
import re
import select
import subprocess
import tempfile
import time

WINE = os.environ["WINE"]
EXE = pathlib.Path(os.environ["MTMLOG_EXE"])
PREFIX = pathlib.Path(os.environ["WINEPREFIX"])
C = PREFIX / "drive_c"
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FAILING = REPOSITORY / "fixtures/indy-logfile/47-auth-username-incomplete.log"
SENT = REPOSITORY / "fixtures/indy-logfile/10-ok-dot-stuffed.log"

# What decides about colours, wherever the checks run: with CI set, a dumb terminal is taken for one with colours.
for name in ["CI", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"]:
    os.environ.pop(name, None)


class Ran:
    """How a program ended and what it said."""

    def __init__(self, status, out, err):
        self.status, self.raw = status, out
        self.out, self.err = (text.decode().replace("\r\n", "\n") for text in (out, err))

    def expect(self, status, *parts):
        said = self.out + self.err
        assert self.status == status, f"status {self.status}, not {status}:\n{said}"
        for part in parts:
            assert part in said, f"{part!r} is missing in:\n{said}"
        return self


def windows(path):
    """The same path as Windows programs see it."""
    path = pathlib.Path(path)
    if path.is_relative_to(C):
        return "C:\\" + str(path.relative_to(C)).replace("/", "\\")
    return "Z:" + str(path).replace("/", "\\")


def wine(*arguments, cwd=None):
    # Not through pipes: a service that Wine starts meanwhile would hold them open.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = subprocess.run([WINE, *map(str, arguments)], cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                timeout=100).returncode
        texts = [file.seek(0) or file.read() for file in (out, err)]
    return Ran(status, *texts)


def mtmlog(*arguments, **more):
    return wine(EXE, *arguments, **more)


def cmd(line, cwd=None):
    """A line as somebody types it, in code page 437; `mtmlog` is on the PATH."""
    os.environ["WINEPATH"] = windows(EXE.parent)
    batch = C / "mtmlog-test.bat"
    batch.write_bytes(b"@echo off\r\n" + line.encode("cp437") + b"\r\n@exit /b %errorlevel%\r\n")
    return wine("cmd", "/c", windows(batch), cwd=cwd)


def console(*arguments, cwd=None, until=None, then=b"\r"):
    """On a console that belongs to the program, as after a double click. Types `then` when `until` appears. Gives what
    was on the screen, and as bytes with the codes."""
    pid, screen = pty.fork()
    if pid == 0:
        os.chdir(cwd or "/")
        os.environ["COLUMNS"] = "120"
        os.execv(WINE, [WINE, *map(str, arguments)])
    seen, typed, end = b"", 0.0, time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([screen], [], [], 0.2)[0]:
            try:
                more = os.read(screen, 65536)
            except OSError:
                break
            if not more:
                break
            seen += more
        # A key that came before somebody waited for it may be lost.
        if until is not None and until in text(seen) and time.monotonic() - typed > 2:
            os.write(screen, then)
            typed = time.monotonic()
    else:
        os.kill(pid, 9)
        raise AssertionError(f"it does not end:\n{text(seen)}")
    os.close(screen)
    _, status = os.waitpid(pid, 0)
    assert typed or until is None, f"{until!r} is missing in:\n{text(seen)}"
    return os.waitstatus_to_exitcode(status), text(seen), seen


def text(seen):
    """What is on the screen, without codes; lines that were wrapped are one again."""
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07", b"", seen)
    return plain.decode(errors="replace").replace("\r", "").replace("\n", "")


def write(path, log=FAILING, times=1):
    """A log at a place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(log.read_bytes() * times)
    return path


def run(checks):
    """Runs each; one that fails is tried once more. Now and then Wine 8 starts no program, says nothing and gives status 1;
    a fault of ours fails twice."""
    for check in checks:
        began = time.monotonic()
        try:
            check()
        except Exception as error:
            print(f"    once more: {check.__doc__.strip()}: {error}", flush=True)
            check()
        print(f"    {check.__doc__.strip()}  ({time.monotonic() - began:.1f} s)", flush=True)
