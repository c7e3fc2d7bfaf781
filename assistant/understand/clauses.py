"""How a sentence divides: several commands, a command beside other talk, a slip of the tongue.

Pure functions on words: each gives what could be meant, the likeliest first; the interpreter tries
whether a template says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.lang import language
from assistant.understand.text import Word

Words = Sequence[Word]

_COMMA = frozenset(",;.?!")

_TAKEN_BACK = 4
"""Words at most that a slip of the tongue takes back: "the living room lights, no, …"."""

_FEWEST_WORDS = 3
"""Of a command beside other talk: a shorter one may well be part of it."""

_MOST_PARTS = 8
"""Things of which all are named, "the kitchen, bedroom and hall lights"."""

_MOST_HALVES = 16
"""Connectives and commas of a sentence that is taken apart."""

_LONGEST_RUN = 16
"""Words of a sentence in which commands follow each other with nothing between."""


def halves(text: str, words: Words) -> Sequence[tuple[Words, Words]]:
    """What stands before and after each connective or comma, neither empty.

    None where there are more than anyone commands at once: trying them all would take minutes.
    """
    found = list(islice(_halves(text, words), _MOST_HALVES + 1))
    return found if len(found) <= _MOST_HALVES else ()


def _halves(text: str, words: Words) -> Iterator[tuple[Words, Words]]:
    connectives = language().lexicon.CONNECTIVES
    for at, word in enumerate(words):
        if at == 0:
            continue
        if word.text not in connectives:
            if _stops(text, words, at):
                yield words[:at], words[at:]
            continue
        end = at + 1
        while end < len(words) and words[end].text in connectives:
            end += 1
        if words[at - 1].text not in connectives and end < len(words):
            yield words[:at], words[end:]


def divisions(text: str, words: Words) -> Iterator[Sequence[Words]]:
    """The parts of a sentence: two, wherever it can be divided, then all that there are."""
    found = halves(text, words)
    yield from found
    if 1 < len(found) < _MOST_PARTS:
        starts = [0, *(len(words) - len(right) for _, right in found)]
        ends = [*(len(left) for left, _ in found), len(words)]
        yield [words[start:end] for start, end in zip(starts, ends, strict=True)]


def is_reason(left: Words, right: Words) -> bool:
    """Whether the first only says why the second is wanted: "I'm cold, turn the fan off"."""
    known = language().lexicon
    return left[0].text in known.OPENINGS and right[0].text in known.VERBS


def run_on(words: Words) -> Iterator[tuple[Words, Words]]:
    """Two commands with nothing between them: "lights off | close the blinds"."""
    known = language().lexicon
    if len(words) <= _LONGEST_RUN:
        for at in range(len(words) - 2, 1, -1):
            # "Put the light on | twenty percent" are not two.
            if words[at].text in known.VERBS or words[-1].text in known.STATES:
                yield words[:at], words[at:]


def corrected(words: Words) -> Iterator[Words]:
    """ "Make it blue, I mean red" → "make it red": the last words before are taken back."""
    texts = [word.text for word in words]
    corrections = [tuple(said.split()) for said in language().lexicon.CORRECTIONS]
    for at in range(1, len(words)):
        for said in corrections:
            rest = words[at + len(said) :]
            if rest and tuple(texts[at : at + len(said)]) == said:
                # As many words, about, as are put in their place.
                for back in range(1, min(_TAKEN_BACK, at - 1, len(rest) + 1) + 1):
                    yield (*words[: at - back], *rest)
                return


def without_talk(text: str, words: Words) -> Iterator[Words]:
    """The command beside its reason: "I'm cold, turn the fan off", "lights on, it's dark"."""
    known = language().lexicon
    for at in range(_FEWEST_WORDS, len(words) - 1):
        reason = words[at:]
        opens = reason[0].text in known.OPENINGS | known.REASONS
        if opens and not _depends(reason):
            yield words[:at]
    for at in range(2, len(words) - _FEWEST_WORDS + 1):
        talk = words[:at]
        if words[at].text not in known.VERBS or _depends(talk):
            continue
        stated = talk[0].text in known.OPENINGS and talk[-1].text not in known.GOES_ON
        if stated or _stops(text, words, at):
            yield words[at:]


def _depends(talk: Words) -> bool:
    return any(word.text in language().lexicon.NO_TALK for word in talk)


def _stops(text: str, words: Words, at: int) -> bool:
    """Whether a comma or a full stop stands before word `at`."""
    return bool(_COMMA & set(text[words[at - 1].end : words[at].start]))
