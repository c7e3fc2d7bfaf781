"""`assistant eval speech`: what is read, what is mixed, what is counted."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from repository import ROOT

from assistant.config import Config
from assistant.errors import AssistantError, AudioError, ConfigError, ModelError, SkillError
from assistant.evaluation.speech import report
from assistant.evaluation.speech.engines import FreeRecognizer, open_engine, open_skills
from assistant.evaluation.speech.figures import (
    operating_curve,
    percentiles,
    shares,
    word_error_rate,
)
from assistant.evaluation.speech.measure import Heard, Job, Measured, Talk, measure
from assistant.evaluation.speech.published import read_published
from assistant.evaluation.speech.recordings import (
    Recording,
    find_sounds,
    mix,
    noisy,
    read_labels,
    read_noise,
    to_pcm,
)
from assistant.evaluation.speech.verdicts import Answer, Verdict, is_right, verdict
from assistant.events import Hypothesis, Intent, Slot, Source, Transcript, Understanding
from assistant.understand import HouseNames, open_interpreter

SKILLS = ROOT / "tests" / "skills"
ORDER = Recording(Path("a.wav"), "orderDrink", {"size": "small"}, "a small coffee")
YES, NO = Answer(acts=True, right=True), Answer(acts=False, right=False)


def label(**changes: object) -> str:
    return json.dumps({"file": "a.wav", "intent": "order", "slots": {"n": 2.0}} | changes)


def labelled(folder: Path, *lines: str) -> Path:
    (folder / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    soundfile.write(folder / "a.wav", tone(0.3), 16_000)
    return folder


def tone(level: float, seconds: float = 1.0) -> np.ndarray:
    return (level * np.sin(np.arange(round(16_000 * seconds)) / 7)).astype(np.float32)


def test_labels_are_read_with_numbers_as_text(tmp_path) -> None:
    (first, second) = read_labels(labelled(tmp_path, label(), "", label(text="make two")))
    assert first == Recording(tmp_path / "a.wav", "order", {"n": "2"})
    assert second.text == "make two"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", ":1: not JSON"),
        ("[]", ":1: the file: expected settings, got a list"),
        ('{"file": "a.wav"}', "intent, slots missing"),
        (label(slots=[]), "slots: expected a mapping"),
        (label(text=3), "text: expected text, got 3"),
        (label(file="b.wav"), "no file"),
        ("", "no labels"),
    ],
)
def test_a_broken_label_is_named(line, says, tmp_path) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        read_labels(labelled(tmp_path, line))
    assert "labels.jsonl" in str(caught.value)


def test_a_folder_without_labels_or_sounds_is_named(tmp_path) -> None:
    with pytest.raises(ConfigError, match=r"labels\.jsonl"):
        read_labels(tmp_path)
    with pytest.raises(AudioError, match="no WAV"):
        find_sounds([tmp_path])
    with pytest.raises(AudioError, match="no such folder"):
        find_sounds([tmp_path / "nothing"])


@pytest.mark.parametrize("snr_db", [0.0, 6.0, 12.0])
def test_noise_is_mixed_at_the_stated_ratio(snr_db) -> None:
    speech = tone(0.1)
    noise = np.random.default_rng(1).normal(0, 0.3, 5_000).astype(np.float32)  # shorter: repeated
    added = mix(speech, noise, snr_db, np.random.default_rng(0)) - speech
    assert 10 * np.log10(np.mean(speech**2) / np.mean(added**2)) == pytest.approx(snr_db, abs=0.01)


def test_a_mixture_never_exceeds_full_scale() -> None:
    noise = np.random.default_rng(1).normal(0, 0.3, 20_000).astype(np.float32)
    assert np.abs(mix(tone(0.9), noise, 0, np.random.default_rng(0))).max() == pytest.approx(1)


def test_the_noise_begins_where_seed_and_name_say(tmp_path) -> None:
    (recording,) = read_labels(labelled(tmp_path, label()))
    noise = np.random.default_rng(1).normal(0, 0.3, 50_000).astype(np.float32)
    first = noisy(recording, noise, 6.0, seed=1)
    assert np.array_equal(first, noisy(recording, noise, 6.0, seed=1))
    assert not np.array_equal(first, noisy(recording, noise, 6.0, seed=2))
    other = replace(recording, file=tmp_path / "b.wav")
    soundfile.write(other.file, tone(0.3), 16_000)
    assert not np.array_equal(first, noisy(other, noise, 6.0, seed=1))
    assert to_pcm(noisy(recording, noise, None, seed=1)) == to_pcm(noisy(other, None, None, seed=1))


def test_silence_is_no_noise(tmp_path) -> None:
    soundfile.write(tmp_path / "n.wav", np.zeros(1_000), 16_000)
    with pytest.raises(AudioError, match=r"n\.wav: silent"):
        read_noise(tmp_path / "n.wav")
    with pytest.raises(AudioError, match="silent for as long"):
        mix(tone(0.1), np.zeros(16_000, np.float32), 6, np.random.default_rng(0))


def understood(*intents: str, **slots: object) -> Understanding:
    filled = {name: Slot(name, str(value), value) for name, value in slots.items()}
    found = tuple(Intent(intent, 1.0, filled) for intent in intents)
    return Understanding("…", "accept", 1.0, found, Source.GRAMMAR)


def test_right_is_the_labelled_intent_with_every_labelled_slot() -> None:
    assert is_right(understood("coffee.orderDrink", size="small"), ORDER)
    assert is_right(understood("coffee.orderDrink", size=" small ", milk="soy"), ORDER)
    whole = replace(ORDER, intent="coffee.orderDrink", slots={"size": "2"})
    assert is_right(understood("coffee.orderDrink", size=2.0), whole)
    assert not is_right(understood("coffee.orderDrink", size="large"), ORDER)
    assert not is_right(understood("coffee.orderDrink"), ORDER)
    assert not is_right(understood("coffee.order", size="small"), ORDER)
    assert not is_right(understood("coffee.orderDrink", "coffee.orderDrink", size="small"), ORDER)
    assert not is_right(understood(), ORDER)


@pytest.fixture(scope="module")
def interpreter():
    skills = open_skills(Config(), [SKILLS])
    return open_interpreter(Config().understand, skills.manifests, HouseNames.of(Config().house))


def test_a_verdict_knows_what_other_thresholds_would_do(interpreter) -> None:
    said = Hypothesis("make me a small coffee", -4.0, 6)
    heard = Transcript("make me a smack off fee", 0.5, "e", Hypothesis("…", -3.0, 7), (said,))
    found = verdict(heard, interpreter, lambda u: is_right(u, ORDER))
    assert found.probability is not None
    assert found.at(found.probability) == YES
    assert not found.at(found.probability + 1e-6).acts
    freely = replace(heard, free=None, sayable=())
    assert verdict(freely, interpreter, lambda u: True).probability is None


def some(probability: float | None, by_sound: Answer, by_words: Answer = NO, **changes) -> Verdict:
    found = Verdict("accept", by_sound.right, "a tall coffee", "", probability, by_sound, by_words)
    return replace(found, **changes)


def heard(found: Verdict, snr_db: float | None = None, ms: float = 1.0) -> Heard:
    return Heard(ORDER, snr_db, found, 2.0, ms, ms, 0.1)


def test_shares_add_up() -> None:
    wrong = some(0.9, Answer(acts=True, right=False))
    verdicts = [some(0.9, YES), wrong, some(0.2, YES, decision="confirm")]
    verdicts.append(some(0.1, YES, decision="reject"))
    found = shares([heard(v) for v in verdicts])
    assert (found.accepted, found.wrong, found.asked, found.rejected) == (0.25, 0.25, 0.25, 0.25)
    assert shares([]) is None
    assert percentiles([3.0] * 10 + [5.0]) == (3.0, 4.0)
    assert percentiles([]) == (None, None)


def test_the_operating_curve_trades_acceptance_for_false_actions() -> None:
    commands = tuple(heard(some(p, YES)) for p in (0.9, 0.6, 0.3))
    misled = heard(some(0.5, Answer(acts=True, right=False), by_words=YES))
    talk = Talk(hours=2.0, verdicts=[some(0.4, YES), some(None, NO)])
    one = Measured("moonshine", (*commands, misled), talk, None, ())
    found = {p.threshold: (p.accepted, p.false_per_hour) for p in operating_curve(one)}
    assert found == {
        0.9: (0.5, 0),  # the words alone are enough for the misled one
        0.6: (0.75, 0),
        0.5: (0.5, 0),
        0.4: (0.5, 0.5),
        0.3: (0.75, 0.5),
    }
    assert operating_curve(replace(one, talk=Talk())) == []
    certain = replace(one, heard=(heard(some(None, NO, YES)),), talk=Talk(1.0, [some(None, NO)]))
    assert [(p.accepted, p.false_per_hour) for p in operating_curve(certain)] == [(1.0, 0.0)]


def test_word_errors_are_counted_in_matching_form() -> None:
    pytest.importorskip("jiwer", reason="NOT TESTED: word errors: scripts/setup bench")
    found = some(0.9, YES, text="A tall, coffee.")
    assert word_error_rate([heard(found)]) == pytest.approx(1 / 3)
    untold = replace(heard(found), recording=replace(ORDER, text=None))
    assert word_error_rate([untold]) is None


def test_skills_are_a_folder_or_a_folder_of_them(tmp_path) -> None:
    assert set(open_skills(Config(), [SKILLS]).working) == {"coffee_machine"}
    assert set(open_skills(Config(), [SKILLS / "coffee_machine"]).working) == {"coffee_machine"}
    assert "lights" in open_skills(Config(), []).working
    with pytest.raises(SkillError, match="no skill there"):
        open_skills(Config(), [tmp_path])
    (tmp_path / "skill.yaml").write_text("name: bad\n", encoding="utf-8")
    with pytest.raises(AssistantError, match="missing"):
        open_skills(Config(), [tmp_path])


def test_published_figures_are_read(tmp_path) -> None:
    published = read_published(SKILLS / "coffee_machine" / "published.yaml")
    assert published.engines[0].at(12.0) == 98
    assert published.engines[0].at(None) is None
    bad = tmp_path / "p.yaml"
    bad.write_text("source: s\nengines: [{name: a, accepted: {loud: 3}}]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="loud"):
        read_published(bad)


def test_a_missing_engine_says_what_to_type(monkeypatch) -> None:
    monkeypatch.setattr("assistant.catalogue.find", lambda kind: None)
    with pytest.raises(ModelError, match="Vosk"):
        open_engine("vosk", Config(), open_skills(Config(), [SKILLS]))


@pytest.fixture(scope="module")
def orders(shared_data):
    """Two people who order coffee."""
    return read_labels(shared_data / "coffee_orders")[:2]


def job_of(orders, **changes) -> Job:
    return Job(Config(), (SKILLS,), orders, **changes)


def test_real_orders_are_measured_and_reported(orders, shared_data, tmp_path) -> None:
    soundfile.write(tmp_path / "empty.wav", tone(0.001), 16_000)
    cut = (shared_data / "wake" / "multiple_keywords.wav").read_bytes()[:200_000]
    (tmp_path / "cut.wav").write_bytes(cut)
    job = job_of(
        orders,
        noise=shared_data / "noise" / "kitchen.wav",
        snrs=(None, 12.0),
        negatives=find_sounds([tmp_path]),
    )
    found = measure("moonshine", job)
    assert [one.snr_db for one in found.heard] == [None, None, 12.0, 12.0]
    assert shares(found.heard).accepted == 1
    assert found.heard[0].verdict.meant.startswith("coffee_machine.orderDrink")
    assert 0 < found.talk.hours * 3600 < 10
    assert found.talk.verdicts
    assert not any(v.decision == "accept" for v in found.talk.verdicts)
    (line,) = found.left_out
    assert "cut.wav" in line
    text = "\n".join(report.sections(job, [found]))
    assert "moonshine  100.0  100.0" in text
    assert "1 sound files are not counted:" in text
    answers = report.as_json(job, [found])["engines"]["moonshine"]
    assert json.loads(json.dumps(answers))["shares"]["12 dB"]["accepted"] == 1
    assert report.misses([found]) == "moonshine:"


def test_free_recognition_is_not_told_what_can_be_said(orders) -> None:
    skills = open_skills(Config(), [SKILLS])
    free = open_engine("moonshine-free", Config(), skills)
    assert isinstance(free, FreeRecognizer)
    found = measure("moonshine-free", job_of(orders[:1]))
    assert found.heard[0].verdict.probability is None


def test_pocketsphinx_hears_under_the_same_graph(orders, caplog) -> None:
    pytest.importorskip("pocketsphinx", reason="NOT TESTED: PocketSphinx: scripts/setup bench")
    found = measure("pocketsphinx", job_of(orders))
    assert shares(found.heard).accepted == 1
    assert "pocketsphinx cannot hear" in caplog.text
    assert "mycroft" in caplog.text
