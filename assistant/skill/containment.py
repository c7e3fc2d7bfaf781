"""What the system can take away from the process of a skill, without root.

    bubblewrap   files: Python, the assistant's code and the skill's folder, read-only; nothing else
                 network: none, unless the skill may; other processes: none to be seen
    Landlock     no reading of files, where bubblewrap is missing or may not work (containers);
                 whether a file of some name is there, its size and dates can still be asked
    libseccomp   no other programs, no further processes, no writing of files, no sockets unless
                 the skill may (syscalls.py)
    rlimits      memory, open files, no core dumps

`confined` is called outside (it makes the command line), `confine` inside, before a line of the
skill runs. README.md, "What a skill cannot do", says what this does and does not contain.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assistant.paths import PACKAGE
from assistant.skill import landlock, syscalls

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime")
_FOR_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl")
_DEVICES = ("/dev/null", "/dev/urandom")
_MIB = 2**20
_OPEN_FILES = 64
_PDEATHSIG = 1  # prctl


def confined(command: Sequence[str], folder: Path, *, network: bool) -> list[str]:
    """`command` (Python and its arguments) so that it runs in a box, where there is bubblewrap."""
    if not bubblewrap_works():
        return list(command)
    box = [
        "bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
    ]  # fmt: skip
    if network:
        box += ["--share-net"]
    for path in readable(folder, network=network):
        box += ["--ro-bind-try", path, path]
    for path in ("/tmp", "/dev", "/"):  # of memory; nobody counts the names of files there
        box += ["--remount-ro", path]
    return [*box, "--chdir", str(folder), "--", *command]


def readable(folder: Path, *, network: bool) -> list[str]:
    """What the skill's process has to read, a folder before what lies in it."""
    paths = {*_SYSTEM, sys.prefix, sys.base_prefix, str(PACKAGE), str(folder)}
    # Packages installed for the user or for development; never a folder of which the assistant's
    # configuration is a part.
    paths |= {p for p in sys.path if "site-packages" in p or "dist-packages" in p}
    return sorted({*paths, *_FOR_NETWORK} if network else paths, key=len)


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap is installed and may make namespaces here (not in most containers)."""
    if not shutil.which("bwrap"):
        return False
    probe = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def what_is_missing() -> str:
    """What is not contained here for want of a tool, in a sentence; "" when nothing is."""
    missing = []
    if not bubblewrap_works() and not landlock.version():
        missing.append("files (neither bubblewrap nor Landlock works here)")
    elif not bubblewrap_works():  # stat, access and readlink, of which Landlock knows nothing
        missing.append("whether files of other names are there (bubblewrap is missing)")
    if syscalls.library() is None:
        missing.append("other programs, writing and sockets (libseccomp is missing)")
    return " and ".join(missing)


def confine(memory_mb: int, *, network: bool, files: Sequence[str] = ()) -> None:
    """Give up, in this process and for good, what a skill does not need.

    files    all that it may read; none are named where it is in a box already
    """
    _end_with_parent()
    if files and landlock.version():
        landlock.allow_reading([*files, *_DEVICES])
    memory = memory_mb * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    os.nice(10)  # an endless loop leaves the processor to the wake word
    if (library := syscalls.library()) is not None:
        syscalls.refuse(library, network=network)


def _end_with_parent() -> None:
    """Have the kernel end this process with the program, and take what root could do otherwise."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # linux/capability.h: version 3, this process; three sets of two words, all empty.
    libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
