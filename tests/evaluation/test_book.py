"""The book of test sentences: read, halved, and held with the product."""

from pathlib import Path

import pytest
from repository import ROOT

from assistant.config import Config
from assistant.errors import ConfigError
from assistant.evaluation.sentences import Outcome, half_of, read_book
from assistant.evaluation.talks import figures, hold, misses

FOLDER = ROOT / "tests" / "sentences"
HEAD = """
now: "2026-11-24T17:30:00"
at: kitchen
groups: { both: [kitchen_counter, floor_lamp] }
start: { floor_lamp: { on: true, brightness: 40 } }
domains:
"""


def book_of(folder: Path, domains: str):
    (folder / "house.yaml").write_text((FOLDER / "house.yaml").read_text())
    (folder / "sentences.yaml").write_text(HEAD + domains)
    return read_book(folder)


def test_groups_and_colours_are_resolved(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        """
  lights:
    - say: [make them blue, blue please]
      state: { both: { brightness: 10 } }
      any: [{ command: { both: { color: blue } } }, { question: true }]
      may: [both]
""",
    )
    first, second = book.talks
    assert [first.steps[0].say, second.steps[0].say] == ["make them blue", "blue please"]
    assert first.state["floor_lamp"] == {"on": True, "brightness": 10}
    assert first.steps[0].may == ("kitchen_counter", "floor_lamp")
    blue = {"hue": 240.0, "saturation": 100.0}
    assert first.steps[0].any[0].command == {"kitchen_counter": blue, "floor_lamp": blue}
    assert first.steps[0].any[1] == Outcome(question=True)


def test_a_name_that_the_house_has_not_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sentences.yaml:8: no device or group 'lmap'"):
        book_of(tmp_path, "  lights:\n    - { say: [hi], command: { lmap: { on: true } } }\n")


def test_a_conversation_is_in_the_same_half_whatever_stands_around_it() -> None:
    halves = [half_of([f"sentence {n}"]) for n in range(200)]
    assert halves == [half_of([f"sentence {n}"]) for n in range(200)]
    assert 70 < halves.count("develop") < 130


def test_conversations_are_held_one_after_the_other_in_a_house_that_changes(
    tmp_path: Path,
) -> None:
    book = book_of(
        tmp_path,
        """
  follow-ups:
    - dialogue:
        - say: turn on the floor lamp
          command: { floor_lamp: { on: true } }
        - say: dim the floor lamp by ten percent
          command: { floor_lamp: { brightness: 30 } }
        - say: dim the floor lamp by ten percent
          command: { floor_lamp: { brightness: 20 } }
    - say: [turn off the counter light]
      command: { floor_lamp: { on: false } }
    - say: [the cat sat on the mat]
      nothing: true
""",
    )
    results = list(hold(book, Config()))
    assert [result.verdict for result in results] == ["right"] * 3 + ["wrong", "right"]
    halves = "\n".join(figures(results, half) for half in ("develop", "held-out"))
    assert halves.count("follow-ups") == len({talk.half for talk in book.talks})
    assert all("turn off the counter light" in line for line in misses(results))


def test_the_book_is_large_and_sound() -> None:
    book = read_book(FOLDER)
    sentences = [step for talk in book.talks for step in talk.steps]
    assert len(sentences) > 900
    assert sum(said.nothing for said in sentences) > 250
    assert all(talk.at in {area.id for area in book.house.areas} for talk in book.talks)
