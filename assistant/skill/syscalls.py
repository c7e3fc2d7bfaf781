"""System calls that the kernel refuses to a skill's process and its threads (libseccomp).

Only what a call is given in registers can be looked at, and of an `int` the kernel itself looks at
32 bits: every comparison here masks the others away, or refuses what differs in any.
"""

from __future__ import annotations

import ctypes
import os
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
)
"""Starts, signals, traces or slows down another process."""

_WRITING = (
    *("creat", "truncate", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
    *("mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "mknod", "mknodat"),
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
)
"""Makes, changes or deletes a file; opening one to write to it is refused as well."""

_KERNEL = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_by_handle_at"),
    *("fsopen", "fsmount", "open_tree", "move_mount", "mount_setattr"),
    *("keyctl", "add_key", "request_key"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup"),
    *("shmget", "msgget", "semget", "mq_open", "setrlimit"),
)
"""What no skill needs: other namespaces, keys, memory that no limit counts, its own limits."""

_OPEN_FOR_WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC)
_CLONE_THREAD = 0x10000
_SET_OWNER = (8, 10, 15)  # fcntl.h: F_SETOWN, F_SETSIG, F_SETOWN_EX: signals by way of a pipe
_IOCTL = (0x8901, 0x8902, 0x5412)  # FIOSETOWN, SIOCSPGRP: likewise; TIOCSTI: types for others
_PDEATHSIG = 1  # prctl
_FAMILIES = 64  # more than there are
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

    def load(self) -> None:
        """From here on it counts, for this process and its threads."""
        if self._library.seccomp_load(self._context) != 0:
            raise OSError("the kernel takes no seccomp filter")
        self._library.seccomp_release(self._context)


def refuse(found: ctypes.CDLL, *, network: bool) -> None:
    """Refuse, from here on and for good, what a skill does not need."""
    rules = _Filter(found)
    for name in (*_PROCESSES, *_WRITING, *_KERNEL):
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
    rules.refuse("prctl", _Compare(0, _MASKED_EQUAL, _INT, _PDEATHSIG))
    for call, numbers in (("fcntl", _SET_OWNER), ("ioctl", _IOCTL)):
        for number in numbers:
            rules.refuse(call, _Compare(1, _MASKED_EQUAL, _INT, number))
    if network:
        for family in set(range(_FAMILIES)) - set(_INTERNET):
            rules.refuse("socket", _Compare(0, _MASKED_EQUAL, _INT, family))
    else:  # a socketpair leads nowhere else, and asyncio cannot do without
        rules.refuse("socket")
    rules.load()
