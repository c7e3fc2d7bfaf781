"""Is a .tflite file whole? A walk over its flatbuffer that trusts no offset.

`ai_edge_litert` verifies a model before it uses it; `tflite_runtime` does not and crashes the
process on a truncated download. This check catches what a broken copy or download does (wrong
kind of file, cut off, offsets that lead outside); for single wrong weights there are checksums.

Source: flatbuffers.dev/internals and tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

_SMALLEST = 16  # root offset, identifier, vtable size, table size, one table

# What of the schema leads to other parts of the file, as {field number: kind}. "bytes" is a
# vector of single bytes (also a string), "ints" one of 32-bit values, a mapping one of tables,
# a one-element tuple a single table. "offset" is a 64-bit place in the file and the field behind
# it the length: large weights lie behind the flatbuffer itself.
_Fields = Mapping[int, object]
_QUANTIZATION: _Fields = {0: "ints", 1: "ints", 2: "ints", 3: "longs"}
_TENSOR: _Fields = {0: "ints", 3: "bytes", 4: (_QUANTIZATION,)}
_OPERATOR: _Fields = {1: "ints", 2: "ints"}
_SUBGRAPH: _Fields = {0: _TENSOR, 1: "ints", 2: "ints", 3: _OPERATOR, 4: "bytes"}
_BUFFER: _Fields = {0: "bytes", 1: "offset"}
_MODEL: _Fields = {1: {1: "bytes"}, 2: _SUBGRAPH, 3: "bytes", 4: _BUFFER, 6: {0: "bytes"}}
_ITEM_BYTES = {"bytes": 1, "ints": 4, "longs": 8}


class DamagedError(Exception):
    """The bytes are not a whole TFLite model; the text says why."""


def check_tflite(content: bytes) -> None:
    """Raise DamagedError unless `content` is a TFLite flatbuffer with all its parts inside."""
    if not content:
        raise DamagedError("the file is empty")
    if content[4:8] != b"TFL3":
        raise DamagedError("not a TFLite model (the file does not say TFL3)")
    if len(content) < _SMALLEST:
        raise DamagedError(f"cut off after {len(content)} bytes")
    try:
        _check_table(content, _unsigned(content, 0), _MODEL)
    except (struct.error, IndexError) as error:
        raise DamagedError(
            f"damaged or cut off: its parts lead beyond its {len(content)} bytes"
        ) from error


def _unsigned(content: bytes, at: int) -> int:
    value: int = struct.unpack_from("<I", content, at)[0]
    return value


def _long(content: bytes, at: int) -> int:
    value: int = struct.unpack_from("<Q", content, at)[0]
    return value


def _inside(content: bytes, start: int, length: int) -> None:
    if start < 0 or length < 0 or start + length > len(content):
        raise IndexError(start)


def _field_places(content: bytes, table: int) -> Iterator[tuple[int, int]]:
    """(field number, where its value lies) of every field that `table` has."""
    vtable = table - int(struct.unpack_from("<i", content, table)[0])
    _inside(content, vtable, 4)
    vtable_bytes, table_bytes = struct.unpack_from("<HH", content, vtable)
    _inside(content, vtable, vtable_bytes)
    _inside(content, table, table_bytes)
    for number in range((vtable_bytes - 4) // 2):
        if offset := struct.unpack_from("<H", content, vtable + 4 + 2 * number)[0]:
            yield number, table + offset


def _check_table(content: bytes, table: int, fields: _Fields) -> None:
    places = dict(_field_places(content, table))
    for number, place in places.items():
        kind = fields.get(number)
        if kind is None:
            continue
        if kind == "offset":
            if number + 1 in places:
                _inside(content, _long(content, place), _long(content, places[number + 1]))
            continue
        target = place + _unsigned(content, place)
        if isinstance(kind, tuple):
            _check_table(content, target, kind[0])
        elif isinstance(kind, Mapping):
            _check_tables(content, target, kind)
        else:
            count = _unsigned(content, target)
            _inside(content, target + 4, count * _ITEM_BYTES[str(kind)])


def _check_tables(content: bytes, vector: int, fields: _Fields) -> None:
    count = _unsigned(content, vector)
    _inside(content, vector + 4, 4 * count)
    for item in range(count):
        place = vector + 4 + 4 * item
        _check_table(content, place + _unsigned(content, place), fields)
