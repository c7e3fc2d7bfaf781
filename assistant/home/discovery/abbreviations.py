"""The short keys of Home Assistant's discovery payloads, written out: cmd_t is command_topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS = {
    "act": "action",
    "avty": "availability",
    "bri": "brightness",
    "cla": "class",
    "clr": "color",
    "clrm": "color_mode",
    "cls": "close",
    "clsd": "closed",
    "cmd": "command",
    "cmps": "components",
    "curr": "current",
    "dev": "device",
    "dir": "direction",
    "ent": "entity",
    "cat": "category",
    "fx": "effect",
    "hum": "humidity",
    "lst": "list",
    "max": "max",
    "obj": "object",
    "osc": "oscillation",
    "pct": "percentage",
    "pl": "payload",
    "pos": "position",
    "prs": "press",
    "pr": "preset",
    "rng": "range",
    "scl": "scale",
    "spd": "speed",
    "stat": "state",
    "sup": "supported",
    "t": "topic",
    "temp": "temperature",
    "tpl": "template",
    "uniq": "unique",
    "unlk": "unlock",
    "val": "value",
}
"""A word of a key → in full; a key is made of words with `_` between."""

WHOLE = {
    "~": "~",
    "avty": "availability",
    "dev": "device",
    "e": "encoding",
    "en": "enabled_by_default",
    "init": "initial",
    "ic": "icon",
    "k": "color_temp_kelvin",
    "mirs": "mireds",
    "o": "origin",
    "opt": "optimistic",
    "ops": "options",
    "p": "platform",
    "pl_avail": "payload_available",
    "pl_not_avail": "payload_not_available",
    "pl_osc_on": "payload_oscillation_on",
    "pl_osc_off": "payload_oscillation_off",
    "ret": "retain",
    "min_temp": "min_temp",
    "max_temp": "max_temp",
    "min_hum": "min_humidity",
    "max_hum": "max_humidity",
    "min_mirs": "min_mireds",
    "max_mirs": "max_mireds",
    "min_k": "min_kelvin",
    "max_k": "max_kelvin",
    "clr_temp_k": "color_temp_kelvin",
    "sup_clrm": "supported_color_modes",
    "pr_modes": "preset_modes",
    "unit_of_meas": "unit_of_measurement",
    "hum_cmd_t": "target_humidity_command_topic",
    "hum_stat_t": "target_humidity_state_topic",
    "tilt_clsd_val": "tilt_closed_value",
    "tilt_opnd_val": "tilt_opened_value",
    "on_cmd_type": "on_command_type",
    "b_tpl": "blue_template",
    "g_tpl": "green_template",
    "r_tpl": "red_template",
    "fx_list": "effect_list",
    "stype": "subtype",
    "set_pos_t": "set_position_topic",
    "set_pos_tpl": "set_position_template",
    "cod_form": "code_format",
    "stat_jam": "state_jammed",
}
"""Keys that the words do not give."""

DEVICE = {
    "cns": "connections",
    "ids": "identifiers",
    "mf": "manufacturer",
    "mdl": "model",
    "sa": "suggested_area",
    "sw": "sw_version",
    "hw": "hw_version",
    "cu": "configuration_url",
}
"""Keys inside of `device`."""

AVAILABILITY = {
    "t": "topic",
    "pl_avail": "payload_available",
    "pl_not_avail": "payload_not_available",
    "val_tpl": "value_template",
}


def key(short: str) -> str:
    """The key in full; one that is in full already stays."""
    if short in WHOLE:
        return WHOLE[short]
    words = short.split("_")
    full = "_".join(WORDS.get(word, word) for word in words)
    # The temperature of a colour is written color_temp, abbreviated or not.
    return full.replace("color_temperature", "color_temp")


def expand(wire: Mapping[str, Any]) -> dict[str, Any]:
    """A payload with its keys in full and its topics with the base topic."""
    full = {key(str(short)): value for short, value in wire.items()}
    if isinstance(device := full.get("device"), dict):
        full["device"] = {DEVICE.get(short, short): value for short, value in device.items()}
    if isinstance(entries := full.get("availability"), list | dict):
        listed = entries if isinstance(entries, list) else [entries]
        full["availability"] = [
            {AVAILABILITY.get(short, short): value for short, value in entry.items()}
            for entry in listed
            if isinstance(entry, dict)
        ]
    base = full.get("~")
    return _with_base(full, base) if isinstance(base, str) else full


def _with_base(full: dict[str, Any], base: str) -> dict[str, Any]:
    def whole(name: str, value: Any) -> Any:
        if name == "availability" and isinstance(value, list):
            return [{k: whole(k, v) for k, v in entry.items()} for entry in value]
        if not isinstance(value, str) or not (name == "topic" or name.endswith("_topic")):
            return value
        if value.startswith("~"):
            return base + value[1:]
        return value[:-1] + base if value.endswith("~") else value

    return {name: whole(name, value) for name, value in full.items()}
