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
    "dsp_prc": "display_precision",
    "migr_discvry": "migrate_discovery",
    "swing_h_mode_cmd_tpl": "swing_horizontal_mode_command_template",
    "swing_h_mode_cmd_t": "swing_horizontal_mode_command_topic",
    "swing_h_mode_stat_tpl": "swing_horizontal_mode_state_template",
    "swing_h_mode_stat_t": "swing_horizontal_mode_state_topic",
    "swing_h_modes": "swing_horizontal_modes",
    "act_stat_t": "activity_state_topic",
    "act_val_tpl": "activity_value_template",
    "atype": "automation_type",
    "av_tones": "available_tones",
    "cod_arm_req": "code_arm_required",
    "cod_dis_req": "code_disarm_required",
    "cod_trig_req": "code_trigger_required",
    "cont_type": "content_type",
    "ent_pic": "entity_picture",
    "evt_typ": "event_types",
    "fanspd_lst": "fan_speed_list",
    "flsh_tlng": "flash_time_long",
    "flsh_tsht": "flash_time_short",
    "exp_aft": "expire_after",
    "frc_upd": "force_update",
    "img_e": "image_encoding",
    "img_t": "image_topic",
    "hum_cmd_tpl": "target_humidity_command_template",
    "hum_state_tpl": "target_humidity_state_template",
    "json_attr": "json_attributes",
    "json_attr_t": "json_attributes_topic",
    "json_attr_tpl": "json_attributes_template",
    "lrst_t": "last_reset_topic",
    "lrst_val_tpl": "last_reset_value_template",
    "off_dly": "off_delay",
    "pause_mw_cmd_tpl": "pause_command_template",
    "pl_arm_nite": "payload_arm_night",
    "pl_arm_custom_b": "payload_arm_custom_bypass",
    "pl_cln_sp": "payload_clean_spot",
    "pl_loc": "payload_locate",
    "pl_paus": "payload_pause",
    "pl_rst": "payload_reset",
    "pl_rst_hum": "payload_reset_humidity",
    "pl_rst_mode": "payload_reset_mode",
    "pl_rst_pct": "payload_reset_percentage",
    "pl_rst_pr_mode": "payload_reset_preset_mode",
    "pl_strt": "payload_start",
    "pl_ret": "payload_return_to_base",
    "pl_toff": "payload_turn_off",
    "pl_ton": "payload_turn_on",
    "pl_trig": "payload_trigger",
    "pos": "reports_position",
    "pow_cmd_t": "power_command_topic",
    "pow_cmd_tpl": "power_command_template",
    "pow_stat_t": "power_state_topic",
    "pow_stat_tpl": "power_state_template",
    "ptrn": "pattern",
    "rel_s": "release_summary",
    "rel_u": "release_url",
    "src_type": "source_type",
    "strt_mw_cmd_t": "start_mowing_command_topic",
    "strt_mw_cmd_tpl": "start_mowing_command_template",
    "sug_dsp_prc": "suggested_display_precision",
    "sup_dur": "support_duration",
    "sup_vol": "support_volume_set",
    "sup_feat": "supported_features",
    "temp_hi_cmd_tpl": "temperature_high_command_template",
    "temp_hi_cmd_t": "temperature_high_command_topic",
    "temp_hi_stat_tpl": "temperature_high_state_template",
    "temp_hi_stat_t": "temperature_high_state_topic",
    "temp_lo_cmd_tpl": "temperature_low_command_template",
    "temp_lo_cmd_t": "temperature_low_command_topic",
    "temp_lo_stat_tpl": "temperature_low_state_template",
    "temp_lo_stat_t": "temperature_low_state_topic",
    "tilt_opt": "tilt_optimistic",
    "tit": "title",
    "whit_cmd_t": "white_command_topic",
    "whit_scl": "white_scale",
    "l_ver_t": "latest_version_topic",
    "l_ver_tpl": "latest_version_template",
    "pl_inst": "payload_install",
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
    "sn": "serial_number",
    "mdl_id": "model_id",
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
