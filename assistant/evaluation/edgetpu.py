"""Which operations of a .tflite would run on an Edge TPU, and why the others would not.

What is checked is what Coral documents for runtime version 14, the last one: supported operations
and their limits, 8-bit tensors, static shapes, at most three dimensions above 1, and one cut: from
the first operation that is not supported, everything stays on the CPU. Google's edgetpu_compiler
decides in the end; it knows limits of size that are not documented.

Source: coral.ai/docs/edgetpu/models-intro, "Model requirements" and "Supported operations";
coral.ai/docs/edgetpu/compiler for the cut and its option -a.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

from assistant.evaluation.operations import Operation, read_operations

_EIGHT_BITS = ("int8", "uint8")
_CONSTANTS = (*_EIGHT_BITS, "int32")  # biases, shapes and axes
_FREE = (
    "ADD", "EXPAND_DIMS", "L2_NORMALIZATION", "LOGISTIC", "MAXIMUM", "MEAN", "MINIMUM", "MUL",
    "PACK", "PAD", "PRELU", "QUANTIZE", "REDUCE_MAX", "REDUCE_MIN", "RELU", "RELU6",
    "RELU_N1_TO_1", "RESHAPE", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "RSQRT", "SLICE",
    "SPACE_TO_DEPTH", "SPLIT", "SQUARED_DIFFERENCE", "SQUEEZE", "SUB", "SUM", "TANH", "TRANSPOSE",
    "TRANSPOSE_CONV", "UNIDIRECTIONAL_SEQUENCE_LSTM",
)  # fmt: skip
"""Supported without a limit, or with one that concerns only batches of more than one."""

_SOFTMAX_ELEMENTS = 16_000
_COMPILED = "edgetpu-custom-op"
"""What edgetpu_compiler puts in the place of the operations it has taken."""

Rule = Callable[[Operation], str]
"""Why an operation cannot be mapped; "" when it can."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one operation would run."""

    operation: str
    limit: str
    """Why the accelerator cannot do it at all; "" when it can."""

    cut: str
    """Why it stays on the CPU although it could be mapped; "" otherwise."""

    @property
    def mapped(self) -> bool:
        """Whether it would run on the accelerator."""
        return not self.limit and not self.cut


def report(file: Path) -> tuple[Placement, ...]:
    """Where every operation of `file` would run, in order; raises ModelError for no model."""
    placements: list[Placement] = []
    cut = ""
    for number, operation in enumerate(read_operations(file)):
        limit = _limit(operation)
        placements.append(Placement(operation.name, limit, "" if limit else cut))
        if limit and not cut:
            cut = f"comes after {operation.name} (operation {number}), where the graph is cut"
    return tuple(placements)


def compiled(file: Path) -> bool:
    """Whether edgetpu_compiler made `file`: only then the accelerator does anything."""
    return any(operation.name == _COMPILED for operation in read_operations(file))


def lines(placements: tuple[Placement, ...]) -> Iterator[str]:
    """The report for people: a line per kind of operation and reason, then the sums."""
    rows = Counter((p.operation, p.limit or p.cut or "mapped to the Edge TPU") for p in placements)
    for (operation, where), count in rows.items():
        yield f"{operation:<28} {count:>3}  {where}"
    mapped = sum(p.mapped for p in placements)
    able = sum(not p.limit for p in placements)
    yield f"{mapped} of {len(placements)} operations would run on the Edge TPU"
    if able > mapped:
        yield f"{able} with edgetpu_compiler -a, which cuts a graph more than once (experimental)"


def _limit(operation: Operation) -> str:
    if operation.name == _COMPILED:
        return ""
    if operation.name not in _RULES:
        return "is no operation of the Edge TPU"
    return _tensors(operation) or _RULES[operation.name](operation)


def _tensors(operation: Operation) -> str:
    for operand in (*operation.inputs, *operation.outputs):
        if operand.dtype not in (_CONSTANTS if operand.constant else _EIGHT_BITS):
            return f"has a tensor of {operand.dtype}, not of 8 bits"
        if operand.constant:
            continue
        if any(size < 0 for size in operand.shape):
            return "has a tensor whose size is not known before the run"
        if prod(operand.shape[:-3]) > 1:
            return f"has a tensor of more than three dimensions: {operand.shape}"
    return ""


def _anything(operation: Operation) -> str:
    return ""


def _same_dilation(first_field: int) -> Rule:
    """Conv2DOptions and DepthwiseConv2DOptions: dilation_w_factor, then dilation_h_factor."""

    def rule(operation: Operation) -> str:
        across, down = (operation.option(first_field + i, default=1) for i in (0, 1))
        return "" if across == down else f"has the dilation {down} × {across}, not the same in both"

    return rule


def _nothing_fused(field: int) -> Rule:
    def rule(operation: Operation) -> str:
        return "has a fused activation" if operation.option(field, "b") else ""

    return rule


def _concatenation(operation: Operation) -> str:
    # A constant part may only be padding with zeros, which no model here does.
    if any(operand.constant for operand in operation.inputs):
        return "has a constant part"
    return _nothing_fused(1)(operation)


def _fully_connected(operation: Operation) -> str:
    if operation.option(1, "b"):
        return "has shuffled weights"
    return "" if prod(operation.outputs[0].shape[:-1]) == 1 else "has an output of several rows"


def _softmax(operation: Operation) -> str:
    shape = operation.inputs[0].shape
    if prod(shape[:-1]) > 1 or shape[-1] > _SOFTMAX_ELEMENTS:
        return f"is not over one row of up to {_SOFTMAX_ELEMENTS} numbers: {shape}"
    return ""


def _strided_slice(operation: Operation) -> str:
    return "has an ellipsis or a new axis" if operation.option(2) or operation.option(3) else ""


_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_FREE, _anything),
    "AVERAGE_POOL_2D": _nothing_fused(5),
    "MAX_POOL_2D": _nothing_fused(5),
    "CONCATENATION": _concatenation,
    "CONV_2D": _same_dilation(4),
    "DEPTHWISE_CONV_2D": _same_dilation(5),
    "FULLY_CONNECTED": _fully_connected,
    "SOFTMAX": _softmax,
    "STRIDED_SLICE": _strided_slice,
}
