"""Heads fitted at home: what an utterance means to the skills installed here.

The shipped encoder stays as it is; `assistant.training.heads` fits small networks on what it says
(head_network.py). Several members, fitted from other seeds, answer together.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.config import UnderstandSettings
from assistant.disk import OWNER_ONLY, why, write_whole
from assistant.errors import ModelError
from assistant.schema import read, to_json
from assistant.skill.manifest import Manifest
from assistant.understand.head_network import NAMES, Weights, forward, give, stack
from assistant.understand.reading import Known
from assistant.understand.tagger import (
    Floats,
    Labels,
    Seen,
    log_softmax,
    read_labels,
)

log = logging.getLogger(__name__)

_AGAIN = "run assistant train"
_DAMAGED = f"{_AGAIN}, or delete it"
_AT_ONCE = 256
"""Utterances that the heads look at together: more need more memory and are no faster."""


@dataclass(frozen=True)
class Heads:
    """What `assistant train` makes."""

    labels: Labels
    lexicon: Mapping[str, int]
    """Part of a word → its row, from 1 on."""

    members: tuple[Weights, ...]
    encoder: str
    """SHA-256 of the encoder that they were fitted on."""

    skills: Mapping[str, str]
    """Skill → `fingerprint` of what it understood then."""

    def logits(
        self, seen: Sequence[Seen], sentences: Sequence[Sequence[str]]
    ) -> list[tuple[Floats, Floats]]:
        """Intent logits (I,) and slot log-probabilities (words, S) of each: the members' mean."""
        found: list[tuple[Floats, Floats]] = []
        for first in range(0, len(seen), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            pairs = zip(seen[part], sentences[part], strict=True)
            rows = stack([give(each, words, self.lexicon) for each, words in pairs])
            answers = [forward(weights, rows) for weights in self.members]
            intents = np.mean([answer.intents for answer in answers], axis=0)
            slots = np.mean([log_softmax(answer.slots) for answer in answers], axis=0)
            ends = [*rows.starts[1:], len(rows.real)]  # before each comes an empty row
            found += [
                (whole, slots[start : end - 1])
                for whole, start, end in zip(intents, rows.starts, ends, strict=True)
            ]
        return found

    def changed(self, manifests: Sequence[Manifest]) -> list[str]:
        """Skills that came, went or changed since."""
        now = {manifest.name: fingerprint(manifest) for manifest in manifests}
        return sorted({name for name, _ in now.items() ^ self.skills.items()})


@dataclass(frozen=True, slots=True)
class Found:
    """Heads for the installed skills, or why there are none."""

    heads: Heads | None
    problem: str = ""
    """What is not as it should be; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class _About:
    """What stands beside the weights."""

    labels: Labels
    lexicon: tuple[str, ...]
    encoder: str
    skills: Mapping[str, str]
    sha256: str
    """Of the weights."""


def find_heads(
    settings: UnderstandSettings, manifests: Sequence[Manifest], known: Mapping[str, Known]
) -> Found:
    """The heads that fit; none when the model knows all intents by itself.

    Heads of other skills than today's are used, since templates do the rest; those of another
    model, which would answer at random, and damaged ones are not.
    """
    model, file = settings.model_folder, settings.heads_file
    if covers(read_labels(model / "labels.json"), known):
        return Found(None)
    if not os.access(file, os.F_OK):
        return Found(None, "the intent model has not learnt your own skills yet")
    try:
        heads = read_heads(file)
    except ModelError as error:
        return Found(None, f"{error.problem}: not used")
    if heads.encoder != encoder_digest(model):
        return Found(None, f"{file}: made for another intent model, not used")
    if changed := heads.changed(manifests):
        return Found(heads, f"skills that changed since the last training: {', '.join(changed)}")
    return Found(heads)


def use_heads(
    settings: UnderstandSettings, manifests: Sequence[Manifest], known: Mapping[str, Known]
) -> Heads | None:
    """The heads that fit; what is wrong with those in the file is logged in one line."""
    found = find_heads(settings, manifests, known)
    if found.problem and os.access(settings.heads_file, os.F_OK):
        log.warning("%s; %s", found.problem, _AGAIN)
    return found.heads


def covers(labels: Labels, known: Mapping[str, Known]) -> bool:
    """Whether a model has all these intents and slots."""
    slots = {label[2:] for label in labels.slots}
    return all(intent in labels.intents and about.slots <= slots for intent, about in known.items())


def encoder_digest(model: Path) -> str:
    """SHA-256 of what features depend on: model.tflite and tokenizer.json; raises ModelError."""
    digest = hashlib.sha256()
    for name in ("model.tflite", "tokenizer.json"):
        try:
            digest.update((model / name).read_bytes())
        except OSError as error:
            raise ModelError(
                f"{model / name}: cannot be read: {error.strerror}", fix="install the models again"
            ) from error
    return digest.hexdigest()


def fingerprint(manifest: Manifest) -> str:
    """SHA-256 of what a skill understands."""
    said = {
        name: (intent.sentences, intent.examples, intent.target)
        for name, intent in manifest.intents.items()
    }
    meaning = repr((said, manifest.slots, manifest.rules))
    return hashlib.sha256(meaning.encode()).hexdigest()


def write_heads(heads: Heads, file: Path) -> None:
    """Put `heads` in place of what is in `file`, in one step; raises ModelError.

    A .npz of the members' weights, and as JSON everything else with a SHA-256 of the weights.
    """
    arrays = {
        f"{at}/{name}": array
        for at, member in enumerate(heads.members)
        for name, array in member.items()
    }
    about = _About(heads.labels, tuple(heads.lexicon), heads.encoder, heads.skills, _digest(arrays))
    try:
        content = io.BytesIO()
        np.savez(content, about=json.dumps(to_json(about)), **arrays)
        write_whole(file, content.getvalue(), mode=OWNER_ONLY)
    except OSError as error:
        raise ModelError(
            f"{file}: cannot be written: {why(error)}",
            fix="make room, or check who may write there",
        ) from error


def read_heads(file: Path) -> Heads:
    """Read what `write_heads` wrote; raises ModelError."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as content:
            kept = json.loads(str(content["about"]))
            about = read(_About, kept, str(file), error=ModelError, see=_DAMAGED)
            arrays = {name: content[name] for name in content.files if name != "about"}
        if _digest(arrays) != about.sha256:
            raise ValueError("its checksum is wrong")
        members: dict[str, dict[str, Floats]] = {}
        for name, array in arrays.items():
            at, _, weight = name.partition("/")
            members.setdefault(at, {})[weight] = array
        if any(NAMES - weights.keys() for weights in members.values()):
            raise ModelError(f"{file}: made by an older version", fix=_AGAIN)
        lexicon = {part: row for row, part in enumerate(about.lexicon, start=1)}
        return Heads(about.labels, lexicon, tuple(members.values()), about.encoder, about.skills)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read: {error.strerror}", fix=_AGAIN) from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{file}: damaged: {error}", fix=_DAMAGED) from error


def _digest(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
