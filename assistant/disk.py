"""Files that are written as a whole or not at all, and what a disk that refuses is called.

Files about people (what was chosen, planned, learnt) are `OWNER_ONLY`, whatever the umask.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "I may not write there",
    errno.EPERM: "I may not write there",
    errno.EIO: "the disk is faulty",
}


def why(error: OSError) -> str:
    """What is wrong with the disk, as half a sentence that can be spoken."""
    return _WHY.get(error.errno or 0, (error.strerror or str(error)).lower())


OWNER_ONLY = 0o600


def private(path: str, flags: int) -> int:
    """An `opener` of `open()`: the file is its owner's alone, also one that was there before."""
    descriptor = os.open(path, flags, OWNER_ONLY)
    if flags & (os.O_WRONLY | os.O_RDWR):
        os.fchmod(descriptor, OWNER_ONLY)
    return descriptor


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder; where nobody lets us look, there is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def make_private_folder(folder: Path) -> None:
    """Make `folder` for its owner alone; one that is there stays as it is. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)


def write_whole(file: Path, content: bytes, *, mode: int | None = None) -> None:
    """Put `content` in place of what is in `file`: whoever reads finds the old or the new, also
    after the power has failed. What a link points to is written.

    mode    permissions; None: those that it has

    Its folder is made where there is none. Raises OSError; the file is then as it was, and nothing
    half-written takes room.
    """
    file = Path(os.path.realpath(file))
    half = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        make_private_folder(file.parent)
        with open(half, "wb", opener=private) as out:
            with suppress(FileNotFoundError):
                os.fchmod(out.fileno(), stat.S_IMODE(mode or file.stat().st_mode))
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        half.replace(file)
    except OSError:
        with suppress(OSError):
            half.unlink()
        raise
    with suppress(OSError):  # so that the new name is there, too
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def set_aside(file: Path) -> Path:
    """Keep what is in a damaged file, beside it under a name that is free; raises OSError."""
    wanted = aside = file.with_name(f"{file.name}.broken-{time.time():.0f}")
    number = 0
    while aside.exists():
        number += 1
        aside = wanted.with_name(f"{wanted.name}-{number}")
    write_whole(aside, file.read_bytes(), mode=OWNER_ONLY)
    return aside


def clear_up(file: Path) -> None:
    """Delete what programs that were ended meanwhile have left half-written; raises OSError."""
    for half in file.parent.glob(f".{file.name}.*.new"):
        writer = half.name.removesuffix(".new").rpartition(".")[2]
        if writer.isdigit() and not Path(f"/proc/{writer}").exists():
            half.unlink(missing_ok=True)


def refusal(file: Path) -> str | None:
    """Why `file` could not be written, as half a sentence; None: it can.

    Nothing stays of the attempt: where its folder would have to be made, the next one is tried.
    """
    try:
        folder = next(folder for folder in file.absolute().parents if folder.exists())
        with TemporaryFile(dir=folder) as probe:
            probe.write(b"0" * 4096)
            probe.flush()
    except OSError as error:
        return why(error)
    return None
