"""A headless Firefox by way of WebDriver BiDi, with nothing but Python's own library."""

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path


class Firefox:
    """One browser with an empty profile of its own."""

    def __init__(self, width=1280, height=900):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.profile = tempfile.mkdtemp(prefix="mtmlog-firefox-")
        self.process = subprocess.Popen(
            [
                shutil.which("firefox-esr") or "firefox",
                "--headless",
                f"--remote-debugging-port={port}",
                "--profile",
                self.profile,
                "--no-remote",
                f"--width={width}",
                f"--height={height}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.profile},
        )
        self.number = 0
        self.asked = []
        self.told = []
        try:
            self._connect(port)
            self.post("session.new", capabilities={})
            self.post("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
            self.tab = self.post("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self.close()
            raise

    def _connect(self, port):
        for _ in range(600):
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=300)
                break
            except OSError:
                time.sleep(0.2)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(1)
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise RuntimeError(answer.decode(errors="replace"))

    def _send(self, text):
        """One frame of text, masked as a client must (RFC 6455, section 5.2)."""
        data = text.encode()
        length = len(data)
        head = b"\x81" + (
            bytes([0x80 | length]) if length < 126
            else struct.pack(">BH", 0xFE, length) if length < 65536
            else struct.pack(">BQ", 0xFF, length)
        )
        mask = os.urandom(4)
        self.socket.sendall(head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(data)))

    def _exactly(self, length):
        data = b""
        while len(data) < length:
            more = self.socket.recv(length - len(data))
            if not more:
                raise RuntimeError("Firefox has closed the connection")
            data += more
        return data

    def _receive(self):
        text = b""
        while True:
            first, second = self._exactly(2)
            length = second & 0x7F
            if length == 126:
                length = struct.unpack(">H", self._exactly(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self._exactly(8))[0]
            data = self._exactly(length)
            if first & 0x0F in (0, 1):
                text += data
                if first & 0x80:
                    return json.loads(text)

    def post(self, method, **params):
        self.number += 1
        self._send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = self._receive()
            if message.get("method") == "log.entryAdded":
                self.told.append(f"{message['params']['level']}: {message['params'].get('text')}")
            elif message.get("method") == "network.beforeRequestSent":
                self.asked.append(message["params"]["request"]["url"])
            elif message.get("id") == self.number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]

    def open(self, page: Path):
        self.go(page.resolve().as_uri())

    def go(self, url):
        self.post("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def run(self, script):
        """A function's body; its JSON comes back."""
        return self.run_in(self.tab, script)

    def run_in(self, context, script):
        wrapped = f"JSON.stringify((function () {{ {script} }})() ?? null)"
        answer = self.post("script.evaluate", expression=wrapped, target={"context": context}, awaitPromise=True)
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def run_in_frame(self, script):
        [frame, *_] = self.post("browsingContext.getTree", root=self.tab)["contexts"][0]["children"]
        return self.run_in(frame["context"], script)

    def files(self, element, paths):
        found = self.post(
            "browsingContext.locateNodes", context=self.tab, locator={"type": "css", "value": f"#{element}"}
        )["nodes"][0]
        self.post(
            "input.setFiles", context=self.tab, element={"sharedId": found["sharedId"]}, files=[str(p) for p in paths]
        )

    def drop(self, paths):
        """Files of the same names and bytes, made in the page: BiDi drags nothing from the desktop."""
        files = json.dumps([(path.name, base64.b64encode(path.read_bytes()).decode()) for path in paths])
        self.run(
            f"const data = new DataTransfer(); for (const [name, text] of {files}) {{"
            " data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name)); }"
            " const at = { bubbles: true, cancelable: true, dataTransfer: data }; const to = document.getElementById('drop');"
            " for (const kind of ['dragenter', 'dragover', 'drop']) { to.dispatchEvent(new DragEvent(kind, at)); }"
        )

    def requests(self):
        asked, self.asked = self.asked, []
        return asked

    def console(self):
        told, self.told = self.told, []
        return told

    def close(self):
        try:
            self.socket.close()
        except (AttributeError, OSError):
            pass
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
