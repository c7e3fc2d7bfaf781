"""The language that people and the assistant speak: a folder each.

What is matched or spoken stands in `assistant/lang/<code>/` and in the skills' own files, nowhere
else. Every folder has the same modules with the same functions: interface.py says which, and mypy
holds the folders to it. `language: en` in config.yaml says which one is spoken.

    lexicon      words that are matched: fillers, articles, quantifiers, connectors …
    wording      phrases that are spoken: articles, plurals, lists, times
    replies      sentences that are spoken
    numbers      words ↔ numbers
    times        words → durations, times of day, dates, moments
    phrases      how those are said: what a recognizer may hear
    values       words → percent, temperature, colour …
    spoken       what is written → what a voice reads
    g2p          letters → phonemes
    rules.yaml, dialogue.yaml    parts of sentences for all skills; answers and follow-ups
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from assistant.lang.interface import Clock as Clock
from assistant.lang.interface import Lexicon as Lexicon
from assistant.lang.interface import Numbers as Numbers
from assistant.lang.interface import Phonemes as Phonemes
from assistant.lang.interface import Phrases as Phrases
from assistant.lang.interface import Protecting as Protecting
from assistant.lang.interface import Sentences as Sentences
from assistant.lang.interface import TemperatureUnit as TemperatureUnit
from assistant.lang.interface import Times as Times
from assistant.lang.interface import ValuePhrases as ValuePhrases
from assistant.lang.interface import Values as Values
from assistant.lang.interface import Voice as Voice
from assistant.lang.interface import Wording as Wording

ENGLISH = "en"


@dataclass(frozen=True)
class Language:
    """What a folder offers; each of its modules is imported when it is first asked for."""

    code: str

    @cached_property
    def lexicon(self) -> Lexicon:
        return cast(Lexicon, self._module("lexicon"))

    @cached_property
    def numbers(self) -> Numbers:
        return cast(Numbers, self._module("numbers"))

    @cached_property
    def times(self) -> Times:
        return cast(Times, self._module("times"))

    @cached_property
    def phrases(self) -> ValuePhrases:
        return cast(ValuePhrases, self._module("phrases"))

    @cached_property
    def values(self) -> Values:
        return cast(Values, self._module("values"))

    @cached_property
    def wording(self) -> Wording:
        return cast(Wording, self._module("wording"))

    @cached_property
    def sentences(self) -> Sentences:
        return cast(Sentences, self._module("replies"))

    @cached_property
    def voice(self) -> Voice:
        return cast(Voice, self._module("spoken"))

    @cached_property
    def phonemes(self) -> Phonemes:
        return cast(Phonemes, self._module("g2p"))

    @property
    def folder(self) -> Path:
        """Where its files lie: dialogue.yaml, rules.yaml."""
        return Path(__file__).parent / self.code

    def say(self, key: str, **values: object) -> str:
        """The sentence of that key, with the values in it."""
        capital = {k.capitalize(): capitalized(str(value)) for k, value in values.items()}
        return self.sentences.REPLIES[key].format(**values, **capital)

    def predicate(self, key: str, **values: object) -> str:
        """What is said about a device: "did not answer"."""
        return self.sentences.PREDICATES[key].format(**values)

    def cannot(self, attribute: str) -> str:
        """What a device without the attribute cannot do."""
        cannot = self.sentences.CANNOT
        return cannot.get(attribute, cannot[""])

    def _module(self, name: str) -> object:
        return import_module(f"assistant.lang.{self.code}.{name}")


_spoken: list[Language] = []


def language() -> Language:
    """The language that is spoken here; English until another is chosen."""
    if not _spoken:
        choose(ENGLISH)
    return _spoken[0]


def capitalized(phrase: str) -> str:
    """`phrase` with a capital letter at its beginning."""
    return phrase[:1].upper() + phrase[1:]


def protecting() -> Protecting:
    """The words that protect, of the language that is spoken here and of English, in which devices
    announce themselves: what they do not know is not asked about."""
    return _protecting(language().code, ENGLISH)


@cache
def _protecting(*codes: str) -> Protecting:
    lexicons = [Language(code).lexicon for code in dict.fromkeys(codes)]
    words: dict[str, Any] = {}
    for part in fields(Protecting):
        found = [getattr(lexicon, part.name) for lexicon in lexicons]
        words[part.name] = type(found[0])(word for some in found for word in some)
    return Protecting(**words)


def choose(code: str) -> None:
    """Speak the language from now on, in all of this process; before anything else is made.

    Raises ValueError for one that is not there.
    """
    known_language(code)
    _spoken[:] = [Language(code)]


def known_language(code: str) -> None:
    """Raise ValueError, with those that are there, for a language that is not."""
    if code not in languages():
        raise ValueError(f"there is no {code!r}; one of: {', '.join(languages())}")


def languages() -> Sequence[str]:
    """The codes of all that are there."""
    return sorted(file.parent.name for file in Path(__file__).parent.glob("*/__init__.py"))
