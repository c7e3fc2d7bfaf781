"""A course → a model folder: teachers, their lesson, the student, int8, thresholds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import torch
from tokenizers import Tokenizer

from assistant.disk import write_whole
from assistant.training import teacher
from assistant.training.batches import Frame, Head
from assistant.training.courses import Course, word_table
from assistant.training.distil import Lessons, Recipe, distil
from assistant.training.loop import Say, save
from assistant.training.network import Network, Shape, squeeze_embedding
from assistant.training.teacher import Lesson, Teacher, fine_tune, teach
from assistant.training.transformer import Transformer, TransformerShape
from assistant.training.vocabulary import build_tokenizer, choose_pieces, minilm_folder

_TIMES = "seconds.json"


@dataclass(frozen=True)
class Plan:
    """How a model is made."""

    teachers: int = 2
    teaching: teacher.Plan = field(default_factory=teacher.Plan)
    recipe: Recipe = field(default_factory=Recipe)
    shape: Shape | TransformerShape = field(default_factory=Shape)
    pieces: int = 8000
    """Most frequent plain word pieces of MiniLM that the student knows."""

    embedding: int = 96


@dataclass(frozen=True)
class Student:
    """A trained float network and what its numbers mean."""

    network: Network | Transformer
    tokenizer: Tokenizer
    course: Course

    @property
    def head(self) -> Head:
        """The labels that are shipped."""
        return self.course.heads[0]

    @property
    def frame(self) -> Frame:
        """How it wants its pieces."""
        return Frame(self.tokenizer, self.network.shape.length)


@contextmanager
def timed(work: Path, stage: str) -> Iterator[None]:
    """Note in work/seconds.json how long a stage took, for `make.describe`."""
    started = time.monotonic()
    yield
    taken = read_times(work) | {stage: round(time.monotonic() - started)}
    write_whole(work / _TIMES, json.dumps(taken).encode())


def read_times(work: Path) -> dict[str, int]:
    """Seconds of each stage that was done in `work`."""
    file = work / _TIMES
    known: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return known


def new_student(course: Course, plan: Plan) -> Student:
    """An untrained student that knows the words of the course."""
    pieces, rows = choose_pieces(course.words, plan.pieces, course.extra_words)
    embedding = squeeze_embedding(word_table(), rows, plan.embedding)
    torch.manual_seed(plan.recipe.seed)
    intents = sum(len(head.intents) for head in course.heads)
    slots = sum(len(head.slots) for head in course.heads)
    network = (
        Network(embedding, plan.shape, intents, slots)
        if isinstance(plan.shape, Shape)
        else Transformer(embedding, plan.shape, intents, slots)
    )
    return Student(network, build_tokenizer(pieces), course)


def read_teachers(course: Course, plan: Plan, work: Path, say: Say) -> list[Teacher]:
    """The teachers of a course, from `work` where they were trained before."""
    found = []
    for seed in range(1, plan.teachers + 1):
        say(f"teacher {seed} of {plan.teachers}")
        teaching = replace(plan.teaching, seed=seed)
        folder = work / f"teacher-{seed}"
        found.append(
            fine_tune(minilm_folder(), course.labelled, course.heads, teaching, folder, say)
        )
    return found


def read_lessons(course: Course, plan: Plan, work: Path, say: Say) -> Lessons:
    """What the teachers say of every sentence, from `work` where they were asked before."""
    sentences = [*course.labelled, *course.varied]
    labelled = torch.arange(len(sentences)) < len(course.labelled)
    file = work / "lesson.pt"
    if file.exists():
        lesson = Lesson(**torch.load(file, weights_only=True))
    else:
        with timed(work, "teachers and their lesson"):
            lesson = teach(read_teachers(course, plan, work, say), sentences, say)
        save(vars(lesson), file)
    return Lessons(sentences, labelled, lesson)


def student_name(plan: Plan, name: str = "student") -> str:
    """Of the file with its weights: another plan is another student."""
    return f"{name}-{sha256(repr(plan).encode()).hexdigest()[:10]}"


def train(course: Course, plan: Plan, work: Path, say: Say, *, name: str = "student") -> Student:
    """A distilled student; teachers, lesson and checkpoints are kept in `work` under its name."""
    work.mkdir(parents=True, exist_ok=True)
    weights = work / f"{student_name(plan, name)}.pt"
    lessons = read_lessons(course, plan, work, say)
    student = new_student(course, plan)
    if weights.exists():
        student.network.load_state_dict(torch.load(weights, weights_only=True))
        student.network.eval()
        return student
    checkpoint = weights.with_suffix(".checkpoint")
    with timed(work, weights.stem):
        distil(student.network, lessons, student.frame, course.heads, plan.recipe, checkpoint, say)
    save(student.network.state_dict(), weights)
    return student
