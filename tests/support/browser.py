"""A headless Chromium that tests drive over the DevTools protocol, by a pipe: it needs no library and no port."""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync", "extensions", "dev-shm-usage")
CODES = {"Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Tab": 9, "Escape": 27}


def browser() -> str:
    """The path of a headless browser; without one the test is skipped."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip("needs Chromium (apt-get install chromium)")


class Chromium:
    """A browser with one page, and a new profile in `folder`. events: all that it has reported of the page."""

    def __init__(self, folder: Path):
        command = [browser(), "--headless", "--no-sandbox", "--no-first-run", "--remote-debugging-pipe"]
        command += [*(f"--disable-{name}" for name in QUIET), f"--user-data-dir={folder / 'profile'}", "about:blank"]
        (its_input, self._to), (self._from, its_output) = os.pipe(), os.pipe()

        def place_pipes() -> None:  # the browser reads descriptor 3 and writes 4
            one, two = os.dup(its_input), os.dup(its_output)
            os.dup2(one, 3)
            os.dup2(two, 4)

        environment = {**os.environ, "HOME": str(folder)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(
            command, close_fds=False, preexec_fn=place_pipes, env=environment, start_new_session=True, **quiet
        )
        os.close(its_input)
        os.close(its_output)
        self._buffer, self._number, self._session = b"", 0, ""
        self.events: list[dict] = []
        target = next(own for own in self.send("Target.getTargets")["targetInfos"] if own["type"] == "page")
        attached = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict:
        """What the browser answers to a command; what it reports meanwhile is added to `events`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _read(self) -> dict:
        while b"\0" not in self._buffer:
            data = os.read(self._from, 2**20)
            assert data, "the browser has ended"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def open(self, address: str, ready: str = "document.readyState === 'complete'") -> None:
        """Open an address, and wait until an expression of the page holds."""
        self.events.clear()
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=address)
        self.wait(f"location.href.startsWith({json.dumps(address)}) && {ready}")

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        found = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression of the page holds."""
        for _ in range(500):
            found = self.send("Runtime.evaluate", expression=f"Boolean({condition})", returnByValue=True)
            if found["result"].get("value") is True:
                return
            self.send("Runtime.evaluate", expression="new Promise(go => setTimeout(go, 20))", awaitPromise=True)
        raise AssertionError(f"never came: {condition}")

    def press(self, *keys: str) -> None:
        """Press keys one after another: letters, or names such as Enter and ArrowRight."""
        for key in keys:
            text = "\r" if key == "Enter" else key if len(key) == 1 else ""
            code = CODES[key] if key in CODES else ord(key.upper()) if key.isalnum() else 0
            own = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
            self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **own)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Click the middle of the first element of a selector that is shown."""
        script = (
            f"(() => {{ const own = [...document.querySelectorAll({json.dumps(selector)})]"
            ".find(one => one.offsetParent); own.scrollIntoView({block: 'center'});"
            "const box = own.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        x, y = self.run(script)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def window(self, width: int, height: int, *, dark: bool = False) -> None:
        """Set the size of the window, and whether the system is dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of the window, or of the whole page."""
        found = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(b64decode(found["data"]))

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        self.send("Browser.close")
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
