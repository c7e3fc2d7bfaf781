"""A float student → the folder that is shipped: int8 model, tokenizer, labels, thresholds."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from assistant.schema import to_json
from assistant.training.batches import Head
from assistant.training.build import Student
from assistant.training.calibrate import Decision, fit_temperature
from assistant.training.convert import convert
from assistant.training.prune import Student as AnyNetwork
from assistant.training.prune import keep
from assistant.understand.tagger import Labels, Tagger

_SAMPLES = 400
"""Sentences that show the range of every activation."""


def export(student: Student, folder: Path) -> None:
    """Write model.tflite, tokenizer.json and labels.json to `folder`.

    Temperature and thresholds are those that the int8 file needs on the validation sentences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    student.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    convert(first_head(student.network, student.head), samples(student), folder)
    validation = student.course.validation
    temperature = fit_temperature(write_labels(student, folder, Decision()), validation)
    tagger = write_labels(student, folder, Decision(temperature))
    write_labels(student, folder, student.course.decide(tagger, validation, temperature))


def first_head(network: AnyNetwork, head: Head) -> AnyNetwork:
    """A copy that only tells the labels of `head`, its first one, apart."""
    small = copy.deepcopy(network)
    small.intents = keep(small.intents, torch.arange(len(head.intents)), 0)
    small.slots = keep(small.slots, torch.arange(len(head.slots)), 0)
    small.eval()
    return small


def samples(student: Student) -> npt.NDArray[np.int32]:
    """(n, L) word pieces of sentences the student has learnt from."""
    course = student.course
    count = min(_SAMPLES, len(course.labelled))
    chosen = random.Random(0).sample(list(course.labelled), count)
    length = student.network.shape.length
    ids = np.zeros((count, length), np.int32)
    for row, sentence in enumerate(chosen):
        pieces, _ = student.frame.encode(sentence.words)
        ids[row, : len(pieces)] = pieces
    return ids


def write_labels(student: Student, folder: Path, decision: Decision) -> Tagger:
    """Write labels.json; returns the model as the program loads it."""
    head, slots_of = student.head, student.course.slots_of
    length = student.network.shape.length
    labels = Labels(tuple(head.intents), tuple(head.slots), slots_of, length, **vars(decision))
    content = json.dumps(to_json(labels), indent=1)
    (folder / "labels.json").write_text(content + "\n", encoding="utf-8")
    return Tagger(folder)
