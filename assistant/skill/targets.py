"""Which devices a command means: a name, a room, a floor, everything, or the ones right here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from assistant.config import AreaSettings, FloorSettings, HouseSettings
from assistant.events import Slot
from assistant.home.model import Device
from assistant.home.risk import lets_in
from assistant.lang import language
from assistant.skill.answer import CannotDo, Targets


class Ambiguous(Exception):
    """Several things may be meant; its text asks which."""


class TargetResolver:
    """Resolves target slots against the house as it is now."""

    def __init__(self, settings: HouseSettings) -> None:
        self._areas = {area.id: area for area in settings.areas}
        self._floors = {floor.id: floor for floor in settings.floors}

    def resolve(
        self, kind: str, slots: Mapping[str, Slot], devices: Sequence[Device], here: str | None
    ) -> Targets:
        """The devices of `kind` (or "any") that `slots` mean.

        here      id of the area where it was said; "the lights" means the lights there
        raises    CannotDo when there are none, Ambiguous when a question has to go back
        """
        found = self._resolve(kind, slots, devices, here)
        # One may be the first of two names: "both the strip and the lamp".
        if _both(slots) and (count := len(found.devices)) > 2:
            raise CannotDo(language().say("not_two", count=count))
        return found

    def _resolve(
        self, kind: str, slots: Mapping[str, Slot], devices: Sequence[Device], here: str | None
    ) -> Targets:
        candidates = [device for device in devices if kind in ("any", device.kind)]
        areas, place = self._place(slots)
        if areas is not None:
            candidates = [device for device in candidates if device.area in areas]
        if "it" in slots and isinstance(ids := slots["it"].value, tuple):
            return self._pointed_at(slots["it"].raw, [d for d in candidates if d.id in ids])
        if "name" in slots:
            return self._named(kind, slots, candidates, place, here)
        # "The switches" are neither the settings of a thermostat nor the relay of the garage door.
        candidates = [one for one in candidates if one.category is None and not _apart(one)]
        if place is not None:
            return self._in_place(kind, candidates, place)
        if _both(slots) and here and len(near := [d for d in candidates if d.area == here]) == 2:
            return self._in_place(kind, near, self._areas[here])
        if "all" in slots:
            return self._everywhere(kind, candidates)
        return self._unsaid(kind, candidates, here)

    def _place(
        self, slots: Mapping[str, Slot]
    ) -> tuple[set[str] | None, AreaSettings | FloorSettings | None]:
        if "area" in slots:
            area = self._areas[str(slots["area"].value)]
            return {area.id}, area
        if "floor" in slots:
            floor = self._floors[str(slots["floor"].value)]
            return {area.id for area in self._areas.values() if area.floor == floor.id}, floor
        return None, None

    def _named(
        self,
        kind: str,
        slots: Mapping[str, Slot],
        candidates: Sequence[Device],
        place: AreaSettings | FloorSettings | None,
        here: str | None,
    ) -> Targets:
        name = str(slots["name"].value)
        wanted = name.casefold()
        found = [d for d in candidates if wanted in {n.casefold() for n in (d.name, *d.aliases)}]
        candidates = [one for one in candidates if one.category is None]
        nouns = language().wording.NOUNS
        noun = next((k for k in nouns if kind in ("any", k) and wanted in _low(nouns[k])), None)
        if noun and (so_called := self._so_called(noun, found, candidates, place, here)):
            return so_called
        if not found:
            where = language().wording.in_place(place.name.lower()) if place else ""
            # "The fan" may be short for the "kitchen fan", of which nobody spoke.
            what = slots["name"].raw.lower() if place and slots["name"].raw else name
            raise CannotDo(language().say("none_there", what=what, where=where))
        near = [d for d in found if d.area == here and here is not None]
        if near and ("all" not in slots or (_both(slots) and len(near) == 2)):
            found = near
        # A plug and its meter of one name are one thing to those who speak of it.
        many = any(count > 1 for count in Counter(device.kind for device in found).values())
        said = language().wording
        phrase = said.the(said.other_number(name) if many and not said.is_plural(name) else name)
        if "all" in slots and many:
            return Targets(tuple(found), phrase, plural=True)
        if all(device.kind == "sensor" for device in found) and len({d.area for d in found}) == 1:
            # "The pool" has a thermometer and a filter: who asks says what is asked for.
            return Targets(tuple(found), said.the(name), plural=False)
        if len({device.name for device in found}) > 1:  # what they share is an alias
            raise Ambiguous(said.which_of([device.name for device in found]))
        if len({device.area for device in found}) > 1:
            rooms = [self._areas[d.area].name.lower() for d in found if d.area is not None]
            raise Ambiguous(language().say("which", what=name, rooms=said.either(rooms)))
        return Targets(tuple(found), phrase, plural=many)

    def _so_called(
        self,
        noun: str,
        found: Sequence[Device],
        candidates: Sequence[Device],
        place: AreaSettings | FloorSettings | None,
        here: str | None,
    ) -> Targets | None:
        """ "The fan" where it has another name, though a fan elsewhere is called just that."""
        alike = [d for d in candidates if noun in ("any", d.kind)]
        if place is not None:
            return self._in_place(noun, alike, place) if alike and not found else None
        near = [d for d in alike if d.area == here]
        if here is None or not near or any(d in near for d in found):
            return None
        return self._in_place(noun, near, self._areas[here])

    def _pointed_at(self, phrase: str, found: Sequence[Device]) -> Targets:
        """What was spoken of before, as it was called then."""
        if not found:
            raise CannotDo(language().say("pointed_nowhere"))
        if len(found) == 1:
            phrase = language().wording.the(found[0].name)
        return Targets(tuple(found), phrase, plural=len(found) > 1)

    def _in_place(
        self, kind: str, candidates: Sequence[Device], place: AreaSettings | FloorSettings
    ) -> Targets:
        said, name = language().wording, place.name.lower()
        if not candidates:
            where = said.in_place(name)
            raise CannotDo(language().say("none_there", what=said.NOUNS[kind][0], where=where))
        plural = len(candidates) > 1
        phrase = said.the_kind(kind, many=plural, place=name)
        return Targets(tuple(candidates), phrase, plural, name)

    def _everywhere(self, kind: str, candidates: Sequence[Device]) -> Targets:
        said = language().wording
        if not candidates:
            raise CannotDo(language().say("none_in_house", what=said.NOUNS[kind][0]))
        phrase = said.the_kind(kind, many=True, whole=True)
        return Targets(tuple(candidates), phrase, plural=True)

    def _unsaid(self, kind: str, candidates: Sequence[Device], here: str | None) -> Targets:
        if here is not None and (near := [d for d in candidates if d.area == here]):
            return self._in_place(kind, near, self._areas[here])
        said = language().wording
        one, many = said.NOUNS[kind]
        if not candidates:
            raise CannotDo(language().say("none_in_house", what=one))
        if len(candidates) == 1:
            return Targets(tuple(candidates), said.the(candidates[0].name), plural=False)
        rooms = sorted({self._areas[d.area].name.lower() for d in candidates if d.area})
        if not rooms:
            raise Ambiguous(language().say("which_one", what=one))
        raise Ambiguous(language().say("which", what=many, rooms=said.either(rooms)))


def _apart(device: Device) -> bool:
    """Whether no word for its kind means it, since somebody could come in.

    The skills of covers and locks tell their own apart: "the gates", "all the doors".
    """
    return device.kind not in ("cover", "lock") and lets_in(device)


def _both(slots: Mapping[str, Slot]) -> bool:
    """Whether exactly two are meant."""
    return "all" in slots and slots["all"].raw.lower() in language().lexicon.BOTH


def _low(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)
