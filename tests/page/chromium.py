"""The driver of tests/browser, with what the page needs besides."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "browser"))
from browser import Browser  # noqa: E402


class Chromium(Browser):
    def go(self, url):
        self.post("/url", {"url": url})

    def run_in_frame(self, script):
        frame = self.post("/element", {"using": "css selector", "value": "#frame"})
        self.post("/frame", {"id": frame})
        try:
            return self.run(script)
        finally:
            self.post("/frame", {"id": None})

    def files(self, element, paths):
        found = self.post("/element", {"using": "css selector", "value": f"#{element}"})
        self.post(f"/element/{next(iter(found.values()))}/value", {"text": "\n".join(str(path) for path in paths)})

    def drop(self, paths):
        """As from the desktop."""
        x, y = self.run("const r = document.getElementById('drop').getBoundingClientRect(); return [r.x + 20, r.y + 20]")
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.devtools("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def requests(self):
        asked = []
        for entry in self.logged("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        return asked

    def console(self):
        return [entry["message"] for entry in self.logged("browser")]
