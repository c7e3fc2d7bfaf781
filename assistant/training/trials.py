"""Trials that the choices rest on: which shape, how much pruning, how many bits. All on SNIPS.

They are judged on the held-out part of `train`; the test part stays for the final figures.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from torch import Tensor

from assistant.evaluation.answers import Answer, answer_all, gold
from assistant.evaluation.machine import measure_cost
from assistant.evaluation.metrics import measure
from assistant.evaluation.subjects import disk_bytes
from assistant.tflite import runtimes
from assistant.training import plans
from assistant.training.batches import Batch, Sentences, at_words
from assistant.training.build import Student, read_lessons, read_teachers, train
from assistant.training.courses import Course
from assistant.training.distil import Lessons, distil
from assistant.training.export import export
from assistant.training.loop import Say, silent
from assistant.training.predict import ask_student, ask_teachers
from assistant.training.prune import remove_heads, remove_units, without_smallest
from assistant.training.quantize import quantized
from assistant.training.teacher import label_loss
from assistant.understand.tagger import Tagger

_SHARES = (0.25, 0.5, 0.75)
_BITS = (8, 4)
_TRANSFORMER = "transformer-3x128"
_IMPORTANCE_BATCHES = 20
_AGAIN = 40_000
"""Sentences that a student learns again from, the labelled ones among them."""

_TIMED = 300


def select(course: Course, work: Path, file: Path, say: Say) -> None:
    """Write candidates.json: the teacher and students of several shapes.

    Students learn for `plans.TRIAL` only, all from the same lesson, so that they can be compared;
    their figures are those of the int8 file on the validation part.
    """
    rows = [_teacher_row(course, work, say)]
    for name, plan in plans.CANDIDATES.items():
        say(f"{name}: {plan.shape}")
        student = train(course, plan, work, say, name=f"candidate-{name}")
        folder = work / f"candidate-{name}"
        export(student, folder)
        rows.append(_student_row(name, student, folder))
        say(json.dumps(rows[-1]))
    file.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def prune(course: Course, work: Path, say: Say) -> None:
    """Print accuracy against size: the final student with units, then with weights, taken away;
    the transformer candidate with attention heads taken away.
    """
    lessons = read_lessons(course, plans.SNIPS, work, say)
    transformer = plans.CANDIDATES[_TRANSFORMER]
    students = {
        "units": train(course, plans.SNIPS, work, say),
        "weights": train(course, plans.SNIPS, work, say),
        "heads": train(course, transformer, work, say, name=f"candidate-{_TRANSFORMER}"),
    }
    say(f"{'':24} parameters   int8 bytes  gzipped  at once  learnt again   (sentence accuracy)")
    for way, whole in students.items():
        for share in (0.0, *_SHARES):
            student = replace(whole, network=copy.deepcopy(whole.network))
            with _pruned(student, way, share, lessons):
                at_once = _sentence(student)
                if share:
                    _learn_again(student, lessons)
            say(_prune_line(f"{share:.0%} of {way} gone", student, at_once, work / "pruned"))


def bits(course: Course, work: Path, say: Say) -> None:
    """Print accuracy against bits of the weights, calibrated only and trained in the loop."""
    lessons = read_lessons(course, plans.SNIPS, work, say)
    whole = train(course, plans.SNIPS, work, say)
    say(f"float32: {_sentence(whole):.1%} of validation sentences right")
    for count in _BITS:
        for trained in (False, True):
            student = replace(whole, network=copy.deepcopy(whole.network))
            with quantized(student.network, count):
                if trained:
                    _learn_again(student, lessons)
                share = _sentence(student)
            how = "trained in the loop" if trained else "calibrated"
            say(f"{count} bits, {how}: {share:.1%} (simulated)")


@contextmanager
def _pruned(student: Student, way: str, share: float, lessons: Lessons) -> Iterator[None]:
    """`share` of the units or weights of the student are gone, also after the block."""
    if way == "weights":
        with without_smallest(student.network, share):
            yield
        return
    remove = remove_heads if way == "heads" else remove_units
    if share:
        encoded = Sentences(lessons.sentences, student.frame, student.course.heads)
        batches = islice(encoded.epoch(64, random.Random(0)), _IMPORTANCE_BATCHES)
        remove(student.network, batches, label_loss_of(student), share)
    yield


def label_loss_of(student: Student) -> Callable[[Batch], Tensor]:
    """The loss of the labels, as a function of a batch."""

    def loss(batch: Batch) -> Tensor:
        intents, by_piece, _ = student.network(batch.ids)
        slots = at_words(by_piece, batch.firsts)
        return label_loss(intents, slots, batch, student.course.heads, slot_weight=1.0)

    return loss


def _learn_again(student: Student, lessons: Lessons) -> None:
    part = Lessons(lessons.sentences[:_AGAIN], lessons.labelled[:_AGAIN], lessons.lesson)
    distil(
        student.network,
        part,
        student.frame,
        student.course.heads,
        plans.AGAIN,
        None,
        silent,
    )


def _sentence(student: Student) -> float:
    """Share of the validation sentences that the float network gets wholly right."""
    sentences = student.course.validation
    found = ask_student(student, sentences)
    return measure([gold(s) for s in sentences], found, 0.0).sentence or 0.0


def _prune_line(name: str, student: Student, at_once: float, folder: Path) -> str:
    export(student, folder)
    content = (folder / "model.tflite").read_bytes()
    parameters = sum(int((p != 0).sum()) for p in student.network.parameters())
    return (
        f"{name:24} {parameters:10,} {len(content):12,} {len(gzip.compress(content)):8,} "
        f"{at_once:8.1%} {_sentence(student):8.1%}"
    )


def _teacher_row(course: Course, work: Path, say: Say) -> dict[str, Any]:
    teachers = read_teachers(course, replace(plans.SNIPS, teachers=1), work, say)
    sentences = course.validation
    found = ask_teachers(teachers, sentences, course.slots_of)
    started = time.perf_counter()
    for sentence in sentences[:_TIMED]:
        ask_teachers(teachers, [sentence], course.slots_of)
    milliseconds = (time.perf_counter() - started) / _TIMED * 1000
    parameters = sum(p.numel() for p in teachers[0].parameters())
    return _row("MiniLM-L6", "teacher", parameters, course, found) | {
        "bytes": sum(p.numel() * p.element_size() for p in teachers[0].parameters()),
        "p50_ms": {"torch": round(milliseconds, 2)},
        "shape": "6 transformer layers of 384, 12 heads, 1536 units; embedding 30522 × 384",
        "note": "mean of its milliseconds; float32 weights computed in bfloat16",
    }


def _student_row(name: str, student: Student, folder: Path) -> dict[str, Any]:
    found = answer_all(Tagger(folder), student.course.validation)
    parameters = sum(p.numel() for p in student.network.parameters())
    return _row(name, "student", parameters, student.course, found) | {
        "bytes": disk_bytes(folder),
        "p50_ms": {
            runtime: round(measure_cost(folder, runtime).score_ms[0], 3) for runtime in runtimes()
        },
        "shape": str(student.network.shape),
        "note": f"epochs: {plans.TRIAL.epochs}",
    }


def _row(
    name: str, kind: str, parameters: int, course: Course, found: Sequence[Answer]
) -> dict[str, Any]:
    figures = measure([gold(sentence) for sentence in course.validation], found, 0.0)
    return {
        "name": name,
        "kind": kind,
        "parameters": parameters,
        "intent": round(figures.intent or 0.0, 4),
        "slot_f1": round(figures.slot_f1 or 0.0, 4),
        "sentence": round(figures.sentence or 0.0, 4),
    }
