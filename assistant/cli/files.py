"""Which files and folders are in use, and whether they can be written: a part of the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant import catalogue, paths
from assistant.cli.finding import Finding
from assistant.config import Config
from assistant.disk import refusal

SUBJECT = "files"


def configuration(file: Path) -> Iterator[Finding]:
    """The configuration that is in use, and how to have one of one's own."""
    mine = paths.user_config() / "config.yaml"
    if file == mine or file != paths.SHIPPED / "config.yaml":
        yield Finding("ok", SUBJECT, f"configuration: {file.absolute()}")
        return
    yield Finding(
        "note",
        SUBJECT,
        f"configuration: {file}, the example that comes with the program",
        f"mkdir -p {mine.parent} && cp {file} {mine}, and say there what your house is like",
    )


def writable(config: Config) -> Iterator[Finding]:
    """The user's files: where they are, and whether they can be written."""
    yield Finding("ok", SUBJECT, f"shipped models and skills: {paths.SHIPPED}")
    for key, file in {
        "schedule.file": config.schedule.kept_in,
        "skills.choices": config.skills.choices_file,
        "house.discover.known": config.house.discover.known_file,
    }.items():
        problem = refusal(file)
        if problem:
            fix = f"let the assistant write in {file.parent}, or name another file: {key}"
            yield Finding("FAIL", SUBJECT, f"{key}: {file} cannot be written: {problem}", fix)
        else:
            yield Finding("ok", SUBJECT, f"{key}: {file}")
    # What follows is written by commands only, which say so themselves.
    for what, place, command in (
        *(("skills.folders", folder, "skill new") for folder in config.skills.own),
        ("understand.heads", config.understand.heads_file.parent, "train"),
        ("pulled models", catalogue.MODELS, "models pull"),
    ):
        problem = refusal(place / "probe")
        text = f"{place} cannot be written: {problem}" if problem else str(place)
        fix = f"needed for assistant {command} only" if problem else ""
        yield Finding("note" if problem else "ok", SUBJECT, f"{what}: {text}", fix)
