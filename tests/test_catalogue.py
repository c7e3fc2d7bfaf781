"""Pulling models from a server that does everything a server can do wrong."""

import hashlib
import io
import logging
import resource
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from assistant import catalogue
from assistant.errors import ConfigError, ModelError


def make_zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


NOISE = np.random.default_rng(0).bytes(300_000)  # does not compress: many blocks
MODEL = make_zip({"small-0.1/am/final.mdl": NOISE, "small-0.1/README": b"hello"})
VOICE, VOICE_JSON = NOISE[:100_000], b'{"audio": {"sample_rate": 22050}}'


@dataclass
class Server:
    """Serves `files`; its habits can be changed between two requests."""

    files: dict[str, bytes]
    ranges: bool = True
    cut_after: int | None = None
    """Bytes of one answer after which the line goes dead."""

    stall: bool = False
    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """(path, Range) of every request."""

    go_on: threading.Event = field(default_factory=threading.Event)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.asked.append((request.path, wanted))
        content = self.files.get(request.path)
        if content is None:
            request.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        start = start if self.ranges else 0
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start:][: self.cut_after])
        if self.stall:
            self.go_on.wait(30)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server({"/small.zip": MODEL, "/v.onnx": VOICE, "/v.onnx.json": VOICE_JSON})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        state.go_on.set()
        http.shutdown()
        thread.join()


def pin(url: str, content: bytes, unpack: str | None = None) -> str:
    lines = [
        f"      - url: {url}",
        f"        bytes: {len(content)}",
        f"        sha256: {hashlib.sha256(content).hexdigest()}",
    ]
    return "\n".join([*lines, f"        unpack: {unpack}"] if unpack else lines)


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """A models/ folder of its own, whose catalogue names the server."""
    write_catalogue(tmp_path, server, MODEL)
    monkeypatch.setattr(catalogue, "MODELS", tmp_path)
    monkeypatch.setattr(catalogue, "CATALOGUE", tmp_path / "catalogue.yaml")
    return tmp_path


def write_catalogue(folder: Path, server: Server, archive: bytes) -> None:
    head = "  - name: {}\n    kind: {}\n    about: for the test\n    licence: MIT\n    files:\n"
    (folder / "catalogue.yaml").write_text(
        "models:\n"
        + head.format("small", "vosk")
        + pin(f"{server.url}/small.zip", archive, "small-0.1")
        + "\n"
        + head.format("talker", "voice")
        + pin(f"{server.url}/v.onnx", VOICE)
        + "\n"
        + pin(f"{server.url}/v.onnx.json", VOICE_JSON)
        + "\n"
    )


def leftovers(models: Path) -> list[str]:
    return [p.name for p in models.rglob(".*")]


def test_a_pull_unpacks_the_model_and_leaves_nothing_else(models: Path) -> None:
    assert catalogue.find("vosk") is None
    seen: list[tuple[int, int]] = []

    folder = catalogue.pull("small", progress=lambda done, total: seen.append((done, total)))

    assert folder == models / "asr" / "small" == catalogue.find("vosk")
    assert (folder / "am" / "final.mdl").read_bytes() == NOISE
    assert leftovers(models) == []
    assert [e.name for e in catalogue.installed()] == ["small"]
    assert seen[0] == (0, len(MODEL))
    assert seen[-1] == (len(MODEL), len(MODEL))
    assert seen == sorted(seen)


def test_a_voice_is_several_files(models: Path) -> None:
    seen: list[tuple[int, int]] = []
    folder = catalogue.pull("talker", progress=lambda done, total: seen.append((done, total)))
    assert folder == models / "voices" / "talker" == catalogue.find("voice")
    assert sorted(p.name for p in folder.iterdir()) == ["v.onnx", "v.onnx.json"]
    assert seen[-1] == (len(VOICE) + len(VOICE_JSON),) * 2
    assert seen == sorted(seen)


def test_an_installed_model_is_not_asked_for_again(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    folder = catalogue.pull("small")
    with caplog.at_level(logging.INFO):
        assert catalogue.pull("small") == folder
    assert len(server.asked) == 1
    assert f"small is already installed in {folder}" in caplog.text


def test_an_interrupted_pull_goes_on_where_it_stopped(server: Server, models: Path) -> None:
    server.cut_after = 100_000
    with pytest.raises(ModelError, match=f"after 100000 of {len(MODEL)} bytes") as caught:
        catalogue.pull("small")
    assert "run the same command again" in caught.value.fix
    assert catalogue.find("vosk") is None

    server.cut_after = None
    folder = catalogue.pull("small")

    assert server.asked == [("/small.zip", None), ("/small.zip", "bytes=100000-")]
    assert (folder / "am" / "final.mdl").read_bytes() == NOISE
    assert leftovers(models) == []


def test_a_server_that_cannot_resume_sends_everything_again(server: Server) -> None:
    server.cut_after = 100_000
    with pytest.raises(ModelError):
        catalogue.pull("small")
    server.cut_after, server.ranges = None, False
    assert (catalogue.pull("small") / "am" / "final.mdl").read_bytes() == NOISE


def test_a_wrong_file_is_refused_and_deleted(server: Server, models: Path) -> None:
    wrong = bytes(len(MODEL))
    server.files["/small.zip"] = wrong
    with pytest.raises(ModelError) as caught:
        catalogue.pull("small")
    for content in (wrong, MODEL):
        assert hashlib.sha256(content).hexdigest() in caught.value.problem
    assert list(models.rglob("*.zip")) == []
    assert catalogue.find("vosk") is None

    server.files["/small.zip"] = MODEL
    assert catalogue.pull("small").is_dir()


def test_a_file_without_end_is_cut_off(server: Server, models: Path) -> None:
    server.files["/small.zip"] = MODEL + bytes(5_000_000)
    with pytest.raises(ModelError, match="is not the file it should be"):
        catalogue.pull("small")
    assert list(models.rglob("*.zip")) == []


def test_404_is_one_clear_line(server: Server) -> None:
    del server.files["/small.zip"]
    with pytest.raises(ModelError, match=r"small\.zip: the server answers 404 Not Found\n"):
        catalogue.pull("small")


def test_no_server_is_one_clear_line(server: Server, models: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but it does not listen: connections are refused
        text = (models / "catalogue.yaml").read_text()
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        (models / "catalogue.yaml").write_text(text.replace(server.url, nobody))
        with pytest.raises(ModelError, match=r"cannot be reached: .*refused") as caught:
            catalogue.pull("small")
    assert "internet connection" in caught.value.fix


def test_a_dead_line_times_out_and_keeps_what_it_has(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_TIMEOUT_S", 0.2)
    server.cut_after, server.stall = 150_000, True
    with pytest.raises(ModelError, match=r"the connection broke: .*timed out"):
        catalogue.pull("small")
    server.cut_after, server.stall = None, False
    catalogue.pull("small")
    assert server.asked[-1][1] not in (None, "bytes=0-")


def test_a_full_disk_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, hard))
    try:
        with pytest.raises(ModelError, match="cannot be written: File too large"):
            catalogue.pull("small")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", ["../escape", "/tmp/escape", "small-0.1/../../x", "other/x"])
def test_an_archive_may_not_reach_out_of_its_folder(
    server: Server, models: Path, name: str
) -> None:
    evil = make_zip({"small-0.1/README": b"hello", name: b"evil"})
    server.files["/small.zip"] = evil
    write_catalogue(models, server, evil)
    with pytest.raises(ModelError, match=r"lies outside small-0\.1/"):
        catalogue.pull("small")
    assert not (models.parent / "escape").exists()
    assert catalogue.find("vosk") is None


def test_a_zip_bomb_is_not_unpacked(server: Server, models: Path) -> None:
    bomb = make_zip({"small-0.1/zeros": bytes(20_000_000)})
    server.files["/small.zip"] = bomb
    write_catalogue(models, server, bomb)
    with pytest.raises(ModelError, match="would unpack to 20000000 bytes"):
        catalogue.pull("small")


def test_no_zip_at_all(server: Server, models: Path) -> None:
    server.files["/small.zip"] = b"<html>log in to this network</html>"
    write_catalogue(models, server, server.files["/small.zip"])
    with pytest.raises(ModelError, match=r"small\.zip is no zip file"):
        catalogue.pull("small")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match="no model 'vosk-large'") as caught:
        catalogue.pull("vosk-large")
    assert caught.value.fix == "one of: small, talker"


def test_a_checksum_of_another_length_is_no_checksum(models: Path) -> None:
    text = (models / "catalogue.yaml").read_text()
    (models / "catalogue.yaml").write_text(text.replace("sha256: ", "sha256: 00", 1))
    with pytest.raises(ConfigError, match="64 hexadecimal digits"):
        catalogue.entries()


def test_the_shipped_catalogue_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    shipped = {entry.name: entry for entry in catalogue.entries()}
    assert {"vosk-small-en", "piper-alba"} <= set(shipped)
    assert shipped["vosk-small-en"].kind == "vosk"
    for entry in shipped.values():
        assert entry.bytes > 1_000_000
        assert all(file.url.startswith("https://") for file in entry.files)
        assert entry.licence
