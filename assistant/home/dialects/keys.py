"""The `mqtt:` mapping of one device → the frozen dataclass that is its schema.

Fields are the allowed keys, annotations their types, defaults what a missing key means. What is
wrong becomes a ConfigError with file and line, device, key, what was found and what would be right.
"""

from __future__ import annotations

import logging
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from difflib import get_close_matches
from math import isfinite
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.home.dialects.availability import Availability, Reachable
from assistant.home.dialects.template import Template
from assistant.home.dialects.topics import is_filter, is_topic

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_TOLD = 1000  # lines about keys that are announced

TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "on", "enable", "1", "1.0"), True),
    **dict.fromkeys(("false", "no", "off", "disable", "0", "0.0"), False),
}
"""What Home Assistant takes for true and false."""

IGNORED = frozenset(
    [
        *("unique_id", "object_id", "default_entity_id", "name", "device", "origin", "~"),
        *("icon", "entity_picture", "entity_category", "enabled_by_default", "platform"),
        *("device_class", "encoding", "qos", "json_attributes_topic", "json_attributes_template"),
        *("optimistic", "retain"),  # where a schema does not know them: a sensor
        *("effect", "effect_list", "effect_command_topic", "effect_command_template"),
        *("effect_state_topic", "effect_template", "effect_value_template"),
        *("flash", "flash_time_short", "flash_time_long", "color_mode", "color_mode_state_topic"),
        *("color_mode_value_template", "supported_color_modes", "schema", "hs", "rgb", "xy"),
        *("color_temp", "force_update", "state_class", "suggested_display_precision"),
        *("last_reset_topic", "last_reset_value_template", "options", "supported_features"),
        *("components", "group", "migrate_discovery", "min_humidity", "max_humidity", "transition"),
    ]
)
"""Keys of Home Assistant that may be copied along but change nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityKeys(Reachable):
    """The keys of everything that Home Assistant commands."""

    optimistic: bool = False
    """It is believed to do what it is told: its reports are late, or never come."""

    retain: bool = False
    """Its commands stay with the broker until the next one: it sleeps."""


def read_keys(schema: type[T], settings: DeviceSettings) -> T:
    """Read the device's `mqtt:` mapping as `schema`; raises ConfigError."""
    types_of = get_type_hints(schema)
    known = [field.name for field in fields(schema)]  # type: ignore[arg-type]  # a dataclass
    values = {}
    for name, found in settings.mqtt.items():
        if name in known:
            if found is not None or not settings.announced or _may_be_none(types_of[name]):
                values[name] = _value(settings, name, types_of[name], found)
        elif name not in IGNORED:
            _unknown(settings, str(name), known)
    for field in fields(schema):  # type: ignore[arg-type]  # a dataclass
        required = field.default is MISSING and field.default_factory is MISSING
        if required and field.name not in values:
            raise _wrong(settings, field.name, "missing", fix=f"add `{field.name}: …`")
    try:
        return schema(**values)
    except ValueError as error:
        key, _, problem = str(error).partition(": ")
        raise _wrong(
            settings, key, problem, fix=f"see README.md, Devices, {settings.kind}"
        ) from error


def _unknown(settings: DeviceSettings, name: str, known: list[str]) -> None:
    """A key that somebody wrote is a mistake; one that is announced is said once, and not followed.

    It changes what Home Assistant does, and nobody shall believe that it does so here, too.
    """
    if not settings.announced:
        likely = get_close_matches(name, known, n=1) or sorted(known)
        raise _wrong(settings, name, "no such key", fix=" or ".join(likely))
    if _first(settings.kind, name):
        log.warning(
            "%s: %r of a %s is not followed, here and wherever it is announced",
            *(settings.where, name[:60], settings.kind),
        )


_told: set[tuple[str, ...]] = set()


def _not_used(where: str, device: str, name: str, problem: str) -> None:
    if _first(where, device, name):
        log.warning("%s: device %r: %s is not used: %s", where, device, name, problem)


def _first(*about: str) -> bool:
    """Whether that has not been said yet; what is announced without end is not kept for ever."""
    if about in _told or len(_told) > MOST_TOLD:
        return False
    _told.add(about)
    return True


def need_state(settings: DeviceSettings, topic: str | None, key: str = "state_topic") -> None:
    """Raise ConfigError when nobody would know what came of a command.

    A device that announces itself without a topic for its state is believed instead.
    """
    if topic is None and not settings.announced and settings.mqtt.get("optimistic") is not True:
        raise _wrong(settings, key, "missing", fix=f"add `{key}: …`")


def reachable(keys: Reachable, settings: DeviceSettings) -> Availability | None:
    """How the device tells that it is there; raises ConfigError."""
    try:
        found = keys.reachable()
    except ValueError as error:
        raise _wrong(settings, "availability", str(error), fix="- topic: …") from error
    if found is None:
        return None
    usable = tuple(one for one in found.signals if not (one.template and one.template.problem))
    for one in found.signals:
        if one.template and one.template.problem and not settings.announced:
            raise _wrong(settings, "availability", one.template.problem, fix="see README.md")
    return replace(found, signals=usable) if usable else None


def _wrong(settings: DeviceSettings, key: str, problem: str, *, fix: str) -> ConfigError:
    place = f"{settings.where or 'config.yaml'}: device {settings.id!r}: mqtt.{key}"
    return ConfigError(f"{place}: {problem}", fix=fix)


def _value(settings: DeviceSettings, name: str, kind: Any, found: Any) -> Any:
    choices = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    kind = choices[0]
    if found is None and type(None) in choices:
        return None
    if get_origin(kind) is tuple:
        return _list(settings, name, get_args(kind)[0], found)
    if kind is Template:
        return _template(settings, name, found)
    if get_origin(kind) is Literal:
        return _literal(settings, name, get_args(kind), found)
    return _plain(settings, name, kind, found)


def _literal(settings: DeviceSettings, name: str, allowed: tuple[Any, ...], found: Any) -> Any:
    if settings.announced and isinstance(found, str) and found not in allowed:
        found = next((one for one in allowed if str(one).lower() == found.lower()), found)
    if found not in allowed:
        fix = " or ".join(map(str, allowed))
        raise _wrong(settings, name, f"{found!r} is not understood", fix=fix)
    return found


def _plain(settings: DeviceSettings, name: str, kind: Any, found: Any) -> Any:
    if settings.announced:
        found = _as_meant(kind, found)
    if kind is str and isinstance(found, bool):  # YAML reads a bare `on` as true
        raise _wrong(settings, name, f"expected text, got {found}", fix="put it in quotes")
    if kind is float and type(found) is int:
        found = float(found)
    if type(found) is not kind:
        shown = "something else" if name == "password" else repr(found)
        raise _wrong(
            settings, name, f"expected {_name(kind)}, got {shown}", fix=f"write {_example(kind)}"
        )
    return _topic(settings, name, found) if name == "topic" or name.endswith("_topic") else found


def _as_meant(kind: Any, found: Any) -> Any:
    """A number or a truth that is announced as text, or text as a number, as what it stands for."""
    if kind is str:
        return str(found) if isinstance(found, bool | int | float) else found
    if kind is bool:
        return TRUTHS.get(str(found).strip().lower(), found)
    if kind in (int, float) and isinstance(found, str | int | float) and type(found) is not bool:
        try:
            number = float(found)
        except ValueError:
            return found
        return (round(number) if kind is int else number) if isfinite(number) else found
    return found


def _may_be_none(kind: Any) -> bool:
    return type(None) in get_args(kind)


def _template(settings: DeviceSettings, name: str, found: Any) -> Template:
    if settings.announced:
        template = Template.announced(str(found))
        if template.problem:
            _not_used(settings.where, settings.id, name, template.problem)
        return template
    try:
        return Template(str(found))
    except ValueError as error:
        raise _wrong(settings, name, str(error), fix="see README.md, Devices") from error


def _list(settings: DeviceSettings, name: str, kind: Any, found: Any) -> tuple[Any, ...]:
    if get_origin(kind) is not Mapping:
        return _words(settings, name, kind, found)
    entries = found if isinstance(found, list | tuple) else [found]
    if not all(isinstance(entry, Mapping) for entry in entries):
        raise _wrong(settings, name, f"expected mappings, got {found!r}", fix="- topic: …")
    return tuple(entries)


def _words(settings: DeviceSettings, name: str, kind: Any, found: Any) -> tuple[str, ...]:
    if settings.announced and isinstance(found, str):
        found = [found]
    if not isinstance(found, list | tuple):
        raise _wrong(settings, name, f"expected a list, got {found!r}", fix=f"{name}: [ … ]")
    # YAML reads a bare `off` as false; people mean the word.
    words = ["off" if word is False else word for word in found]
    allowed = get_args(kind)
    if kind is str:
        return tuple(str(word) for word in words)
    if settings.announced:  # a word of a newer Home Assistant
        words = [word for word in words if word in allowed]
    for word in words:
        if word not in allowed:
            likely = get_close_matches(str(word), allowed, n=1) or allowed
            raise _wrong(settings, name, f"{word!r} is not understood", fix=" or ".join(likely))
    return tuple(words)


def _topic(settings: DeviceSettings, name: str, found: str) -> str:
    """Reports may come on any topic of a filter; commands need one topic."""
    reported = name.endswith("_topic") and "command" not in name and name != "set_position_topic"
    if not (is_filter if reported else is_topic)(found):
        fix = "a topic, some levels of it as +" if reported else "a topic without + and #"
        raise _wrong(settings, name, f"{found[:100]!r} is no topic", fix=fix)
    return found


def _name(kind: type) -> str:
    names: Mapping[type, str] = {str: "text", int: "a whole number", float: "a number"}
    return names.get(kind, "true or false")


def _example(kind: type) -> str:
    examples: Mapping[type, str] = {str: '"text"', int: "255", float: "0.5"}
    return examples.get(kind, "true")
