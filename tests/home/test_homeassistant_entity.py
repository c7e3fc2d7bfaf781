"""Home Assistant's entities as a dialect: services out, states in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.home.dialects import open_dialect
from assistant.home.entities.registry import KINDS


def dialect(entity_id: str, **keys: object):
    kind = KINDS[entity_id.partition(".")[0]]
    mqtt = {"entity_id": entity_id, **keys}
    return open_dialect(DeviceSettings("x", kind, "x", mqtt, dialect="homeassistant_entity"))


def calls(entity, **wanted):
    found = []
    for message in entity.commands(wanted):
        data = json.loads(message.payload)
        assert data.pop("entity_id") == entity.entity_id
        found.append((message.topic, data))
    return found


def read(entity, state, **attributes):
    wire = json.dumps({"state": state, "attributes": attributes}).encode()
    return entity.read(entity.entity_id, wire)


LAMP = dialect(
    "light.a", supported_color_modes=["hs", "color_temp"], supported_features=32,
    min_color_temp_kelvin=2000, max_color_temp_kelvin=6500,
)  # fmt: skip
BLIND = dialect("cover.a", supported_features=15)
HEATER = dialect(
    "climate.a", hvac_modes=["off", "heat", "heat_cool"], min_temp=45, max_temp=86,
    temperature_unit="°F",
)  # fmt: skip
PLAYER = dialect("media_player.a", supported_features=1 | 4 | 8 | 32)


def test_a_light():
    assert LAMP.features == {
        "on", "brightness", "hue", "saturation", "color_temperature", "transition",
    }  # fmt: skip
    assert LAMP.limits == {"color_temperature": (2000, 6500)}
    assert calls(LAMP, on=True, brightness=40, transition=2.0) == [
        ("light/turn_on", {"brightness_pct": 40, "transition": 2.0})
    ]
    assert calls(LAMP, on=True, hue=120.0, saturation=50.0) == [
        ("light/turn_on", {"hs_color": [120.0, 50.0]})
    ]
    assert calls(LAMP, on=False) == [("light/turn_off", {})]
    blue = {"brightness": 102, "color_mode": "hs", "hs_color": [240.0, 100.0]}
    assert read(LAMP, "on", **blue) == {
        "on": True, "brightness": 40, "hue": 240.0, "saturation": 100.0,
    }  # fmt: skip
    assert read(LAMP, "on", brightness=253)["brightness"] == 99
    white = read(LAMP, "on", color_mode="color_temp", color_temp_kelvin=2700, hs_color=[30, 60])
    assert white == {"on": True, "color_temperature": 2700}
    assert dialect("light.b", supported_color_modes=["onoff"]).features == {"on"}


def test_a_blind():
    assert BLIND.features == {"open", "position", "stop"}
    assert calls(BLIND, open=True, position=30) == [("cover/set_cover_position", {"position": 30})]
    assert calls(BLIND, open=False) == [("cover/close_cover", {})]
    assert calls(BLIND, stop=True) == [("cover/stop_cover", {})]
    assert read(BLIND, "closing", current_position=60) == {
        "open": True, "motion": "closing", "position": 60,
    }  # fmt: skip


def test_a_thermostat_in_a_house_of_fahrenheit():
    assert HEATER.choices["mode"] == ("off", "heat", "auto")
    assert HEATER.limits["target_temperature"] == pytest.approx((7.2, 30.0), abs=0.1)
    assert calls(HEATER, mode="auto", target_temperature=20.0) == [
        ("climate/set_hvac_mode", {"hvac_mode": "heat_cool"}),
        ("climate/set_temperature", {"temperature": 68.0}),
    ]
    found = read(HEATER, "heat_cool", temperature=68, current_temperature=70, hvac_action="idle")
    assert found == {
        "mode": "auto", "target_temperature": 20.0, "temperature": 21.11, "action": "idle",
    }  # fmt: skip


def test_a_player():
    assert PLAYER.features == {"playback", "volume", "muted", "skip"}
    assert calls(PLAYER, volume=35) == [("media_player/volume_set", {"volume_level": 0.35})]
    assert calls(PLAYER, skip="next") == [("media_player/media_next_track", {})]
    assert read(PLAYER, "idle", volume_level=0.35, media_title=None) == {
        "playback": "stopped", "volume": 35, "title": "",
    }  # fmt: skip


def test_locks_fans_scenes_and_sensors():
    assert calls(dialect("lock.a"), locked=True) == [("lock/lock", {})]
    fan = dialect("fan.a", supported_features=1)
    assert calls(fan, on=True, speed=50) == [("fan/turn_on", {"percentage": 50})]
    scene = dialect("scene.a")
    assert calls(scene, activate=True) == [("scene/turn_on", {})]
    assert scene.silent == {"activate"}
    warm = dialect("sensor.a", device_class="temperature", unit_of_measurement="°F")
    assert read(warm, "68.0") == {"temperature": 20.0}
    assert read(dialect("binary_sensor.a", device_class="door"), "on") == {"open": True}


def test_an_entity_that_is_away_tells_nothing_of_its_state():
    assert read(LAMP, "unavailable") is None
    (signal,) = LAMP.availability.signals
    assert signal.topic == "light.a/available"


@pytest.mark.parametrize("entity_id", [None, 7, "", "light", "weather.home", "light."])
def test_what_is_no_entity_is_named(entity_id):
    mqtt = {"entity_id": entity_id}
    settings = DeviceSettings("x", "light", "x", mqtt, dialect="homeassistant_entity")
    with pytest.raises(ConfigError, match="entity_id"):
        open_dialect(settings)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
ATTRIBUTES = ["brightness", "hs_color", "color_mode", "temperature", "current_position",
              "volume_level", "percentage", "color_temp_kelvin", "media_title"]  # fmt: skip


@given(
    st.sampled_from(sorted(KINDS)),
    anything,
    st.dictionaries(st.sampled_from(ATTRIBUTES), anything),
)
def test_whatever_it_reports_is_read_or_refused(domain, state, attributes):
    entity = dialect(f"{domain}.a")
    payload = json.dumps({"state": state, "attributes": attributes}).encode()
    try:
        entity.read(entity.entity_id, payload)
    except ValueError:
        return
