"""Memory of a fresh process before and after it loads a model.

    python -m assistant.evaluation.memory FOLDER RUNTIME

Prints two numbers of MiB: Python with numpy alone, and with the model, its tokenizer and one
answer. Nothing but numpy is imported before the first; Linux only (/proc).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

_STATM = Path("/proc/self/statm")
_MIB = 2**20


def resident_mib() -> float:
    """What this process occupies of the memory, MiB."""
    pages = int(_STATM.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


def main(folder: str, runtime: str) -> None:
    """Measure, and print."""
    np.ones((64, 64)) @ np.ones((64, 64))  # BLAS takes its buffers with the first product
    before = resident_mib()
    from assistant.tflite import runtimes
    from assistant.understand.tagger import Tagger

    (chosen,) = (name for name in runtimes() if name == runtime)
    Tagger(Path(folder), runtime=chosen).score(("turn", "on", "the", "light"))
    sys.stdout.write(f"{before:.1f} {resident_mib():.1f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
