"""What Home Assistant exposes to Assist: only that may be commanded.

Whoever lives there decides about single entities. Two lists tell of it, and a no in one of them is
a no:

    homeassistant/expose_entity/list    up to 2024: every entity of the registry, those that nobody
                                        has decided about with {}; since then only those that are
                                        exposed
    config/entity_registry/list         {"options": {"conversation": {"should_expose": false}}}

About what nobody has decided Home Assistant decides itself when Assist is first used: by its domain
if it is to expose new entities at all. What cannot be read is not exposed.

Source: homeassistant/components/homeassistant/exposed_entities.py of 2024.3.3 and 2025.4.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

ASSISTANT = "conversation"

BY_DOMAIN = frozenset(
    {"light", "switch", "input_boolean", "climate", "media_player", "cover", "fan", "scene"}
)
"""DEFAULT_EXPOSED_DOMAINS, as far as there is a kind of device for them."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What was answered."""

    listed: Json
    """Entity → assistant → whether it is exposed to it."""

    exposes_new: bool | None
    """Whether what has not been decided about is exposed by its domain; None: it does not say."""

    def allows(self, entity_id: str, entry: Json | None) -> bool:
        """Whether the entity may be commanded.

        entry    of the registry; None: it is not in there
        """
        decided = [self.listed.get(entity_id, {}).get(ASSISTANT), _option(entry)]
        if False in decided:
            return False
        if True in decided:
            return True
        return entity_id.partition(".")[0] in BY_DOMAIN and self._exposes_undecided(entry)

    @property
    def _lists_all(self) -> bool:
        """Whether what is not listed has not been decided about; else it may be hidden."""
        return any(not told or False in told.values() for told in self.listed.values())

    def _exposes_undecided(self, entry: Json | None) -> bool:
        if self._lists_all:
            known = self.exposes_new is not False
        else:  # its entry in the registry would say if it were hidden
            known = bool(entry and isinstance(entry.get("options"), dict) and self.exposes_new)
        return known and not (entry and (entry.get("entity_category") or entry.get("hidden_by")))


def read_listed(answer: object) -> tuple[Json, str]:
    """What is exposed, of the answer to homeassistant/expose_entity/list.

    returns    entity → assistant → whether; and why it cannot be read, for people, or ""
    """
    found = answer.get("exposed_entities") if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        return {}, "it does not tell what it exposes to Assist"
    if not all(_readable(assistants) for assistants in found.values()):
        return {}, "it tells in another way than up to 2025.4 what it exposes to Assist"
    return found, ""


def read_exposes_new(answer: object) -> bool | None:
    """The answer to homeassistant/expose_new_entities/get; None: there is none."""
    found = answer.get("expose_new") if isinstance(answer, dict) else None
    return found if isinstance(found, bool) else None


def _readable(assistants: object) -> bool:
    return isinstance(assistants, dict) and all(isinstance(on, bool) for on in assistants.values())


def _option(entry: Json | None) -> bool | None:
    """What the registry says; None: nothing was decided. What is neither is a no."""
    options = entry.get("options") if entry else None
    about = options.get(ASSISTANT) if isinstance(options, dict) else None
    if about is None:
        return None
    found = about.get("should_expose") if isinstance(about, dict) else False
    return found if found is None else found is True
