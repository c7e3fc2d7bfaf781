"""The wake-word loop on synthesised words and, where they are, on people's recordings."""

import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import read_file
from assistant.audio.framing import frames
from assistant.config import WakeSettings, WakeWordSettings
from assistant.errors import AudioError, ModelError
from assistant.events import Frame, Wake
from assistant.tflite import Model, Tensor, runtimes
from assistant.wake import WakeDetector, microwakeword, open_wake
from assistant.wake.microwakeword import MicroWakeWord
from assistant.wake.models import builtin_models

Say = Callable[..., list[Frame]]


def words(*models: str, cutoff: float | None = None, refractory_s: float = 1.0) -> WakeSettings:
    said = tuple(WakeWordSettings(model, cutoff) for model in models)
    return WakeSettings(said, refractory_s)


def wakes(detector: WakeDetector, sound: Iterable[Frame]) -> list[Wake]:
    return [wake for frame in sound if (wake := detector.process(frame))]


def scores(detector: WakeDetector, word: str, sound: Iterable[Frame]) -> list[float]:
    found = []
    for frame in sound:
        detector.process(frame)
        found.append(detector.scores[word])
    return found


@pytest.fixture(scope="module")
def recordings(shared_data: Path) -> list[list[Frame]]:
    """20 people's "alexa"."""
    found = []
    for path in sorted((shared_data / "wake" / "alexa").iterdir())[:24]:
        try:
            pcm = b"".join(frame.pcm for frame in read_file(path))
        except AudioError:
            continue
        found.append(list(frames([bytes(32_000), pcm, bytes(16_000)])))
    assert len(found) >= 20
    return found


def test_a_word_is_heard_once_soon_after_it_was_said(say: Say) -> None:
    sound = say("okay nabu")
    (wake,) = wakes(open_wake(words("okay_nabu")), sound)
    assert wake.word == "okay_nabu"
    assert 0.85 < wake.score <= 1.0
    assert sound[-1].at - 1.6 < wake.heard_at < sound[-1].at - 0.5


def test_of_several_words_the_one_that_was_said_is_heard(say: Say) -> None:
    detector = open_wake(words(*builtin_models()))
    for text, word in [("hey mycroft", "hey_mycroft"), ("okay nabu", "okay_nabu")]:
        detector.reset()
        assert [wake.word for wake in wakes(detector, say(text))] == [word]


def test_other_speech_wakes_nobody(say: Say) -> None:
    detector = open_wake(words(*builtin_models()))
    for text in ["turn on the kitchen light", "what time is it", "a lecture on max"]:
        assert wakes(detector, say(text)) == []


def test_every_word_has_its_own_cutoff(say: Say) -> None:
    sound = say("okay nabu")
    assert wakes(open_wake(words("okay_nabu", cutoff=1.0)), sound) == []
    assert len(wakes(open_wake(words("okay_nabu", cutoff=0.1)), sound)) == 1


def test_a_word_is_deaf_for_the_refractory_time(say: Say) -> None:
    twice = list(frames(frame.pcm for frame in say("okay nabu")[:-80] + say("okay nabu")[80:]))
    assert len(wakes(open_wake(words("okay_nabu", refractory_s=0.0)), twice)) == 2
    assert len(wakes(open_wake(words("okay_nabu", refractory_s=5.0)), twice)) == 1


def test_reset_forgets_what_was_heard(say: Say) -> None:
    """Cut in the middle of the word, then the same sound again: as for the first time."""
    detector, sound = MicroWakeWord(words(*builtin_models())), say("hey mycroft")
    fresh = scores(detector, "hey_mycroft", sound)
    assert max(fresh) > 0.95
    for frame in sound[:170]:
        detector.process(frame)
    detector.reset()
    assert set(detector.scores.values()) == {0.0}
    assert scores(detector, "hey_mycroft", sound) == fresh


def reference_scores(word: str, sound: Iterable[Frame]) -> list[float]:
    """What pymicro-wakeword's own loop says after every frame."""
    command = [sys.executable, Path(__file__).with_name("reference.py"), word]
    pcm = b"".join(frame.pcm for frame in sound)
    found: list[float] = json.loads(
        subprocess.run(command, input=pcm, capture_output=True, check=True).stdout
    )
    return found


@pytest.mark.parametrize("word", builtin_models())
def test_scores_are_those_of_pymicro_wakeword(say: Say, word: str) -> None:
    """Bit for bit, on the kernels that it uses as well."""
    if "ai_edge_litert" not in runtimes():
        pytest.skip("NOT TESTED: ai_edge_litert is not installed")
    detector = MicroWakeWord(words(word), runtime="ai_edge_litert", xnnpack=False)
    sound = say("hey mycroft") + say("okay nabu") + say("hey jarvis")
    assert scores(detector, word, sound) == reference_scores(word, sound)


def test_scores_on_recordings_are_those_of_pymicro_wakeword(
    recordings: list[list[Frame]],
) -> None:
    if "ai_edge_litert" not in runtimes():
        pytest.skip("NOT TESTED: ai_edge_litert is not installed")
    detector = MicroWakeWord(words("alexa"), runtime="ai_edge_litert", xnnpack=False)
    sound = [frame for recording in recordings for frame in recording]
    assert scores(detector, "alexa", sound) == reference_scores("alexa", sound)


@pytest.mark.parametrize("word", builtin_models())
def test_both_runtimes_hear_the_same(say: Say, word: str) -> None:
    """Scores are means of 256 steps; the runtimes' int8 kernels round differently on the way."""
    if len(runtimes()) < 2:
        pytest.skip(f"NOT TESTED: only {runtimes()} is installed")
    one, other = (MicroWakeWord(words(word), runtime=name) for name in runtimes())
    for text in ["hey mycroft", "okay nabu", "hey jarvis"]:
        for detector in (one, other):
            detector.reset()
        a, b = (np.array(scores(d, word, say(text))) for d in (one, other))
        assert np.abs(a - b).max() < 0.08
        assert (a > 0.9).any() == (b > 0.9).any()


@pytest.mark.parametrize("runtime", runtimes())
def test_people_are_heard_and_other_words_are_not(
    recordings: list[list[Frame]], shared_data: Path, runtime: str
) -> None:
    """scripts/bench_wake.py counts over all recordings."""
    detector = MicroWakeWord(words("alexa"), runtime=runtime)
    heard = 0
    for sound in recordings:
        detector.reset()
        heard += len(wakes(detector, sound)) == 1
    assert heard >= len(recordings) - 1
    others = [p for p in (shared_data / "wake").glob("*/*") if p.parent.name != "alexa"][::4]
    assert len(others) > 30
    for path in others:
        detector.reset()
        assert wakes(detector, read_file(path)) == [], path


def test_memory_does_not_grow(say: Say) -> None:
    """Two minutes of sound; scripts/bench_wake.py --hour feeds an hour."""
    detector, sound = open_wake(words("okay_nabu", "alexa")), say("okay nabu")
    for frame in sound:
        detector.process(frame)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(40):
            for frame in sound:
                detector.process(frame)
            detector.reset()
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()


def test_a_model_of_ones_own_is_named_by_its_path(tmp_path: Path, say: Say) -> None:
    source = builtin_models()["okay_nabu"]
    shutil.copy(source.with_suffix(".tflite"), tmp_path)
    described = json.loads(source.read_text())
    (tmp_path / "mine.json").write_text(json.dumps(described))
    (wake,) = wakes(open_wake(words(str(tmp_path / "mine.json"))), say("okay nabu"))
    assert wake.word == "mine"


def test_a_model_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    source = builtin_models()["alexa"]
    good = json.loads(source.read_text())

    def says(description: object, name: str = "x.json") -> str:
        content = description if isinstance(description, str) else json.dumps(description)
        (tmp_path / name).write_text(content)
        with pytest.raises(ModelError) as caught:
            open_wake(words(str(tmp_path / name)))
        assert str(tmp_path) in caught.value.problem
        return caught.value.problem + caught.value.fix

    assert "x.json:1: not JSON" in says("{")
    assert "model, micro missing" in says({})
    assert "expected settings, got a list" in says("[1]")
    assert "micro.feature_step_size: 20 is not one of the choices" in says(
        good | {"micro": good["micro"] | {"feature_step_size": 20}}
    )
    assert "No such file" in says(good | {"model": "gone.tflite"})
    with pytest.raises(ModelError, match="no wake word 'computer'") as caught:
        open_wake(words("computer"))
    assert "alexa, hey_jarvis, hey_mycroft, okay_nabu" in caught.value.fix


def test_a_tflite_of_another_kind_is_refused(tmp_path: Path) -> None:
    class Other(Model):
        def __init__(self, *_: object, **__: object) -> None:
            self.inputs = (Tensor("ids", 0, (1, 24), np.dtype(np.int32), 0.0, 0),)
            self.outputs = (Tensor("logits", 1, (1, 12), np.dtype(np.int8), 0.1, 0),)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(microwakeword, "Model", Other)
        with pytest.raises(
            ModelError, match=r"not a streaming wake-word model: inputs \[\(1, 24\)"
        ):
            open_wake(words("alexa"))


def test_the_second_tflite_library_is_not_loaded() -> None:
    code = (
        "from assistant.wake import open_wake; from assistant.config import *; import sys;"
        "open_wake(WakeSettings()); print('pymicro_wakeword' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "False"
