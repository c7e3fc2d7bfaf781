"""System calls that the kernel refuses to a skill's process and its threads (libseccomp).

Only what a call is given in registers can be looked at, and of an `int` the kernel itself looks at
32 bits: every comparison here masks the others away, or refuses what differs in any.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Collection, Iterator
from functools import cache

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000  # seccomp.h: SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(0)
_EPERM, _ENOSYS = 1, 38
_NOT_EQUAL, _MASKED_EQUAL = 1, 7  # SCMP_CMP_NE, SCMP_CMP_MASKED_EQ
_INT = 0xFFFFFFFF

_PROCESSES = (
    *("fork", "vfork", "execve", "execveat"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp"),
    *("setsid", "setpgid"),  # who leaves the group of its process is not stopped with it
    *("kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal"),
    *("setpriority", "ioprio_set", "sched_setaffinity", "migrate_pages", "move_pages"),
    *("sched_setscheduler", "sched_setparam", "sched_setattr"),
    *("flock", "sync", "syncfs", "mlock", "mlock2", "mlockall", "process_mrelease"),
)
"""Starts, signals, traces, slows down or waits in the way of another process."""

_WATCHING = (
    *("inotify_init", "inotify_init1", "inotify_add_watch", "fanotify_init", "fanotify_mark"),
    *("syslog", "quotactl", "get_robust_list"),
)
"""Tells what others do: Landlock does not look at it."""

_WRITING = (
    *("creat", "truncate", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
    *("mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "mknod", "mknodat"),
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
    *("setxattrat", "removexattrat", "file_setattr", "memfd_create", "memfd_secret"),
)
"""Makes, changes or deletes a file; opening one to write to it is refused as well."""

_KERNEL = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_by_handle_at"),
    *("fsopen", "fsmount", "open_tree", "move_mount", "mount_setattr"),
    *("keyctl", "add_key", "request_key"),
    *("bpf", "perf_event_open", "userfaultfd", "personality"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl"),
    *("semget", "semop", "semtimedop", "semctl", "mq_open", "mq_unlink", "setrlimit"),
)
"""What no skill needs: other namespaces, keys, memory that no limit counts, its own limits."""

_OPEN_FOR_WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC)
_CLONE_THREAD = 0x10000
_FCNTL = (0, 1, 2, 3, 4, 1030, 1032)
"""fcntl.h: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_GETPIPE_SZ. The others
lock and lease files, for which other processes then wait, have signals sent, watch folders."""

_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Of the others some have signals sent,
type for others (TIOCSTI), or change files that are open for reading alone."""

_PRCTL = (15, 16, 0x53564D41)
"""PR_SET_NAME, PR_GET_NAME, PR_SET_VMA: names of threads and of memory."""

_INTERNET = (2, 10)  # AF_INET, AF_INET6


class _Compare(ctypes.Structure):
    """struct scmp_arg_cmp: argument `arg`, masked with `a`, compared with `b`."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


@cache
def library() -> ctypes.CDLL | None:
    """libseccomp, which Debian's package manager needs and so every Debian has."""
    try:
        found = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    except OSError:
        return None
    found.seccomp_init.restype = ctypes.c_void_p
    found.seccomp_init.argtypes = [ctypes.c_uint32]
    found.seccomp_load.argtypes = [ctypes.c_void_p]
    found.seccomp_release.argtypes = [ctypes.c_void_p]
    return found


class _Filter:
    """What is refused; everything else is allowed."""

    def __init__(self, found: ctypes.CDLL) -> None:
        self._library = found
        self._context = ctypes.c_void_p(found.seccomp_init(_ALLOW))

    def refuse(self, name: str, *when: _Compare, error: int = _EPERM) -> None:
        """Refuse a call, when all of `when` hold; one that this machine has not is no matter."""
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        conditions = (_Compare * len(when))(*when)
        result = self._library.seccomp_rule_add_array(
            self._context, ctypes.c_uint32(_ERRNO | error), number, len(when), conditions
        )
        if number >= 0 and result != 0:
            raise OSError(-result, f"seccomp: {name} cannot be refused")

    def refuse_but(self, name: str, arg: int, allowed: Collection[int]) -> None:
        """Refuse a call whose argument `arg`, an int, is none of `allowed`."""
        for mask, value in others(allowed):
            self.refuse(name, _Compare(arg, _MASKED_EQUAL, mask, value))

    def load(self) -> None:
        """From here on it counts, for this process and its threads."""
        if self._library.seccomp_load(self._context) != 0:
            raise OSError("the kernel takes no seccomp filter")
        self._library.seccomp_release(self._context)


def others(allowed: Collection[int], bits: int = 32) -> Iterator[tuple[int, int]]:
    """All numbers but `allowed`, as masks and what is left under them; no number comes twice.

    The kernel only knows rules for what is refused, and a rule looks at an argument once.
    """

    def below(prefix: int, known: int) -> Iterator[tuple[int, int]]:
        mask = ((1 << known) - 1) << (bits - known)
        if not any(number & mask == prefix for number in allowed):
            yield mask, prefix
        elif known < bits:
            yield from below(prefix, known + 1)
            yield from below(prefix | 1 << (bits - known - 1), known + 1)

    return below(0, 0)


def refuse(found: ctypes.CDLL, *, network: bool) -> None:
    """Refuse, from here on and for good, what a skill does not need."""
    rules = _Filter(found)
    for name in (*_PROCESSES, *_WATCHING, *_WRITING, *_KERNEL):
        rules.refuse(name)
    for name, flags in (("open", 1), ("openat", 2)):
        for bit in _OPEN_FOR_WRITING:
            rules.refuse(name, _Compare(flags, _MASKED_EQUAL, bit, bit))
    # Their flags are out of sight; who hears that there is no such call takes the older one.
    rules.refuse("openat2", error=_ENOSYS)
    rules.refuse("clone3", error=_ENOSYS)
    # A thread is a clone with CLONE_THREAD; without it, a process.
    rules.refuse("clone", _Compare(0, _MASKED_EQUAL, _CLONE_THREAD, 0))
    rules.refuse("tgkill", _Compare(0, _NOT_EQUAL, os.getpid(), 0))  # abort() kills itself
    rules.refuse("prlimit64", _Compare(2, _NOT_EQUAL, 0, 0))
    rules.refuse("prlimit64", _Compare(0, _NOT_EQUAL, 0, 0))  # what limits others have
    for call, arg, allowed in (("fcntl", 1, _FCNTL), ("ioctl", 1, _IOCTL), ("prctl", 0, _PRCTL)):
        rules.refuse_but(call, arg, allowed)
    if network:
        rules.refuse_but("socket", 0, _INTERNET)
    else:  # a socketpair leads nowhere else, and asyncio cannot do without
        rules.refuse("socket")
    rules.load()
