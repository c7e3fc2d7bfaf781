"""The skills' own sentences, matched in the tests' house."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import ROOT

from assistant.config import HouseSettings
from assistant.errors import SkillError
from assistant.evaluation.house import HOUSE_FILE
from assistant.events import Value
from assistant.grammar.matcher import Match, TemplateMatcher
from assistant.grammar.templates import compile_templates, read_rules
from assistant.schema import read_yaml
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec, load_manifest
from assistant.understand.names import NEAR, HouseNames, NameFinder, nearest
from assistant.understand.text import split_words

HOUSE = HouseNames.of(read_yaml(HouseSettings, HOUSE_FILE))
MANIFESTS = [load_manifest(f.parent) for f in sorted((ROOT / "skills").glob("*/skill.yaml"))]


def matcher(*manifests: Manifest, names: HouseNames = HOUSE) -> TemplateMatcher:
    return TemplateMatcher(compile_templates(manifests, read_rules()), names)


@pytest.fixture(scope="module")
def ours() -> TemplateMatcher:
    return matcher(*MANIFESTS)


def best(found: TemplateMatcher, said: str) -> Match:
    matches = found.match(said, split_words(said))
    assert matches, said
    return matches[0]


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("turn on the kitchen lights", "lights.turn_on", {"area": "kitchen"}),
        ("Turn the lamp in the nursery off!", "lights.turn_off", {"area": "nursery"}),
        ("turn everything off", "house.everything_off", {}),
        ("turn on lamp two", "lights.turn_on", {"name": "lamp 2"}),
        ("turn on the reading lamp", "lights.turn_on", {"name": "floor lamp"}),
        ("dim the moomin lamp to 30%", "lights.set_brightness",
         {"name": "moomin lamp", "brightness": 30}),
        ("make the lounge red", "lights.set_color", {"area": "living_room", "color": "red"}),
        ("set the color of the desk lamp to light blue", "lights.set_color",
         {"name": "desk lamp", "color": "light blue"}),
        ("set the desk lamp to warm white", "lights.set_color_temperature",
         {"name": "desk lamp", "color_temperature": 2700}),
        ("set the bedroom to twenty one and a half degrees", "thermostat.set_temperature",
         {"area": "bedroom", "temperature": 21.5}),
        ("turn up the nest by two degrees", "thermostat.warmer", {"name": "nest", "degrees": 2}),
        ("is it cold upstairs", "sensors.temperature", {"floor": "first"}),
        ("play bohemian rhapsody by queen in the living room", "music.play",
         {"query": "bohemian rhapsody by queen", "area": "living_room"}),
        ("play hey jude please", "music.play", {"query": "hey jude"}),
        ("play music", "music.resume", {}),
        ("pause", "music.pause", {}),
        ("turn the volume up by ten percent", "music.louder", {"step": 10}),
        ("set the volume upstairs to 30", "music.set_volume", {"floor": "first", "volume": 30}),
    ],
)  # fmt: skip
def test_sentences_of_the_skills(
    ours: TemplateMatcher, said: str, intent: str, slots: dict[str, Value]
) -> None:
    match = best(ours, said)
    assert match.intent.name == intent
    assert {slot.name: slot.value for slot in match.intent.slots.values()} == slots


@pytest.mark.parametrize(
    "said",
    [
        "i turned off the light yesterday", "the kitchen is lovely", "turn on the",
        "turn on the speaker light show", "what's the weather", "don't turn off the light", "",
        "turn on the light in the castle",
    ],
)  # fmt: skip
def test_other_sentences_match_nothing(ours: TemplateMatcher, said: str) -> None:
    assert ours.match(said, split_words(said)) == ()


def test_a_slot_keeps_the_words_as_they_were_said(ours: TemplateMatcher) -> None:
    slots = best(ours, "Please dim the Moomin Lamp to 30%, thanks").intent.slots
    assert (slots["name"].raw, slots["brightness"].raw) == ("Moomin Lamp", "30%")
    assert slots["brightness"].unit == "percent"


def test_a_reading_within_its_range_wins(ours: TemplateMatcher) -> None:
    assert best(ours, "set the desk lamp to 2700").intent.name == "lights.set_color_temperature"
    assert best(ours, "set the desk lamp to 27").intent.name == "lights.set_brightness"


def test_a_speaker_is_no_light(ours: TemplateMatcher) -> None:
    assert best(ours, "turn off the sonos").intent.name == "music.pause"
    assert best(ours, "turn off the moomin lamp").intent.name == "lights.turn_off"


def test_a_value_that_is_no_value_does_not_match(ours: TemplateMatcher) -> None:
    said = "set the desk lamp to banana"
    assert ours.match(said, split_words(said)) == ()


def test_another_skill_needs_no_training() -> None:
    eggs = Manifest(
        name="eggs",
        version="1",
        description="",
        intents={"start": IntentSpec(("boil [the] eggs for {minutes} (minute|minutes)",))},
        slots={"minutes": SlotSpec("number", min=1, max=600)},
    )
    match = best(matcher(*MANIFESTS, eggs), "boil the eggs for twenty five minutes")
    assert match.intent.name == "eggs.start"
    assert match.intent.slots["minutes"].value == 25


RADIO = Manifest(
    name="radio",
    version="1",
    description="",
    intents={
        "tune": IntentSpec(("play {station}", "play {favourite}", "play channel {channel}")),
    },
    slots={
        "station": SlotSpec(
            "choice",
            choices={"gold": ("absolute gold",), "six": ("(b b c|bbc) (six|6) [music]",)},
        ),
        "favourite": SlotSpec("text", examples=("Smooth Jazz, the best of",)),
        "channel": SlotSpec("number", min=1, max=12),
    },
)
MUSIC = Manifest(
    name="music",
    version="1",
    description="",
    intents={"play": IntentSpec(("play {query}", "play (the|something) {query}"))},
    slots={"query": SlotSpec("text")},
)


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("play absolute gold", "station", "gold"),
        ("play bbc 6 music", "station", "six"),
        ("play B B C six", "station", "six"),
        ("play smooth jazz the best of", "favourite", "smooth jazz the best of"),
        ("play channel 12", "channel", 12),
        ("play channel 300", "channel", 300),
    ],
)
def test_what_a_skill_names_wins_over_the_free_text_of_another(said, slot, value):
    for skills in ((RADIO, MUSIC), (MUSIC, RADIO)):
        first, second = matcher(*skills).match(said, split_words(said))[:2]
        assert (first.intent.name, first.intent.slots[slot].value) == ("radio.tune", value)
        assert first.rank < second.rank


def test_what_is_only_one_of_many_words_is_free_text():
    (first, *_) = matcher(RADIO, MUSIC).match("play gold dust", split_words("play gold dust"))
    assert first.free_text


def test_slots_can_hold_names_of_the_house_lists_and_moments() -> None:
    skill = Manifest(
        name="all",
        version="1",
        description="",
        intents={
            "copy": IntentSpec(("copy {source} to {place}",)),
            "buy": IntentSpec(("(buy|get) {items}",)),
            "wake": IntentSpec(("wake me {moment}",)),
        },
        slots={
            "source": SlotSpec("device", kind="light"),
            "place": SlotSpec("area"),
            "items": SlotSpec("list"),
            "moment": SlotSpec("datetime"),
        },
    )
    found = matcher(skill)
    slots = best(found, "copy reading lamp to study").intent.slots
    assert (slots["source"].value, slots["place"].value) == ("floor lamp", "office")
    assert best(found, "Buy milk, brown bread and eggs.").intent.slots["items"].value == (
        "milk", "brown bread", "eggs",
    )  # fmt: skip
    moment = str(best(found, "wake me tomorrow at quarter past seven").intent.slots["moment"].value)
    assert moment.endswith("T07:15:00")


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("turn on <nowhere>", "no rule <nowhere>"),
        ("turn on {speed}", "no slot {speed}"),
        ("turn on {name}", "{name} of what"),
        ("turn (on", "not a sentence template"),
        ("turn () on", "not a sentence template"),
        ("[]", "not a sentence template"),
        ("turn on <loop>", "refers to itself"),
        ("turn on {n}{n}", "two slots or rules in one word"),
        ("turn on <word><word>", "two slots or rules in one word"),
        ("turn on [{n}]x<word> now", "two slots or rules in one word"),
        ("turn on (a |({n}|b)){n}", "two slots or rules in one word"),
        ("turn on {n:m}", "no slot {n:m}"),
        ("turn on {n:@m}", "no slot {n:m}"),
    ],
)
def test_a_wrong_sentence_is_named(sentence: str, problem: str) -> None:
    skill = Manifest(
        name="broken",
        version="1",
        description="",
        intents={"go": IntentSpec((sentence,))},
        slots={"n": SlotSpec("number")},
        rules={"loop": "a <loop>", "word": "colo[u]r"},
        where="skills/broken/skill.yaml",
    )
    with pytest.raises(SkillError, match=r"skills/broken/skill\.yaml: go") as caught:
        matcher(skill)
    assert problem in caught.value.problem


def test_names_and_aliases_become_the_name() -> None:
    assert HOUSE.spoken("name", "light")["reading lamp"] == "floor lamp"
    assert HOUSE.spoken("area", None)["study"] == "office"
    assert HOUSE.spoken("floor", None)["upstairs"] == "first"


@pytest.mark.parametrize(
    ("heard", "name"),
    [("the moomin lamb", "moomin lamp"), ("bed side lamp", "bedside lamp"), ("giraffe", None)],
)
def test_a_mishearing_finds_the_nearest_name(heard: str, name: str | None) -> None:
    found = nearest(heard, HOUSE.spoken("name", "light"))
    assert (found[0] if found else None) == name


@given(st.text("abcde ", min_size=1), st.text("abcde ", min_size=1))
def test_names_are_only_left_out_when_they_cannot_be_near(said: str, name: str) -> None:
    found = nearest(f"x{said}x", {f"x{name}x": "it"})
    near = SequenceMatcher(None, f"x{said}x", f"x{name}x").ratio() >= NEAR
    assert (found is not None) == near


def test_the_model_reads_names_as_placeholders() -> None:
    units = NameFinder(HOUSE).units(["lower", "the", "bedroom", "radiator", "in", "the", "bedroom"])
    read = ["lower", "the", "climatename", "in", "the", "areaname"]
    assert [unit.text for unit in units] == read
    assert (units[2].first, units[2].last) == (2, 3)


def test_the_model_reads_a_misheard_name_as_that_name() -> None:
    finder = NameFinder(HOUSE)
    assert [u.text for u in finder.units(["dim", "the", "moomin", "lamb"])][2:] == ["lightname"]
    # More than one light in the hall would be meant.
    assert [u.text for u in finder.units(["hall", "lights"])] == ["areaname", "lights"]
