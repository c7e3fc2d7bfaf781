"""The file of `assistant train`: read as it was written, and refused when it does not fit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from repository import ROOT

from assistant.config import UnderstandSettings
from assistant.errors import ModelError
from assistant.grammar.templates import compile_templates
from assistant.skill.manifest import IntentSpec, Manifest
from assistant.understand import heads as heads_module
from assistant.understand.head_network import NAMES, parts
from assistant.understand.heads import (
    Heads,
    covers,
    encoder_digest,
    find_heads,
    fingerprint,
    read_heads,
    write_heads,
)
from assistant.understand.reading import Known, know
from assistant.understand.tagger import Labels, read_labels

MODEL = ROOT / "models" / "intent-en"
TIMERS = Manifest("egg_timer", "1", "", {"cancel": IntentSpec(("cancel [the] timer",))})
LABELS = Labels(
    ("none", "egg_timer.cancel"), ("O",), {"egg_timer.cancel": frozenset()}, 32, 1, 0.9, 0.3
)


def known_of(*manifests: Manifest) -> dict[str, Known]:
    return know(compile_templates(manifests, {}))


@pytest.fixture
def heads() -> Heads:
    weights = {name: np.ones((2, 3), np.float32) for name in NAMES}
    return Heads(
        labels=LABELS,
        lexicon={"=timer": 1, "tim-": 2},
        members=(weights, {name: 2 * array for name, array in weights.items()}),
        encoder=encoder_digest(MODEL),
        skills={"egg_timer": fingerprint(TIMERS)},
    )


@pytest.fixture
def settings(tmp_path: Path) -> UnderstandSettings:
    return UnderstandSettings(heads=tmp_path / "heads.npz")


def test_what_is_written_is_read_again(heads: Heads, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "heads.npz"
    write_heads(heads, file)
    again = read_heads(file)
    assert replace(again, members=()) == replace(heads, members=())
    assert len(again.members) == 2
    for wrote, read in zip(heads.members, again.members, strict=True):
        assert wrote.keys() == read.keys()
        assert all((wrote[name] == read[name]).all() for name in wrote)
    assert [path.name for path in file.parent.iterdir()] == ["heads.npz"]


def test_a_write_that_is_interrupted_leaves_the_old_file(
    heads: Heads, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / "heads.npz"
    write_heads(heads, file)
    before = file.read_bytes()

    def killed(opened, **arrays):
        opened.write(before[: len(before) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(heads_module.np, "savez", killed)
    with pytest.raises(KeyboardInterrupt):
        write_heads(replace(heads, encoder="another"), file)
    assert file.read_bytes() == before
    assert read_heads(file).encoder == heads.encoder


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_file_says_so_and_what_to_do(heads: Heads, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "heads.npz"
    write_heads(heads, file)
    content = bytearray(file.read_bytes())
    content[300] ^= 255
    file.write_bytes(
        {"cut": file.read_bytes()[:400], "flipped": bytes(content), "empty": b"", "text": b"hi"}[
            damage
        ]
    )
    with pytest.raises(ModelError, match=r"heads\.npz: damaged") as caught:
        read_heads(file)
    assert "assistant train" in caught.value.fix


def test_heads_of_an_older_version_say_so(heads: Heads, tmp_path: Path) -> None:
    file = tmp_path / "heads.npz"
    older = [{name: w for name, w in m.items() if name != "known_slots"} for m in heads.members]
    write_heads(replace(heads, members=tuple(older)), file)
    with pytest.raises(ModelError, match="made by an older version"):
        read_heads(file)


def test_heads_of_the_installed_skills_are_used(heads: Heads, settings) -> None:
    write_heads(heads, Path(settings.heads))
    found = find_heads(settings, [TIMERS], known_of(TIMERS))
    assert found.heads is not None
    assert not found.problem


def test_skills_that_changed_are_named_and_the_heads_still_used(heads: Heads, settings) -> None:
    write_heads(heads, Path(settings.heads))
    changed = replace(TIMERS, intents={"cancel": IntentSpec(("stop [the] timer",))})
    found = find_heads(settings, [changed], known_of(changed))
    assert found.heads is not None
    assert found.problem.endswith("egg_timer")
    again = replace(TIMERS, version="2", where="elsewhere")
    assert not find_heads(settings, [again], known_of(again)).problem


def test_heads_of_another_model_are_not_used(heads: Heads, settings) -> None:
    write_heads(replace(heads, encoder="0" * 64), Path(settings.heads))
    found = find_heads(settings, [TIMERS], known_of(TIMERS))
    assert found.heads is None
    assert "another intent model" in found.problem


def test_damaged_heads_stop_nobody(settings) -> None:
    Path(settings.heads).write_bytes(b"PK nonsense")
    found = find_heads(settings, [TIMERS], known_of(TIMERS))
    assert found.heads is None
    assert "damaged" in found.problem


def test_the_model_needs_no_heads_for_what_it_knows(heads: Heads, settings) -> None:
    write_heads(heads, Path(settings.heads))
    lights = Manifest("lights", "1", "", {"turn_on": IntentSpec(("light",))})
    assert covers(read_labels(MODEL / "labels.json"), known_of(lights))
    found = find_heads(settings, [lights], known_of(lights))
    assert found.heads is None
    assert not found.problem


def test_a_lexicon_knows_how_a_word_begins_ends_and_looks() -> None:
    assert parts("timer") == ("=timer", "tim-", "-mer", "5 letters")
    assert parts("21.5")[3] == "4 digits"
