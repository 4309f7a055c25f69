"""Checks the HTML outputs in Chromium. Usage: check.py PROGRAM FOLDER"""

import json
import re
import subprocess
import sys
from pathlib import Path

from browser import Browser

PROGRAM, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "docs" / "samples"
failures = []


def check(what, fits, found=""):
    print(f"  {'ok  ' if fits else 'FAIL'} {what}{'' if fits else f': {found}'}")
    if not fits:
        failures.append(what)


def made(name, arguments):
    """The HTML that the program makes."""
    page = FOLDER / name
    done = subprocess.run([PROGRAM, *arguments, "--output", page], capture_output=True, text=True)
    if done.returncode > 1:
        raise SystemExit(f"{name}: {done.stderr}")
    return page


HOSTILE = (
    "550 5.7.1 <script>document.title='owned'</script><img src=http://evil.example/x onerror=\"document.title='owned'\">"
    "</pre></td></template><svg onload=\"document.title='owned'\"><style>*{display:none}</style>"
    "<a href=javascript:alert(1)>x</a> {{ 7*7 }} {% raw %} &lt;b&gt; \x1b[2J\u202e <!-- "
)


def dialogue(lines, hour, second):
    minute, rest = divmod(second, 60)
    stamp = f"2026/11/{20 + hour // 24} {hour % 24:02}:{minute:02}:{rest:02}"
    marks = {"S": "Recv", "C": "Sent"}
    said = [f"{marks[line[0]]} {stamp}: {line[2:]}<EOL>" for line in lines]
    return "\n".join(["Stat Connected.", *said, "Stat Disconnected.", ""])


def mail(to, size, reply, hour, second):
    return dialogue(
        [
            "S 220 mail.example.co.za ESMTP",
            "C EHLO RECEPTION-PC",
            "S 250-mail.example.co.za Hello RECEPTION-PC [41.1.2.3]<EOL>250-SIZE 52428800<EOL>250 AUTH LOGIN",
            f"C MAIL FROM:<statements@clinic.example> SIZE={size}",
            "S 250 OK",
            f"C RCPT TO:<{to}>",
            f"S {reply}",
            "C QUIT",
            "S 221 Bye",
        ],
        hour,
        second,
    )


def hostile_log():
    log = FOLDER / "hostile.txt"
    log.write_text("".join(mail("a@b.example", 1000, HOSTILE, 8, n) for n in range(3)), encoding="utf-8")
    return log


def long_log(count):
    replies = [
        "550 5.1.1 no such user",
        "452 4.2.2 mailbox full",
        "550 5.7.1 looks like spam",
        "421 4.7.0 try again later",
    ]
    log = FOLDER / f"{count}.txt"
    with log.open("w", encoding="utf-8") as out:
        for n in range(count):
            out.write(mail(f"p{n}@gmail.com", 1000 * (n % 40_000), replies[n % 4], n % 70, n % 3600))
    return log


def open_quietly(browser, page):
    """Opens a page; what it asked of the network and wrote to the console in doing so."""
    for kind in ("browser", "performance"):
        browser.logged(kind)
    browser.open(page)
    return page


def is_quiet(browser, name):
    asked = []
    for entry in browser.logged("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            # The browser's own pages are not ours.
            if not url.startswith(("file:", "data:", "about:", "chrome:", "chrome-untrusted:")):
                asked.append(url)
    check(f"{name}: asks nothing of the network", not asked, asked)
    told = [entry["message"] for entry in browser.logged("browser")]
    check(f"{name}: says nothing in the console", not told, told)


def shown(browser):
    return browser.run("return [...document.querySelectorAll('#attempts tbody tr')].map(row => [...row.cells].map(c => c.textContent))")


def report(browser, page):
    name = "report"
    open_quietly(browser, page)
    headline = browser.run("return document.querySelector('h1').textContent")
    first = browser.run("return document.querySelector('details.finding h3').textContent")
    lead = browser.run("return document.querySelector('header').textContent")
    check(f"{name}: begins with the state", headline.startswith("Mail has stopped since"), headline)
    check(f"{name}: and what to act on", first.rstrip(".") in lead, lead)
    check(f"{name}: has findings", browser.run("return document.querySelectorAll('details.finding').length") > 0)
    check(f"{name}: the first is open", browser.run("return document.querySelector('details.finding').open"))
    check(f"{name}: has a grid", browser.run("return document.querySelectorAll('.grid tbody tr').length") > 0)
    bars = browser.run("return [...document.querySelectorAll('svg rect')].filter(r => r.getBoundingClientRect().height > 1).length")
    check(f"{name}: has bars", bars > 0)
    check(
        f"{name}: no wider than the window",
        browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
    )

    rows = shown(browser)
    check(f"{name}: lists attempts", len(rows) >= 5, len(rows))
    browser.run("document.getElementById('filter').focus()")
    browser.keys("NO such")
    fitting = shown(browser)
    check(f"{name}: filters by words", 0 < len(fitting) < len(rows), len(fitting))
    check(f"{name}: says how many fit", f"{len(fitting)} of {len(rows)}" in browser.run("return document.getElementById('told').textContent"))
    browser.run("let f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input'))")
    check(f"{name}: shows all again", len(shown(browser)) == len(rows))
    browser.run("let o = document.getElementById('outcome'); o.value = 'sent'; o.dispatchEvent(new Event('input'))")
    check(f"{name}: filters by outcome", {row[1] for row in shown(browser)} == {"sent"}, shown(browser))
    browser.run("let o = document.getElementById('outcome'); o.value = ''; o.dispatchEvent(new Event('input'))")
    for column in range(8):
        sort = "document.querySelectorAll('#attempts thead button')[arguments[0]].click()"
        browser.run(sort, column)
        up = [row[column] for row in shown(browser)]
        browser.run(sort, column)
        down = [row[column] for row in shown(browser)]
        check(f"{name}: sorts by column {column}", sorted(up) == sorted(down) and up == down[::-1] or len(set(up)) < len(up), (up, down))
    lines = [int(row[7].rsplit(":", 1)[-1]) for row in shown(browser)]
    check(f"{name}: lines are sorted as numbers", lines in (sorted(lines), sorted(lines, reverse=True)), lines)
    browser.run("document.querySelector('a[data-filter]').click()")
    causes = {row[3] for row in shown(browser)}
    check(f"{name}: a finding shows its attempts", len(causes) == 1, causes)
    contrast(browser, name)
    narrow(browser, name)
    is_quiet(browser, name)
    browser.open(page)
    keyboard(browser, name)


def keyboard(browser, name):
    """Tab reaches everything that can be used, and shows where it is."""
    reached, outlined = [], True
    for _ in range(60):
        browser.keys("\ue004")
        state = browser.run(
            "let e = document.activeElement; let s = getComputedStyle(e);"
            "return [e.tagName, e.id || e.className || e.textContent.slice(0, 20), s.outlineStyle !== 'none']"
        )
        if state[0] == "BODY":
            break
        reached.append(f"{state[0]} {state[1]}")
        outlined &= state[2]
    check(f"{name}: the first stop skips to the list", bool(reached) and reached[0] == "A skip", reached[:1])
    for stop in ("INPUT filter", "SELECT outcome", "SUMMARY", "BUTTON"):
        check(f"{name}: the keyboard reaches {stop}", any(one.startswith(stop) for one in reached), reached)
    check(f"{name}: shows where the keyboard is", outlined)
    browser.run("let d = document.querySelectorAll('details.finding')[0]; d.open = false; d.querySelector('summary').focus()")
    browser.keys("\ue007")
    check(f"{name}: Enter opens a finding", browser.run("return document.querySelector('details.finding').open"))
    browser.run("document.querySelector('#attempts thead button').focus()")
    before = browser.run("return document.querySelector('#attempts thead th').getAttribute('aria-sort')")
    browser.keys(" ")
    after = browser.run("return document.querySelector('#attempts thead th').getAttribute('aria-sort')")
    check(f"{name}: the space bar sorts", after in ("ascending", "descending") and after != before, after)
    unnamed = browser.run(
        "return [...document.querySelectorAll('input, select, button, svg[role=img]')].filter(e => !(e.labels && e.labels.length"
        " || e.textContent.trim() || e.getAttribute('aria-labelledby'))).length"
    )
    check(f"{name}: every control has a name", unnamed == 0, unnamed)


CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8")


def contrast(browser, name):
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    for dark in (False, True):
        browser.look(dark=dark)
        looked, low = browser.run(CONTRAST)
        mode = "dark" if dark else "light"
        check(f"{name}: contrast in {mode} ({looked} texts)", looked > 30 and not low, low[:5])
        background = browser.run("return getComputedStyle(document.body).backgroundColor")
        check(f"{name}: is {mode}", (sum(map(int, background[4:-1].split(","))) < 200) == dark, background)
        browser.picture(FOLDER / f"{name}-{mode}.png", whole=True)
    browser.look()


def narrow(browser, name):
    browser.size(400, 800)
    wide = browser.run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    out = browser.run(
        "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth"
        " && !e.closest('.scroll')).map(e => e.tagName + '.' + e.className).slice(0, 5)"
    )
    check(f"{name}: fits a narrow window", wide[0] <= wide[1], (wide, out))
    browser.devtools("Emulation.clearDeviceMetricsOverride")


WIDTHS = (360, 768, 1024, 1280)


def widths(browser, page, name):
    """No page scrolls sideways, no row of the list is a tower, at the widths of phones, tablets and PCs."""
    open_quietly(browser, page)
    for width in WIDTHS:
        browser.size(width, 900)
        wide = browser.run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        check(f"{name}: fits {width} px", wide[0] <= wide[1], wide)
        tall = browser.run("return Math.max(0, ...[...document.querySelectorAll('#attempts tbody tr')].map(r => r.offsetHeight))")
        check(f"{name}: rows are no towers at {width} px", tall < 560, tall)
        thin = browser.run(
            "return [...document.querySelectorAll('#attempts td')].filter(c => c.textContent && c.offsetWidth < 40).length"
        )
        check(f"{name}: no column is squeezed at {width} px", thin == 0, thin)
        browser.picture(FOLDER / f"{name}-{width}.png")
    browser.devtools("Emulation.clearDeviceMetricsOverride")
    is_quiet(browser, name)


def leads(browser, page):
    """From a finding to its attempt, and back."""
    open_quietly(browser, page)
    there = browser.run(
        "const proof = document.querySelector('a[data-tx]'); proof.closest('details').open = true; proof.click();"
        " const row = document.querySelector('tr.shown'); return row && row.id === proof.dataset.tx"
    )
    check("report: a proof leads to its row", there, there)
    back = browser.run(
        "document.querySelectorAll('.finding').forEach(f => f.open = false);"
        " document.querySelector('#attempts a[data-show]').click(); return document.querySelectorAll('.finding[open]').length"
    )
    check("report: a row leads to its finding", back == 1, back)


def paper(browser, name, words):
    """Prints it; the PDF has A4 pages with numbers, and every finding's words."""
    pdf = FOLDER / f"{name}.pdf"
    browser.pdf(pdf)
    about = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    pages = int(next(line.split()[1] for line in about.splitlines() if line.startswith("Pages:")))
    check(f"{name}: prints on A4", "A4" in about, about)
    check(f"{name}: pages have numbers", re.search(rf"\b{pages}\s*/\s*{pages}\b", text), text[-200:])
    missing = [word for word in words if word not in text]
    check(f"{name}: paper has what is folded away", not missing, missing)


def hostile(browser, page, name):
    open_quietly(browser, page)
    check(f"{name}: a server's script does not run", browser.run("return document.title") != "owned")
    strange = browser.run(
        "return document.querySelectorAll('img, iframe, object, embed, form, link, script[src], [onerror], [onload],"
        " a[href^=javascript], body style, main svg[onload]').length"
    )
    check(f"{name}: a server's markup is text", strange == 0, strange)
    scripts = browser.run("return document.scripts.length")
    check(f"{name}: holds no script but ours", scripts <= 1, scripts)
    # What nobody knows is shown as its shape; its marks are there to read.
    text = browser.run("return document.body.textContent")
    check(f"{name}: the words are there to read", re.search(r"<(script|aaaaaa)>", text), text[:400])
    check(f"{name}: and can be seen", browser.run("return document.querySelector('h1').getBoundingClientRect().height > 0"))
    is_quiet(browser, name)


def ticket(browser, page):
    open_quietly(browser, page)
    check("ticket: has its parts", browser.run("return document.querySelectorAll('h2').length") >= 8)
    contrast(browser, "ticket")
    narrow(browser, "ticket")
    paper(browser, "ticket", ["What fails", "Checksums"])
    is_quiet(browser, "ticket")


TIMED = """
const done = arguments[arguments.length - 1], filter = document.getElementById('filter');
const begun = performance.now();
filter.value = arguments[0]; filter.dispatchEvent(new Event('input'));
document.body.offsetHeight;
requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
"""


def fast(browser, page, count):
    """Figures, not promises: machines differ."""
    open_quietly(browser, page)
    opened = browser.wait(
        "const done = arguments[arguments.length - 1], look = () => {"
        " const [n] = performance.getEntriesByType('navigation'), [p] = performance.getEntriesByType('paint');"
        " if (n.loadEventEnd && p) { done([n.loadEventEnd, p.startTime]) } else { setTimeout(look, 20) } }; look()"
    )
    filtered = browser.wait(TIMED.replace("arguments[0]", "'p1 mailbox'"))
    cleared = browser.wait(TIMED.replace("arguments[0]", "''"))
    sort = "const begun = performance.now(); document.querySelectorAll('#attempts thead button')[4].click(); document.body.offsetHeight; return performance.now() - begun"
    ordered = browser.run(sort)
    told = browser.run("return document.getElementById('told').textContent")
    check(f"{count} rows: all are there", f"of {count} fit" in told, told)
    browser.run("document.getElementById('all').click()")
    check(f"{count} rows: all can be shown", len(browser.run("return [...document.querySelectorAll('#attempts tbody tr')].map(r => 1)")) == count)
    print(
        f"  {page.stat().st_size / 1e6:.1f} MB, {count} rows: opened in {opened[0]:.0f} ms (first words after {opened[1]:.0f} ms), "
        f"filtered in {filtered:.0f} ms, cleared in {cleared:.0f} ms, sorted in {ordered:.0f} ms"
    )
    is_quiet(browser, f"{count} rows")


def main():
    sample = SAMPLES / "emailout.txt"
    count = 10_000
    pages = {
        "report": made("report.html", ["analyze", "--all", "--format", "html", sample]),
        "fleet": made("fleet.html", ["analyze", "--format", "html", HERE.parent.parent / "fixtures" / "practices"]),
        "ticket": made("ticket.html", ["ticket", "--format", "html", sample]),
        "hostile": made("hostile.html", ["analyze", "--all", "--format", "html", hostile_log()]),
        "hostile ticket": made("hostile-ticket.html", ["ticket", "--format", "html", hostile_log()]),
        "long": made("long.html", ["analyze", "--all", "--format", "html", long_log(count)]),
    }
    browser = Browser()
    try:
        report(browser, pages["report"])
        browser.open(pages["report"])
        paper(browser, "report", ["What proves it", "The same as a table", "What was read"])
        widths(browser, pages["report"], "report")
        widths(browser, pages["fleet"], "fleet")
        leads(browser, pages["report"])
        hostile(browser, pages["hostile"], "hostile report")
        hostile(browser, pages["hostile ticket"], "hostile ticket")
        ticket(browser, pages["ticket"])
        fast(browser, pages["long"], count)
    finally:
        browser.close()
    if failures:
        raise SystemExit(f"{len(failures)} failed: {'; '.join(failures)}")
    print("The pages are good.")


main()
