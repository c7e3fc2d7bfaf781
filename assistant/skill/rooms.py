"""The rooms of the house, for a skill that speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self

from assistant.lang import language

if TYPE_CHECKING:  # a skill's own process reads no YAML
    from assistant.config import HouseSettings


@dataclass(frozen=True, slots=True)
class Rooms:
    """Areas and floors by their names, and the area where a command was said."""

    areas: Mapping[str, str] = field(default_factory=dict)
    """Id of an area → its name, in lower case."""

    floors: Mapping[str, str] = field(default_factory=dict)
    """Id of a floor → "upstairs" where it is called so, or else its name."""

    floor_of: Mapping[str, str] = field(default_factory=dict)
    """Id of an area → id of its floor, where it has one."""

    here: str | None = None
    """Id of the area where it was said."""

    temperature_unit: Literal["celsius", "fahrenheit"] = "celsius"
    """What the house's people speak of; attributes are always in °C."""

    @classmethod
    def of(cls, house: HouseSettings, here: str | None) -> Self:
        """The rooms of `house`, for a command said in `here`."""
        return cls(
            {area.id: area.name.lower() for area in house.areas},
            {floor.id: _adverb(floor.name, *floor.aliases) for floor in house.floors},
            {area.id: area.floor for area in house.areas if area.floor is not None},
            here,
            house.temperature_unit,
        )

    def within(self, area: str | None, floor: str | None) -> frozenset[str] | None:
        """Ids of the areas of a place that was said; None when none was."""
        if area is not None:
            return frozenset({area})
        if floor is not None:
            return frozenset(a for a, of in self.floor_of.items() if of == floor)
        return None

    def phrase(self, area: str | None, floor: str | None = None) -> str:
        """ " in the kitchen", " on the upper floor", " upstairs", or "" for no place."""
        if area is None and floor is None:
            return ""
        name = self.floors.get(floor or "", "") if area is None else self.areas.get(area, "")
        if not name or name in language().lexicon.ADVERBS:
            return f" {name}".rstrip()
        return language().wording.in_place(name, floor=area is None)


def _adverb(*names: str) -> str:
    """The name that needs no "on the" before it, or the first."""
    lower = [name.lower() for name in names]
    return next((name for name in lower if name in language().lexicon.ADVERBS), lower[0])
