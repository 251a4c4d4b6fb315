"""A real browser for the tests of pages: Debian's headless Chromium, asked over the DevTools protocol.

Over a pair of pipes, which needs nothing but the standard library: no driver to keep in step with the
browser, no library that wants a browser of its own, no port. `WITHOUT_BROWSER=1` in the environment is the
only way to leave these tests out.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import POLLIN, poll
from typing import IO, Any

PATIENCE = 60.0
"""Seconds that anything may take; nothing is measured by it."""
LEFT_OUT = "WITHOUT_BROWSER"
KEYS = {"Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38}
KEYS |= {"ArrowRight": 39, "ArrowDown": 40, "Tab": 9, "/": 191, "PageDown": 34}


class Complained(AssertionError):
    """The browser refused a command, or a script in the page threw."""


@dataclass
class Browser:
    """A running browser with one page, and everything that the page asked for or complained of."""

    sending: IO[bytes]
    hearing: int
    session: str | None = None
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    loaded: int = 0
    _rest: bytes = b""
    _number: int = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self.session is not None:
            message["sessionId"] = self.session
        self.sending.write(json.dumps(message).encode() + b"\0")
        self.sending.flush()
        until = time.monotonic() + PATIENCE
        while True:
            heard = self._hear(until)
            if heard.get("id") != self._number:
                continue
            if "error" in heard:
                raise Complained(f"{method}: {heard['error']}")
            answer: dict[str, Any] = heard["result"]
            return answer

    def _hear(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            waiting = poll()  # select knows only the first 1,024 descriptors
            waiting.register(self.hearing, POLLIN)
            ready = waiting.poll(1000 * max(0.0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            more = os.read(self.hearing, 1 << 16)
            assert more, "the browser has gone"
            self._rest += more
        message, self._rest = self._rest.split(b"\0", 1)
        heard: dict[str, Any] = json.loads(message)
        self._note(heard.get("method", ""), heard.get("params", {}))
        return heard

    def _note(self, method: str, said: Mapping[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(said["entry"]["text"])
            case "Runtime.consoleAPICalled":
                self.complaints.append(str(said["args"]))
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["exceptionDetails"]))
            case "Page.javascriptDialogOpening":
                self.dialogs.append(said["message"])
            case "Page.loadEventFired":
                self.loaded += 1
            case _:
                pass

    # -------------------------------------------------------------- a page

    def open(self, path: Path) -> None:
        """Open a file, and wait until its list is complete."""
        self.requests.clear()
        self.complaints.clear()
        before = self.loaded
        self.call("Page.navigate", url=path.as_uri())
        self.until(lambda: self.loaded > before)
        listed = "!document.getElementById('list') || document.documentElement.dataset.ready === 'true'"
        self.until(lambda: bool(self.ask(listed)))

    def ask(self, expression: str) -> Any:
        """Give the value of a JavaScript expression in the page."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise Complained(str(told["exceptionDetails"]))
        return told["result"].get("value")

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, "it never became true"
            self.call("Browser.getVersion") if self.session is None else self.ask("0")
            time.sleep(0.01)

    def settle(self) -> None:
        """Wait until what was asked of the page is drawn."""
        self.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a mouse does."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.ask(f"{found}.scrollIntoView({{block: 'center'}})")
        self.settle()
        box = self.ask(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({found}.getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        self.settle()

    def press(self, key: str) -> None:
        """Press and release a key."""
        more = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            told = more if kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=KEYS[key], **told)
        self.settle()

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=text)
        self.settle()

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.settle()

    def dark(self, on: bool) -> None:
        """Prefer dark colours, or light ones."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path) -> None:
        """Take a picture of what is seen."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def printed(self) -> bytes:
        """Print to PDF."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Run a browser as long as the block lasts, with a profile of its own; no host is known to it."""
    program = shutil.which("chromium")
    assert program, f"chromium is needed: apt-get install chromium; or set {LEFT_OUT}=1 to leave this out"
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # The protocol wants descriptors 3 and 4; a shell gives them numbers, with no code between fork and exec.
    quiet = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --mute-audio"
    alone = "--disable-background-networking --disable-component-update --disable-sync --disable-extensions"
    script = f'exec "$0" {quiet} {alone} "$@" 3<&{theirs_in} 4>&{theirs_out}'
    process = subprocess.Popen(
        [
            "bash", "-c", script, program, "--remote-debugging-pipe", f"--user-data-dir={folder}",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,900", "about:blank",
        ],
        pass_fds=(theirs_in, theirs_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        with os.fdopen(ours_out, "wb") as sending:
            running = Browser(sending, ours_in)
            page = next(
                each for each in running.call("Target.getTargets")["targetInfos"] if each["type"] == "page"
            )
            attached = running.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
            running.session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                running.call(f"{domain}.enable")
            yield running
            running.session = None
            running.call("Browser.close")
    finally:
        os.close(ours_in)
        process.terminate()
        process.wait(PATIENCE)
