"""What the system can take away from the process of a skill, without root.

    bubblewrap   files: Python, the assistant's code and the skill's folder, read-only; nothing else
                 network: none, unless the skill may; other processes: none to be seen
    Landlock     the same for files, where bubblewrap is missing or may not work (containers)
    libseccomp   no other programs, no further processes, no sockets unless the skill may
    rlimits      memory, no writing of files, no core dumps

`confined` is called outside (it makes the command line), `confine` inside, before a line of the
skill runs. README.md, "What a skill cannot do", says what this does and does not contain.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assistant.skill import landlock

log = logging.getLogger(__name__)

_PACKAGE = Path(__file__).resolve().parent.parent
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime")
_FOR_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl")
_DEVICES = ("/dev/null", "/dev/urandom")
_MIB = 2**20
_OPEN_FILES = 64

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000  # seccomp.h: SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(0)
_EPERM, _ENOSYS = 1, 38
_NOT_EQUAL, _MASKED_EQUAL = 1, 7  # SCMP_CMP_NE, SCMP_CMP_MASKED_EQ
_CLONE_THREAD = 0x10000
_NO_PROCESSES = (
    "fork",
    "vfork",
    "execve",
    "execveat",
    "ptrace",
    "process_vm_readv",
    "kill",
    "pidfd_send_signal",
    "rt_sigqueueinfo",
    "tkill",
)
_NO_SOCKETS = ("socket", "socketpair", "io_uring_setup")


def confined(command: Sequence[str], folder: Path, *, network: bool) -> list[str]:
    """`command` (Python and its arguments) so that it runs in a box, where there is bubblewrap."""
    if not bubblewrap_works():
        return list(command)
    box = [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
    ]  # fmt: skip
    if network:
        box += ["--share-net"]
    for path in readable(folder, network=network):
        box += ["--ro-bind-try", path, path]
    return [*box, "--chdir", str(folder), "--", *command]


def readable(folder: Path, *, network: bool) -> list[str]:
    """What the skill's process has to read, a folder before what lies in it."""
    paths = {*_SYSTEM, sys.prefix, sys.base_prefix, str(_PACKAGE), str(folder)}
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
    if _seccomp() is None:
        missing.append("processes (libseccomp is missing)")
    return " and ".join(missing)


def confine(memory_mb: int, *, network: bool, files: Sequence[str] = ()) -> None:
    """Give up, in this process and for good, what a skill does not need.

    files    all that it may read; none are named where it is in a box already
    """
    if files and landlock.version():
        landlock.allow_reading([*files, *_DEVICES])
    memory = memory_mb * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    os.nice(10)  # an endless loop leaves the processor to the wake word
    if (library := _seccomp()) is not None:
        _filter_calls(library, _NO_PROCESSES if network else (*_NO_PROCESSES, *_NO_SOCKETS))


@cache
def _seccomp() -> ctypes.CDLL | None:
    """libseccomp, which Debian's package manager needs and so every Debian has."""
    try:
        library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    return library


class _Compare(ctypes.Structure):
    """struct scmp_arg_cmp: argument `arg`, masked with `a`, compared with `b`."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def _filter_calls(library: ctypes.CDLL, refused: Sequence[str]) -> None:
    """From here on the kernel refuses these system calls, to this process and its threads."""
    context = ctypes.c_void_p(library.seccomp_init(_ALLOW))

    def refuse(name: str, error: int, *when: _Compare) -> None:
        number = library.seccomp_syscall_resolve_name(name.encode())
        conditions = (_Compare * len(when))(*when)
        library.seccomp_rule_add_array(
            context, ctypes.c_uint32(_ERRNO | error), number, len(when), conditions
        )

    for name in refused:
        refuse(name, _EPERM)
    # A thread is a clone with CLONE_THREAD; without it, a process. glibc falls back from clone3,
    # whose flags a filter cannot see, to clone when it is told that there is none.
    refuse("clone3", _ENOSYS)
    refuse("clone", _EPERM, _Compare(0, _MASKED_EQUAL, _CLONE_THREAD, 0))
    refuse("tgkill", _EPERM, _Compare(0, _NOT_EQUAL, os.getpid(), 0))  # abort() kills itself
    if library.seccomp_load(context) != 0:
        raise OSError("the kernel takes no seccomp filter")
    library.seccomp_release(context)
