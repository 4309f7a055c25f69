"""mtmlog.html in Chromium and Firefox, opened from the disk: drop a log, read the answer, open the ticket.

    check.py PAGE PROGRAM FOLDER        screenshots are left in FOLDER
"""

import functools
import http.server
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from chromium import Chromium  # noqa: E402
from firefox import Firefox  # noqa: E402

PAGE, PROGRAM, FOLDER = (Path(name).resolve() for name in sys.argv[1:4])
ROOT = HERE.parent.parent
SAMPLE = ROOT / "docs" / "samples" / "emailout.txt"
OWNED = "document.title='owned';parent.document.title='owned'"
HOSTILE = (
    f"<script>{OWNED}</script><img src=http://evil.example/x onerror=\"{OWNED}\"></pre></td></template></textarea>"
    f"<svg onload=\"{OWNED}\"><style>*{{display:none}}</style><a href=javascript:{OWNED}>x</a><!-- &lt;b&gt; {{{{ 7*7 }}}} \u202e"
)
failures = []


def check(what, holds, seen=""):
    print(f"  {'ok' if holds else 'FAILED'}  {what}{'' if holds else f': {seen}'}", flush=True)
    if not holds:
        failures.append(what)


def until(browser, script, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = browser.run(script)
        if value:
            return value
        time.sleep(0.2)
    return browser.run(script)


ANSWERED = "return document.getElementById('told').textContent && document.getElementById('working').hidden"


def answered(browser, name):
    check(f"{name}: there is an answer", until(browser, ANSWERED), browser.run("return document.body.innerText"))


def titled(browser, title):
    """Waits for the answer of this title, and gives its text."""
    until(browser, f"return document.getElementById('result-title').textContent === WORDS.en.{title} && {ANSWERED[7:]}")
    return browser.run("return document.getElementById('text').textContent")


def is_quiet(browser, name, *known):
    # A worker of ours is a blob, a frame about:srcdoc; a browser's own pages are not ours.
    ours = ("file:", "blob:", "data:", "about:", "chrome:", "chrome-untrusted:", "moz-extension:", "resource:")
    asked = [url for url in browser.requests() if not url.startswith(ours) and url not in known]
    check(f"{name}: asks nothing of the network", not asked, asked)
    told = browser.console()
    check(f"{name}: says nothing in the console", not told, told)


def hostile_files():
    """A log, its name and a folder in a zip that would like to be markup. Windows has no such names, other systems have."""
    folder = FOLDER / "hostile"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "<img src=x onerror=\"document.title='owned'\">.txt"
    text = SAMPLE.read_text(encoding="utf-8", errors="replace")
    log.write_text(text.replace("no such user", HOSTILE).replace("550", f"550 {HOSTILE}"), encoding="utf-8")
    packed = folder / "hostile.zip"
    with zipfile.ZipFile(packed, "w") as to:
        to.write(log, f"<svg onload=\"{OWNED}\">/emailout.txt")
    return [log, packed]


def road(browser, name):
    browser.requests(), browser.console()
    browser.open(PAGE)
    title = browser.run("return document.querySelector('h1').textContent")
    check(f"{name}: begins with the question", title == "Does mail go out?", title)
    check(f"{name}: is not too old", browser.run("return document.getElementById('old').hidden"))
    begun = time.monotonic()
    browser.drop([SAMPLE])
    answered(browser, f"{name} report")
    print(f"  {name}: the answer after {time.monotonic() - begun:.1f} s")
    headline = browser.run_in_frame("return document.querySelector('h1').textContent")
    check(f"{name}: the first line is the state", headline.startswith("Mail has stopped since"), headline)
    shown = "return [...document.querySelectorAll('#attempts tbody tr')].length"
    rows = browser.run_in_frame(shown)
    browser.run_in_frame(
        "const f = document.getElementById('filter'); f.value = 'such'; f.dispatchEvent(new Event('input'))"
    )
    check(f"{name}: the report's own script runs", 0 < browser.run_in_frame(shown) < rows, rows)
    where = browser.run("return document.activeElement.id")
    check(f"{name}: the answer has the focus", where == "result-title", where)
    for view, word in (("ticket", "What fails"), ("copy", None)):
        browser.run(f"document.querySelector('[data-view={view}]').click()")
        until(browser, f"return document.querySelector('[data-view={view}]').getAttribute('aria-pressed') === 'true'")
        answered(browser, f"{name} {view}")
        if word:
            text = browser.run_in_frame("return document.body.textContent")
            check(f"{name}: the {view} is there", word in text, text[:300])
        else:
            text = browser.run("return document.getElementById('text').textContent")
            check(f"{name}: the copy has lines", text.count("\n") > 20 and "recipient-1@" in text, text[:300])
    problems = browser.run("return document.getElementById('problems').textContent")
    check(f"{name}: no problem", not problems, problems)
    browser.run("document.getElementById('error').value = '535'; document.querySelector('#explain button').click()")
    text = titled(browser, "explain")
    check(f"{name}: explains", "535" in text and "sign" in text.lower(), text[:300])
    browser.run("document.getElementById('address').value = 'a@gmail.com'; document.querySelector('#providers button').click()")
    text = titled(browser, "providers")
    check(f"{name}: knows providers", "smtp.gmail.com" in text, text[:300])
    browser.files("before", [SAMPLE])
    browser.files("since", [SAMPLE])
    browser.run("document.querySelector('#compare button').click()")
    text = titled(browser, "compare")
    check(f"{name}: compares", "Before" in text and "Since" in text, text[:300])
    browser.run("document.getElementById('licences').click()")
    text = titled(browser, "licences")
    check(f"{name}: names whose work is in it", "encoding_rs" in text and "Rust standard library" in text, text[:300])
    is_quiet(browser, name)


def hostile(browser, name):
    browser.open(PAGE)
    browser.files("files", hostile_files())
    answered(browser, f"{name} hostile")
    for place, run in (("page", browser.run), ("frame", browser.run_in_frame)):
        check(f"{name}: hostile words are text in the {place}", run("return document.title") != "owned")
        strange = run(
            "return [...document.querySelectorAll('img, object, embed, script[src], [onerror], [onload], a[href^=javascript]')]"
            ".map(e => e.outerHTML.slice(0, 200))"
        )
        check(f"{name}: no markup of theirs in the {place}", not strange, strange)
    # Even a script that got into the frame would not run: no policy lets it.
    browser.run_in_frame("const s = document.createElement('script'); s.textContent = 'document.title = \"owned\"'; document.body.append(s)")
    check(f"{name}: a script in the frame does not run", browser.run_in_frame("return document.title") != "owned")
    out = browser.run("try { return document.getElementById('frame').contentDocument === null } catch (e) { return true }")
    check(f"{name}: frame and page are strangers", out)
    for form, field in (("explain", "error"), ("providers", "address")):
        browser.run(f"document.getElementById('{field}').value = {HOSTILE!r}; document.querySelector('#{form} button').click()")
        titled(browser, form)
        check(f"{name}: {form} runs nothing", browser.run("return document.title") != "owned")
    asked = [url for url in browser.requests() if "evil" in url]
    check(f"{name}: nothing of theirs is asked for", not asked, asked)
    browser.console()


def afrikaans(browser, name):
    browser.run("document.querySelector('[data-language=af]').click()")
    title = browser.run("return [document.querySelector('h1').textContent, document.documentElement.lang]")
    check(f"{name}: speaks Afrikaans", title == ["Gaan die e-pos uit?", "af"], title)
    untold = browser.run(
        "return [...document.querySelectorAll('[data-word]')].filter(e => !e.hidden && !e.textContent).map(e => e.dataset.word)"
    )
    check(f"{name}: every word is there", untold in ([], ["old"]), untold)
    same = browser.run("return Object.keys(WORDS.en).filter(k => !WORDS.af[k]).concat(Object.keys(WORDS.af).filter(k => !WORDS.en[k]))")
    check(f"{name}: both languages have the same words", not same, same)
    browser.run("document.querySelector('[data-language=en]').click()")


def painted(browser):
    """Page and frame have drawn what they are."""
    drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200)));"
    browser.wait(drawn)


CONTRAST = (HERE.parent / "browser" / "contrast.js").read_text(encoding="utf-8")


def looks(browser):
    """Widths, contrast, keyboard: in one browser, as they are of the page and not of the browser."""
    browser.open(PAGE)
    # A window that has not drawn yet may take a key for nobody.
    painted(browser)
    reached = []
    for _ in range(30):
        browser.keys("\ue004")
        at = browser.run("const e = document.activeElement; return [e.tagName, e.id || e.dataset.language || e.textContent.slice(0, 20), getComputedStyle(e).outlineStyle !== 'none']")
        if at[0] == "BODY":
            if reached:
                break
            continue
        reached.append(at)
    names = [one[1] for one in reached]
    for wanted in ("en", "af", "choose-files", "choose-folder", "last"):
        check(f"the keyboard reaches {wanted}", wanted in names, names)
    check("and shows where it is", all(one[2] for one in reached), reached)
    browser.files("files", [SAMPLE])
    answered(browser, "looks")
    unnamed = browser.run(
        "return [...document.querySelectorAll('input:not([hidden]), select, button, iframe, progress')].filter(e => !(e.labels && e.labels.length"
        " || e.textContent.trim() || e.title || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML)"
    )
    check("every control has a name", not unnamed, unnamed)
    for width in (360, 768, 1024, 1600):
        browser.size(width, 900)
        painted(browser)
        wide = browser.run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        check(f"fits {width} px", wide[0] <= wide[1], wide)
        browser.picture(FOLDER / f"page-{width}.png", whole=True)
    browser.devtools("Emulation.clearDeviceMetricsOverride")
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    for dark in (False, True):
        browser.look(dark=dark)
        looked, low = browser.run(CONTRAST)
        check(f"contrast in {'dark' if dark else 'light'} ({looked} texts)", looked > 15 and not low, low[:5])
        painted(browser)
        browser.picture(FOLDER / f"page-{'dark' if dark else 'light'}.png", whole=True)
    browser.look()
    browser.run("document.querySelectorAll('details').forEach(d => d.open = false)")


def large(browser, name):
    """Fifty megabytes: the page answers clicks meanwhile, and can be stopped."""
    log = FOLDER / "large.txt"
    piece = SAMPLE.read_bytes()
    log.write_bytes(piece * (50 * 1024 * 1024 // len(piece)))
    browser.open(PAGE)
    browser.files("files", [log])
    begun = time.monotonic()
    until(browser, "return !document.getElementById('working').hidden")
    asked = time.monotonic()
    browser.run("document.querySelector('[data-language=af]').click()")
    waited = time.monotonic() - asked
    check(f"{name}: the page answers while it reads", waited < 2, waited)
    seen = until(browser, "return document.getElementById('progress').value > 0 || document.getElementById('told').textContent")
    check(f"{name}: says how far it is", seen)
    answered(browser, f"{name} 50 MB")
    print(f"  {name}: 50 MB in {time.monotonic() - begun:.1f} s", flush=True)
    browser.run("document.querySelector('[data-language=en]').click()")
    browser.files("files", [log])
    until(browser, "return !document.getElementById('working').hidden")
    browser.run("document.getElementById('stop').click()")
    check(f"{name}: can be stopped", browser.run("return document.getElementById('working').hidden"))
    log.unlink()


def several(browser, name):
    """A zip of several practices: whose report, whose ticket."""
    packed = FOLDER / "practices.zip"
    practices = ROOT / "fixtures" / "practices"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as to:
        for log in sorted(practices.rglob("*.*")):
            to.write(log, log.relative_to(practices))
    browser.open(PAGE)
    browser.drop([packed])
    answered(browser, f"{name} zip")
    known = browser.run("return [...document.getElementById('customer').options].map(o => o.value)")
    check(f"{name}: a zip has its customers", known[0] == "" and "paarl-dental" in known, known)
    browser.run("document.querySelector('[data-view=ticket]').click()")
    titled(browser, "ticket")
    hint = browser.run("return document.getElementById('hint').textContent === WORDS.en.several")
    check(f"{name}: a ticket is about one customer", hint)
    browser.run("const c = document.getElementById('customer'); c.value = 'paarl-dental'; c.dispatchEvent(new Event('change'))")
    until(browser, "return !document.getElementById('frame').hidden")
    answered(browser, f"{name} ticket of one")
    text = browser.run_in_frame("return document.body.textContent")
    check(f"{name}: the ticket of one customer", "smtpauth.mweb.co.za" in text, text[:300])
    browser.run("document.querySelector('[data-view=copy]').click()")
    titled(browser, "copy")
    is_quiet(browser, f"{name} zip")


def folder(browser, name):
    """A folder as from the desktop."""
    browser.open(PAGE)
    browser.drop([ROOT / "fixtures" / "practices"])
    answered(browser, f"{name} folder")
    seen = browser.run("return [document.getElementById('customer').options.length, document.getElementById('problems').textContent]")
    check(f"{name}: a folder has its customers", seen[0] > 2, seen)


def kept(browser, name):
    """What is saved is what the program writes; what is printed runs nothing."""
    downloads = FOLDER / "saved"
    downloads.mkdir(exist_ok=True)
    saved = downloads / "mtmlog-ticket.txt"
    saved.unlink(missing_ok=True)
    browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    browser.open(PAGE)
    browser.files("files", [SAMPLE])
    answered(browser, f"{name} to save")
    # With the keyboard alone, from the title that has the focus.
    for _ in range(8):
        browser.keys("\ue004")
        if browser.run("return document.activeElement.dataset.view") == "ticket":
            break
    browser.keys("\ue007")
    titled(browser, "ticket")
    pressed = browser.run("return document.querySelector('[aria-pressed=true][data-view]').dataset.view")
    check(f"{name}: the keyboard opens the ticket", pressed == "ticket", pressed)
    browser.run("document.getElementById('save').click()")
    end = time.monotonic() + 20
    # Chromium makes an empty file first.
    while not (saved.exists() and saved.stat().st_size) and time.monotonic() < end:
        time.sleep(0.1)
    asked = [PROGRAM, "ticket", SAMPLE.name]
    program = subprocess.run(asked, cwd=SAMPLE.parent, capture_output=True, check=False).stdout
    check(f"{name}: saves the program's ticket", saved.read_bytes() == program, program[:300])
    browser.run("document.getElementById('print').click()")
    paper = until(
        browser,
        "const p = document.querySelector('.paper'); return p && p.contentDocument && p.contentDocument.body"
        " && [p.contentDocument.body.textContent, p.contentDocument.querySelectorAll('script').length]",
    )
    check(f"{name}: the paper is the ticket, without scripts", paper and "What fails" in paper[0] and not paper[1], paper)


def served(browser, name):
    """From a web server, as from the disk."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=PAGE.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{PAGE.name}"
        browser.requests(), browser.console()
        browser.go(url)
        browser.files("files", [SAMPLE])
        answered(browser, f"{name} from a server")
        headline = browser.run_in_frame("return document.querySelector('h1').textContent")
        check(f"{name}: a server's page works", headline.startswith("Mail has stopped since"), headline)
        # A browser itself looks for the site's icon.
        is_quiet(browser, f"{name} from a server", url, url.replace(PAGE.name, "favicon.ico"))
        server.shutdown()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, kind in (("chromium", Chromium), ("firefox", Firefox)):
        browser = kind()
        try:
            road(browser, name)
            afrikaans(browser, name)
            hostile(browser, name)
            several(browser, name)
            served(browser, name)
            large(browser, name)
            if name == "chromium":
                folder(browser, name)
                kept(browser, name)
                looks(browser)
        finally:
            browser.close()
    if failures:
        raise SystemExit(f"{len(failures)} failed: {'; '.join(failures)}")
    print("The page is good.")


main()
