"""The `mqtt:` mapping of one device → the frozen dataclass that is its schema.

What somebody wrote has to be right. What a device announces is first brought to what somebody would
have written: makers are lax, and a house with one such device must still work.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.home.dialects.availability import Reachable
from assistant.home.dialects.template import Template
from assistant.schema import alternatives, read
from assistant.schema.nodes import Section

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


@cache
def _kinds(schema: Any) -> Mapping[str, Any]:
    return get_type_hints(schema)


def read_keys(schema: type[T], settings: DeviceSettings) -> T:
    """Read the device's `mqtt:` mapping as `schema`; raises ConfigError."""
    kinds = _kinds(schema)  # type: ignore[arg-type]  # a class can be hashed
    keys = settings.mqtt
    known = Section((k, v) for k, v in keys.items() if k in kinds or k not in IGNORED)
    known.nodes = getattr(keys, "nodes", known.nodes)
    return read(
        schema,
        _as_written(kinds, known, settings) if settings.announced else known,
        settings.where or "config.yaml",
        key=f"device {settings.id!r}: mqtt",
        see=f"see README.md, Devices, {settings.kind}",
    )


def _as_written(
    kinds: Mapping[str, Any], keys: Mapping[str, Any], settings: DeviceSettings
) -> dict[str, Any]:
    """What is announced, as somebody would have written it.

    A key that is not known is said once, and not followed: it changes what Home Assistant does, and
    nobody shall believe that it does so here, too.
    """
    written = {}
    for name, found in keys.items():
        if name not in kinds:
            if _first(settings.kind, str(name)):
                log.warning(
                    "%s: %r of a %s is not followed, here and wherever it is announced",
                    *(settings.where, str(name)[:60], settings.kind),
                )
            continue
        (kind, *_), or_null = alternatives(kinds[name])
        if found is not None:
            written[name] = _as_meant(kind, found)
            if isinstance(written[name], Template) and (problem := written[name].problem):
                _not_used(settings.where, settings.id, name, problem)
        elif or_null:
            written[name] = None
    return written


def _as_meant(kind: Any, found: Any) -> Any:
    """A number or a truth as text, a text as a number, a word in capitals, one for a list of one:
    as what it stands for."""
    if get_origin(kind) is tuple:
        (item, _) = get_args(kind)
        every = found if isinstance(found, list | tuple) else [found]
        words = [_as_meant(item, "off" if one is False else one) for one in every]
        # A word of a newer Home Assistant is nothing that we can say.
        return [one for one in words if get_origin(item) is not Literal or one in get_args(item)]
    if get_origin(kind) is Literal:
        return next(
            (one for one in get_args(kind) if str(one).lower() == str(found).lower()), found
        )
    if kind is Template:
        return Template.announced(str(found))
    if hasattr(kind, "__dataclass_fields__") and isinstance(found, Mapping):
        kinds = {name: alternatives(one)[0][0] for name, one in _kinds(kind).items()}
        told = {name: one for name, one in found.items() if name in kinds and one is not None}
        return {name: _as_meant(kinds[name], one) for name, one in told.items()}
    if kind is str:
        return str(found) if isinstance(found, bool | int | float) else found
    if kind is bool:
        return TRUTHS.get(str(found).strip().lower(), found)
    return _number(kind, found) if kind in (int, float) else found


def _number(kind: type[int] | type[float], found: Any) -> Any:
    if not isinstance(found, str | int | float) or isinstance(found, bool):
        return found
    try:
        number = float(found)
    except ValueError:
        return found
    return (round(number) if kind is int else number) if isfinite(number) else found


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


def _wrong(settings: DeviceSettings, key: str, problem: str, *, fix: str) -> ConfigError:
    place = f"{settings.where or 'config.yaml'}: device {settings.id!r}: mqtt.{key}"
    return ConfigError(f"{place}: {problem}", fix=fix)
