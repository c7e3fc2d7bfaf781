"""How a sentence divides: several commands, a command beside other talk, a slip of the tongue.

Pure functions on words: each gives what could be meant, the likeliest first; the interpreter tries
whether a template says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.understand.text import Word

Words = Sequence[Word]

_CONNECTIVES = frozenset({"and", "then", "also"})
_COMMA = frozenset(",;.?!")

_CORRECTIONS = tuple(
    tuple(said.split())
    for said in (
        "no wait", "no sorry", "no make that", "no make it", "no i mean", "i mean", "i meant",
        "or rather", "sorry i mean", "wait no", "make that", "actually", "sorry",
    )
)  # fmt: skip
_TAKEN_BACK = 4
"""Words at most that a slip of the tongue takes back: "the living room lights, no, …"."""

_OPENINGS = frozenset({
    "i'm", "it's", "we're", "they're", "he's", "she's", "there's", "someone's", "somebody's",
    "everyone's", "everybody's", "that's", "i've", "we've",
})  # fmt: skip
"""Words that begin a statement: the reason for a command, before or after it."""

_REASONS = frozenset({"because", "cause", "since"})

_VERBS = frozenset({
    "turn", "switch", "put", "set", "open", "close", "shut", "lock", "unlock", "play", "pause",
    "stop", "start", "dim", "brighten", "make", "lower", "raise", "activate", "resume", "skip",
    "mute", "kill", "bring", "light", "can", "could", "please", "would", "cancel", "remind", "wake",
})  # fmt: skip

_STATES = frozenset({"on", "off", "open", "closed", "shut", "locked", "unlocked", "up", "down"})
"""How a command without a verb ends: "fan on"."""

_NO_TALK = frozenset({
    "if", "when", "whenever", "unless", "until", "till", "while", "not", "don't", "never", "said",
    "says", "say", "told", "tell", "tells", "asked", "ask", "asks", "asking", "remember", "why",
    "how", "who", "what", "which", "where", "should", "wouldn't", "can't", "won't", "didn't",
})  # fmt: skip
"""With one of them in it, other talk may be what the command depends on, or what quotes it."""

_GOES_ON = frozenset({
    "to", "the", "a", "an", "my", "our", "your", "and", "or", "but", "that", "i", "you", "he",
    "she", "we", "they", "will", "would", "can", "could", "must", "might", "have", "has", "had",
    "gonna", "wanna", "just", "in", "on", "at", "of", "for", "with", "as", "than", "so", "is",
    "are", "was", "were", "be", "been", "being", "going", "trying", "about", "this", "his", "her",
})  # fmt: skip
"""A statement that ends with one of them goes on: "I'm about to | turn off the lights"."""

_FEWEST_WORDS = 3
"""Of a command beside other talk: a shorter one may well be part of it."""

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
    for at, word in enumerate(words):
        if at == 0:
            continue
        if word.text not in _CONNECTIVES:
            if _stops(text, words, at):
                yield words[:at], words[at:]
            continue
        end = at + 1
        while end < len(words) and words[end].text in _CONNECTIVES:
            end += 1
        if words[at - 1].text not in _CONNECTIVES and end < len(words):
            yield words[:at], words[end:]


def is_reason(left: Words, right: Words) -> bool:
    """Whether the first only says why the second is wanted: "I'm cold, turn the fan off"."""
    return left[0].text in _OPENINGS and right[0].text in _VERBS


def run_on(words: Words) -> Iterator[tuple[Words, Words]]:
    """Two commands with nothing between them: "lights off | close the blinds"."""
    if len(words) <= _LONGEST_RUN:
        for at in range(len(words) - 2, 1, -1):
            # "Put the light on | twenty percent" are not two.
            if words[at].text in _VERBS or words[-1].text in _STATES:
                yield words[:at], words[at:]


def corrected(words: Words) -> Iterator[Words]:
    """ "Make it blue, I mean red" → "make it red": the last words before are taken back."""
    texts = [word.text for word in words]
    for at in range(1, len(words)):
        for said in _CORRECTIONS:
            rest = words[at + len(said) :]
            if rest and tuple(texts[at : at + len(said)]) == said:
                # As many words, about, as are put in their place.
                for back in range(1, min(_TAKEN_BACK, at - 1, len(rest) + 1) + 1):
                    yield (*words[: at - back], *rest)
                return


def without_talk(text: str, words: Words) -> Iterator[Words]:
    """The command beside its reason: "I'm cold, turn the fan off", "lights on, it's dark"."""
    for at in range(_FEWEST_WORDS, len(words) - 1):
        reason = words[at:]
        opens = reason[0].text in _OPENINGS or reason[0].text in _REASONS
        if opens and not _depends(reason):
            yield words[:at]
    for at in range(2, len(words) - _FEWEST_WORDS + 1):
        talk = words[:at]
        if words[at].text not in _VERBS or _depends(talk):
            continue
        stated = talk[0].text in _OPENINGS and talk[-1].text not in _GOES_ON
        if stated or _stops(text, words, at):
            yield words[at:]


def _depends(talk: Words) -> bool:
    return any(word.text in _NO_TALK for word in talk)


def _stops(text: str, words: Words, at: int) -> bool:
    """Whether a comma or a full stop stands before word `at`."""
    return bool(_COMMA & set(text[words[at - 1].end : words[at].start]))
