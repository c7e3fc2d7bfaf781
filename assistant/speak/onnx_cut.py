"""A voice's .onnx file, cut in two where all that follows looks at a moment of sound alone.

The end of such a network, its vocoder, is convolutions only: a sample depends on its own stretch of
the input and a little before and after. Run stretch by stretch it makes the same sound, and its
memory no longer follows the length. The first part is run once for each text: its weights are kept
as float16, half as large, and made float32 when they are used.

An .onnx file is a protobuf message (onnx.proto3 of github.com/onnx/onnx). The nodes and the names
of the weights are read here, the rest is copied as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# Numbers of fields: of the model; of the graph; of a node; of an attribute, a weight and a type.
_GRAPH = 7
_NODE, _WEIGHT, _INPUT, _OUTPUT, _INFO = 1, 5, 11, 12, 13
_TAKES, _GIVES, _OPERATION, _ATTRIBUTE = 1, 2, 4, 5
_NAME, _INT, _INTS, _TYPE = 1, 3, 8, 2
_SHAPE, _OF_WEIGHT, _WEIGHT_NAME, _NUMBERS = 1, 2, 8, 9
_KIND, _KIND_INT = 20, 2  # of an attribute: an integer
_FLOAT_TENSOR = b"\x0a\x02\x08\x01"  # the type of a tensor of float32, whatever its shape
_FLOAT32, _FLOAT16 = 1, 10

_SMALL = b".float16"
_LARGE = 16_384
"""Bytes of a weight from which on half of it is worth a node."""

_AT_ONE_MOMENT = frozenset({"Add", "Div", "LeakyRelu", "Tanh", "Unsqueeze"})


@dataclass(frozen=True, slots=True)
class Halves:
    """Two networks in the place of one."""

    tensor: str
    """What the first gives and the second takes: (1, channels, frames)."""

    first: tuple[memoryview, ...]
    second: tuple[memoryview, ...]
    """The parts of an .onnx file, to be written one after the other."""

    samples: int
    """That the second makes of one frame."""

    reach: int
    """Frames before and after its own that a sample depends on."""


class _Field(NamedTuple):
    number: int
    value: memoryview | int
    whole: memoryview
    """With its number and length."""


@dataclass(frozen=True, slots=True)
class _Node:
    operation: str
    takes: frozenset[str]
    gives: frozenset[str]
    attributes: Mapping[str, Sequence[int]]
    whole: memoryview


class _Sizes(NamedTuple):
    """Of a convolution over time."""

    wide: int
    """How much later the last value that is looked at is than the first."""

    step: int
    pads: int

    @classmethod
    def of(cls, node: _Node) -> _Sizes | None:
        """None: it is one over more than time."""
        of = node.attributes
        kernel, strides, dilations = (
            of.get(name, (1,)) for name in ("kernel_shape", "strides", "dilations")
        )
        if not len(kernel) == len(strides) == len(dilations) == 1:
            return None
        pads = sum(of.get("pads", ())) - sum(of.get("output_padding", ()))
        return cls((kernel[0] - 1) * dilations[0], strides[0], pads)


def cut(content: bytes) -> Halves | None:
    """Both halves; None: this one cannot be cut.

    Raises ValueError for what is no .onnx file.
    """
    model = list(_fields(memoryview(content)))
    graph = [one for whole in _parts(model, _GRAPH) for one in _fields(whole)]
    nodes = [_node(one) for one in graph if one.number == _NODE]
    outputs = list(_parts(graph, _OUTPUT))
    if len(outputs) != 1 or _FLOAT_TENSOR[2:] not in bytes(outputs[0]):
        return None
    (output,) = _texts(_fields(outputs[0]), _NAME)
    tensor, later = _vocoder(nodes, output)
    grown = _growth(later, tensor, output)
    if grown is None:
        return None
    after = {name for node in later for name in node.takes}
    made = {name for node in later for name in node.gives}
    earlier = [node for node in nodes if not node.gives <= made]
    before = {name for node in earlier for name in node.takes}
    constants = [node for node in earlier if node.operation == "Constant" and node.gives & after]
    inputs = [one.whole for one in graph if one.number == _INPUT]
    between = _framed(_NAME, tensor.encode()) + _framed(_TYPE, _FLOAT_TENSOR)
    ends = [one.whole for one in graph if one.number == _OUTPUT]
    first = [*_halved(_weights(graph, before)), *(node.whole for node in earlier), *inputs]
    second = [node.whole for node in (*constants, *later)] + ends
    second += [weight.whole for weight in _weights(graph, after)]
    return Halves(
        tensor,
        _file(model, [*first, memoryview(_framed(_OUTPUT, between))]),
        _file(model, [*second, memoryview(_framed(_INPUT, between))]),
        *grown,
    )


def _vocoder(nodes: Sequence[_Node], output: str) -> tuple[str, list[_Node]]:
    """The earliest tensor on which alone everything that follows depends, and what follows."""
    made = {name for node in nodes if node.operation != "Constant" for name in node.gives}
    wanted, passed = {output}, list[_Node]()
    tensor, later = output, list[_Node]()
    for node in reversed(nodes):
        if not node.gives & wanted & made:
            continue
        if node.operation not in _AT_ONE_MOMENT | {"Conv", "ConvTranspose"}:
            break
        passed.insert(0, node)
        wanted = wanted - node.gives | node.takes & made
        if len(wanted) == 1:
            (tensor,), later = wanted, passed.copy()
    return tensor, later


def _growth(later: Sequence[_Node], tensor: str, output: str) -> tuple[int, int] | None:
    """Samples for each frame, and the reach in frames; None: it is not the same everywhere."""
    rates, reaches = {tensor: 1}, {tensor: 0.0}
    for node in later:
        known = [name for name in node.takes if name in rates]
        if len({rates[name] for name in known}) != 1:
            return None
        rate, reach = rates[known[0]], max(reaches[name] for name in known)
        if node.operation.startswith("Conv"):
            sizes = _Sizes.of(node)
            if sizes is None:
                return None
            wide, step, pads = sizes
            if node.operation == "Conv":
                whole, reach = step == 1 and pads == wide, reach + wide / 2 / rate
            else:
                whole, reach = pads + step == wide + 1, reach + math.ceil(wide / step) / rate
                rate *= step
            if not whole:  # what comes out is no multiple of what goes in
                return None
        rates |= dict.fromkeys(node.gives, rate)
        reaches |= dict.fromkeys(node.gives, reach)
    return (rates[output], math.ceil(reaches[output])) if rates[output] > 1 else None


def _weights(graph: Sequence[_Field], names: set[str]) -> list[_Field]:
    weights = (one for one in graph if one.number == _WEIGHT)
    return [
        one for one in weights if names.issuperset(_texts(_fields(_message(one)), _WEIGHT_NAME))
    ]


def _halved(weights: Iterable[_Field]) -> Iterator[memoryview]:
    """The weights; in the place of a large one a smaller, and the node that makes it of that."""
    for weight in weights:
        fields = {one.number: one for one in _fields(_message(weight))}
        of, numbers = fields.get(_OF_WEIGHT), fields.get(_NUMBERS)
        if len(weight.whole) < _LARGE or not (of and numbers and of.value == _FLOAT32):
            yield weight.whole
            continue
        with np.errstate(over="ignore"):
            small = np.frombuffer(_message(numbers), "<f4").astype("<f2")
        if not np.isfinite(small).all():
            yield weight.whole
            continue
        name = bytes(_message(fields[_WEIGHT_NAME]))
        kept = (one.whole for one in _fields(_message(weight)) if one.number == _SHAPE)
        yield memoryview(
            _framed(
                _WEIGHT,
                b"".join(kept)
                + _integer(_OF_WEIGHT, _FLOAT16)
                + _framed(_WEIGHT_NAME, name + _SMALL)
                + _framed(_NUMBERS, small.tobytes()),
            )
        )
        to = _framed(_NAME, b"to") + _integer(_INT, _FLOAT32) + _integer(_KIND, _KIND_INT)
        yield memoryview(
            _framed(
                _NODE,
                _framed(_TAKES, name + _SMALL)
                + _framed(_GIVES, name)
                + _framed(_OPERATION, b"Cast")
                + _framed(_ATTRIBUTE, to),
            )
        )


def _file(model: Sequence[_Field], graph: Sequence[memoryview]) -> tuple[memoryview, ...]:
    head = b"".join(one.whole for one in model if one.number != _GRAPH)
    head += _number(_GRAPH << 3 | 2) + _number(sum(map(len, graph)))
    return (memoryview(head), *graph)


def _node(field: _Field) -> _Node:
    fields = list(_fields(_message(field)))
    attributes = [list(_fields(one)) for one in _parts(fields, _ATTRIBUTE)]
    return _Node(
        next(_texts(fields, _OPERATION), ""),
        frozenset(_texts(fields, _TAKES)),
        frozenset(_texts(fields, _GIVES)),
        {next(_texts(one, _NAME), ""): tuple(_integers(one)) for one in attributes},
        field.whole,
    )


def _integers(attribute: Iterable[_Field]) -> Iterator[int]:
    for one in attribute:
        if one.number in (_INT, _INTS):
            if isinstance(one.value, int):
                yield one.value
            else:  # several in one
                at = 0
                while at < len(one.value):
                    value, at = _varint(one.value, at)
                    yield value


def _texts(message: Iterable[_Field], number: int) -> Iterator[str]:
    return (bytes(part).decode() for part in _parts(message, number))


def _parts(message: Iterable[_Field], number: int) -> Iterator[memoryview]:
    return (_message(one) for one in message if one.number == number)


def _message(field: _Field) -> memoryview:
    if isinstance(field.value, int):
        raise ValueError("not an .onnx file")
    return field.value


def _fields(message: memoryview) -> Iterator[_Field]:
    """Of protobuf: each a number and how it is written, then a varint, 8 or 4 bytes, or a length
    and so many bytes."""
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        value: memoryview | int
        if key & 7 == 0:
            value, at = _varint(message, at)
        else:
            length = {1: 8, 5: 4}.get(key & 7)
            if length is None:
                length, at = _varint(message, at)
            value, at = message[at : at + length], at + length
        if key & 7 not in (0, 1, 2, 5) or at > len(message):
            raise ValueError("not an .onnx file, or cut off")
        yield _Field(key >> 3, value, message[start:at])


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number in pieces of seven bits, the lowest first; where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte, at = message[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("not an .onnx file, or cut off")


def _number(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _number(rest) if rest else bytes([low])


def _integer(number: int, value: int) -> bytes:
    return _number(number << 3) + _number(value)


def _framed(number: int, content: bytes) -> bytes:
    return _number(number << 3 | 2) + _number(len(content)) + content
