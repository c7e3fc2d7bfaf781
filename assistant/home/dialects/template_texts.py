"""Texts of templates: whatever could make a long one of a short one asks for the room first."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
import struct
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from assistant.home.dialects.payload import read_any_json
from assistant.home.dialects.template_budget import ELEMENT, Budget, Missing, TooMuchError
from assistant.home.dialects.template_regex import compiled

WIDEST = 255  # characters that a number or a text is padded to
PRINTED = (str, bytes, bool, int, float, type(None), list, tuple, dict, set, date, timedelta)
_DIRECTIVE = re.compile(r"%(?:\(\w*\))?[-#0 +]*(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)", re.DOTALL)


def as_text(budget: Budget, value: Any) -> str:
    """As Jinja prints it; raises ValueError for what a payload does not have."""
    if isinstance(value, str):
        return value
    if isinstance(value, Missing):
        raise value.error()
    if not isinstance(value, PRINTED):
        raise ValueError("it cannot be printed")
    budget.weigh(value)
    return str(value)


def joined(budget: Budget, values: Sequence[Any], by: Any = "", attribute: Any = None) -> str:
    """The texts with another between them."""
    between = as_text(budget, by)
    found = values if attribute is None else [part_of(value, attribute) for value in values]
    texts = [as_text(budget, value) for value in found]
    budget.room(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def part_of(value: Any, path: Any) -> Any:
    """The attribute "a.b" or the element 0 of a value."""
    for part in path.split(".") if isinstance(path, str) else [path]:
        key = int(part) if isinstance(value, list | tuple) else part
        try:
            value = value[key]
        except (LookupError, TypeError):
            return Missing(part)
    return value


def repeated(budget: Budget, value: Any, times: int) -> Any:
    """A text or a list, several times."""
    budget.room((1 if isinstance(value, str) else ELEMENT) * len(value) * max(times, 0))
    return value * times


def replaced(budget: Budget, value: Any, old: Any, new: Any, count: int = -1) -> str:
    """With `new` for each `old`."""
    text, old, new = (as_text(budget, part) for part in (value, old, new))
    budget.weigh(text)
    budget.room(len(text) + (text.count(old) + 1) * len(new))
    return text.replace(old, new, count)


def printed(budget: Budget, template: str, values: Any) -> str:
    """`template % values`."""
    for width, precision, _ in _DIRECTIVE.findall(template):
        for digits in (width, precision):
            if digits == "*" or int(digits or 0) > WIDEST:
                raise TooMuchError("its text gets too wide")
        budget.room(int(width or 0) + int(precision or 0))
    return str(template % values)


class _Formatter(string.Formatter):
    """`str.format` without attributes and wide fields."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        if not re.fullmatch(r"\w*", field_name):
            raise ValueError(f"{field_name[:50]!r} is not allowed")
        return super().get_field(field_name, args, kwargs)

    def format_field(self, value: Any, format_spec: str) -> Any:
        if not isinstance(value, str | bool | int | float):
            raise ValueError("only texts and numbers are formatted")
        if any(int(digits) > WIDEST for digits in re.findall(r"\d+", format_spec)):
            raise TooMuchError("its text gets too wide")
        return super().format_field(value, format_spec)


def formatted(budget: Budget, template: str, *args: Any, **kwargs: Any) -> str:
    """`template.format(…)`."""
    fields = template.count("{") + 1
    budget.room(fields * (WIDEST + sum(len(a) for a in args if isinstance(a, str))))
    return _Formatter().vformat(template, args, kwargs)


def padded(name: str) -> Callable[..., str]:
    """`ljust`, `rjust`, `center`, `zfill` up to `WIDEST`."""

    def made(value: Any, width: int = 80, *fill: str) -> str:
        if width > WIDEST:
            raise TooMuchError("its text gets too wide")
        return str(getattr(str(value), name)(width, *fill))

    return made


def indented(budget: Budget, text: str, width: Any = 4, first: bool = False) -> str:
    """Each line but the first, further to the right."""
    margin = width if isinstance(width, str) else padded("ljust")("", int(width))
    budget.room(len(text) + (text.count("\n") + 1) * len(margin))
    lines = text.split("\n")
    return (margin if first else "") + f"\n{margin}".join(lines)


def truncated(
    text: str, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5
) -> str:
    """At most `length` characters; a text that is longer by no more than `leeway` stays whole."""
    if len(text) <= length + leeway:
        return text
    short = text[: max(length - len(end), 0)]
    return (short if killwords else short.rsplit(" ", 1)[0]) + end


def to_json(value: Any, *_: Any, sort_keys: bool = False, **__: Any) -> str:
    """JSON, never indented: a device has no use for it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=bool(sort_keys))


def tojson(value: Any, *_: Any, **__: Any) -> str:
    """JSON as Jinja writes it, never indented."""
    return json.dumps(value, sort_keys=True)


def from_json(value: Any, *default: Any) -> Any:
    """What a JSON text says."""
    try:
        return read_any_json(value if isinstance(value, bytes) else str(value).encode())
    except ValueError:
        if not default:
            raise
        return default[0]


def matches(budget: Budget, value: Any, find: Any = "", ignorecase: Any = False) -> bool:
    """Whether it begins like this."""
    text = as_text(budget, value)
    found = compiled(budget, find, text, ignore_case=bool(ignorecase), anchored=True)
    return bool(found.match(text))


def searched(budget: Budget, value: Any, find: Any = "", ignorecase: Any = False) -> bool:
    """Whether it is like this somewhere."""
    text = as_text(budget, value)
    return bool(compiled(budget, find, text, ignore_case=bool(ignorecase)).search(text))


def found_all(budget: Budget, value: Any, find: Any = "", ignorecase: Any = False) -> list[Any]:
    """Everything that is like this."""
    text = as_text(budget, value)
    return compiled(budget, find, text, ignore_case=bool(ignorecase)).findall(text)


def found_at(
    budget: Budget, value: Any, find: Any = "", index: int = 0, ignorecase: Any = False
) -> Any:
    """One of everything that is like this."""
    return found_all(budget, value, find, ignorecase)[index]


def regex_replaced(
    budget: Budget, value: Any = "", find: Any = "", replace: Any = "", ignorecase: Any = False
) -> str:
    """With `replace` for everything that is like `find`."""
    text, new = as_text(budget, value), as_text(budget, replace)
    pattern = compiled(budget, find, text, ignore_case=bool(ignorecase))
    # A group that is put in again is at most the whole text.
    groups = new.count("\\") * len(text)
    budget.room((len(pattern.findall(text)) + 1) * (len(new) + groups) + len(text))
    return pattern.sub(new, text)


def pack(value: Any, form: str) -> bytes:
    """One number as bytes."""
    _check_struct(form)
    return struct.pack(form, value)


def unpack(value: bytes, form: str, offset: int = 0) -> Any:
    """One number of some bytes."""
    _check_struct(form)
    return struct.unpack_from(form, value, offset)[0]


def _check_struct(form: str) -> None:
    if not re.fullmatch(r"[@=<>!]?[a-zA-Z?]", form):
        raise ValueError(f"{form[:50]!r} is not allowed")


def slugify(value: Any, separator: str = "_") -> str:
    """Letters and digits only."""
    return re.sub(r"[^a-z0-9]+", lambda _: separator[:1], str(value).lower()).strip(separator)


def urlencode(value: Any) -> str:
    """As part of an address."""
    if isinstance(value, Mapping):
        return urllib.parse.urlencode(value)
    return urllib.parse.quote(str(value), safe="/")


def digest(name: str) -> Callable[[str], str]:
    """`md5` and its like, of a text."""
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def base64_decode(value: str, encoding: str | None = "utf-8") -> Any:
    """Text, or the bytes themselves where `encoding` is none."""
    found = base64.b64decode(value)
    return found if encoding is None else found.decode(encoding)
