"""What people add to a command and what a recognizer does to it."""

from __future__ import annotations

import random
from collections.abc import Sequence

Tagged = tuple[str, str]
"""A word and its BIO tag."""

_BEFORE = (
    "i was wondering if you could", "would it be possible to", "why don't you", "you should",
    "i think you should", "could you maybe", "is it possible to", "i need you to", "can we",
    "let's", "be so kind and", "time to", "quickly", "alright", "listen", "you can", "computer",
    "do me a favor and", "i would be glad if you could", "could i ask you to", "try to",
)  # fmt: skip
_BEFORE_GERUND = ("would you mind", "how about", "do you mind", "what about", "i suggest")
_AFTER = (
    "if possible", "tonight", "right away", "when you can", "for a while", "quickly", "again",
    "for the kids", "already", "this evening", "everybody is waiting", "will you", "man", "dear",
    "for a moment", "if that's okay", "if you don't mind", "would you kindly", "a bit", "instead",
)  # fmt: skip
_SOUNDS_LIKE = {
    "off": ("of", "of", "up"), "light": ("lite", "like", "lied"), "lights": ("lites", "light"),
    "lamp": ("lamb", "land"), "to": ("two", "too"), "two": ("to",), "four": ("for",),
    "the": ("a", "their"), "dim": ("dimm", "din"), "red": ("read",), "blue": ("blew",),
    "turn": ("turned", "torn", "ten"), "switch": ("which",), "on": ("an", "in"),
    "in": ("and", "on"),
    "play": ("plate", "played"), "pause": ("paws", "paul's"), "some": ("sum",), "by": ("buy",),
    "right": ("write",), "set": ("said", "sad"), "heat": ("heats", "eat"), "volume": ("volumes",),
    "white": ("wide",), "warmer": ("warm are",), "song": ("sung", "songs"), "make": ("may",),
    "is": ("his",), "hall": ("haul",), "percent": ("present",), "bright": ("brite",),
    "brighter": ("brider",), "degrees": ("degree",), "eight": ("ate",), "one": ("won",),
}  # fmt: skip
_DROPPED = frozenset({"the", "a", "my", "to", "in", "is", "of", "please", "some", "it's", "at"})
_VERBS = frozenset(
    {
        *("turn", "switch", "put", "flip", "set", "change", "adjust", "bring", "make", "dim"),
        *("brighten", "raise", "lower", "increase", "decrease", "reduce", "play", "start", "shut"),
        *("stream", "pause", "stop", "resume", "continue", "skip", "tell", "check", "get", "keep"),
        *("take", "cut", "kill", "heat", "cool", "warm", "activate", "deactivate", "move", "give"),
        *("add", "crank", "have", "leave", "bump", "drop", "run", "use", "let", "push"),
    }
)
_GERUND_DOUBLES = frozenset({"set", "put", "stop", "cut", "get", "dim", "skip", "shut"})


def say_around(sentence: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    """Wrap an imperative sentence in some politeness, sometimes."""
    words = list(sentence)
    roll = rng.random()
    if roll < 0.12:
        words = _plain(rng.choice(_BEFORE)) + words
    elif roll < 0.17 and words and words[0][0] in _VERBS:
        (verb, tag), *rest = words
        words = [*_plain(rng.choice(_BEFORE_GERUND)), (_gerund(verb), tag), *rest]
    if rng.random() < 0.08:
        words += _plain(rng.choice(_AFTER))
    return words


def mishear(sentence: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    """A word swapped for one that sounds alike, a small word lost, one said twice."""
    words = list(sentence)
    alike = [at for at, (word, _) in enumerate(words) if word in _SOUNDS_LIKE]
    if alike and rng.random() < 0.12:
        at = rng.choice(alike)
        word, tag = words[at]
        heard = rng.choice(_SOUNDS_LIKE[word]).split()
        inside = "I" + tag[1:] if tag != "O" else "O"
        words[at : at + 1] = [(heard[0], tag), *((w, inside) for w in heard[1:])]
    if rng.random() < 0.15:
        lost = [i for i, (word, tag) in enumerate(words) if tag == "O" and word in _DROPPED]
        if lost and len(words) > 2:
            del words[rng.choice(lost)]
    if rng.random() < 0.02:
        at = rng.randrange(len(words))
        if words[at][1] == "O":
            words.insert(at, words[at])
    return words


def _plain(text: str) -> list[Tagged]:
    return [(word, "O") for word in text.split()]


def _gerund(verb: str) -> str:
    if verb in _GERUND_DOUBLES:
        return verb + verb[-1] + "ing"
    return (verb[:-1] if verb.endswith("e") and len(verb) > 3 else verb) + "ing"
