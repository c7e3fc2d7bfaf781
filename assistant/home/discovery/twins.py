"""What is announced twice is one device, in whichever order and whichever way it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.home.discovery.announced import Announcement, properties


def once(announced: Iterable[Announcement]) -> Iterator[Announcement]:
    """Without Home Assistant's announcement of what its maker announced, and without repeats.

    The maker's own says more. Raises nothing, whatever was announced.
    """
    every = list(announced)
    makers: dict[str, list[Announcement]] = {}
    for one in every:
        for name in () if one.for_home_assistant else one.hardware:
            makers.setdefault(name, []).append(one)
    added: dict[str, dict[str, str]] = {}
    left: list[Announcement] = []
    for one in every:
        own = _told_by_its_maker(one, makers)
        left += [one] if not own else _beside(one, own)
        for twin in own:
            added.setdefault(twin.id, {}).update(_adds(one, twin))
    unique = {one.id: one for one in reversed(left)}  # the first of each id
    for id_ in dict.fromkeys(one.id for one in left):
        more: dict[str, Any] = added.get(id_, {})
        yield replace(unique[id_], **more) if more else unique[id_]


def _adds(one: Announcement, twin: Announcement) -> dict[str, str]:
    """What Home Assistant's announcement says of its twin that the maker does not.

    zigbee2mqtt tells nobody else the class, and what its owner wants a relay to be taken for.
    """
    if one.kind == "sensor":
        return {}  # the maker's is all that its device measures
    if one.kind == twin.kind and one.device_class and not twin.device_class:
        return {"device_class": one.device_class}
    return {"kind": "light"} if _as_lamp(one, twin) else {}


def _as_lamp(one: Announcement, twin: Announcement) -> bool:
    templates = (one.mqtt.get("value_template"), one.mqtt.get("state_value_template"))
    same = properties(templates) & set(_read(twin))
    return (one.kind, twin.kind, twin.category) == ("light", "switch", None) and bool(same)


def _told_by_its_maker(
    one: Announcement, makers: Mapping[str, list[Announcement]]
) -> list[Announcement]:
    """What its maker announces of the same thing, whatever the kind."""
    if not one.for_home_assistant:
        return []
    return [twin for name in one.hardware for twin in makers.get(name, ())]


def _beside(one: Announcement, own: Sequence[Announcement]) -> list[Announcement]:
    """What Home Assistant's announcement is beside those of the maker; mostly nothing."""
    kinds = {twin.kind for twin in own}
    if one.kind == "sensor":
        if any(twin.dialect != "zigbee2mqtt" for twin in own):
            return [] if "sensor" in kinds else [one]
        read = {name for twin in own for name in _read(twin)}
        told = one.device_class or one.mqtt.get("unit_of_measurement")
        new = properties(one.mqtt.get("value_template")) - read
        return [one] if told and new else []
    if one.kind in kinds or any(_as_lamp(one, twin) for twin in own):
        return []
    return [one]


def _read(twin: Announcement) -> Iterator[str]:
    """The properties that a device of zigbee2mqtt is read from."""
    exposes = twin.mqtt.get("exposes", ())
    for expose in exposes:
        yield str(expose.get("property"))
        features = expose.get("features")
        for feature in features if isinstance(features, list) else ():
            if isinstance(feature, dict):
                yield str(feature.get("property"))
