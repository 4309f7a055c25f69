"""Draws docs/screenshots; see screenshots.sh."""

import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from browser import Browser

PROGRAM = Path(sys.argv[1])
DOCS = Path(__file__).resolve().parent
TARGET = DOCS / "screenshots"
COLUMNS, LINES = 100, 34

PAPER = """<!DOCTYPE html><meta charset="utf-8"><style>
body { margin: 0; background: #11151a; } pre { margin: 0; padding: 18px 22px; color: #d9dee4;
font: 15px/1.4 Consolas, "DejaVu Sans Mono", monospace; display: inline-block; white-space: pre; }
.b { font-weight: bold; color: #fff; } .c31 { color: #ff8a80; } .c32 { color: #86d5a0; } .c33 { color: #f2c173; } .p { color: #8ec2ff; }
</style><pre>"""


def on_a_terminal(arguments):
    """What the program writes to a terminal of this size."""
    own, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8")
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [PROGRAM, *arguments], stdin=its, stdout=its, stderr=subprocess.DEVNULL, cwd=DOCS / "samples", env=environment
    )
    os.close(its)
    written = b""
    while True:
        try:
            part = os.read(own, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    process.wait()
    return written.decode().replace("\r\n", "\n")


def drawn(command, text, most):
    """Colours of a terminal as HTML."""
    page = PAPER + f'<span class="p">C:\\MTM&gt;</span> {html.escape(command)}\n\n'
    lines = text.split("\n")[:most]
    for part in re.split(r"(\x1b\[[0-9;]*m)", "\n".join(lines)):
        found = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not found:
            page += html.escape(part)
        elif found[1] in ("", "0"):
            page += "</span>"
        else:
            colours = [code for code in found[1].split(";") if code.startswith("3")]
            page += f'<span class="b {" ".join("c" + code for code in colours)}">'
    return page + "</pre>"


def main():
    browser = Browser(width=1240, height=980)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        for name, command, most in [
            ("table", ["analyze", "emailout.txt"], 200),
            ("ticket", ["ticket", "emailout.txt"], 46),
        ]:
            text = on_a_terminal(command)
            page.write_text(drawn(" ".join(["mtmlog", *command]), text, most), encoding="utf-8")
            browser.open(page)
            size = browser.run("const b = document.querySelector('pre').getBoundingClientRect(); return [b.width, b.height]")
            browser.size(int(size[0]) + 1, int(size[1]) + 1)
            browser.picture(TARGET / f"{name}.png")
        for name, command, dark in [
            ("report", ["analyze", "--all", "--format", "html"], False),
            ("report-dark", ["analyze", "--all", "--format", "html"], True),
            ("ticket-page", ["ticket", "--format", "html"], False),
        ]:
            subprocess.run([PROGRAM, *command, "--output", page, "emailout.txt"], cwd=DOCS / "samples", check=False)
            browser.size(1240, 980)
            browser.look(dark=dark)
            browser.open(page)
            browser.picture(TARGET / f"{name}.png")
    browser.close()
    for picture in sorted(TARGET.iterdir()):
        print(f"{picture.relative_to(DOCS.parent)}: {picture.stat().st_size // 1024} kB")


main()
