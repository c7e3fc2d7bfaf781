"""SIGTERM and Ctrl-C: the program that runs is asked to end, in order and soon.

A signal raises nothing: an exception at any line, even in a destructor, can be lost. It is noticed
by a thread of its own, however busy the others are, which asks the parts that wait to wait no
longer. What has not ended `PATIENCE_S` later is left behind: the broker then says `offline` for us,
and what is planned is on the disk already.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

log = logging.getLogger(__name__)

PATIENCE_S = 1.5
"""For everything to be closed in order; with what the system needs it is over within 2 s."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_CLOSED = 0


class Stopped(Exception):
    """The program is to end: raised by `Stop.check` between two steps of a start."""


class Stop:
    """Whether the program is to end; any thread may ask."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []
        self.patience_s = 0.0
        """How long the parts may take to close; 0: nothing is open yet that would have to."""

    def check(self) -> None:
        """Raise Stopped when the program is to end."""
        if self.asked.is_set():
            raise Stopped

    def wakes(self, waker: Callable[[], None]) -> None:
        """Have `waker` end what waits, once, on another thread; at once when it is late."""
        with self._lock:
            late = self.asked.is_set()
            self._wakers.append(waker)
        if late:
            self._call(waker)

    def ask(self) -> None:
        """The program is to end."""
        with self._lock:
            self.asked.set()
            wakers = tuple(self._wakers)
        for waker in wakers:
            threading.Thread(target=self._call, args=(waker,), daemon=True).start()

    def _call(self, waker: Callable[[], None]) -> None:
        try:
            waker()
        except Exception:
            log.debug("what waits could not be woken", exc_info=True)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Within it SIGTERM and SIGINT ask the program to end; the second one ends it at once.

    On the main thread.
    """
    stop = Stop()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # In this order no signal comes between the two.
    fd_before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    before = {number: signal.signal(number, _noted) for number in _SIGNALS}
    thread = threading.Thread(target=_watch, args=(stop, reader), name="signals", daemon=True)
    thread.start()
    try:
        yield stop
    finally:
        # Once asked to end, it watches until the process is gone.
        if not stop.asked.is_set():
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(fd_before)
            os.write(writer, bytes([_CLOSED]))
            thread.join()
            os.close(writer)
            os.close(reader)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The interpreter has written the signal's number into the pipe already."""


def _watch(stop: Stop, reader: int) -> None:
    if _next_signal(reader, None) == _CLOSED:
        return
    patience_s = stop.patience_s
    stop.ask()
    second = _next_signal(reader, patience_s)
    if second != _CLOSED:
        end_at_once(128 + second if second else 0)


def _next_signal(reader: int, timeout_s: float | None) -> int | None:
    """The number of the signal, or _CLOSED; None: nothing came."""
    until = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        left_s = None if until is None else max(0.0, until - time.monotonic())
        if not select.select([reader], [], [], left_s)[0]:
            return None
        number = os.read(reader, 1)[0]
        if number in (*_SIGNALS, _CLOSED):
            return number


def end_at_once(code: int) -> NoReturn:
    """Without closing anything, nor the seconds that the interpreter takes to clear away what it
    holds; what we have started ends, too."""
    for child in _children():
        with suppress(OSError):
            if os.getpgid(child) == child:
                os.killpg(child, signal.SIGKILL)
            else:
                os.kill(child, signal.SIGKILL)
    os._exit(code)


def _children() -> set[int]:
    """The processes that any thread of ours has started."""
    found: set[int] = set()
    for children in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found.update(map(int, children.read_text(encoding="ascii").split()))
    return found
