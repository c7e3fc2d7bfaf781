"""The recognizers that are compared, each over the same skills and the same house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from assistant.config import AsrSettings, Config
from assistant.errors import SkillError
from assistant.events import Frame, Transcript
from assistant.grammar.graph import Graph
from assistant.grammar.templates import compile_templates, read_rules
from assistant.recognize import Recognizer, open_recognizer
from assistant.recognize.words import without_free_text
from assistant.skill.loader import Skills, load_skill, load_skills
from assistant.understand import HouseNames

EngineName = Literal["moonshine", "moonshine-free", "pocketsphinx", "vosk"]


class FreeRecognizer:
    """A `Recognizer` that is never told what can be said."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    def feed(self, frame: Frame) -> str | None:
        return self._recognizer.feed(frame)

    def transcribe(self) -> Transcript:
        return self._recognizer.transcribe()

    def reset(self, graph: Graph | None = None) -> None:
        self._recognizer.reset(None)


def open_engine(name: EngineName, config: Config, skills: Skills) -> Recognizer:
    """The recognizer called `name`, on one thread; raises ModelError when it is not installed."""
    if name == "pocketsphinx":
        from assistant.evaluation.speech.pocketsphinx import PocketSphinxRecognizer

        return PocketSphinxRecognizer(closed_graph(config, skills))
    engine: Literal["vosk", "moonshine"] = "vosk" if name == "vosk" else "moonshine"
    recognizer = open_recognizer(_alone(config.asr, engine))
    return FreeRecognizer(recognizer) if name == "moonshine-free" else recognizer


def _alone(settings: AsrSettings, engine: Literal["vosk", "moonshine"]) -> AsrSettings:
    """One thread, and no partial results: only the command as a whole is timed."""
    return replace(settings, engine=engine, threads=1, partial_every_s=0.0)


def closed_graph(config: Config, skills: Skills) -> Graph:
    """What can be said, with examples in the place of free text."""
    manifests = [without_free_text(manifest) for manifest in skills.manifests]
    templates = compile_templates(manifests, read_rules())
    return Graph(templates, HouseNames.of(config.house))


def open_skills(config: Config, folders: Sequence[Path]) -> Skills:
    """The skills in `folders`, each a skill or a folder of skills; none: those of the house.

    Unlike in a house, one broken skill is an error: raises SkillError or ConfigError.
    """
    if not folders:
        skills = load_skills(config.skills)
        if skills.broken:
            raise skills.broken[0]
        return skills
    found = [skill for folder in folders for skill in _skill_folders(folder)]
    return Skills({skill.manifest.name: skill for skill in map(load_skill, found)})


def _skill_folders(folder: Path) -> list[Path]:
    if (folder / "skill.yaml").is_file():
        return [folder]
    found = sorted(file.parent for file in folder.glob("*/skill.yaml"))
    if not found:
        raise SkillError(
            f"{folder}: no skill there", fix="name a folder with skill.yaml, or a folder of such"
        )
    return found
