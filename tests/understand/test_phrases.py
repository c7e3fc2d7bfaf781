"""What is expected to be said for a value is read as one."""

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.skill.manifest import HOUSE_TYPES, OPEN_TYPES, SlotSpec, SlotType
from assistant.understand.phrases import phrases
from assistant.understand.text import matching_form
from assistant.understand.values import TemperatureUnit, parse_value, word_fits

COFFEE = {"twelve ounce": (), "20 ounce": ("large", "Venti"), "soy milk": ("soya milk",)}
SPECS = [
    SlotSpec("percent", min=0, max=100),
    SlotSpec("temperature", min=5, max=35),
    SlotSpec("color"),
    SlotSpec("color_temperature"),
    SlotSpec("choice", choices=COFFEE),
    SlotSpec("number"),
    SlotSpec("number", min=0.5, max=10),
    SlotSpec("number", min=-20, max=2_500),
]
LARGE = [
    SPECS[-1],
    *(SlotSpec(kind) for kind in ("ordinal", "duration", "time", "date", "datetime")),
]


def said(spec: SlotSpec, unit: TemperatureUnit = "celsius") -> set[str]:
    """Everything that may be said for `spec`."""
    ways = phrases(spec, house_unit=unit)
    return {"".join(parts) for way in ways for parts in itertools.product(*way)}


@pytest.mark.parametrize("unit", get_args(TemperatureUnit))
@pytest.mark.parametrize("spec", SPECS[:-1], ids=lambda spec: spec.type)
def test_every_phrase_is_read_as_a_value(spec: SlotSpec, unit: TemperatureUnit) -> None:
    for phrase in said(spec, unit):
        parse_value(spec, phrase, house_unit=unit)
        form = matching_form(phrase)
        assert all(word_fits(spec, word) for word in form.split()), phrase


@pytest.mark.parametrize("spec", LARGE, ids=lambda spec: spec.type)
@given(data=st.data())
def test_so_is_every_one_of_very_many(spec: SlotSpec, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(list(phrases(spec))))
    phrase = "".join(data.draw(st.sampled_from(part)) for part in way)
    parse_value(spec, phrase)
    assert all(word_fits(spec, word) for word in matching_form(phrase).split())


@pytest.mark.parametrize(
    ("spec", "expected", "value"),
    [
        (SPECS[0], "forty two percent", 42),
        (SPECS[0], "42", 42),
        (SPECS[0], "halfway", 50),
        (SPECS[0], "a third", 33),
        (SPECS[1], "twenty one and a half degrees", 21.5),
        (SPECS[1], "21.5", 21.5),
        (SPECS[1], "seventy degrees fahrenheit", 21.11),
        (SPECS[2], "light blue", "light blue"),
        (SPECS[3], "warm white", 2700),
        (SPECS[3], "twenty seven hundred kelvin", 2700),
        (SPECS[3], "2700 kelvin", 2700),
        (SPECS[4], "12 ounce", "twelve ounce"),
        (SPECS[4], "twenty ounce", "20 ounce"),
        (SPECS[4], "venti", "20 ounce"),
        (SPECS[6], "a couple of", 2),
        (SPECS[6], "a", 1),
        (SPECS[7], "two thousand one hundred five", 2105),
        (SPECS[7], "2105", 2105),
        (SPECS[7], "minus five", -5),
    ],
)  # fmt: skip
def test_what_people_say_is_expected(spec: SlotSpec, expected: str, value: object) -> None:
    assert expected in said(spec)
    assert parse_value(spec, expected)[0] == value


def test_degrees_alone_are_those_of_the_house() -> None:
    spec = SPECS[1]
    assert "seventy degrees" in said(spec, "fahrenheit")
    assert "seventy degrees" not in said(spec)
    assert parse_value(spec, "seventy degrees", house_unit="fahrenheit")[0] == 21.11


def test_numbers_out_of_the_range_are_not_expected() -> None:
    numbers = said(SPECS[6])
    assert "ten" in numbers
    assert not {"eleven", "11", "a hundred"} & numbers
    assert "a" not in said(SlotSpec("number", min=2, max=8))


@pytest.mark.parametrize("kind", get_args(SlotType))
def test_only_free_text_and_names_have_no_phrases(kind: SlotType) -> None:
    spec = SlotSpec(kind, choices={"tea": ()} if kind == "choice" else {}, kind="light")
    assert (not list(phrases(spec))) is (kind in (*OPEN_TYPES, *HOUSE_TYPES))
