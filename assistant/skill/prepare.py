"""From an intent and the house to the call of a handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from assistant.events import Intent, Slot
from assistant.home.house import House
from assistant.home.model import Device
from assistant.schedule import Schedule
from assistant.schedule.entry import Entry
from assistant.skill.answer import Targets
from assistant.skill.call import Call, Said
from assistant.skill.guard import check_targets, may_read
from assistant.skill.loader import Skill, Skills
from assistant.skill.manifest import SlotSpec
from assistant.skill.rooms import Rooms
from assistant.skill.targets import TargetResolver
from assistant.skill.topics import Topics


class Preparer:
    """Knows what a skill may be told."""

    def __init__(
        self,
        house: House,
        targets: TargetResolver,
        topics: Topics,
        schedule: Schedule,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._house = house
        self._targets = targets
        self._topics = topics
        self._schedule = schedule
        self._now = now

    def targets(self, intent: Intent, skills: Skills, area: str | None) -> Targets | None:
        """The devices that an intent is about; None when it is about none.

        Raises CannotDo and Ambiguous.
        """
        skill, name = intent.skill, intent.verb
        manifest = skills.working[skill].manifest if skill in skills.working else None
        if manifest is None or (kind := manifest.intents[name].target) is None:
            return None
        return self._targets.resolve(kind, intent.slots, self._house.devices(), area)

    def call(self, skill: Skill, intent: Intent, area: str | None) -> Call:
        """What the handler of `intent` is given.

        area    id of the area where it was said
        Raises CannotDo and Ambiguous with a text to speak.
        """
        name = intent.verb
        wanted = skill.handlers.get(name, ())
        kind = skill.manifest.intents[name].target
        devices = self._house.devices()
        targets: Targets | None = None
        if kind is not None:
            targets = self._targets.resolve(kind, intent.slots, devices, area)
            check_targets(skill.manifest, targets)
        # What only sets up another device is no part of the house that is asked or switched.
        readable = tuple(d for d in devices if d.category is None and may_read(skill.manifest, d))
        filters = skill.manifest.permissions.read.topics
        return Call(
            intent=name,
            now=self._now(),
            slots=self._slots(skill, intent.slots, devices, area),
            targets=targets,
            devices=readable if "devices" in wanted else (),
            rooms=Rooms.of(self._house.settings, area) if "rooms" in wanted else Rooms(),
            topics=self._topics.last(filters) if "topics" in wanted else {},
            settings=skill.settings,
            schedule=self._planned(skill) if "schedule" in wanted else (),
        )

    def _planned(self, skill: Skill) -> tuple[Entry, ...]:
        return self._schedule.entries(skill.manifest.name) if skill.built_in else ()

    def _slots(
        self,
        skill: Skill,
        slots: Mapping[str, Slot],
        devices: tuple[Device, ...],
        area: str | None,
    ) -> dict[str, Said]:
        said: dict[str, Said] = {}
        for name, slot in slots.items():
            spec = skill.manifest.slots.get(name, SlotSpec("text"))
            if spec.kind is None:
                said[name] = Said(spec.type, slot.value, slot.raw)
                continue
            meant = self._targets.resolve(spec.kind, {"name": slot}, devices, area)
            check_targets(skill.manifest, meant)
            said[name] = Said(spec.type, meant, slot.raw)
        return said
