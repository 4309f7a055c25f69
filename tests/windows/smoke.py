"""mtmlog.exe as people on Windows meet it: `tests/windows/build.sh with python3 tests/windows/smoke.py`."""

import datetime
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from wine import C, EXE, FAILING, PREFIX, SENT, cmd, console, mtmlog, run, text, windows, wine, write

PLACE = C / "smoke"
DOSDEVICES = PREFIX / "dosdevices"


def statuses():
    """exit statuses 0, 1 and 2"""
    mtmlog("analyze", SENT).expect(0)
    mtmlog("analyze", FAILING).expect(1, "ERROR    The user name is not a full e-mail address")
    mtmlog("analyze", "no-such.txt").expect(2, "no such file")
    mtmlog("--version").expect(0, "mtmlog ")
    mtmlog("--help").expect(0, "Usage: mtmlog [PATH]...")


def chain():
    """errorlevel in cmd, and redirection"""
    # Wine 8 goes on behind && and || whatever the status is, so it is asked for.
    for log, status in [(SENT, 0), (FAILING, 1), ("no-such.txt", 2)]:
        lines = [f'mtmlog analyze --quiet "{windows(log)}"', "if errorlevel 1 echo at least 1", "if errorlevel 2 echo 2"]
        said = cmd("\r\n".join(lines)).expect(status).out.split("\n")
        assert ("at least 1" in said, "2" in said) == (status >= 1, status >= 2), said
    said = cmd(f'mtmlog analyze "{windows(FAILING)}" > C:\\smoke\\page.txt').expect(1).out
    assert said == "" and b"ERROR" in (PLACE / "page.txt").read_bytes()


def names():
    """spaces, umlauts, both slashes, patterns, and a file whose name is a pattern"""
    for folder in ["Praxis Müller & Söhne", "L1", "L2"]:
        write(PLACE / folder / "emailout ŵ.txt")
    write(PLACE / "L1/[1].txt", SENT)
    for path in ["C:\\smoke\\Praxis Müller & Söhne\\emailout ŵ.txt", "C:/smoke/Praxis Müller & Söhne/emailout ŵ.txt"]:
        mtmlog(path).expect(1, "Proof    C:", "emailout ŵ.txt:10")
        cmd(f'mtmlog "{path.replace("ŵ", "?")}"').expect(1, "emailout ŵ.txt:10")
    mtmlog("C:\\SMOKE\\l?\\EMAIL*.TXT").expect(1, "2 customers: stopped 2")
    mtmlog("L*/emailout*.txt", cwd=PLACE).expect(1, "stopped    L1", "stopped    L2")
    mtmlog("L1\\[1].txt", cwd=PLACE).expect(0)
    mtmlog("C:\\smoke\\none*.txt").expect(2, "no file fits this pattern")
    mtmlog("C:\\smoke\\L1").expect(1)


def long_path():
    """a path of more than 260 characters, read and written"""
    folder = PLACE / ("langer Name " * 8) / ("noch ein Ordner " * 8) / ("und der letzte " * 8)
    log = write(pathlib.Path(str(folder).replace(" /", "/").rstrip()) / "emailout.txt")
    path = windows(log)
    assert len(path) > 300, path
    mtmlog(path).expect(1, "1 of 1 attempt")
    mtmlog("\\\\?\\" + path).expect(1, "1 of 1 attempt")
    mtmlog(path.replace("emailout", "e*")).expect(1, "1 of 1 attempt")
    report = log.with_name("report.html")
    mtmlog("analyze", "--format", "html", "--output", windows(report), path).expect(1)
    assert report.read_bytes().startswith(b"<!DOCTYPE html>")


def server():
    """a share on a server"""
    write(DOSDEVICES / "unc/server/praxis/emailout.txt")
    mtmlog("\\\\server\\praxis\\emailout.txt").expect(1, "1 of 1 attempt")
    mtmlog("//server/praxis/email*.txt").expect(1, "1 of 1 attempt")
    mtmlog("\\\\server\\praxis").expect(1, "1 of 1 attempt")


def usual_places():
    """no PATH: the usual places on all drives, each with its age"""
    other = pathlib.Path(tempfile.mkdtemp())
    (DOSDEVICES / "d:").symlink_to(other)
    now = datetime.datetime.now()
    try:
        mtmlog().expect(2, "No log found in the usual places", "C:\\mtm2\\kudu_etc\\emailout.txt")
        old = (now - datetime.timedelta(days=40)).timestamp()
        os.utime(write(C / "mtm2/kudu_etc/emailout.txt"), (old, old))
        write(C / "Program Files (x86)/MTM/0123456/maillog.txt", SENT)
        write(C / "users/Dr Nel/AppData/Local/VirtualStore/Program Files (x86)/MTM/0123456/maillog.txt", SENT)
        write(other / "mtm2/kudu_etc/emailout.txt", SENT)
        found = mtmlog().expect(
            1,
            "Found the log of Professional: C:\\mtm2\\kudu_etc\\emailout.txt, last written",
            "(40 days ago)",
            "Found the log of Synergy: C:\\Program Files (x86)\\MTM\\0123456\\maillog.txt, last written",
            "VirtualStore\\Program Files (x86)\\MTM\\0123456\\maillog.txt, last written",
            "Found the log of Professional: D:\\mtm2\\kudu_etc\\emailout.txt, last written",
            "(today)",
        )
        assert found.err.count("Found the log") == 4, found.err
        mtmlog("C:\\Program Files (x86)\\MTM\\*\\maillog.txt").expect(0)
        for log in [C / "Program Files (x86)/MTM", C / "users/Dr Nel"]:
            shutil.rmtree(log)
        shutil.rmtree(other / "mtm2")
        stale = (C / "mtm2/kudu_etc/emailout.txt").read_bytes().replace(b"2026-11-23", b"2020-01-02")
        stale = stale.replace(b"23/11/2026", b"02/01/2020").replace(b"11/23/2026", b"01/02/2020")
        (C / "mtm2/kudu_etc/emailout.txt").write_bytes(stale)
        mtmlog().expect(1, "The newest entry is of 20", "another log holds it")
    finally:
        for place in [C / "mtm2", C / "Program Files (x86)/MTM", C / "users/Dr Nel", other]:
            shutil.rmtree(place, ignore_errors=True)
        (DOSDEVICES / "d:").unlink()


def output():
    """a pipe gets plain ASCII, a file gets UTF-8 that old programs understand"""
    piped = mtmlog("analyze", FAILING).raw
    assert piped.isascii() and b"\x1b" not in piped, piped
    for name, mark in [("table", True), ("csv", True), ("markdown", True), ("json", False), ("html", False)]:
        mtmlog("analyze", "--format", name, "--output", "C:\\smoke\\report", FAILING).expect(1)
        written = (PLACE / "report").read_bytes()
        assert written.startswith(b"\xef\xbb\xbf") == mark, name
        assert name != "json" or json.loads(written)


def consoles():
    """a console: colours, lines, and every code page"""
    for page in [437, 850, 1252, 65001]:
        batch = PLACE / "page.bat"
        batch.write_bytes(f"@chcp {page} >nul\r\n@\"{windows(EXE)}\" analyze \"{windows(FAILING)}\"\r\n".encode())
        status, screen, raw = console("cmd", "/c", windows(batch))
        assert status == 1 and "The user name is not a full e-mail address" in screen, screen
        assert b"\x1b[1;31m" in raw, raw
    for name, value in [("NO_COLOR", "1"), ("TERM", "dumb")]:
        before = os.environ.get(name)
        os.environ[name] = value
        _, _, plain = console("cmd", "/c", windows(batch))
        assert not re.search(rb"\x1b\[[0-9;]*m", plain), (name, plain)
        os.environ.pop(name) if before is None else os.environ.update({name: before})


def ctrl_c():
    """Ctrl-C, while it waits for what is typed"""
    status, screen, _ = console(EXE, "analyze", "-", until="", then=b"\x03")
    # Windows ends the typing, too, and that may be seen before the key is.
    assert status == 130 or status == 0 and "^C" in screen, (status, screen)


def pages(folder):
    return sorted(folder.glob("*report*.html"))


def opens_pages_with(program):
    # Wine 8 asks the machine's classes only.
    for key, value in [("HKLM\\Software\\Classes\\.html", "page"),
                       ("HKLM\\Software\\Classes\\page\\shell\\open\\command", program)]:
        wine("reg", "add", key, "/ve", "/d", value, "/f").expect(0)


def explorer():
    """a double click, a dropped log and a dropped folder: the report opens, the window stays until Enter"""
    opens_pages_with('xcopy "%1" C:\\smoke\\shown\\ /I /Y')
    documents = C / "users" / os.environ.get("USER", "root") / "Documents"
    shown, dropped = PLACE / "shown", PLACE / "drop & see"
    for page in pages(documents) + pages(PLACE): # of a run that failed
        page.unlink()
    for folder in [shown, dropped]:
        shutil.rmtree(folder, ignore_errors=True)
    enter = {"until": "Press Enter to close this window."}

    log = write(dropped / "emailout.txt")
    status, screen, _ = console(EXE, windows(log), **enter)
    assert status == 1 and "The report is in C:" in screen, screen
    report, = pages(log.parent)
    assert report.name.startswith("emailout report 20"), report
    wait_for(shown / report.name, report.read_bytes())
    status, screen, _ = console(EXE, windows(log.parent), **enter)
    report, = pages(PLACE)
    assert status == 1 and report.name.startswith("drop & see report 20"), screen
    wait_for(shown / report.name, report.read_bytes())

    # Where nothing can be written, the report goes into the Documents.
    before = pages(documents)
    status, screen, _ = console(EXE, "Z:\\proc\\version", **enter)
    assert status == 2 and "not an SMTP log" in screen, screen
    assert len(pages(documents)) == len(before) + 1, screen

    # Nobody named a log, and there is none: no page, but what to do.
    before = pages(documents)
    status, screen, _ = console(EXE, **enter)
    assert status == 2 and "No log found in the usual places" in screen and "Drop a mail log" in screen, screen
    assert pages(documents) == before, pages(documents)
    write(C / "mtm2/kudu_etc/emailout.txt")
    status, screen, _ = console(EXE, **enter)
    shutil.rmtree(C / "mtm2")
    assert status == 1 and "Found the log of Professional" in screen, screen
    new = set(pages(documents)) - set(before)
    assert [page.name.startswith("mtmlog report 20") for page in new] == [True], new

    # A command that was typed waits for nobody.
    status, screen, _ = console(EXE, "analyze", windows(log))
    assert status == 1 and "Press Enter" not in screen, screen
    for page in set(pages(documents)):
        page.unlink()


def wait_for(path, content):
    """Who opens pages does so on his own."""
    for _ in range(300):
        if path.exists() and path.read_bytes() == content:
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} does not appear")


def send_to():
    """an entry below \"Send to\", that starts this program, and goes away again"""
    link = C / "users" / os.environ.get("USER", "root") / "AppData/Roaming/Microsoft/Windows/SendTo/mtmlog mail report.lnk"
    mtmlog("setup").expect(2, "--send-to")
    mtmlog("setup", "--send-to").expect(0, "Done: right-click a log", windows(EXE))
    assert link.exists()
    assert windows(EXE).encode("utf-16-le")[4:] in link.read_bytes() or EXE.name.encode() in link.read_bytes()
    mtmlog("setup", "--send-to").expect(0)
    mtmlog("setup", "--send-to", "--remove").expect(0, "no longer")
    assert not link.exists()
    mtmlog("setup", "--send-to", "--remove").expect(0, "was not in")


shutil.rmtree(PLACE, ignore_errors=True)
PLACE.mkdir(parents=True)
CHECKS = [statuses, chain, names, long_path, server, usual_places, output, consoles, ctrl_c, explorer, send_to]
run([check for check in CHECKS if check.__name__ in (sys.argv[1:] or check.__name__)])
shutil.rmtree(PLACE)
shutil.rmtree(DOSDEVICES / "unc/server", ignore_errors=True)
print("Windows: good.")
