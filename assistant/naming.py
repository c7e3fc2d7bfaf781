"""What a device is called beside its name, and when two names sound the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from assistant.lang import language


def heard_as(name: str) -> str:
    """The name as it is told apart from others: without articles and accents."""
    bare = " ".join(re.sub(r"[\W_]+", " ", without_accents(name).lower()).split())
    return without_article(bare)


def without_article(name: str) -> str:
    """ "front door" for "the front door": people say the article themselves."""
    first, _, rest = name.partition(" ")
    while rest and first in language().lexicon.ARTICLES:
        name = rest
        first, _, rest = name.partition(" ")
    return name


def without_accents(text: str) -> str:
    """ "cafe" for "café"; letters that are no accented ones stay."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def in_short(kind: str, name: str) -> Iterator[str]:
    """What else people call it: "front door" for the "front door lock", "goodnight"."""
    for ending in language().lexicon.SAID_WITHOUT.get(kind, ()):
        if name.lower().endswith(ending) and " " in name[: -len(ending)]:
            yield name[: -len(ending)]
    if kind == "scene" and name.count(" ") == 1:
        yield name.replace(" ", "")
