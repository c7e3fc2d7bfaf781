"""Load and run a TFLite model, whichever of the two runtimes is installed.

`ai_edge_litert` is the renamed successor of `tflite_runtime`: it gets the fixes and the faster
kernels, so it is preferred; `tflite_runtime` is what a 32-bit Raspberry Pi has. Nothing else in
the program imports either of them.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt

from assistant.config import Accelerator
from assistant.errors import ModelError
from assistant.flatbuffer import DamagedError, check_tflite

log = logging.getLogger(__name__)

Runtime = Literal["ai_edge_litert", "tflite_runtime"]
Array = npt.NDArray[Any]

EDGETPU_LIBRARY = "libedgetpu.so.1"
"""The Edge TPU's driver: the linker finds it by this name where it is installed."""

_RUNTIMES: tuple[Runtime, ...] = ("ai_edge_litert", "tflite_runtime")  # in order of preference
_stderr_lock = Lock()


def runtimes() -> tuple[Runtime, ...]:
    """The installed runtimes, the preferred one first; empty when there is none."""
    return tuple(name for name in _RUNTIMES if importlib.util.find_spec(name) is not None)


@dataclass(frozen=True, slots=True)
class Tensor:
    """One input or output of a model."""

    name: str
    index: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float
    """Real units per integer step; 0.0 where the tensor is not quantized."""

    zero_point: int
    """The integer that stands for 0.0."""

    def quantize(self, real: npt.ArrayLike) -> Array:
        """Real values on this tensor's integer grid; off the grid they saturate, never wrap."""
        return quantize(real, self.scale, self.zero_point, self.dtype)

    def dequantize(self, grid: Array) -> npt.NDArray[np.float32]:
        """Back to real values; a tensor that is not quantized comes back as float32."""
        return dequantize(grid, self.scale, self.zero_point)


def quantize(real: npt.ArrayLike, scale: float, zero_point: int, dtype: npt.DTypeLike) -> Array:
    """Put real values on an integer grid: round(real / scale) + zero_point, clipped to `dtype`.

    `scale` 0.0 means "not quantized": the values are only cast to `dtype`.
    Source: tensorflow.org/lite/performance/quantization_spec, real = (int - zero_point) * scale.
    """
    if scale == 0.0:
        return np.asarray(real, dtype)
    limits = np.iinfo(np.dtype(dtype))
    # float64 on purpose: pymicro-wakeword rounds in float64, and a tie that falls the other
    # way in float32 changes a score.
    grid = np.round(np.asarray(real, np.float64) / scale + zero_point)
    clipped: Array = np.clip(grid, limits.min, limits.max).astype(dtype)
    return clipped


def dequantize(grid: Array, scale: float, zero_point: int) -> npt.NDArray[np.float32]:
    """Real values of `grid`; `scale` 0.0 means "not quantized"."""
    if scale == 0.0:
        return grid.astype(np.float32)
    return (grid.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)


class Model:
    """A loaded TFLite model: arrays in, arrays out.

    path         the .tflite file; it is read once and may change afterwards
    threads      CPU threads of one call
    runtime      a name from `runtimes()`; None: the first of them
    xnnpack      False: without the XNNPACK delegate. ai_edge_litert then gives bit for bit what
                 the TFLite library inside pymicro-wakeword gives, and takes three times as long
    accelerator  edgetpu: what edgetpu_compiler put into the model for it runs there, all else on
                 the CPU. ModelError where the library or the device is missing

    An int8 model's outputs may differ by rounding between the runtimes and with XNNPACK: each
    rounds at another place when it rescales its 32-bit sums, and a model that keeps state
    carries the difference along (see tests/test_tflite.py for how much).

    Not for use by two threads at the same time.
    """

    def __init__(
        self,
        path: Path,
        *,
        threads: int = 1,
        runtime: Runtime | None = None,
        xnnpack: bool = True,
        accelerator: Accelerator = "cpu",
    ) -> None:
        self.path = path
        self._xnnpack = xnnpack
        self.runtime = _choose(runtime)
        self._threads = threads
        self._delegates = [_load_edgetpu(self.runtime)] if accelerator == "edgetpu" else None
        self._content = _read(path)
        self._build()

    def _build(self) -> None:
        module = importlib.import_module(f"{self.runtime}.interpreter")
        resolvers = module.OpResolverType
        try:
            with _without_chatter():
                self._interpreter = module.Interpreter(
                    model_content=self._content,
                    num_threads=self._threads,
                    experimental_op_resolver_type=resolvers.AUTO
                    if self._xnnpack
                    else resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
                    experimental_delegates=self._delegates,
                )
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"{self.path}: {self.runtime} cannot load this model: {_one_line(error)}",
                fix="convert it with operations of this runtime, or pip install ai-edge-litert",
            ) from error
        self.inputs = tuple(_tensor(d) for d in self._interpreter.get_input_details())
        self.outputs = tuple(_tensor(d) for d in self._interpreter.get_output_details())

    def run(self, *inputs: Array) -> tuple[Array, ...]:
        """One inference.

        inputs    in the order of `self.inputs`, of exactly their shape and dtype
        returns   copies of the outputs in the order of `self.outputs`
        """
        if len(inputs) != len(self.inputs):
            raise ValueError(f"{self.path}: {len(self.inputs)} inputs wanted, got {len(inputs)}")
        # set_tensor and get_tensor copy, which costs no more than building views anew, and
        # views that are kept make both runtimes refuse to run.
        for tensor, array in zip(self.inputs, inputs, strict=True):
            self._interpreter.set_tensor(tensor.index, array)
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(tensor.index) for tensor in self.outputs)

    def reset(self) -> None:
        """Forget what earlier runs left in the model's variables: as just loaded.

        The interpreter is built anew from memory (0.2 to 0.4 ms for a wake model on the
        development machine), because `reset_all_variables` of both runtimes leaves resource
        variables (VAR_HANDLE), where streaming models keep their state, as they are.
        """
        self._build()


def _choose(runtime: Runtime | None) -> Runtime:
    installed = runtimes()
    if not installed:
        raise ModelError(
            "no TFLite runtime is installed", fix="pip install ai-edge-litert (or tflite-runtime)"
        )
    if runtime is not None and runtime not in installed:
        raise ModelError(
            f"the TFLite runtime {runtime} is not installed, only {', '.join(installed)}",
            fix=f"pip install {runtime.replace('_', '-')}",
        )
    return runtime or installed[0]


def _load_edgetpu(runtime: Runtime) -> Any:
    """The delegate that hands the Edge TPU its part of a model."""
    fix = (
        "install libedgetpu1-std (coral.ai/docs/accelerator/get-started) and plug the Edge TPU in, "
        "or set understand.accelerator: cpu"
    )
    try:
        # Looked at before the runtime does: its Delegate complains again when it is collected.
        if not hasattr(ctypes.PyDLL(EDGETPU_LIBRARY), "tflite_plugin_create_delegate"):
            raise ModelError(
                f"accelerator edgetpu: {EDGETPU_LIBRARY} is no TFLite delegate", fix=fix
            )
        return importlib.import_module(f"{runtime}.interpreter").load_delegate(EDGETPU_LIBRARY)
    except OSError as error:  # of the dynamic linker; its text names the library
        raise ModelError(f"accelerator edgetpu: {_one_line(error)}", fix=fix) from error
    except ValueError as error:
        raise ModelError(
            f"accelerator edgetpu: {EDGETPU_LIBRARY} finds no Edge TPU: {_one_line(error)}", fix=fix
        ) from error


def _read(path: Path) -> bytes:
    """The bytes of `path`, checked: tflite_runtime crashes on a damaged file, it does not raise."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path}: cannot read the model: {error.strerror}", fix="install it again"
        ) from error
    try:
        check_tflite(content)
    except DamagedError as error:
        raise ModelError(f"{path}: {error}", fix="install it again") from error
    return content


def _tensor(details: dict[str, Any]) -> Tensor:
    scale, zero_point = details["quantization"]
    return Tensor(
        name=details["name"],
        index=details["index"],
        shape=tuple(int(n) for n in details["shape"]),
        dtype=np.dtype(details["dtype"]),
        scale=float(scale),
        zero_point=int(zero_point),
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _in_memory() -> IO[bytes]:
    """A file that needs no disk: the disk may be full."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("chatter"), "w+b")
    return tempfile.TemporaryFile()


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Keep the runtime's INFO lines off the user's terminal; everything else still gets there.

    The runtimes write from C++ to file descriptor 2 and offer no setting, so the descriptor is
    turned to a temporary file meanwhile and what is no INFO line is written out afterwards.
    """
    with _stderr_lock, _in_memory() as caught:
        try:
            terminal = os.dup(2)
        except OSError:  # a daemon that closed its standard error
            yield
            return
        try:
            os.dup2(caught.fileno(), 2)
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
            caught.seek(0)
            for line in caught:
                if line.startswith(b"INFO:"):
                    log.debug("%s", line.decode(errors="replace").rstrip())
                else:
                    with suppress(OSError):  # a log on a full disk
                        os.write(2, line)
