"""Which wake-word models there are, and what the .json beside each says.

Source of the format: github.com/esphome/micro-wake-word-models, "version": 2.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError

STEP_MS = 10  # of the features; the only one that `pymicro_features` makes

LAG_MS: Mapping[str, int] = {"alexa": 175, "hey_jarvis": 150, "okay_nabu": 100, "hey_mycroft": 0}
"""From the end of the word to the decision: with this much sound before the decision the words of
a command in one breath are recognized best (`scripts/measure_lag.py`)."""

OTHER_LAG_MS = 100


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
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            f"wake.words: no wake word {name!r}: {file}: {error.strerror}",
            fix=f"one of {', '.join(builtin)}; or the path of a microWakeWord .json",
        ) from error
    except ValueError as error:
        raise ModelError(
            f"{file}: not a microWakeWord description: {error}",
            fix="name the .json that came with the .tflite",
        ) from error
    return _model(file, described)


def _model(file: Path, described: Any) -> WakeModel:
    """Check every key that is used; the rest is for ESPHome."""
    try:
        micro = described["micro"]
        model = WakeModel(
            word=file.stem,
            phrase=str(described.get("wake_word") or file.stem.replace("_", " ")).lower(),
            tflite=file.parent / described["model"],
            cutoff=float(micro["probability_cutoff"]),
            window=int(micro["sliding_window_size"]),
            lag_ms=LAG_MS.get(file.stem, OTHER_LAG_MS),
        )
        step_ms = int(micro.get("feature_step_size", STEP_MS))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{file}: not a microWakeWord description: {type(error).__name__}: {error}",
            fix="it needs model, micro.probability_cutoff and micro.sliding_window_size",
        ) from error
    if step_ms != STEP_MS or model.window < 1 or not 0 <= model.cutoff <= 1:
        raise ModelError(
            f"{file}: feature_step_size {step_ms}, sliding_window_size {model.window},"
            f" probability_cutoff {model.cutoff:g} cannot be used",
            fix=f"feature_step_size {STEP_MS}, a window from 1, a cutoff from 0 to 1",
        )
    return model
