"""The names of the house: what {name}, {area} and {floor} can be, and what a mishearing meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Self

from assistant.config import DeviceSettings, HouseSettings
from assistant.lang import TemperatureUnit, language
from assistant.naming import in_short
from assistant.skill.manifest import SlotSpec
from assistant.understand.number_forms import both_forms
from assistant.understand.text import matching_form

_LONGEST = 100
"""Characters of a name that somebody may say; what announces longer ones means no name."""

NEAR = 0.8
"""SequenceMatcher ratio from which a heard name may be a name of the house."""

SURE = 0.9
"""Ratio from which it is one: "moomin lamb". "bedroom lamp" and "bathroom lamp" have 0.8."""


@dataclass(frozen=True, slots=True)
class HouseNames:
    """What can be named in this house."""

    devices: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Kind → device name → its aliases. Several devices may share a name."""

    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Area id → its name and aliases."""

    floors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Floor id → its name and aliases."""

    temperature_unit: TemperatureUnit = "celsius"

    in_full: frozenset[str] = frozenset()
    """Names of devices that only set up others: nobody means them who says less."""

    announced: frozenset[str] = frozenset()
    """Names, in lower case, that devices gave themselves: no sentence of a skill is one of them."""

    shared: frozenset[str] = frozenset()
    """Aliases, in lower case, of several devices: which of them is meant is not known here."""

    _spoken: dict[tuple[str, str | None], Mapping[str, str]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What `spoken` has answered: with a thousand devices it takes some 50 ms."""

    @classmethod
    def of(cls, house: HouseSettings) -> Self:
        """The names of a house; a routine is one more scene."""
        devices: dict[str, dict[str, tuple[str, ...]]] = {}
        in_full = [d for d in house.devices if d.category is not None]
        usual = [d for d in house.devices if d.category is None]
        named = [(device.kind, device.name, device.aliases) for device in usual]
        named += [("scene", routine.name, routine.aliases) for routine in house.routines]
        places = {
            form.lower()
            for among in (house.areas, house.floors)
            for place in among
            for form in (place.name, *place.aliases)
        }
        last_words = Counter(
            word
            for _, name, aliases in named
            for word in {form.lower().split()[-1] for form in (name, *aliases) if form.split()}
        )
        for what, name, aliases in named:
            kind = devices.setdefault(what, {})
            short = [
                form
                for form in (*in_short(what, name), *_measured(what, name))
                if form.lower() not in places
            ]
            last = name.lower().split()[-1:]
            if " " in name and what in _CALLED_BY_LAST and last_words[last[0]] == 1:
                short += [word for word in last if word not in language().lexicon.GENERIC]
            kind[name] = tuple(dict.fromkeys((*kind.get(name, ()), *aliases, *short)))
        for device in in_full:
            devices.setdefault(device.kind, {}).setdefault(device.name, ())
        return cls(
            devices=devices,
            areas={area.id: (area.name, *area.aliases) for area in house.areas},
            floors={floor.id: (floor.name, *floor.aliases) for floor in house.floors},
            temperature_unit=house.temperature_unit,
            announced=frozenset(d.name.lower() for d in house.devices if d.announced)
            - {d.name.lower() for d in house.devices if not d.announced},
            shared=_shared(usual),
            in_full=frozenset(d.name for d in in_full) - {d.name for d in usual},
        )

    def in_short(self) -> Self:
        """The same where it is clear that a device is spoken of: "the front" is the front door."""
        places = {
            form.lower()
            for named in (self.areas, self.floors)
            for f in named.values()
            for form in f
        }
        devices = {
            kind: {
                name: (*aliases, *_first_words(name, places))
                if kind in _CALLED_BY_FIRST and name not in self.in_full
                else aliases
                for name, aliases in names.items()
            }
            for kind, names in self.devices.items()
        }
        return replace(self, devices=devices, _spoken={})

    def spoken(self, slot: str, kind: str | None) -> Mapping[str, str]:
        """How the values of slot `name`, `area` or `floor` are said: words → value.

        kind   of the devices, or "any", for slot `name`
        The words are in matching form; the value of a `name` is the device's name in lower
        case, that of an area or a floor its id.
        """
        if (slot, kind) not in self._spoken:
            self._spoken[slot, kind] = self._forms(slot, kind)
        return self._spoken[slot, kind]

    def _forms(self, slot: str, kind: str | None) -> dict[str, str]:
        if slot == "name":
            names = self._named(kind or "")
            said = {name.lower(): (name, *aliases) for name, aliases in names.items()}
        else:
            among = self.areas if slot == "area" else self.floors
            said = {id_: (*forms, *_joined(forms)) for id_, forms in among.items()}
        # A name wins over another's alias: names first, then aliases, then what means the same.
        pairs = [(forms[0], value) for value, forms in said.items() if forms]
        pairs += [
            (form, form.lower() if slot == "name" and form.lower() in self.shared else value)
            for value, forms in said.items()
            for form in forms[1:]
        ]
        pairs = [(form, value) for form, value in pairs if len(form) <= _LONGEST]
        if slot == "name":
            pairs += [(other, value) for form, value in pairs for other in _same_thing(form)]
            places = self._places()
            pairs += [(n, value) for form, value in pairs for n in _in_number(form, places)]
        spoken: dict[str, str] = {}
        for form, value in pairs:
            for variant in both_forms(matching_form(form)):
                spoken.setdefault(variant, value)
        return spoken

    def _places(self) -> frozenset[str]:
        """The names of areas and floors, in matching form."""
        return frozenset(
            matching_form(form)
            for named in (self.areas, self.floors)
            for forms in named.values()
            for form in forms
        )

    def _named(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Device name → aliases, of one kind or "any"."""
        if kind != "any":
            return self.devices.get(kind, {})
        merged: dict[str, tuple[str, ...]] = {}
        for names in self.devices.values():
            for name, aliases in names.items():
                merged[name] = (*merged.get(name, ()), *aliases)
        return merged

    def of_slot(self, spec: SlotSpec) -> Mapping[str, str]:
        """The same for a slot of type area, floor or device."""
        return self.spoken("name" if spec.type == "device" else spec.type, spec.kind)


_CALLED_BY_LAST = frozenset({"switch", "climate", "media_player"})
"""Kinds of device that are called by the last word of their name alone, where nothing else is
called so: "the heater" is the electric heater."""

_CALLED_BY_FIRST = frozenset({"light", "switch", "climate", "media_player", "cover", "fan", "lock"})
"""Kinds of device that are called by the first words of their name where they are spoken of."""


def _joined(forms: Sequence[str]) -> Iterator[str]:
    """How a place is called within a compound: "küchen", of "Küchenlicht"."""
    for alone, joined in language().lexicon.JOINED:
        for form in forms:
            if alone and form.lower().endswith(alone):
                yield f"{form.lower().removesuffix(alone)}{joined}"


def _in_number(name: str, places: Collection[str]) -> Iterator[str]:
    """ "porch lights" for the one porch light, "fairy light" for the fairy lights.

    Not where the other form means more: "the kitchen lights" are all that the kitchen has.
    """
    *first, last = matching_form(name).split() or [""]
    if first and last.isalpha() and " ".join(first) not in places:
        yield " ".join((*first, language().wording.other_number(last)))


def _same_thing(name: str) -> Iterator[str]:
    """ "kitchen television" for the "kitchen tv"."""
    said = f" {matching_form(name)} "
    for words in language().lexicon.ALIKE:
        for word in sorted(words, key=len, reverse=True):
            if f" {word} " in said:
                yield from (said.replace(f" {word} ", f" {w} ").strip() for w in words if w != word)
                break


def _measured(kind: str, name: str) -> Iterator[str]:
    """What a sensor is about, where its name says what it measures: "the pool", of which somebody
    asks the temperature."""
    for what in language().lexicon.MEASURED if kind == "sensor" else ():
        for ending in (f" {what}", f" {what} {language().lexicon.SENSOR}"):
            if name.lower().endswith(ending):
                yield name[: -len(ending)]


def _shared(devices: Iterable[DeviceSettings]) -> frozenset[str]:
    owners: dict[str, set[str]] = {}
    for device in devices:
        for alias in device.aliases:
            owners.setdefault(alias.lower(), set()).add(device.name.lower())
    return frozenset(alias for alias, names in owners.items() if len(names) > 1)


def _first_words(name: str, places: Collection[str]) -> Iterator[str]:
    *first, last = name.lower().split() or [""]
    if first and last in language().lexicon.GENERIC and (short := " ".join(first)) not in places:
        yield short


def placeholder(slot: str, kind: str | None = None) -> str:
    """The word that stands for a name of the house when the model reads: "lightname".

    The model need not know any house's names, only where a name stands and of what kind.
    """
    return f"{kind if slot == 'name' and kind else slot}name".replace("_", "")


@dataclass(frozen=True, slots=True)
class Unit:
    """What the model reads as one word."""

    text: str
    """The word, or the placeholder of a name."""

    first: int
    """First and last (inclusive) of the words it stands for."""

    last: int


class NameFinder:
    """Finds the house's names in what was said, the longest first."""

    def __init__(self, names: HouseNames) -> None:
        self._placeholders: dict[str, str] = {}
        sources = [("name", kind) for kind in names.devices] + [("area", None), ("floor", None)]
        for slot, kind in sources:
            for said in names.spoken(slot, kind):
                self._placeholders.setdefault(said, placeholder(slot, kind))
        self._longest = max((len(said.split()) for said in self._placeholders), default=0)
        self._by_word: dict[tuple[int, int, str], list[str]] = {}
        for said in self._placeholders:
            parts = said.split()
            for at, word in enumerate(parts):
                self._by_word.setdefault((len(parts), at, word), []).append(said)

    def units(self, words: Sequence[str]) -> tuple[Unit, ...]:
        """`words` (matching form) with placeholders for the names among them."""
        units: list[Unit] = []
        first = 0
        while first < len(words):
            size, text = self._name_at(words, first)
            units.append(Unit(text, first, first + size - 1))
            first += size
        return tuple(units)

    def _name_at(self, words: Sequence[str], first: int) -> tuple[int, str]:
        """How many words from `first` on are a name, and its placeholder; or the one word."""
        for size in range(min(self._longest, len(words) - first), 0, -1):
            said = " ".join(words[first : first + size])
            if said in self._placeholders:
                return size, self._placeholders[said]
            if size > 1 and (name := self._misheard(words[first : first + size])):
                return size, self._placeholders[name]
        return 1, words[first]

    def _misheard(self, words: Sequence[str]) -> str | None:
        """The name of several words that these mean, where one of them is right at least."""
        said = " ".join(words)
        for at, word in enumerate(words):
            for name in self._by_word.get((len(words), at, word), ()):
                plural = said in (f"{name}s", name.removesuffix("s"))
                if not plural and _ratio(said, name, SURE):
                    return name
        return None


def nearest(said: str, spoken: Mapping[str, str]) -> tuple[str, float] | None:
    """The value whose words come nearest to `said` (matching form), and how near, `NEAR` to 1.

    None when nothing is near enough.
    """
    said = _bare(said)
    if said in spoken:
        return spoken[said], 1.0
    scored = [(ratio, words) for words in spoken if (ratio := _ratio(said, words, NEAR))]
    if not scored:
        return None
    ratio, words = max(scored)
    return spoken[words], ratio


def _ratio(said: str, words: str, least: float) -> float:
    """Their SequenceMatcher ratio; 0 when it is below `least`.

    The letters they share are a bound that takes a tenth of its time.
    """
    total = len(said) + len(words)
    if 2 * min(len(said), len(words)) < least * total:
        return 0.0
    if 2 * (_letters(said) & _letters(words)).total() < least * total:
        return 0.0
    ratio = SequenceMatcher(None, said, words).ratio()
    return ratio if ratio >= least else 0.0


@lru_cache(maxsize=8192)
def _letters(words: str) -> Counter[str]:
    return Counter(words)


def _bare(said: str) -> str:
    words = said.split()
    return " ".join(words[1:]) if words[1:] and words[0] in language().lexicon.DETERMINERS else said
