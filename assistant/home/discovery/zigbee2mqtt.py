"""zigbee2mqtt's own list of its devices and groups.

    <base>/bridge/devices   retained: [{"ieee_address":…,"friendly_name":…,"definition":{…}}]
    <base>/bridge/groups    retained: [{"id":1,"friendly_name":…,"members":[…],"scenes":[…]}]
    <base>/bridge/state     retained: {"state":"online"} or, before 2.0, online
    <base>/bridge/info      retained: {"config":{"advanced":{"output":"json"}}} and much else
    <base>/<friendly name>/availability   {"state":"online"}, where availability is switched on

Source: zigbee2mqtt.io, MQTT topics and messages, and Exposes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, cast

from assistant.config import Kind
from assistant.events import Message
from assistant.home.dialects.payload import GARBAGE, read_any_json
from assistant.home.dialects.zigbee2mqtt_exposes import READINGS, SPECIFIC
from assistant.home.discovery.announced import LONGEST_NAME, Announcement, slug, spoken

Entry = Mapping[str, Any]
Announces = Callable[[Entry], Iterator[Announcement]]


class Zigbee2Mqtt:
    """One zigbee2mqtt."""

    name = "zigbee2mqtt"
    hello: tuple[Message, ...] = ()

    def __init__(self, base: str, most: int) -> None:
        self._base = base
        self._most = most
        self._devices_topic, self._groups_topic = f"{base}/bridge/devices", f"{base}/bridge/groups"
        self._state_topic, self._info_topic = f"{base}/bridge/state", f"{base}/bridge/info"
        self.topics = (
            *(self._devices_topic, self._groups_topic),
            *(self._state_topic, self._info_topic),
        )
        self._devices: dict[str, Entry] = {}
        self._groups: tuple[Entry, ...] = ()
        self._json_state = True
        self._output = UNKNOWN
        self._tells_availability = False
        self._announced: tuple[Announcement, ...] = ()

    def take(self, topic: str, payload: bytes) -> tuple[Message, ...]:
        if topic == self._state_topic:
            self._json_state = payload.startswith(b"{") or not payload
        elif topic == self._info_topic:
            self._output, self._tells_availability = _output(payload), _availability(payload)
        elif topic == self._devices_topic:
            listed = _listed(payload)[: self._most]
            self._devices = {str(device.get("ieee_address")): device for device in listed}
        else:
            self._groups = tuple(_listed(payload)[: self._most])
        found, wrong = self._found()
        known = {one.id: one for one in self._announced}
        # The same object where the same was said.
        self._announced = tuple(known[one.id] if known.get(one.id) == one else one for one in found)
        if wrong:
            raise ValueError(wrong)
        return ()

    def announced(self) -> Iterable[Announcement]:
        return self._announced

    def _found(self) -> tuple[list[Announcement], str]:
        """What is announced, and what is wrong with an entry that is left out; empty: nothing."""
        found, wrong = list[Announcement](), ""
        devices = ((self._of_device, device) for device in self._devices.values())
        groups = ((self._of_group, group) for group in self._groups)
        for announced, entry in chain[tuple[Announces, Entry]](devices, groups):
            try:
                found += announced(entry)
            except GARBAGE as error:
                wrong = f"{str(entry.get('friendly_name'))[:LONGEST_NAME]!r}: {error}"
        return found, wrong

    def _of_device(self, device: Entry) -> Iterator[Announcement]:
        if device.get("type") == "Coordinator" or device.get("disabled") is True:
            return
        address, exposes = str(device.get("ieee_address")), _exposes(device)
        for expose in exposes:
            if expose.get("type") in SPECIFIC:
                yield self._specific(address, device, expose, exposes)
        name = str(device.get("friendly_name"))
        for endpoint, readings in _by_endpoint(exposes).items():
            yield self._announcement(
                f"{address}_sensor_{endpoint}" if endpoint else f"{address}_sensor",
                "sensor",
                name,
                readings,
                _hardware(address),
                spoken_name=f"{name} {endpoint}" if endpoint else name,
                maker=_maker(device),
            )

    def _specific(
        self, address: str, device: Entry, expose: Entry, exposes: list[Entry]
    ) -> Announcement:
        kind, endpoint = cast(Kind, expose["type"]), expose.get("endpoint")
        of_kind = [one for one in exposes if one.get("type") == kind]
        several = len(of_kind) > 1 and endpoint is not None
        name = str(device.get("friendly_name"))
        setting = _setting(expose) or _power(expose, exposes)
        id_ = "_".join(filter(None, (address, kind, endpoint, setting)))
        # Presets and the like stand beside the specific expose.
        beside = [one for one in exposes if one.get("name") in ("moving", "motor_state")]
        more = beside if kind == "cover" else []
        return self._announcement(
            id_,
            kind,
            name,
            [expose, *more],
            _hardware(address),
            spoken_name=f"{name} {endpoint if several else ''} {setting or _beside(exposes, kind)}",
            device_class=_class(device, expose),
            category="config" if setting else None,
            maker=_maker(device),
        )

    def _announcement(
        self,
        id_: str,
        kind: Kind,
        name: str,
        exposes: Iterable[Entry],
        hardware: frozenset[str],
        spoken_name: str | None = None,
        **more: Any,
    ) -> Announcement:
        topic = f"{self._base}/{name}"
        *folders, own = (spoken_name or name).split("/")
        return Announcement(
            id=slug(f"zigbee2mqtt_{id_}"),
            kind=kind,
            name=spoken(own),
            dialect="zigbee2mqtt",
            mqtt={
                "topic": topic,
                "output": self._output,
                "exposes": tuple(exposes),
                "availability_mode": "all",
                "availability": self._signals(topic),
            },
            where=self._devices_topic,
            folders=tuple(folders),
            hardware=hardware,
            **more,
        )

    def _signals(self, topic: str) -> list[dict[str, Any]]:
        """The bridge's state, and the device's, which is told where that is switched on."""
        told = {"topic": f"{topic}/availability", "optional": not self._tells_availability}
        signals: list[dict[str, Any]] = [{"topic": self._state_topic}, told]
        if self._json_state:
            signals = [{**one, "value_template": "{{ value_json.state }}"} for one in signals]
        return signals

    def _of_group(self, group: Entry) -> Iterator[Announcement]:
        name, id_ = group.get("friendly_name"), group.get("id")
        if not isinstance(name, str):
            return
        if (common := self._common(group)) is not None:
            kind = cast(Kind, common["type"])
            yield self._announcement(
                f"group_{id_}", kind, name, [common], self._of_its_group(id_), maker="zigbee group"
            )
        for scene in group.get("scenes") or ():
            if isinstance(scene, dict):
                yield self._scene(str(id_), name, scene)

    def _scene(self, group: str, name: str, scene: Entry) -> Announcement:
        return Announcement(
            id=slug(f"zigbee2mqtt_group_{group}_scene_{scene.get('id')}"),
            kind="scene",
            name=spoken(scene.get("name") or f"scene {scene.get('id')}"),
            dialect="homeassistant",
            mqtt={
                "command_topic": f"{self._base}/{name}/set",
                "payload_on": json.dumps({"scene_recall": scene.get("id")}),
            },
            where=self._groups_topic,
            aliases=(spoken(f"{name} {scene['name']}"),) if scene.get("name") else (),
            hardware=self._of_its_group(group),
        )

    def _of_its_group(self, id_: object) -> frozenset[str]:
        """As zigbee2mqtt writes it for Home Assistant: its base topic in numbers, and the id."""
        base = "".join(str(ord(letter)) for letter in self._base)
        return frozenset({f"zigbee2mqtt_{base}_{id_}"})

    def _common(self, group: Entry) -> Entry | None:
        """The expose that all members of the group have, with the features they share."""
        members = group.get("members")
        if not isinstance(members, list) or not members:
            return None
        exposes: list[Entry] = []
        for member in members:
            device = self._devices.get(str(member.get("ieee_address")), {})
            found = [one for one in _exposes(device) if one.get("type") in SPECIFIC]
            found = [one for one in found if not _setting(one)]
            if not found or (exposes and found[0]["type"] != exposes[0]["type"]):
                return None
            exposes.append(found[0])
        names = [{part.get("name") for part in _features(one)} for one in exposes]
        shared = set.intersection(*names)
        features = [part for part in _features(exposes[0]) if part.get("name") in shared]
        # A group has no endpoints: its keys are those without.
        endpoint = f"_{exposes[0].get('endpoint')}"
        return {
            "type": exposes[0]["type"],
            "features": [
                {**part, "property": str(part.get("property")).removesuffix(endpoint)}
                for part in features
            ],
        }


UNKNOWN = "attribute_and_json"
"""How reports are told, where no bridge has said it: whatever comes is heard."""


def _configured(payload: bytes, *keys: str) -> Any:
    """What bridge/info says of its configuration."""
    found: Any = read_any_json(payload or b"{}")
    for key in ("config", *keys):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _availability(payload: bytes) -> bool:
    """Whether each device's availability is told."""
    return _configured(payload, "availability", "enabled") is True


def _output(payload: bytes) -> str:
    """How reports are told."""
    found = _configured(payload, "advanced", "output")
    return found if found in ("json", "attribute", "attribute_and_json") else UNKNOWN


CLASSES: Mapping[str, re.Pattern[str]] = {
    "garage": re.compile(r"\bgarage\b", re.IGNORECASE),
    "gate": re.compile(r"\bgates?\b", re.IGNORECASE),
    "door": re.compile(r"\bdoor (opener|strike|latch)\b|\bintercom\b", re.IGNORECASE),
    "water": re.compile(r"\bwater\b.*\bvalves?\b", re.IGNORECASE),
    "gas": re.compile(r"\bgas\b.*\bvalves?\b", re.IGNORECASE),
}
"""Class → how the description of a model tells it."""


def _beside(exposes: Iterable[Entry], kind: Kind) -> str:
    """The lamp of a fan is no second fan."""
    kinds = {one.get("type") for one in exposes if one.get("type") in SPECIFIC}
    return "light" if kind == "light" and "fan" in kinds else ""


def _hardware(address: str) -> frozenset[str]:
    return frozenset({address, f"zigbee2mqtt_{address}"})


def _maker(device: Entry) -> str | None:
    definition = device.get("definition")
    vendor = definition.get("vendor") if isinstance(definition, dict) else None
    return vendor if isinstance(vendor, str) else None


def _setting(expose: Entry) -> str:
    """Which setting of its device a switch or a lock is (child lock, window detection); or none.

    What the device is there for has the property `state`, with its endpoint where it has several.
    """
    state = next((part for part in _features(expose) if part.get("name") == "state"), {})
    property_ = str(state.get("property", "state"))
    apart = expose.get("type") in ("switch", "lock") and not property_.startswith("state")
    told = expose.get("category") in ("config", "diagnostic")
    return property_ if apart or told else ""


def _power(expose: Entry, exposes: list[Entry]) -> str:
    """How the switch of a thermostat is called, which is told from its mode; or nothing."""
    of_thermostat = any(one.get("type") == "climate" for one in exposes)
    return "power" if expose.get("type") == "switch" and of_thermostat else ""


def _class(device: Entry, expose: Entry) -> str | None:
    """Its class: told for Home Assistant, or of what opens a garage or a gate by its description.

    What the owner of the device wrote about it may only tell where it stands.
    """
    metadata = expose.get("homeassistant")
    if isinstance(metadata, dict) and isinstance(told := metadata.get("deviceClass"), str):
        return told
    definition = device.get("definition")
    if expose.get("type") in ("cover", "switch") and isinstance(definition, dict):
        described = str(definition.get("description"))
        return next((class_ for class_, words in CLASSES.items() if words.search(described)), None)
    return None


def _listed(payload: bytes) -> list[Entry]:
    """A JSON array of objects; raises ValueError."""
    found = read_any_json(payload or b"[]")
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ValueError("expected a JSON array of objects")
    return found


def _exposes(device: Entry) -> list[Entry]:
    definition = device.get("definition")
    exposes = definition.get("exposes") if isinstance(definition, dict) else None
    return [one for one in exposes if isinstance(one, dict)] if isinstance(exposes, list) else []


def _features(expose: Entry) -> list[Entry]:
    features = expose.get("features")
    return [one for one in features if isinstance(one, dict)] if isinstance(features, list) else []


def _by_endpoint(exposes: list[Entry]) -> Mapping[str, list[Entry]]:
    """What a device measures; what it measures twice is a sensor for each endpoint."""
    readings = [expose for expose in exposes if _is_reading(expose)]
    names = [one.get("name") for one in readings]
    found: dict[str, list[Entry]] = {}
    for one in readings:
        endpoint = one.get("endpoint")
        several = isinstance(endpoint, str) and names.count(one.get("name")) > 1
        found.setdefault(str(endpoint) if several else "", []).append(one)
    return found


def _is_reading(expose: Entry) -> bool:
    return expose.get("name") in READINGS and expose.get("type") in ("numeric", "binary")
