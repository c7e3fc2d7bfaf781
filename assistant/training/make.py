"""The models of this repository, from a course to a finished folder."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.evaluation.answers import Answer, gold
from assistant.evaluation.metrics import Figures, measure
from assistant.training import weights
from assistant.training.build import Plan, Student, read_teachers, read_times, student_name, train
from assistant.training.courses import Course
from assistant.training.export import export, first_head, samples
from assistant.training.loop import Say
from assistant.training.predict import ask_student, ask_teachers
from assistant.training.to_onnx import to_onnx


def make_benchmark(course: Course, plan: Plan, folder: Path, work: Path, say: Say) -> None:
    """Train, export and measure in floats: a folder below models/benchmark.

    Writes facts.json, and teacher.json with what the teachers answer to the test part, so that
    agreement can be measured without them. model.onnx (int8) is written for scripts/bench_intent.
    """
    student = train(course, plan, work, say)
    export(student, folder)
    network = first_head(student.network, student.head)
    to_onnx(network, samples(student), folder)
    teachers = ask_teachers(read_teachers(course, plan, work, say), course.test, course.slots_of)
    _write(folder / "teacher.json", [_row(answer) for answer in teachers])
    right = [gold(sentence) for sentence in course.test]
    facts = describe(student, plan, work) | {
        "float": _figures(measure(right, ask_student(student, course.test), 0.0)),
        "teacher": _figures(measure(right, teachers, 0.0)),
    }
    _write(folder / "facts.json", facts)
    say(f"{folder}: {json.dumps(facts['float'])}")


def make_house(course: Course, plan: Plan, folder: Path, work: Path, say: Say) -> None:
    """Train and export the shipped model; `card.write_card` measures it."""
    student = train(course, plan, work, say)
    export(student, folder)
    weights.save(first_head(student.network, student.head), student.head, folder)
    invented = sum(course.heads[1].see(sentence) is not None for sentence in course.labelled)
    facts = describe(student, plan, work)
    facts["sentences"] |= {"invented": invented, "house": len(course.labelled) - invented}
    _write(folder / "facts.json", facts)


def describe(student: Student, plan: Plan, work: Path) -> dict[str, Any]:
    """How a student came about."""
    course, times = student.course, read_times(work)
    stages = ("teachers and their lesson", student_name(plan))
    return {
        "task": course.name,
        "seed": plan.recipe.seed,
        "parameters": sum(p.numel() for p in student.network.parameters()),
        "pieces": student.tokenizer.get_vocab_size(),
        "shape": asdict(plan.shape) | {"embedding": plan.embedding},
        "teachers": plan.teachers,
        "teacher_epochs": plan.teaching.epochs,
        "sentences": {
            "labelled": len(course.labelled),
            "varied": len(course.varied),
            "validation": len(course.validation),
        },
        "recipe": asdict(plan.recipe),
        "minutes": round(sum(times.get(stage, 0) for stage in stages) / 60),
    }


def with_seed(plan: Plan, seed: int) -> Plan:
    """The same plan for another student; its teachers stay."""
    return replace(plan, recipe=replace(plan.recipe, seed=seed))


def _figures(found: Figures) -> dict[str, float | None]:
    """Those that need no threshold."""
    names = ("intent", "slot_f1", "sentence", "in_scope", "calibration")
    return {name: getattr(found, name) for name in names}


def _row(answer: Answer) -> list[Any]:
    spans = sorted((span.first, span.last + 1, span.slot) for span in answer.spans)
    return [answer.intent, [[slot, first, end] for first, end, slot in spans]]


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content) + "\n", encoding="utf-8")
