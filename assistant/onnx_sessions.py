"""onnxruntime as this program runs it: memory is given back after each run.

What is said and heard has any length, and onnxruntime keeps what the longest one took, in an arena
of its own; glibc keeps what is freed below that. Runs are seconds apart: neither is worth it.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # malloc.h of glibc


def keep_little_memory() -> None:
    """Have glibc keep little of what is freed: to be called before there are other threads.

    It would keep a heap for each thread, and put ever larger blocks there instead of asking the
    system for them: between two replies those heaps are full of holes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, 256 * 1024)


def open_session(file: Path, *, threads: int = 0, as_it_is: bool = False) -> Any:
    """An onnxruntime.InferenceSession on the CPU; raises what onnxruntime raises.

    threads    0: one for each core
    as_it_is   nothing is computed ahead: weights that are stored small stay so
    """
    import onnxruntime  # type: ignore[import-untyped,unused-ignore]  # ships no types

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what is wrong is raised anyway
    options.enable_cpu_mem_arena = False
    if as_it_is:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # A core that waits for the next command must not spin.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def give_back_memory() -> None:
    """Return to the system what was freed; glibc would keep it for the next command."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl and macOS have none
    if trim:
        trim(0)
