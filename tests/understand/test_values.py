import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.colors import COLORS
from assistant.events import Slot, Value
from assistant.lang.en.numbers import parse_number, spell
from assistant.skill.manifest import SlotSpec, SlotType
from assistant.understand.values import check_range, parse_value

CHOICE = SlotSpec("choice", choices={"fan_only": ("fan", "fan only"), "heat": ("heating",)})
TYPES: tuple[SlotType, ...] = (
    "number", "ordinal", "percent", "temperature", "duration", "time", "date", "datetime",
    "color", "color_temperature", "digits", "list", "text",
)  # fmt: skip


@given(st.integers(0, 999))
def test_every_number_is_understood_in_words_and_digits(number: int) -> None:
    assert parse_number(spell(number).split()) == number
    assert parse_number([str(number)]) == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("twenty one and a half", 21.5),
        ("twenty one point two five", 21.25),
        ("21.5", 21.5),
        ("a hundred and five", 105),
        ("two thousand seven hundred", 2700),
        ("twenty seven hundred", 2700),
        ("a couple", 2),
        ("half", 0.5),
        ("minus five", -5),
    ],
)
def test_numbers(said: str, number: float) -> None:
    assert parse_number(said.split()) == number


@pytest.mark.parametrize(
    "said", ["", "twenty twenty", "point", "one hundred hundred", "and a half", "fifty five six"]
)
def test_what_is_no_number_says_so(said: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_number(said.split())


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("percent", "50%", 50),
        ("percent", "fifty percent", 50),
        ("percent", "half", 50),
        ("percent", "a third", 33),
        ("percent", "a quarter", 25),
        ("percent", "three quarters", 75),
        ("percent", "all the way up", 100),
        ("percent", "Maximum", 100),
        ("percent", "minimum", 1),
        ("percent", "150 percent", 150),
        ("temperature", "21.5°", 21.5),
        ("temperature", "twenty one and a half degrees", 21.5),
        ("temperature", "twenty degrees and a half", 20.5),
        ("temperature", "seventy degrees fahrenheit", 21.11),
        ("color", "Soft Pink", "pink"),
        ("color", "light blue", "light blue"),
        ("color_temperature", "warm white", 2700),
        ("digits", "one two three four", "1234"),
        ("digits", "twelve thirty four", "1234"),
        ("digits", "1 2, 3 4", "1234"),
        ("digits", "nine oh two twenty", "90220"),
        ("color_temperature", "2,700 K", 2700),
        ("color_temperature", "4000", 4000),
        ("text", "Hey Jude", "hey jude"),
        ("ordinal", "the third", 3),
        ("ordinal", "twenty-first", 21),
        ("ordinal", "2nd", 2),
        ("list", "milk, eggs, and bread", ("milk", "eggs", "bread")),
        ("list", "salt and pepper", ("salt", "pepper")),
    ],
)
def test_typed_values(kind: SlotType, said: str, value: Value) -> None:
    assert parse_value(SlotSpec(kind), said)[0] == value


def test_choice_takes_its_words_and_its_own_name() -> None:
    assert parse_value(CHOICE, "fan only") == ("fan_only", None)
    assert parse_value(CHOICE, "fan_only") == ("fan_only", None)
    with pytest.raises(ValueError, match="banana"):
        parse_value(CHOICE, "banana")


def test_a_fahrenheit_house_means_fahrenheit_unless_told_otherwise() -> None:
    spec = SlotSpec("temperature")
    assert parse_value(spec, "70 degrees", house_unit="fahrenheit") == (21.11, "celsius")
    assert parse_value(spec, "20 degrees celsius", house_unit="fahrenheit") == (20, "celsius")


@pytest.mark.parametrize("kind", ["duration", "date", "datetime"])
def test_what_is_too_far_away_is_no_value(kind: SlotType) -> None:
    with pytest.raises(ValueError, match="9999"):
        parse_value(SlotSpec(kind), "in 9999999999999999 weeks")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("percent", "blue"),
        ("percent", "a"),
        ("percent", "a couple of"),
        ("color", "seven"),
        ("color", "soft white"),  # a colour temperature
        ("color_temperature", "150"),
        ("digits", "birthday"),
        ("temperature", "hot"),
        ("temperature", "a"),
    ],
)
def test_unknown_words_are_named(kind: SlotType, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_value(SlotSpec(kind), said)


@given(st.sampled_from(TYPES), st.text())
def test_any_text_is_a_value_or_a_valueerror(kind: SlotType, said: str) -> None:
    try:
        value, _ = parse_value(SlotSpec(kind), said)
    except ValueError:
        return
    assert isinstance(value, str | int | float | tuple)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "and",
                "half",
                "two",
                "twenty",
                "hundred",
                "thousand",
                "point",
                "minus",
                "5",
                "1.5",
            ]
        )
    )
)
def test_any_row_of_number_words_is_a_number_or_a_valueerror(words: list[str]) -> None:
    try:
        number = parse_number(words)
    except ValueError:
        return
    assert -1_000_000 < number < 1_000_000


def test_a_value_out_of_range_becomes_a_question() -> None:
    spec = SlotSpec("percent", min=0, max=100)
    slot = Slot("brightness", "150%", 150, "percent")
    question = "Brightness goes from 0 to 100 percent, not 150. Which should it be?"
    assert check_range(slot, spec) == question
    assert check_range(Slot("brightness", "50%", 50, "percent"), spec) is None


def test_a_duration_out_of_range_is_spoken_as_one() -> None:
    spec = SlotSpec("duration", min=1, max=86400)
    slot = Slot("duration", "two days", 172800, "seconds")
    question = "Duration goes from 1 second to 1 day, not 2 days. Which should it be?"
    assert check_range(slot, spec) == question


def test_the_question_speaks_the_house_s_unit() -> None:
    spec = SlotSpec("temperature", min=5, max=35)
    slot = Slot("temperature", "200 degrees", 93.33, "celsius")
    question = check_range(slot, spec, house_unit="fahrenheit")
    assert question == "Temperature goes from 41 to 95 degrees, not 200. Which should it be?"


def test_colors_have_hue_and_saturation() -> None:
    assert len(COLORS) >= 25
    assert all(0 <= hue <= 360 and 0 <= saturation <= 100 for hue, saturation in COLORS.values())
    assert COLORS["red"] == (0, 100)
    assert COLORS["white"][1] == 0
