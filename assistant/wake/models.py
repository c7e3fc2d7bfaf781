"""Which wake-word models there are, and what the .json beside each says.

Source of the format: github.com/esphome/micro-wake-word-models, "version": 2.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from assistant.errors import ModelError
from assistant.schema import Between, read_json

STEP_MS: Literal[10] = 10  # of the features; the only one that `pymicro_features` makes

LAG_MS: Mapping[str, int] = {"alexa": 175, "hey_jarvis": 150, "okay_nabu": 100, "hey_mycroft": 0}
"""From the end of the word to the decision: with this much sound before the decision the words of
a command in one breath are recognized best (`scripts/measure_lag.py`)."""

OTHER_LAG_MS = 100

_DESCRIBED = (
    "name the microWakeWord .json that came with the .tflite: it has model, and below micro "
    f"probability_cutoff, sliding_window_size and a feature_step_size of {STEP_MS}"
)


@dataclass(frozen=True, slots=True)
class WakeModel:
    """One microWakeWord model, as its .json describes it."""

    word: str
    """Name of the .json without its ending: `alexa`."""

    phrase: str
    """What is said: "okay nabu"; the .json's own `wake_word`."""

    tflite: Path
    cutoff: float
    """Mean probability that must be exceeded, 0 to 1, as its maker recommends."""

    window: int
    """Number of successive probabilities that are averaged."""

    lag_ms: int
    """From the end of the word to the decision."""


@dataclass(frozen=True, slots=True)
class _Micro:
    probability_cutoff: Annotated[float, Between(0, 1)]
    sliding_window_size: Annotated[int, Between(1, 1000)]
    feature_step_size: Literal[10] = STEP_MS


@dataclass(frozen=True, slots=True)
class _Description:
    """The keys that are used; the others are for ESPHome."""

    model: str
    micro: _Micro
    wake_word: str | None = None


def builtin_models() -> Mapping[str, Path]:
    """Word → .json of the models in the package pymicro-wakeword; empty when not installed."""
    # find_spec does not import the package, which would load a second TFLite library.
    spec = importlib.util.find_spec("pymicro_wakeword")
    if spec is None or not spec.submodule_search_locations:
        return {}
    folder = Path(spec.submodule_search_locations[0]) / "models"
    return {file.stem: file for file in sorted(folder.glob("*.json"))}


def read_model(name: str) -> WakeModel:
    """The model that config.yaml calls `name`: a built-in word or the path of a .json.

    Raises ModelError: the file, what is wrong with it, and the names that there are.
    """
    builtin = builtin_models()
    file = builtin.get(name) or Path(name)
    if not file.is_file():
        raise ModelError(
            f"wake.words: no wake word {name!r}: there is no file {file}",
            fix=f"one of {', '.join(builtin)}; or the path of a microWakeWord .json",
        )
    found = read_json(_Description, file, error=ModelError, fix=_DESCRIBED, extra=True)
    return WakeModel(
        word=file.stem,
        phrase=(found.wake_word or file.stem.replace("_", " ")).lower(),
        tflite=file.parent / found.model,
        cutoff=found.micro.probability_cutoff,
        window=found.micro.sliding_window_size,
        lag_ms=LAG_MS.get(file.stem, OTHER_LAG_MS),
    )
