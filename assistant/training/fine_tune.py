"""A full fine-tune for the installed skills: the whole network learns, not heads alone.

Needs the extra `train`. It begins with the float weights of the shipped model, so that seconds
suffice; no teacher is asked.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from assistant.training import weights
from assistant.training.acceptance import check
from assistant.training.batches import Batch, Head, Sentences, at_words
from assistant.training.build import Student
from assistant.training.calibrate import by_false_accepts
from assistant.training.courses import Course
from assistant.training.distil import UNKNOWN_ID
from assistant.training.export import export
from assistant.training.installed import Material
from assistant.training.loop import Group, Say, Schedule, fit, set_up
from assistant.training.teacher import label_loss
from assistant.understand.tagger import Tagger

_THREADS = 1
"""A second one saves a few seconds on an idle machine; beside other work the two wait for each
other, measured: 170 s instead of 30.
"""

_EPOCHS, _BATCH = 6, 64
_RATE, _EMBEDDING_RATE = 1.5e-3, 3e-4
_SLOT_WEIGHT = 3.0
_WORD_DROPOUT = 0.05
"""Share of words shown as [UNK]: slots must be found by what stands around them, too."""


def fine_tune_installed(base: Path, material: Material, folder: Path, say: Say) -> None:
    """Write a model folder for the skills in `material`, if it passes their check.

    base     the shipped model
    folder   replaced in one step; stays as it is when the new model fails (ModelError)
    """
    set_up(_THREADS)
    labels = material.labels
    head = Head(labels.intents, labels.slots)
    course = Course(
        "installed skills",
        [head],
        labels.slots_of,
        material.learnt,
        [],
        [*material.checked, *material.quiet],
        by_false_accepts,
    )
    student = fine_tune(base, course, seed=1, say=say)
    staging = folder.with_name(f".{folder.name}")
    shutil.rmtree(staging, ignore_errors=True)
    export(student, staging)
    weights.save(student.network, head, staging)
    for line in check(Tagger(base), Tagger(staging), material.checked):
        say(line)
    shutil.rmtree(folder, ignore_errors=True)
    staging.replace(folder)


def fine_tune(base: Path, course: Course, seed: int, say: Say) -> Student:
    """The network of the model folder `base`, taught the labels of the course's first head."""
    head = course.heads[0]
    torch.manual_seed(seed)  # the outputs for new labels begin at random
    network = weights.load(base, head)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    student = Student(network, tokenizer, replace(course, heads=[head]))
    frame = student.frame

    def batches(rng: random.Random) -> Iterator[Batch]:
        for batch in Sentences(course.labelled, frame, [head]).epoch(_BATCH, rng):
            yield replace(batch, ids=_hide(batch.ids, rng))

    def loss(batch: Batch) -> Tensor:
        intents, by_piece, _ = network(batch.ids)
        return label_loss(intents, at_words(by_piece, batch.firsts), batch, [head], _SLOT_WEIGHT)

    embedding = list(network.embedding.parameters())
    others = [p for name, p in network.named_parameters() if not name.startswith("embedding")]
    groups = [Group(embedding, _EMBEDDING_RATE), Group(others, _RATE)]
    steps = -(-len(course.labelled) // _BATCH)
    fit(network, groups, batches, loss, Schedule(_EPOCHS, _BATCH, seed), steps, None, say)
    return student


def _hide(ids: Tensor, rng: random.Random) -> Tensor:
    hidden = [[rng.random() < _WORD_DROPOUT for _ in range(ids.shape[1])] for _ in ids]
    return ids.masked_fill(ids.new_tensor(hidden).bool() & (ids != 0), UNKNOWN_ID)
