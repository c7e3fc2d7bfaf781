"""A real Home Assistant for tests: headless, in a process of its own, with a user and a token."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from broker import Mosquitto, free_port
from repository import ROOT
from websockets.sync.client import connect

VERSIONS = (".venv-homeassistant", ".venv-homeassistant-2025")
"""Folders of the Home Assistants that scripts/setup_homeassistant installs."""

START_S = 120.0
CONFIGURATION = """
homeassistant: {{ name: Test, country: DE }}
http: {{ server_host: 127.0.0.1, server_port: {port} }}
auth:
api:
config:
assist_pipeline:
media_source:
logger: {{ default: warning }}
demo:
scene: [{{ name: Night Mode, entities: {{}} }}]
ffmpeg: {{ ffmpeg_bin: {ffmpeg} }}
"""


class HomeAssistant:
    """Running from `__enter__` on; `states` and `call` are what a person sees and presses."""

    def __init__(self, folder: Path, version: str) -> None:
        self.bin = installed(version)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = ""
        binaries = (self.bin.parent / "lib").glob(
            "python*/site-packages/imageio_ffmpeg/binaries/ffmpeg-*"
        )
        (folder / "configuration.yaml").write_text(
            CONFIGURATION.format(port=self.port, ffmpeg=next(binaries, "ffmpeg"))
        )

    def __enter__(self) -> Self:
        user = [self.bin / "hass", "--script", "auth", "-c", self.folder, "add", "anna", "secret"]
        subprocess.run(user, check=True, capture_output=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, and log in the first time."""
        self._log = (self.folder / "output.log").open("a")
        self._process = subprocess.Popen(
            [self.bin / "hass", "-c", self.folder, "--skip-pip"],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait(self._answers, START_S)
        self.token = self.token or self._log_in()
        wait(lambda: self.get("config")["state"] == "RUNNING", START_S)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._log.close()

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.folder / "output.log").read_text()[-3000:]
        try:
            self.request("GET", "/manifest.json")
        except OSError:
            return False
        return True

    def _log_in(self) -> str:
        who = {"client_id": self.url, "redirect_uri": self.url}
        begin = {**who, "handler": ["homeassistant", None]}
        flow = self.request("POST", "/auth/login_flow", begin)["flow_id"]
        login = {"client_id": self.url, "username": "anna", "password": "secret"}
        code = self.request("POST", f"/auth/login_flow/{flow}", login)["result"]
        form = f"grant_type=authorization_code&code={code}&client_id={self.url}".encode()
        token: str = self.request("POST", "/auth/token", form)["access_token"]
        return token

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """One HTTP request; JSON, or None where the answer is none."""
        form = isinstance(body, bytes)
        data = body if form or body is None else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        headers = {"Content-Type": kind}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def get(self, what: str) -> Any:
        return self.request("GET", f"/api/{what}")

    def add(self, integration: str, **keys: Any) -> None:
        """Add an integration as a person does in the user interface."""
        path = "/api/config/config_entries/flow"
        flow = self.request("POST", path, {"handler": integration})
        done = self.request("POST", f"{path}/{flow['flow_id']}", keys)
        assert done["type"] == "create_entry", done

    def add_mqtt(self, broker: Mosquitto) -> None:
        self.add(
            "mqtt",
            broker=broker.host,
            port=broker.port,
            username=broker.username,
            password=broker.password,
        )

    def state(self, entity: str) -> str | None:
        """The state of an entity; None: there is no such entity."""
        try:
            state: str = self.get(f"states/{entity}")["state"]
        except urllib.error.HTTPError:
            return None
        return state

    def wait_state(self, entity: str, state: str) -> None:
        wait(lambda: self.state(entity) == state, 20, lambda: f"{entity}: {self.state(entity)}")

    def call(self, service: str, entity: str, **data: Any) -> None:
        """Call a service: `switch/turn_on`."""
        self.request("POST", f"/api/services/{service}", {"entity_id": entity, **data})

    def ask(self, kind: str, **keys: Any) -> Any:
        """One command of the WebSocket API."""
        with connect(f"ws://127.0.0.1:{self.port}/api/websocket") as socket:
            socket.recv()
            socket.send(json.dumps({"type": "auth", "access_token": self.token}))
            socket.recv()
            socket.send(json.dumps({"id": 1, "type": kind, **keys}))
            answer = json.loads(socket.recv())
        assert answer["success"], answer
        return answer["result"]


def installed(version: str) -> Path:
    """The folder of its programs; skips the test where it is not installed."""
    bin_ = ROOT / version / "bin"
    if not (bin_ / "hass").is_file():
        pytest.skip(f"NOT TESTED: {version}: run scripts/test --with-home-assistant")
    return bin_


def wait(
    condition: Callable[[], bool], timeout_s: float, what: Callable[[], str] = lambda: ""
) -> None:
    """Poll: Home Assistant is another process."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {timeout_s:g} s. {what()}"
        time.sleep(0.1)
