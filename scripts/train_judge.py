"""Fits when a spoken command can be trusted, and writes assistant/understand/judge.json.

    .venv/bin/python scripts/train_judge.py [--data ../shared/data] [--seed 0]

Needs flite and espeak-ng and the recordings in ../shared/data (see its README); about ten minutes
on one core. Sentences are recognized under two graphs, the shipped skills in the demo's house and
the coffee machine of the tests, clean and in kitchen noise. Right: the sentence means what was
said. Wrong: it does not, or what was said is no command: sentences of CLINC150, orders of coffee
to a house without coffee machine, commands broken off in the middle or that go on with
what no skill knows. The weights are a logistic
regression with L2 (Newton's method).
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from bench_speech import COMMANDS
from voices import VOICES, Sound, quiet, speak

from assistant.config import load_config
from assistant.demo import HOUSE
from assistant.events import SAMPLE_RATE_HZ, Transcript
from assistant.recognize.moonshine import decode
from assistant.recognize.moonshine_model import Moonshine, packaged_folder
from assistant.recognize.tokens import Continuations, TokenTable
from assistant.skill.loader import load_skills
from assistant.skill.manifest import Manifest, load_manifest
from assistant.understand import HouseNames, open_interpreter
from assistant.understand.judge import (
    WEIGHTS_FILE,
    Evidence,
    Nearest,
    evidence,
    meaning,
    understood,
)

ROOT = Path(__file__).resolve().parent.parent
SNRS = (None, 18.0, 12.0, 6.0)
OTHER_TALK = 400
ACCEPT, CONFIRM = 0.4, 0.2
TAILS = (
    "once he is asleep", "when i get home", "in the attic", "if it rains", "for my grandmother",
    "on my birthday", "in the neighbour's flat", "until the film is over",
)  # fmt: skip
"""What no skill knows to do with: a command that goes on like this is another command."""

SIGNS = {
    "gap": -1,
    "difference": -1,
    "surprise": -1,
    "rival": 1,
    "wording": -1,
    "agrees": 1,
}
"""Fields of `Evidence`: whether more of it speaks for the sentence."""

Floats = npt.NDArray[np.float64]
_LONGEST = 10 * SAMPLE_RATE_HZ
_L2 = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence that was recognized, and whether it is what was said."""

    source: str
    evidence: Evidence
    right: bool
    said: str
    heard: str


Heard = tuple[Evidence, Nearest, Transcript]


class Listener:
    """One graph and its interpreter."""

    def __init__(
        self, model: Moonshine, manifests: tuple[Manifest, ...], names: HouseNames
    ) -> None:
        settings = load_config(HOUSE).understand
        self._model = model
        self.interpreter = open_interpreter(settings, manifests, names)
        self._may = Continuations(TokenTable(model.tokenizer.tokens), self.interpreter.graph)

    def hear(self, sound: Sound) -> Heard | None:
        """What of the sayable sentences comes nearest; None: nothing near."""
        found = decode(self._model, sound, self._may)
        free = found.free
        heard = Transcript(free.text, free.confidence, "moonshine", free, found.sayable)
        nearest = understood(heard, self.interpreter)
        if nearest is None or nearest[1].decision != "accept":
            return None
        freely = self.interpreter.interpret(heard.text)
        return evidence(heard, freely, nearest, self.interpreter), nearest, heard


class Examples:
    """Makes and recognizes all sounds."""

    def __init__(self, data: Path, seed: int) -> None:
        model = Moonshine(packaged_folder())
        config = load_config(HOUSE)
        house = HouseNames.of(config.house)
        coffee = load_manifest(ROOT / "tests/skills/coffee_machine")
        self._home = Listener(model, tuple(load_skills(config.skills).manifests), house)
        self._coffee = Listener(model, (coffee,), HouseNames())
        self._data = data
        self._random = random.Random(seed)
        self._rng = np.random.default_rng(seed)
        self._noise, _ = soundfile.read(data / "noise/kitchen.wav", dtype="float32")

    def all(self) -> Iterator[Example]:
        """Every example, right and wrong."""
        yield from self._orders()
        yield from self._commands()
        yield from self._other_talk()

    def _orders(self) -> Iterator[Example]:
        for line in (self._data / "coffee_orders/labels.jsonl").read_text().splitlines():
            order = json.loads(line)
            sound, _ = soundfile.read(self._data / "coffee_orders" / order["file"], dtype="float32")
            want = {name: value.strip() for name, value in order["slots"].items()}
            first, second = (self._noisy(sound, snr) for snr in self._random.sample(SNRS, 2))
            yield from self._order("order", first, want)
            yield from self._order("order", second, want)
            yield from self._none("order elsewhere", self._home, second)

    def _order(self, source: str, sound: Sound, want: Mapping[str, str]) -> Iterator[Example]:
        if heard := self._coffee.hear(sound):
            slots = heard[1][1].intents[0].slots
            right = {name: slot.value for name, slot in slots.items()} == want
            yield _example(source, heard, right=right)

    def _commands(self) -> Iterator[Example]:
        for command in COMMANDS:
            words = command.split()
            half = " ".join(words[: max(1, len(words) * 3 // 5)])
            more = f"{command} {self._random.choice(TAILS)}"
            for source, text in (
                ("command", command),
                ("half a command", half),
                ("command and more", more),
            ):
                typed = self._home.interpreter.interpret(text)
                want = meaning(typed) if typed.decision == "accept" else None
                for voice in VOICES:
                    sound = self._noisy(_spoken(voice, text), self._random.choice(SNRS))
                    if heard := self._home.hear(sound):
                        yield _example(source, heard, right=meaning(heard[1][1]) == want)

    def _other_talk(self) -> Iterator[Example]:
        lines = [
            line
            for name in ("train", "oos_train")
            for line in (self._data / "clinc150" / f"{name}.jsonl").read_text().splitlines()
        ]
        for line in self._random.sample(lines, OTHER_TALK):
            text = json.loads(line)["text"]
            sound = self._noisy(
                _spoken(self._random.choice(VOICES), text), self._random.choice(SNRS)
            )
            # A few of them are commands for this house: what was typed decides.
            typed = self._home.interpreter.interpret(text)
            want = meaning(typed) if typed.decision == "accept" else None
            if heard := self._home.hear(sound):
                yield _example("other talk", heard, right=meaning(heard[1][1]) == want)
            yield from self._none("other talk", self._coffee, sound)

    def _none(self, source: str, listener: Listener, sound: Sound) -> Iterator[Example]:
        if heard := listener.hear(sound[:_LONGEST]):
            yield _example(source, heard, right=False)

    def _noisy(self, sound: Sound, snr: float | None) -> Sound:
        sound = sound[:_LONGEST] if snr is None else sound
        if snr is None:
            return sound
        at = self._rng.integers(0, len(self._noise) - len(sound))
        noise = self._noise[at : at + len(sound)]
        gain = np.sqrt((sound**2).mean() / (noise**2).mean() / 10 ** (snr / 10))
        mixed = sound + gain * noise
        return (mixed / max(1.0, float(np.abs(mixed).max()))).astype(np.float32)


def _spoken(voice: str, text: str) -> Sound:
    speech = speak(voice, f"{text}.")
    louder = speech * (0.5 / max(1e-3, float(np.abs(speech).max())))
    return np.concatenate([quiet(0.2), louder, quiet(0.3)])[:_LONGEST].astype(np.float32)


def _example(source: str, heard: Heard, *, right: bool) -> Example:
    found, (said, _), transcript = heard
    return Example(source, found, right, said.text, transcript.text)


def fit(values: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, Floats]:
    """Bias and weights of a logistic regression of `right` (n,) on `values` (n, `SIGNS`).

    A number whose weight would come out with the wrong sign, as happens to one that says the same
    as another, gets none.
    """
    used = np.ones(len(SIGNS), bool)
    while True:
        bias, weights = _fit(values[:, used], right)
        wrong = weights * np.array(list(SIGNS.values()))[used] < 0
        if not wrong.any():
            found = np.zeros(len(SIGNS))
            found[used] = weights
            return bias, found
        used[np.flatnonzero(used)[wrong]] = False


def _fit(values: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, Floats]:
    mean, scale = values.mean(0), values.std(0) + 1e-9
    x = np.column_stack([np.ones(len(values)), (values - mean) / scale])
    weights = np.zeros(x.shape[1])
    penalty = _L2 * np.diag([0.0, *np.ones(x.shape[1] - 1)])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - right) + penalty @ weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(curve, slope)
    scaled = weights[1:] / scale
    return float(weights[0] - scaled @ mean), scaled


def main() -> None:
    """Make, recognize, fit, write, and print what comes of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--examples", type=Path, help="keep them here, and take them from here")
    options = parser.parse_args()
    examples = read_or_make(options.examples, options.data, options.seed)
    names = list(SIGNS)
    values = np.array([[asdict(e.evidence)[name] for name in names] for e in examples])
    right = np.array([e.right for e in examples])
    bias, weights = fit(values, right)
    probability = 1 / (1 + np.exp(-(values @ weights + bias)))
    found = {
        "bias": bias,
        "weights": dict(zip(names, weights, strict=True)),
        "accept": ACCEPT,
        "confirm": CONFIRM,
    }
    WEIGHTS_FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))
    report(examples, probability)


def read_or_make(file: Path | None, data: Path, seed: int) -> list[Example]:
    """The examples in `file` (JSON lines) where it exists; else made, and kept there."""
    if file and file.exists():
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return [Example(**{**line, "evidence": Evidence(**line["evidence"])}) for line in lines]
    examples = []
    with (file or Path(os.devnull)).open("w", encoding="utf-8") as kept:
        for number, example in enumerate(Examples(data, seed).all(), 1):
            examples.append(example)
            kept.write(json.dumps(asdict(example)) + "\n")
            if number % 100 == 0:
                print(f"{number} examples", flush=True)
    return examples


def report(examples: list[Example], probability: npt.NDArray[np.float64]) -> None:
    """A row per source: how many were right and wrong, and what was done about them."""
    print(
        f"{'':<18}{'right':>8}{'accepted':>10}{'asked':>8}{'wrong':>8}{'accepted':>10}{'asked':>8}"
    )
    for source in dict.fromkeys(e.source for e in examples):
        row = f"{source:<18}"
        for right in (True, False):
            of = np.array([e.source == source and e.right == right for e in examples])
            done = probability[of] >= ACCEPT
            asked = (probability[of] >= CONFIRM) & ~done
            row += f"{of.sum():>8}{done.sum():>10}{asked.sum():>8}"
        print(row)
    for example, p in zip(examples, probability, strict=True):
        if not example.right and p >= ACCEPT:
            print(
                f"  wrongly accepted ({p:.2f}, {example.source}): “{example.heard}” as"
                f" “{example.said}”"
            )


if __name__ == "__main__":
    main()
