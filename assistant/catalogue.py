"""The models that can be pulled: what there is, what is installed, and the download itself.

A pull is resumed, checked and atomic: it collects everything in a hidden folder beside its target,
compares size and SHA-256, unpacks, and moves the whole into place with one rename. A folder that
is there is therefore complete.

The download is urllib from the standard library: one GET with a Range needs no more, and `requests`
is only here by way of vosk.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import logging
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from assistant.errors import ModelError
from assistant.paths import SHIPPED_MODELS, user_data
from assistant.schema import read_yaml

log = logging.getLogger(__name__)

MODELS = user_data() / "models"  # those that were pulled
CATALOGUE = SHIPPED_MODELS / "catalogue.yaml"

Kind = Literal["vosk", "voice"]
Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes of the whole model."""

_FOLDERS: dict[Kind, str] = {"vosk": "asr", "voice": "voices"}
_BLOCK = 64 * 1024
_TIMEOUT_S = 30.0  # for the connection, and between two blocks
_MOST_GROWTH = 10  # times its size that an archive may unpack to
_AGAIN = "run the same command again: it goes on where it stopped"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model, as it is pinned."""

    url: str
    bytes: int
    sha256: str
    unpack: str | None = None
    """The folder inside the zip that is the model; null: the file is no zip."""

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise ValueError(f"sha256 must be 64 hexadecimal digits, not {self.sha256!r}")

    @property
    def name(self) -> str:
        """Its name on the disk."""
        return PurePosixPath(self.url).name


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalogue."""

    name: str
    kind: Kind
    about: str
    licence: str
    files: tuple[File, ...]

    @property
    def bytes(self) -> int:
        """Size of the whole download."""
        return sum(file.bytes for file in self.files)

    @property
    def folder(self) -> Path:
        """Where the model lies once it is installed."""
        return MODELS / _FOLDERS[self.kind] / self.name


@dataclass(frozen=True, slots=True)
class _Catalogue:
    models: tuple[Entry, ...]


def entries() -> tuple[Entry, ...]:
    """Every model that can be pulled."""
    return read_yaml(_Catalogue, CATALOGUE).models


def installed() -> list[Entry]:
    """The models of the catalogue that are here."""
    return [entry for entry in entries() if _is_there(entry.folder)]


def find(kind: Kind) -> Path | None:
    """Folder of an installed model of this kind, the first by name; None: there is none.

    One that was unpacked there by hand counts too.
    """
    folder = MODELS / _FOLDERS[kind]
    if not _is_there(folder):
        return None
    there = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    return there[0] if there else None


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError as error:
        raise ModelError(
            f"{folder}: cannot be read: {error.strerror}", fix="check who may read it"
        ) from error


def pull(name: str, *, progress: Progress = lambda done, total: None) -> Path:
    """Install a model; returns its folder, at once when it is here already.

    Raises ModelError: an unknown name, a server that does not deliver, a file that is not the
    pinned one, a full disk. What arrived until then is kept for the next try.
    """
    entry = _entry(name)
    if _is_there(entry.folder):
        log.info("%s is already installed in %s", name, entry.folder)
        return entry.folder
    staging = entry.folder.with_name(f".{name}")
    with _disk_errors(staging):
        staging.mkdir(parents=True, exist_ok=True)
        done = 0
        for file in entry.files:
            _fetch(file, staging / file.name, partial(_report, progress, entry.bytes, done))
            done += file.bytes
        _install(entry, staging)
    return entry.folder


def _report(progress: Progress, total: int, before: int, done: int) -> None:
    progress(before + done, total)


def _entry(name: str) -> Entry:
    known = {entry.name: entry for entry in entries()}
    if name not in known:
        raise ModelError(
            f"{CATALOGUE.name} has no model {name!r}", fix=f"one of: {', '.join(known)}"
        )
    return known[name]


def _fetch(file: File, target: Path, progress: Callable[[int], None]) -> None:
    """Download what is missing of `target`, and check the whole."""
    here = target.stat().st_size if target.exists() else 0
    progress(here)
    if here < file.bytes:
        here = _download(file, target, here, progress)
    if here < file.bytes:
        raise ModelError(
            f"{file.url}: the connection ended after {here} of {file.bytes} bytes", fix=_AGAIN
        )
    _check(file, target)


def _download(file: File, target: Path, here: int, progress: Callable[[int], None]) -> int:
    """Append to `target`; returns its size, never more than a block beyond the pinned one."""
    with _ask(file, here) as response:
        # 200 instead of 206: the server cannot go on in the middle and sends everything.
        resumed = response.status == http.HTTPStatus.PARTIAL_CONTENT
        with target.open("ab" if resumed else "wb") as out:
            for block in _blocks(file, response):
                out.write(block)
                progress(min(out.tell(), file.bytes))
                if out.tell() > file.bytes:
                    break
            return out.tell()


def _ask(file: File, here: int) -> http.client.HTTPResponse:
    request = urllib.request.Request(file.url)
    if here:
        request.add_header("Range", f"bytes={here}-")
    with _network_errors(file):
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_S)
    return response


def _blocks(file: File, response: http.client.HTTPResponse) -> Iterator[bytes]:
    while True:
        with _network_errors(file):
            block = response.read(_BLOCK)
        if not block:
            return
        yield block


def _check(file: File, target: Path) -> None:
    with target.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found == file.sha256:
        return
    target.unlink()
    raise ModelError(
        f"{file.url} is not the file it should be and was deleted:"
        f" sha256 {found}, expected {file.sha256}",
        fix="try again; if it stays so, the file was changed at its source: do not use it",
    )


def _install(entry: Entry, staging: Path) -> None:
    """Put the model together inside `staging` and move it into place in one step."""
    ready = staging / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    source = ready
    for file in entry.files:
        if file.unpack is None:
            shutil.copyfile(staging / file.name, ready / file.name)
        else:
            _unzip(file, staging / file.name, ready)
            source = ready / file.unpack
    source.replace(entry.folder)
    shutil.rmtree(staging)


def _unzip(file: File, archive: Path, target: Path) -> None:
    """Unpack; raises ModelError for an archive that reaches out of its folder, or is a bomb."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            outside = [m.filename for m in members if not _is_inside(m.filename, file.unpack)]
            if outside:
                raise ModelError(f"{archive.name}: {outside[0]!r} lies outside {file.unpack}/")
            unpacked = sum(member.file_size for member in members)
            if unpacked > _MOST_GROWTH * file.bytes:
                raise ModelError(
                    f"{archive.name} would unpack to {unpacked} bytes,"
                    f" more than {_MOST_GROWTH} times its size"
                )
            opened.extractall(target)  # zipfile stops at a member's stated size
    except zipfile.BadZipFile as error:
        raise ModelError(f"{archive.name} is no zip file: {error}") from error
    if not (target / str(file.unpack)).is_dir():
        raise ModelError(f"{archive.name} holds no folder {file.unpack}/")


def _is_inside(name: str, folder: str | None) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return ".." not in path.parts and path.parts[:1] == (folder,)


@contextmanager
def _network_errors(file: File) -> Iterator[None]:
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        raise ModelError(
            f"{file.url}: the server answers {error.code} {error.reason}",
            fix="try again later; if it stays so, the file has moved",
        ) from error
    except urllib.error.URLError as error:
        raise ModelError(
            f"{file.url}: cannot be reached: {error.reason}",
            fix=f"check the internet connection, then {_AGAIN}",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(f"{file.url}: the connection broke: {error}", fix=_AGAIN) from error


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise ModelError(
            f"{error.filename or folder}: cannot be written: {error.strerror}",
            fix=f"free some space, then {_AGAIN}" if full else "check who may write there",
        ) from error
