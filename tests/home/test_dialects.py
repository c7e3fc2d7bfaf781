"""Dialects and scales: exact both ways, and nothing that arrives can break them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from houses import CLIMATE, CLIMATE_KEYS, LIGHT, PLAIN, PLAYER, SWITCH, topics
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.config import DeviceSettings
from assistant.errors import ConfigError
from assistant.home.attributes import fulfilled
from assistant.home.dialects import colors, open_dialect, scales

ALL = (LIGHT, PLAIN, SWITCH, CLIMATE, PLAYER)
KEYS = [*"hsxyrgb", "state", "brightness", "color", "color_temp", "color_mode"]
KEYS += ["playback", "volume", "title", "command", "query"]
PERCENT = st.integers(0, 100)
HUES = st.floats(0, 360)


def light(**keys: Any) -> DeviceSettings:
    return replace(PLAIN, mqtt=topics("bulb", **keys))


def sent(settings: DeviceSettings, **attributes: Any) -> dict[str, Any]:
    (message,) = open_dialect(settings).commands(attributes)
    found: dict[str, Any] = json.loads(message.payload)
    return found


@given(PERCENT, st.integers(100, 65_535))
@example(50, 255)
@example(50, 254)
def test_percent_survives_every_scale_of_100_or_more(percent: int, scale: int) -> None:
    steps = scales.percent_to_steps(percent, scale)
    assert 0 <= steps <= scale
    assert scales.steps_to_percent(steps, scale) == percent


@given(PERCENT, st.integers(1, 99))
def test_coarse_scales_keep_off_on_and_full_apart(percent: int, scale: int) -> None:
    steps = scales.percent_to_steps(percent, scale)
    assert (steps == 0) == (percent == 0)
    back = scales.steps_to_percent(steps, scale)
    assert scales.percent_to_steps(back, scale) == steps
    assert percent < 100 or steps == scale


@given(st.integers(1, 65_535), st.data())
def test_the_dimmest_light_is_not_off(scale: int, data: st.DataObject) -> None:
    assert scales.steps_to_percent(data.draw(st.integers(1, scale)), scale) >= 1
    assert scales.steps_to_percent(0, scale) == 0


@given(st.integers(1500, 10_000))
def test_kelvin_comes_back_within_a_mired(kelvin: int) -> None:
    mired = scales.kelvin_to_mired(kelvin)
    back = scales.mired_to_kelvin(mired)
    assert abs(1e6 / back - 1e6 / kelvin) <= 1
    assert scales.kelvin_to_mired(back) == mired


@given(st.integers(10, 90).map(lambda tenths: tenths / 2))
def test_half_degrees_celsius_survive_fahrenheit(celsius: float) -> None:
    back = scales.fahrenheit_to_celsius(scales.celsius_to_fahrenheit(celsius))
    assert back == pytest.approx(celsius)


@given(HUES, st.floats(0, 100), st.sampled_from(["hs", "rgb", "xy", "rgbw", "rgbww"]))
def test_a_lamp_of_every_color_mode_understands_the_colour(
    hue: float, saturation: float, mode: str
) -> None:
    dialect = open_dialect(light(supported_color_modes=[mode]))
    wish = {"on": True, "hue": hue, "saturation": saturation}
    (message,) = dialect.commands(wish)
    assert fulfilled(wish, dialect.obey(message.topic, message.payload.encode()))


def test_xy_is_that_of_the_standard() -> None:
    assert colors.hs_to_xy(0, 100) == pytest.approx((0.64, 0.33), abs=0.001)
    assert colors.hs_to_xy(0, 0) == pytest.approx((0.3127, 0.329), abs=0.001)


def test_light_commands_are_home_assistants() -> None:
    assert sent(LIGHT, on=True) == {"state": "ON"}
    assert sent(LIGHT, on=False, brightness=30) == {"state": "OFF"}
    assert sent(LIGHT, brightness=100) == {"state": "ON", "brightness": 255}
    assert sent(LIGHT, brightness=1) == {"state": "ON", "brightness": 3}
    assert sent(light(brightness=True, brightness_scale=254), brightness=50)["brightness"] == 127
    assert sent(LIGHT, hue=240.0, saturation=100.0) == {
        "state": "ON",
        "color": {"h": 240, "s": 100},
    }
    assert sent(LIGHT, color_temperature=2700) == {"state": "ON", "color_temp": 370}
    kelvin = light(supported_color_modes=["color_temp"], color_temp_kelvin=True)
    assert sent(kelvin, color_temperature=2700) == {"state": "ON", "color_temp": 2700}


def test_light_reports_are_read_by_their_color_mode() -> None:
    dialect = open_dialect(LIGHT)
    full = {
        "state": "ON",
        "brightness": 128,
        "color_temp": 370,
        "color": {"h": 28, "s": 66},
        "color_mode": "color_temp",
    }
    read = dialect.read("lamp/state", json.dumps(full).encode())
    assert read == {"on": True, "brightness": 50, "color_temperature": 2703}
    colored = json.dumps({**full, "color_mode": "hs"}).encode()
    assert dialect.read("lamp/state", colored) == {
        "on": True,
        "brightness": 50,
        "hue": 28,
        "saturation": 66,
    }
    for color in ({"r": 0, "g": 0, "b": 128}, {"x": 0.15, "y": 0.06}):
        state = dialect.read("lamp/state", json.dumps({"color": color}).encode())
        assert state
        assert fulfilled({"hue": 240.0, "saturation": 100.0}, state)
    assert dialect.read("lamp/state", b'{"state":null}') == {}
    assert dialect.read("lamp/state", b"") is None


def test_what_a_light_can_do_follows_from_its_keys() -> None:
    assert open_dialect(light(transition=False)).features == {"on"}
    basic = {"on", "transition"}
    assert open_dialect(PLAIN).features == basic
    assert open_dialect(light(supported_color_modes=["onoff"])).features == basic
    assert open_dialect(light(brightness=True)).features == basic | {"brightness"}
    assert open_dialect(light(supported_color_modes=["rgb"])).features == basic | {
        *("brightness", "hue", "saturation")
    }


def test_climate_speaks_the_units_of_the_device() -> None:
    dialect = open_dialect(CLIMATE)
    mode, target = dialect.commands({"mode": "auto", "target_temperature": 21.5})
    assert (mode.topic, mode.payload) == ("heat/mode/set", "auto")
    assert (target.topic, target.payload) == ("heat/target/set", "21.5")
    assert dialect.read("heat/now", b"20.5") == {"temperature": 20.5}
    assert dialect.read("heat/target", b"None") is None
    fahrenheit = {**CLIMATE_KEYS, "temperature_unit": "F", "min_temp": 41, "max_temp": 86}
    american = open_dialect(replace(CLIMATE, mqtt=fahrenheit))
    (target,) = american.commands({"target_temperature": 20.0})
    assert target.payload == "68"
    assert american.read("heat/now", b"68") == {"temperature": 20.0}
    assert american.limits["target_temperature"] == (5, 30)
    both = open_dialect(replace(CLIMATE, mqtt={**CLIMATE_KEYS, "modes": ["off", "heat_cool"]}))
    (mode,) = both.commands({"mode": "auto"})
    assert mode.payload == "heat_cool"
    assert both.read("heat/mode", b"heat_cool") == {"mode": "auto"}


def test_switch_words_are_the_devices_own() -> None:
    words = {"payload_on": "1", "payload_off": "0", "state_on": "an", "state_off": "aus"}
    dialect = open_dialect(replace(SWITCH, mqtt=topics("socket", **words)))
    (message,) = dialect.commands({"on": True})
    assert message.payload == "1"
    assert dialect.read("socket/state", b"aus") == {"on": False}
    with pytest.raises(ValueError, match="expected 'an' or 'aus'"):
        dialect.read("socket/state", b"1")


def test_music_commands_are_the_documented_ones() -> None:
    dialect = open_dialect(PLAYER)

    def wires(**attributes: Any) -> list[dict[str, Any]]:
        return [json.loads(message.payload) for message in dialect.commands(attributes)]

    assert wires(query="Björk", playback="playing", volume=30) == [
        {"command": "volume", "volume": 30},
        {"command": "play", "query": "Björk"},
    ]
    assert wires(playback="paused") == [{"command": "pause"}]
    assert wires(playback="playing") == [{"command": "resume"}]
    assert wires(playback="stopped") == [{"command": "stop"}]
    assert wires(skip="previous") == [{"command": "previous"}]
    assert dialect.read("music/state", b'{"playback":"playing","volume":30,"title":null}') == {
        "playback": "playing",
        "volume": 30,
        "title": "",
    }


@given(
    st.sampled_from(ALL),
    st.one_of(
        st.binary(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(KEYS),
                    inner,
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
@example(LIGHT, b"[" * 100_000)
@example(LIGHT, b'{"brightness":1' + b"0" * 400 + b"}")
@example(LIGHT, b'{"brightness":1' + b"0" * 5000 + b"}")
@example(LIGHT, b'{"color":{"x":1,"y":1}}')
@example(LIGHT, b'{"color":{"r":0,"g":0,"b":0}}')
@example(LIGHT, b'{"color_temp":0}')
@example(CLIMATE, b"nan")
@example(CLIMATE, b"1e999")
@example(PLAYER, b'{"title":"\\ud800"}')
def test_whatever_arrives_is_a_state_or_a_value_error(
    settings: DeviceSettings, payload: bytes
) -> None:
    dialect = open_dialect(settings)
    for take, where in ((dialect.read, dialect.topics), (dialect.obey, dialect.command_topics)):
        for topic in where:
            try:
                state = take(topic, payload)
            except ValueError:
                continue
            json.dumps(state, ensure_ascii=False).encode()
            assert state is None or all(
                isinstance(value, str | int | float) and value == value for value in state.values()
            )


@given(
    st.sampled_from([LIGHT, light(brightness=True, brightness_scale=100), PLAIN, CLIMATE, PLAYER]),
    st.booleans(),
    PERCENT,
    st.integers(50, 300).map(lambda tenths: tenths / 10),
)
def test_a_report_says_what_the_device_is(
    settings: DeviceSettings, on: bool, percent: int, celsius: float
) -> None:
    dialect = open_dialect(settings)
    known = {
        "on": on,
        "brightness": percent,
        "mode": "auto",
        "target_temperature": celsius,
        "temperature": celsius,
        "playback": "playing",
        "volume": percent,
        "title": "So What",
    }
    reported = dialect.features | {"temperature", "title"}
    state = {name: value for name, value in known.items() if name in reported}
    if settings.kind != "climate":
        state.pop("temperature", None)
    if settings.kind != "media_player":
        state.pop("title", None)
    read: dict[str, Any] = {}
    for message in dialect.report(state):
        assert message.retain
        read.update(dialect.read(message.topic, message.payload.encode()) or {})
    assert read == state


@pytest.mark.parametrize(
    ("settings", "problem", "fix"),
    [
        (light(brightnes_scale=254), "mqtt.brightnes_scale: no such key", "brightness_scale"),
        (light(brightness_scale="254"), "expected a whole number, got '254'", "255"),
        (
            light(brightness_scale=0),
            "mqtt.brightness_scale: must lie between 1 and 65535, not 0",
            "255",
        ),
        (light(supported_color_modes=["hsv"]), "'hsv' is not one of the choices", "hs"),
        (light(supported_color_modes="hs"), "expected a list, got 'hs'", "[ … ]"),
        (light(schema="jason"), "'jason' is not one of the choices", "json"),
        (light(command_topic="lamp/#"), "'lamp/#' is no topic", "README"),
        (light(availability_topic=3), "expected text, got 3", '"text"'),
        (replace(PLAIN, mqtt={"command_topic": "a"}), "mqtt.state_topic: missing", "state_topic"),
        (replace(SWITCH, mqtt=topics("s", payload_on=True)), "expected text, got True", "quotes"),
        (
            replace(CLIMATE, mqtt={"temperature_command_topic": "a"}),
            "mqtt.temperature_state_topic: missing",
            "temperature_state_topic: …",
        ),
        (replace(CLIMATE, mqtt={}), "mqtt.temperature_command_topic: missing", "README"),
        (replace(CLIMATE, mqtt={**CLIMATE_KEYS, "max_temp": 1}), "mqtt.min_temp", "README"),
        (replace(PLAIN, dialect="json"), "the dialect 'json' has no 'light' yet", "media_player"),
    ],
)
def test_a_wrong_key_says_where_and_what_would_be_right(
    settings: DeviceSettings, problem: str, fix: str
) -> None:
    with pytest.raises(ConfigError) as failure:
        open_dialect(replace(settings, where="config.yaml:12"))
    assert failure.value.problem.startswith(f"config.yaml:12: device '{settings.id}': ")
    assert problem in failure.value.problem
    assert fix in failure.value.fix


def test_keys_that_change_nothing_may_be_copied_along() -> None:
    copied = light(unique_id="x", device={"name": "y"}, qos=0, effect=True, transition=False)
    assert open_dialect(copied).features == {"on"}


def test_modes_that_yaml_reads_as_false_are_off() -> None:
    dialect = open_dialect(replace(CLIMATE, mqtt={**CLIMATE_KEYS, "modes": [False, "heat"]}))
    assert dialect.choices["mode"] == ("off", "heat")


def test_of_several_availability_topics_a_wrong_one_is_named_and_one_may_stand_alone() -> None:
    with pytest.raises(ConfigError, match=r"mqtt\.availability\[1\]\.topic: '#' is no topic"):
        open_dialect(light(availability=[{"topic": "a"}, {"topic": "#"}]))
    with pytest.raises(ConfigError, match=r"mqtt\.availability\[0\]\.topick: no such key"):
        open_dialect(light(availability=[{"topick": "a"}]))
    alone = open_dialect(light(availability={"topic": "a", "payload_available": "up"}))
    assert alone.availability is not None
    assert (
        alone.availability.topics() == ("lamp/available", "a") or "a" in alone.availability.topics()
    )
    announced = replace(light(availability={"topic": "a", "model": 5}), announced=True)
    assert open_dialect(announced).availability is not None


def test_a_template_that_somebody_wrote_is_used_and_one_that_is_wrong_is_named() -> None:
    keys = topics("s", value_template="{{ value_json.on }}")
    plug = open_dialect(replace(SWITCH, mqtt=keys))
    assert plug.read("s/state", b'{"on": "ON"}') == {"on": True}
    with pytest.raises(ConfigError, match=r"mqtt\.value_template: .*states"):
        open_dialect(replace(SWITCH, mqtt=topics("s", value_template="{{ states('a') }}")))
