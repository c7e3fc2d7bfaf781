"""What float models answer: the same decoder and the same form as for the int8 files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from assistant.evaluation.answers import Answer, read
from assistant.evaluation.tasks import Labelled
from assistant.training.batches import Head, Sentences, at_words
from assistant.training.build import Student
from assistant.training.loop import silent
from assistant.training.teacher import Teacher, teach
from assistant.understand.tagger import Labels, Scores, log_softmax

_BATCH = 100
SlotsOf = Mapping[str, frozenset[str]]


@torch.no_grad()  # type: ignore[untyped-decorator]  # torch is not there when types are checked
def ask_student(student: Student, sentences: Sequence[Labelled]) -> list[Answer]:
    """Answers of the first head of a float network."""
    head, course = student.head, student.course
    found: list[Answer] = []
    for batch in Sentences(sentences, student.frame).in_order(_BATCH):
        intents, by_piece, _ = student.network(batch.ids)
        slots = at_words(by_piece, batch.firsts)
        counts = batch.real.sum(dim=1).tolist()
        rows = (slots[at, :count] for at, count in enumerate(counts))
        found += _decode(intents, rows, head, course.slots_of)
    return found


def ask_teachers(
    teachers: Sequence[Teacher], sentences: Sequence[Labelled], slots_of: SlotsOf
) -> list[Answer]:
    """Answers of the first head of all teachers together."""
    lesson = teach(teachers, sentences, silent)
    starts = lesson.starts.tolist()
    rows = (lesson.slots[a:b].float() for a, b in pairwise(starts))
    return list(_decode(lesson.intents, rows, teachers[0].heads[0], slots_of))


def _decode(
    intents: Tensor, slots: Iterator[Tensor], head: Head, slots_of: SlotsOf
) -> Iterator[Answer]:
    """Answers from logits (n, intents of all heads) and n × (words, slot labels of all heads)."""
    labels = Labels(head.intents, head.slots, slots_of, 0, 1.0, 0.0, 0.0)
    for row, by_word in zip(intents, slots, strict=True):
        sure = np.exp(log_softmax(_numbers(row[: len(head.intents)])))
        scores = log_softmax(_numbers(by_word[:, : len(head.slots)]))
        yield read(labels, Scores(sure, scores))


def _numbers(tensor: Tensor) -> npt.NDArray[np.float32]:
    numbers: npt.NDArray[np.float32] = tensor.numpy()
    return numbers
