"""The real Moonshine model on real speech, and the search over its tokens."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from spoken_frames import frames, needs_espeak, say, silence

from assistant.config import AsrSettings
from assistant.errors import ModelError
from assistant.events import Hypothesis, Transcript
from assistant.recognize.moonshine import MoonshineRecognizer, decode
from assistant.recognize.moonshine_model import (
    END,
    START,
    Cache,
    FloatArray,
    Moonshine,
    Tokenizer,
    packaged_folder,
)
from assistant.recognize.search import NOTHING

SETTINGS = AsrSettings()


@pytest.fixture(scope="module")
def model() -> Moonshine:
    return Moonshine(packaged_folder())


@pytest.fixture
def recognizer(model: Moonshine) -> MoonshineRecognizer:
    return MoonshineRecognizer(SETTINGS, model=model)


def words(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum() or c == " ")


def freely(model: Moonshine, samples: FloatArray) -> Hypothesis:
    return decode(model, samples).free


@needs_espeak
@pytest.mark.parametrize(
    "command",
    [
        "turn off the living room light",
        "play some jazz in the living room",
        "what is the temperature",
        "pause the music",
    ],
)
def test_a_command_is_written_down(recognizer: MoonshineRecognizer, command: str) -> None:
    for frame in frames(silence(0.2), say(command), silence(0.2)):
        recognizer.feed(frame)
    transcript = recognizer.transcribe()
    assert words(transcript.text) == command
    assert 0.5 < transcript.confidence <= 1
    assert transcript.engine == "moonshine"


@needs_espeak
def test_words_appear_while_one_speaks(recognizer: MoonshineRecognizer) -> None:
    partials = [
        text
        for frame in frames(say("turn off the living room light"), silence(0.3))
        if (text := recognizer.feed(frame)) is not None
    ]
    assert len(partials) >= 2
    assert len(set(partials)) == len(partials)
    assert words(partials[0]).split()[0] == "turn"


@needs_espeak
def test_to_transcribe_again_costs_nothing(model: Moonshine) -> None:
    counting = Counting(model)
    recognizer = MoonshineRecognizer(AsrSettings(partial_every_s=0), model=counting)
    for frame in frames(say("pause the music"), silence(0.2)):
        assert recognizer.feed(frame) is None  # partial results are off
    transcript = recognizer.transcribe()
    assert counting.encoded == 1
    assert recognizer.transcribe() == transcript
    assert counting.encoded == 1


@needs_espeak
def test_reset_forgets_everything(recognizer: MoonshineRecognizer) -> None:
    def transcript() -> object:
        for frame in frames(say("pause the music"), silence(0.2)):
            recognizer.feed(frame)
        return recognizer.transcribe()

    first = transcript()
    recognizer.reset()
    assert recognizer.transcribe() == Transcript("", 0.0, "moonshine", NOTHING)
    assert transcript() == first


@needs_espeak
def test_the_same_words_on_more_threads(model: Moonshine) -> None:
    samples = say("what is the temperature").astype(np.float32) / 32768
    many = Moonshine(packaged_folder(), threads=2)
    assert freely(many, samples).text == freely(model, samples).text


def test_orders_of_real_people(model: Moonshine, shared_data: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    files = sorted((shared_data / "coffee_orders").glob("*.wav"))[:8]
    texts = [freely(model, soundfile.read(f, dtype="float32")[0]).text for f in files]
    # Every order begins with one of a few phrases and names a drink.
    polite = ("can i", "i want", "id like", "get me", "give me", "make me", "may i", "brew")
    assert len(texts) == 8
    assert sum(words(text).startswith(polite) for text in texts) >= 7


@pytest.mark.parametrize("samples", [1, 160, 1_199, 16_000])
def test_hardly_any_sound_is_no_error(model: Moonshine, samples: int) -> None:
    assert len(freely(model, np.zeros(samples, np.float32)).text) < 20


class Counting:
    """A Moonshine that counts."""

    def __init__(self, model: Moonshine) -> None:
        self._model, self.encoded = model, 0
        self.tokenizer, self.step = model.tokenizer, model.step

    def encode(self, samples: FloatArray) -> FloatArray:
        self.encoded += 1
        return self._model.encode(samples)


@dataclass
class Scripted:
    """Says the tokens of a script, whatever it hears; each decode takes `takes_s`."""

    script: list[int]
    takes_s: float = 0.0
    now: float = 0.0
    lengths: list[int] = field(default_factory=list)
    tokenizer: Tokenizer = field(default_factory=lambda: _letters())

    def encode(self, samples: FloatArray) -> FloatArray:
        self.now += self.takes_s
        self.lengths.append(samples.size)
        self.at = 0
        return np.zeros((1, 1, 288), np.float32)

    def step(
        self, tokens: npt.NDArray[np.int64], states: FloatArray, cache: Cache | None
    ) -> tuple[FloatArray, Cache]:
        logits = np.zeros((1, 100), np.float32)
        logits[0, self.script[self.at % len(self.script)]] = 50.0
        self.at += 1
        return logits, {}


def _letters() -> Tokenizer:
    letters = Tokenizer.__new__(Tokenizer)
    letters.tokens = tuple(bytes([i]) for i in range(100))
    return letters


def test_a_loop_is_cut_off() -> None:
    hypothesis = freely(Scripted([65, 66, 67]), np.zeros(160_000, np.float32))
    assert hypothesis.text == "ABC"


def test_no_more_tokens_than_anyone_can_say() -> None:
    script = [40 + (i * i) % 31 for i in range(40)]
    hypothesis = freely(Scripted(script), np.zeros(32_000, np.float32))
    assert len(hypothesis.text) == 13  # 2 s of 6.5 tokens


def test_confidence_is_the_mean_probability_of_the_tokens() -> None:
    sure = freely(Scripted([65, 66, END]), np.zeros(16_000, np.float32))
    assert sure.text == "AB"
    assert sure.confidence == pytest.approx(1.0)


def test_a_slow_machine_spends_at_most_half_its_time_on_partial_results() -> None:
    model = Scripted([65, END], takes_s=1.0)
    recognizer = MoonshineRecognizer(SETTINGS, model=model, clock=lambda: model.now)
    for frame in frames(silence(9.0)):
        recognizer.feed(frame)
    assert model.lengths[0] == round(0.6 * 16_000)
    assert np.diff(model.lengths).min() >= 2 * 16_000
    assert len(model.lengths) == 5


def test_a_damaged_model_says_how_to_mend_it(tmp_path: Path) -> None:
    folder = tmp_path / "tiny-en"
    shutil.copytree(packaged_folder(), folder)
    for name in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2 + 1])
        with pytest.raises(ModelError, match=f"{name} is damaged: ") as caught:
            Moonshine(folder)
        assert "moonshine-voice==0.0.73" in caught.value.fix
        (folder / name).unlink()
        with pytest.raises(ModelError, match=name):
            Moonshine(folder)
        (folder / name).write_bytes(whole)


def test_tokens_become_words() -> None:
    tokenizer = Tokenizer(packaged_folder() / "tokenizer.bin")
    ids = {token: i for i, token in reversed(list(enumerate(tokenizer.tokens)))}
    light = [ids["▁turn".encode()], ids["▁on".encode()], ids["▁the".encode()]]
    assert len(tokenizer.tokens) == 32_768
    assert tokenizer.text([START, *light, END]) == "turn on the"
    assert tokenizer.text([ids[b"<<ST_1>>"]]) == ""
