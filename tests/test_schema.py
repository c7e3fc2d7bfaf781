"""One schema for all that is read: the same errors for YAML, JSON and what was read before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.config import Config
from assistant.errors import ConfigError, ModelError
from assistant.schema import Between, read, read_json, read_yaml
from assistant.skill.manifest import Manifest


@dataclass(frozen=True)
class Lamp:
    name: str
    watts: Annotated[float, Between(0, 100)] = 5.0
    words: tuple[str, ...] = ()
    kind: Literal["on", "off"] = "off"
    since: datetime | None = None
    raw: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.name == "sun":
            raise ValueError("name: 'sun' is taken")


@dataclass(frozen=True)
class House:
    lamps: tuple[Lamp, ...]
    tags: frozenset[str] = frozenset()


def written(folder: Path, name: str, text: str) -> Path:
    (file := folder / name).write_text(text, encoding="utf-8")
    return file


def test_yaml_and_json_say_the_same(tmp_path):
    by_yaml = "lamps: [{name: a, watts: 7, since: 2026-01-02 03:04:05}]\ntags: [x, y]\n"
    by_json = (
        '{"lamps": [{"name": "a", "watts": 7, "since": "2026-01-02T03:04:05"}], "tags": ["y", "x"]}'
    )
    found = read_yaml(House, written(tmp_path, "a.yaml", by_yaml))
    assert found == read_json(
        House, written(tmp_path, "a.json", by_json), error=ModelError, fix="none"
    )
    assert found.lamps[0].since == datetime(2026, 1, 2, 3, 4, 5)
    assert type(found.lamps[0].watts) is float


@pytest.mark.parametrize(
    ("lamp", "says", "fix"),
    [
        ({"name": "a", "wats": 5}, "wats: no such key", "watts"),
        ({"name": "a", "watts": 101}, "watts: must lie between 0 and 100, not 101", "watts: 5.0"),
        ({"name": "a", "watts": float("nan")}, "watts: nan is no number", "leave it out"),
        ({"name": "a", "watts": "much"}, "watts: expected a number, got 'much'", "watts: 5.0"),
        ({"name": 5}, "name: expected text, got 5", "in quotes"),
        ({"name": None}, "name: expected text, got None", "in quotes"),
        ({"name": "a", "words": "one"}, "words: expected a list, got 'one'", "words: [ … ]"),
        ({"name": "a", "kind": "of"}, "kind: 'of' is not one of the choices", "off"),
        ({"name": "a", "since": "noon"}, "since: Invalid isoformat string: 'noon'", ""),
        ({"name": "sun"}, "name: 'sun' is taken", ""),
        ({"na\nme": 1}, r"lamp.'na\nme': no such key", "name"),
        ({}, "name missing", "add `name: …`"),
        ([], "expected settings, got a list", "names: name"),
    ],
)
def test_what_is_wrong_is_named_with_key_and_what_would_be_right(lamp, says, fix):
    with pytest.raises(ConfigError) as caught:
        read(Lamp, lamp, "here:1", key="lamp")
    assert caught.value.problem.startswith("here:1: lamp")
    assert says in caught.value.problem
    assert fix in caught.value.fix


def test_an_error_names_the_line_of_the_key_itself(tmp_path):
    file = written(tmp_path, "a.yaml", "lamps:\n- name: a\n  watts: 1\n- words: []\n  name: sun\n")
    with pytest.raises(ConfigError, match=r"a\.yaml:5: lamps\[1\]\.name: 'sun' is taken"):
        read_yaml(House, file)


def test_a_mapping_that_is_read_later_keeps_its_lines_and_what_was_written(tmp_path):
    file = written(tmp_path, "a.yaml", "lamps:\n- name: a\n  raw:\n    name: b\n    wats: 3\n")
    (lamp,) = read_yaml(House, file).lamps
    assert lamp.raw == {"name": "b", "wats": 3}
    with pytest.raises(ConfigError, match=r"a\.yaml:5: lamp\.wats: no such key"):
        read(Lamp, lamp.raw, "elsewhere", key="lamp")
    file = written(tmp_path, "b.yaml", "lamps: [{name: a, raw: {name: b, words: [low, off, 3]}}]")
    (lamp,) = read_yaml(House, file).lamps
    assert read(Lamp, lamp.raw, "elsewhere").words == ("low", "off", "3")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"lamps": [],\n"tags"', r"a\.json:2: not JSON"),
        ("[" * 100_000, r"a\.json: is nested too deep"),
        (
            '{"lamps": [{"name": "a", "watts": "b"}]}',
            r"lamps\[0\]\.watts: expected a number",
        ),
        ("{}", r"a\.json: the file: lamps missing"),
        ('{"lamps": NaN}', r"a\.json: lamps: expected a list"),
    ],
)
def test_a_damaged_json_file_is_one_line_with_what_to_do(tmp_path, text, says):
    file = written(tmp_path, "a.json", text)
    with pytest.raises(ModelError, match=says) as caught:
        read_json(House, file, error=ModelError, fix="make it again")
    assert caught.value.fix == "make it again"


def test_keys_that_somebody_else_needs_may_stand_there(tmp_path):
    file = written(tmp_path, "a.json", '{"lamps": [{"name": "a", "maker": "b"}], "more": 1}')
    house = read_json(House, file, error=ModelError, fix="", extra=True)
    assert house.lamps[0].name == "a"


KEYS = st.text(max_size=4) | st.sampled_from(
    ["house", "devices", "id", "mqtt", "wake", "words", "name", "intents", "sentences", "slots"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(ANYTHING)
def test_whatever_stands_there_is_read_or_named_in_one_line(content):
    problems = []
    for kind in (Config, Manifest, House):
        try:
            assert isinstance(read(kind, content, "here"), kind)
        except ConfigError as error:
            problems.append(error.problem)
    assert all(one.startswith("here: ") and len(one.splitlines()) == 1 for one in problems)
