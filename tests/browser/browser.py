"""A headless Chromium by way of WebDriver, with nothing but Python's own library."""

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Browser:
    """One browser with an empty profile of its own."""

    def __init__(self, width=1280, height=900):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.profile = tempfile.mkdtemp(prefix="mtmlog-chromium-")
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.base = f"http://127.0.0.1:{port}"
        self.session = None
        try:
            self._begin(width, height)
        except BaseException:
            self.close()
            raise

    def _begin(self, width, height):
        for _ in range(100):
            try:
                self._ask("GET", "/status")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        options = {
            "binary": shutil.which("chromium"),
            "args": FLAGS + [f"--user-data-dir={self.profile}", f"--window-size={width},{height}"],
        }
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{answer['sessionId']}"

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def post(self, path, body=None):
        return self._ask("POST", self.session + path, body or {})

    def open(self, page: Path):
        self.post("/url", {"url": page.resolve().as_uri()})

    def run(self, script, *args):
        return self.post("/execute/sync", {"script": script, "args": list(args)})

    def wait(self, script):
        """Runs a script that calls its last argument when it is done."""
        return self.post("/execute/async", {"script": script, "args": []})

    def devtools(self, command, **params):
        return self.post("/goog/cdp/execute", {"cmd": command, "params": params})

    def look(self, dark=False, media=""):
        """Light or dark, screen or print."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.devtools("Emulation.setEmulatedMedia", media=media, features=scheme)

    def keys(self, text):
        """Presses keys, one after the other."""
        actions = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.post("/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def logged(self, kind):
        return self.post("/se/log", {"type": kind})

    def size(self, width, height):
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def picture(self, path: Path, whole=False):
        options = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.devtools("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        path.write_bytes(base64.b64decode(self.devtools("Page.captureScreenshot", **options)["data"]))

    def pdf(self, path: Path):
        """As the print dialogue would write it; the page's own style says which paper."""
        answer = self.devtools("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self):
        if self.session:
            try:
                self._ask("DELETE", self.session)
            except (RuntimeError, OSError):
                pass
        self.driver.terminate()
        self.driver.wait(timeout=20)
        shutil.rmtree(self.profile, ignore_errors=True)
