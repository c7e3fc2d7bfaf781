"""The operations of a .tflite file, read from its flatbuffer; no package is needed for it.

Source: tensorflow/lite/schema/schema.fbs; flatbuffers.dev/internals for tables and vectors.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.flatbuffer import DamagedError, check_tflite

# Numbers of BuiltinOperator: those of the Edge TPU and those that our own models have besides.
NAMES: Mapping[int, str] = {
    0: "ADD", 1: "AVERAGE_POOL_2D", 2: "CONCATENATION", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D",
    6: "DEQUANTIZE", 7: "EMBEDDING_LOOKUP", 9: "FULLY_CONNECTED", 11: "L2_NORMALIZATION",
    14: "LOGISTIC", 16: "LSTM", 17: "MAX_POOL_2D", 18: "MUL", 19: "RELU", 20: "RELU_N1_TO_1",
    21: "RELU6", 22: "RESHAPE", 23: "RESIZE_BILINEAR", 25: "SOFTMAX", 26: "SPACE_TO_DEPTH",
    28: "TANH", 32: "CUSTOM", 34: "PAD", 36: "GATHER", 39: "TRANSPOSE", 40: "MEAN", 41: "SUB",
    43: "SQUEEZE", 44: "UNIDIRECTIONAL_SEQUENCE_LSTM", 45: "STRIDED_SLICE", 49: "SPLIT",
    53: "CAST", 54: "PRELU", 55: "MAXIMUM", 57: "MINIMUM", 65: "SLICE", 67: "TRANSPOSE_CONV",
    70: "EXPAND_DIMS", 72: "NOT_EQUAL", 74: "SUM", 76: "RSQRT", 82: "REDUCE_MAX", 83: "PACK",
    89: "REDUCE_MIN", 97: "RESIZE_NEAREST_NEIGHBOR", 99: "SQUARED_DIFFERENCE", 102: "SPLIT_V",
    107: "GATHER_ND", 114: "QUANTIZE", 126: "BATCH_MATMUL", 129: "CALL_ONCE", 142: "VAR_HANDLE",
    143: "READ_VARIABLE", 144: "ASSIGN_VARIABLE",
}  # fmt: skip
_TYPES = (
    "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8",
    "float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4",
)  # fmt: skip
_MODEL_CODES, _MODEL_SUBGRAPHS, _MODEL_BUFFERS = 1, 2, 4
_CODE_OLD, _CODE_CUSTOM, _CODE = 0, 1, 3
_SUBGRAPH_TENSORS, _SUBGRAPH_OPERATORS = 0, 3
_TENSOR_SHAPE, _TENSOR_TYPE, _TENSOR_BUFFER, _TENSOR_SIGNATURE = 0, 1, 2, 7
_BUFFER_DATA, _BUFFER_OFFSET = 0, 1  # in the flatbuffer, or behind it
_OPERATOR_CODE, _OPERATOR_INPUTS, _OPERATOR_OUTPUTS, _OPERATOR_OPTIONS = 0, 1, 2, 4


class Table:
    """A table of a flatbuffer: its fields by their number in the schema."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def number(self, field: int, kind: str = "i", default: int = 0) -> int:
        """A scalar; `kind` as in the module struct, little-endian."""
        place = self._place(field)
        return default if place is None else self._unpack(kind, place)

    def table(self, field: int) -> Table | None:
        """The table that `field` points to."""
        place = self._place(field)
        return None if place is None else Table(self._content, self._follow(place))

    def tables(self, field: int) -> list[Table]:
        """A vector of tables."""
        return [Table(self._content, self._follow(at)) for at in self._items(field)]

    def integers(self, field: int) -> tuple[int, ...]:
        """A vector of int32."""
        return tuple(self._unpack("i", at) for at in self._items(field))

    def text(self, field: int) -> str:
        """A string, "" where there is none."""
        place = self._place(field)
        if place is None:
            return ""
        at = self._follow(place)
        length = self._unpack("I", at)
        return self._content[at + 4 : at + 4 + length].decode("utf-8", errors="replace")

    def length(self, field: int) -> int:
        """Number of items of a vector."""
        place = self._place(field)
        return 0 if place is None else self._unpack("I", self._follow(place))

    def _items(self, field: int) -> list[int]:
        """Where the 4-byte items of a vector lie."""
        place = self._place(field)
        if place is None:
            return []
        at = self._follow(place)
        return [at + 4 + 4 * item for item in range(self._unpack("I", at))]

    def _place(self, field: int) -> int | None:
        vtable = self._at - self._unpack("i", self._at)
        entry = 4 + 2 * field
        if entry >= self._unpack("H", vtable):
            return None
        offset = self._unpack("H", vtable + entry)
        return self._at + offset if offset else None

    def _follow(self, at: int) -> int:
        return at + self._unpack("I", at)

    def _unpack(self, kind: str, at: int) -> int:
        value: int = struct.unpack_from("<" + kind, self._content, at)[0]
        return value


@dataclass(frozen=True, slots=True)
class Operand:
    """A tensor that an operation reads or writes."""

    shape: tuple[int, ...]
    """-1 where it is not known before the run."""

    dtype: str
    constant: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, in the order of the file, which is the order of execution."""

    name: str
    inputs: tuple[Operand, ...]
    outputs: tuple[Operand, ...]
    options: Table | None
    """Its builtin options; what the fields mean depends on the operation."""

    def option(self, field: int, kind: str = "i", default: int = 0) -> int:
        """One scalar of the options."""
        return self.options.number(field, kind, default) if self.options else default


def read_operations(file: Path) -> tuple[Operation, ...]:
    """The operations of the main graph of `file`; raises ModelError when it is no whole model."""
    try:
        content = file.read_bytes()
        check_tflite(content)
    except OSError as error:
        raise ModelError(
            f"{file}: cannot read the model: {error.strerror}", fix="name a .tflite file"
        ) from error
    except DamagedError as error:
        raise ModelError(f"{file}: {error}", fix="install or convert it again") from error
    (root,) = struct.unpack_from("<I", content)
    model = Table(content, root)
    graph = model.tables(_MODEL_SUBGRAPHS)[0]
    names = [_name(code) for code in model.tables(_MODEL_CODES)]
    filled = [
        buffer.length(_BUFFER_DATA) > 0 or buffer.number(_BUFFER_OFFSET, "Q") > 0
        for buffer in model.tables(_MODEL_BUFFERS)
    ]
    tensors = [_operand(tensor, filled) for tensor in graph.tables(_SUBGRAPH_TENSORS)]
    return tuple(
        Operation(
            names[operator.number(_OPERATOR_CODE, "I")],
            # -1 stands for an optional input that is left out.
            tuple(tensors[at] for at in operator.integers(_OPERATOR_INPUTS) if at >= 0),
            tuple(tensors[at] for at in operator.integers(_OPERATOR_OUTPUTS)),
            operator.table(_OPERATOR_OPTIONS),
        )
        for operator in graph.tables(_SUBGRAPH_OPERATORS)
    )


def _name(code: Table) -> str:
    # Numbers above 127 did not fit into the old field: the larger of both holds.
    number = max(code.number(_CODE_OLD, "b"), code.number(_CODE))
    return code.text(_CODE_CUSTOM) or NAMES.get(number, f"operation {number}")


def _operand(tensor: Table, filled: list[bool]) -> Operand:
    kind = tensor.number(_TENSOR_TYPE, "b")
    return Operand(
        tensor.integers(_TENSOR_SIGNATURE) or tensor.integers(_TENSOR_SHAPE),
        _TYPES[kind] if kind < len(_TYPES) else f"type {kind}",
        filled[tensor.number(_TENSOR_BUFFER, "I")],
    )
