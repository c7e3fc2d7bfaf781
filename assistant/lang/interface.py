"""What the modules of a language have to have; mypy holds every language to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

Phrases = tuple[Sequence[str], ...]
"""Parts that follow each other, of each of which one is said: what all of them spell together."""

TemperatureUnit = Literal["celsius", "fahrenheit"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was said."""

    hour: int
    minute: int
    sure: bool
    """Whether it can only mean this hour; "seven" can also be nineteen, "07" cannot."""

    @property
    def time(self) -> time:
        return time(self.hour, self.minute)


class Lexicon(Protocol):
    """Words that are matched; in matching form (understand/text.py)."""

    LETTERS: frozenset[str]
    """Letters with an accent that are not the same as without."""

    SIGNS: Mapping[str, str]
    """Sign → how it is said."""

    SPELLINGS: Mapping[str, str]
    """Word → its other spelling, which alone is matched."""

    COMPOUNDS: Mapping[tuple[str, str], str]
    """Two words that are one."""

    SPELLED_BOTH_WAYS: Mapping[str, str]
    """The same for parts of sentences: "colo[u]r"."""

    HEADS: tuple[str, ...]
    """Nouns at the end of compounds, which are read apart: "Küchenlicht" is küchen, licht."""

    WHOLE: frozenset[str]
    """Words that only look like such a compound."""

    JOINED: tuple[tuple[str, str], ...]
    """How a word ends alone, and before another in a compound: "küche", "küchen-"."""

    DECIMAL_COMMA: bool
    """Whether 21,5 has a fraction, and 1.000 are a thousand."""

    LEADING_FILLERS: tuple[str, ...]
    """What may stand before a command and says nothing."""

    TRAILING_FILLERS: tuple[str, ...]
    INNER_FILLERS: frozenset[str]
    THANKS: frozenset[str]
    """First words of thanks: "play thank you" asks for a song."""

    NO_FILLERS: tuple[tuple[str, str], ...]
    """Words of which the second is none after the first: "ten minutes from now"."""

    AGAIN: str
    ALL_WORDS: tuple[str, ...]
    BOTH: frozenset[str]
    """Those of `ALL_WORDS` that mean two."""

    PRONOUNS: tuple[str, ...]
    ARTICLES: frozenset[str]
    PREPOSITIONS: frozenset[str]
    """That one of them was said does not tell where it belongs."""

    IN_PLACE: tuple[str, ...]
    """Between a thing and its room."""

    ADVERBS: frozenset[str]
    """Places that stand alone: "upstairs"."""

    EMPTY: frozenset[str]
    """Words that say nothing by themselves: free text has another one, too. "Start the timer"
    starts none that is called "the"."""

    GENERIC: frozenset[str]
    """What many devices are called by: no name alone."""

    ALIKE: tuple[tuple[str, ...], ...]
    """What people call the same thing, whatever its owner called it."""

    MEASURED: tuple[str, ...]
    """What sensors measure, at the end of their names."""

    COOLING: frozenset[str]
    """Words in the name of what cools rather than heats."""

    SENSOR: str
    DETECTORS: frozenset[str]
    """Words that only say that something is watched or worked."""

    SAID_WITHOUT: Mapping[str, tuple[str, ...]]
    """Kind of device → what its name may end with that nobody says."""

    CONNECTIVES: frozenset[str]
    """Between two commands."""

    JOINTS: tuple[str, ...]
    """What a recognizer may hear there."""

    CORRECTIONS: tuple[str, ...]
    """After a slip of the tongue."""

    OPENINGS: frozenset[str]
    """Words that begin a statement: the reason for a command, before or after it."""

    REASONS: frozenset[str]
    VERBS: frozenset[str]
    """Words that begin a command."""

    STATES: frozenset[str]
    """How a command without a verb ends: "fan on"."""

    DETERMINERS: frozenset[str]
    """Articles before a thing that is there."""

    AFTER_A_THING: frozenset[str]
    """Words that may follow the name of a thing."""

    CONDITIONS: frozenset[str]
    """Words of a command that is not meant now: "when you leave"."""

    BEFORE_PLACES: frozenset[str]
    """First words of a place that stands before its command: "in the office, …"."""

    NO_TALK: frozenset[str]
    """With one of them in it, other talk may be what the command depends on, or what quotes it."""

    GOES_ON: frozenset[str]
    """A statement that ends with one of them goes on: "I'm about to | turn off the lights"."""

    ANNOUNCING: frozenset[str]
    """Words that a secret stands beside; what follows them is a part of it."""

    UNLOCKING: frozenset[str]
    """Words of sentences that can hold a code without saying so."""

    SOUNDALIKES: frozenset[str]
    """Words that digits are misheard as, or that stand between them."""

    ENTRANCES: tuple[str, ...]
    """What somebody comes in by; also at the end of a word: "frontdoor"."""

    HARMLESS: frozenset[str]
    """They only end like one."""

    RISKY_PHRASES: tuple[str, ...]
    """Names of the valve of the house's water and of alarm systems."""

    RELAYS: frozenset[str]
    """Words that only say how something is worked: a "garage door relay" is the garage door."""

    OPENING: frozenset[str]
    """A scene whose name has one opens what it names."""

    DOORS: tuple[str, ...]
    """With a room before it, each may mean what lets somebody in there: "the kitchen door"."""

    SAMPLES: Mapping[str, tuple[str, ...]]
    """Type of a slot → what to suggest in its place."""


@dataclass(frozen=True, slots=True)
class Protecting:
    """The words of a `Lexicon` by which something risky or secret is told, of several languages."""

    ANNOUNCING: frozenset[str]
    UNLOCKING: frozenset[str]
    SOUNDALIKES: frozenset[str]
    ENTRANCES: tuple[str, ...]
    HARMLESS: frozenset[str]
    RISKY_PHRASES: tuple[str, ...]
    RELAYS: frozenset[str]
    OPENING: frozenset[str]
    DOORS: tuple[str, ...]
    IN_PLACE: tuple[str, ...]


class Wording(Protocol):
    """Phrases as they are spoken."""

    NOUNS: Mapping[str, tuple[str, str]]
    """Kind of device → one, several."""

    MORE_NOUNS: frozenset[str]
    """What else says what kind of thing is spoken of."""

    KINDS: Mapping[str, str]
    """Kinds that nothing here controls → what people call them, where not as their id."""

    ENTRIES: Mapping[str, str]
    """Kind of what is planned → its name, to follow "your"."""

    STATES: Mapping[str, str]
    """What a device is or is doing → how that is said."""

    FLAGS: Mapping[str, tuple[str, str]]
    """What a sensor tells → how it is said where it is so, and where not."""

    SAYINGS: Mapping[str, str]
    """What a device is at; {placeholders} as in `REPLIES`."""

    UNITS: Mapping[str, str]
    """Unit as it is written → as it is said."""

    THEY: tuple[str, str]
    THEM: tuple[str, str]
    """Pronouns for one thing, and for several."""

    ATTRIBUTE_UNITS: Mapping[str, str]

    def the(self, name: str) -> str: ...

    def as_object(self, phrase: str) -> str:
        """The phrase as something is done to it."""
        ...

    def a(self, noun: str) -> str: ...

    def the_kind(self, kind: str, *, many: bool, place: str = "", whole: bool = False) -> str: ...

    def others(self) -> str: ...

    def in_place(self, place: str, *, floor: bool = False) -> str: ...

    def listed(self, phrases: Sequence[str]) -> str: ...

    def either(self, phrases: Sequence[str]) -> str: ...

    def which_of(self, names: Sequence[str]) -> str: ...

    def counted(self, number: int, one: str, many: str) -> str: ...

    def number(self, value: float) -> str: ...

    def degrees(self, value: float) -> str: ...

    def duration(self, length: timedelta) -> str: ...

    def clock_time(self, at: time) -> str: ...

    def exact_time(self, at: time) -> str: ...

    def date_in_words(self, day: date) -> str: ...

    def day_and_month(self, day: date) -> str: ...

    def time_on(self, at: time, day: date) -> str: ...

    def is_plural(self, phrase: str) -> bool: ...

    def are(self, *, many: bool) -> str: ...

    def have(self, *, many: bool) -> str: ...

    def agree(self, phrase: str, predicate: str, *, plural: bool = False) -> str: ...

    def other_number(self, noun: str) -> str: ...


class Sentences(Protocol):
    """Sentences to be spoken, by their keys."""

    REPLIES: Mapping[str, str]
    """{name} stands for a value, {Name} for it with a capital letter."""

    PREDICATES: Mapping[str, str]
    """What follows the name of a device."""

    CANNOT: Mapping[str, str]
    """Attribute → what a device without it cannot do, to follow its name; "": any other."""


class Numbers(Protocol):
    """Words ↔ numbers. Words are in matching form (understand/text.py).

    What reads words raises ValueError for those that are no such number.
    """

    GLUE: frozenset[str]
    """Words that a number can have and that are none: "and", "a"."""

    def spell(self, number: float) -> str: ...

    def number_words(self) -> frozenset[str]: ...

    def ordinal_words(self) -> frozenset[str]: ...

    def ordinal_words_up_to(self, highest: int) -> Iterator[str]: ...

    def ordinal(self, words: Sequence[str]) -> int: ...

    def is_number_word(self, word: str) -> bool: ...

    def fraction(self, words: Sequence[str]) -> float | None: ...

    def parse_number(self, words: Sequence[str]) -> float: ...

    def digits(self, words: Sequence[str]) -> str: ...

    def is_digit_word(self, word: str) -> bool: ...


class Times(Protocol):
    """Words → durations, times, dates; ValueError for what is none."""

    CLOCK_WORDS: frozenset[str]
    DURATION_WORDS: frozenset[str]
    DAY_WORDS: frozenset[str]

    def parse_duration(self, words: Sequence[str]) -> timedelta: ...

    def parse_clock(self, words: Sequence[str]) -> Clock: ...

    def parse_day(self, words: Sequence[str], today: date) -> date: ...

    def parse_moment(self, words: Sequence[str], now: datetime) -> datetime: ...

    def parse_ahead(self, words: Sequence[str], *, anyhow: bool = False) -> timedelta | None:
        """Of "in ten minutes" how long that is; None: it is another moment.

        anyhow   it says no more than how long
        """
        ...


class ValuePhrases(Protocol):
    """How values are said: every phrase is one that `times` and `values` read."""

    HALVES: tuple[str, ...]
    """What may follow a whole number: nothing, " and a half"."""

    SMALL: Mapping[str, int]
    """Counts that are no numbers: "a couple of"."""

    PARTS: tuple[str, ...]
    """Fractions that are a percentage: "a third"."""

    PERCENT_ENDINGS: tuple[str, ...]
    DEGREE_ENDINGS: tuple[str, ...]
    """What may follow a temperature in the scale of the house."""

    SCALE_ENDINGS: Mapping[TemperatureUnit, str]

    KELVIN_ENDINGS: tuple[str, ...]
    MINUS: str

    def thousands(self, first: int, last: int) -> Iterator[Phrases]:
        """Whole numbers from `first` to `last` thousand, spelled."""
        ...

    def kelvins(self, kelvins: range) -> Iterator[str]: ...

    def durations(self) -> Iterator[Phrases]: ...

    def times(self) -> Iterator[Phrases]: ...

    def dates(self) -> Iterator[Phrases]: ...

    def moments(self) -> Iterator[Phrases]: ...


class Values(Protocol):
    """Words → values. `said` is in matching form; ValueError for what is none."""

    PERCENT: str
    PERCENTS: Mapping[str, int]
    """Words for a level → percent."""

    KELVIN: frozenset[str]
    """Words for the unit."""

    COLORS: Mapping[str, str]
    """Colour word → key of `assistant.colors.COLORS`."""

    WHITES: Mapping[str, int]
    """White word → colour temperature in kelvin."""

    PERCENT_WORDS: frozenset[str]
    TEMPERATURE_WORDS: frozenset[str]
    COLOR_WORDS: frozenset[str]
    WHITE_WORDS: frozenset[str]
    ORDINAL_WORDS: frozenset[str]
    ABOUT: frozenset[str]
    """Words before a value that leave it open how exactly it is meant."""

    def breaks_off(self, word: str) -> bool:
        """Whether no value with a unit ends with `word`: "set the light to a"."""
        ...

    def degrees(self, said: str) -> tuple[float, TemperatureUnit | None]:
        """Degrees and their scale; None: that of the house."""
        ...

    def color(self, said: str) -> str:
        """The key of `assistant.colors.COLORS`."""
        ...

    def without_about(self, said: str) -> str: ...

    def ordinal(self, said: str) -> int: ...

    def items(self, text: str) -> Sequence[str]:
        """What a list names, as it was written."""
        ...


class Voice(Protocol):
    """What is written → what a voice reads."""

    RULES: Sequence[tuple[re.Pattern[str], str]]
    """Sign or unit → its words, in the order in which they are replaced."""

    JOINTS: Sequence[str]
    """Words before which a speaker breathes."""


class Phonemes(Protocol):
    """Letters → phonemes (recognize/sound.py)."""

    ODD: Mapping[str, str]
    """Words that no rule gets right → their phonemes."""

    LETTERS: Mapping[str, str]
    """Letter → how it is called."""

    UNCERTAIN: Sequence[tuple[str, str, str]]
    """Letters that no rule can decide about: what they give by rule, and what they may give."""

    RULES: str
    """Per letter, tried in the order given: what is there → its phonemes; none: it is silent."""
