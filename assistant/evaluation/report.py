"""What `assistant models eval` prints of accuracy: the same text on every run, fit for a card.

Three sections, each a string: `snips_section`, `clinc_section`, `house_section`, for the models of
that task. What cannot be measured is a line that begins with `NOT_MEASURED`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from assistant.errors import AssistantError, ModelError
from assistant.evaluation.answers import answer_all, gold, read_answers
from assistant.evaluation.house import (
    Chatter,
    Commands,
    measure_chatter,
    measure_commands,
    open_house,
    read_chatter,
    read_commands,
)
from assistant.evaluation.metrics import Figures, mean, measure
from assistant.evaluation.subjects import BENCHMARKS, FLOAT, TASKS, TEACHER, Subject, disk_bytes
from assistant.evaluation.tables import number, percent, table
from assistant.evaluation.tasks import Task, read_clinc, read_snips
from assistant.tflite import Runtime
from assistant.understand.tagger import NONE, Tagger

NOT_MEASURED = "NOT MEASURED: "

_SNIPS = {
    "intent": "intent",
    "slot F1": "slot_f1",
    "sentence": "sentence",
    "calib. error": "calibration",
    "as teacher: intent": "agree_intent",
    "all": "agree",
}
_CLINC = {
    "in scope": "in_scope",
    "at threshold": "accepted",
    "out-of-scope recall": "recall",
    "false rejection": "rejected",
    "calib. error": "calibration",
    "as teacher: intent": "agree_intent",
}
"""Column → field of Figures."""


def sections(models: Sequence[Subject], data: Path, runtimes: Sequence[Runtime]) -> Iterator[str]:
    """The sections that there are models for, each as soon as it is measured.

    data       the folder that holds snips/ and clinc150/
    runtimes   installed ones, see `assistant.tflite.runtimes`
    """
    makers = {"snips": snips_section, "clinc150": clinc_section, "house": house_section}
    for task in TASKS:
        if chosen := [subject for subject in models if subject.task == task]:
            yield makers[task](chosen, data, runtimes)


def without_model(models: Sequence[Subject]) -> list[str]:
    """A line for each task that none of `models` is for."""
    return [
        f"{NOT_MEASURED}{task}: no model of it in {BENCHMARKS}; make one with scripts/train {task}"
        for task in TASKS
        if all(subject.task != task for subject in models)
    ]


def snips_section(models: Sequence[Subject], data: Path, runtimes: Sequence[Runtime]) -> str:
    """Intents and slots on SNIPS' test part: each seed, then their mean."""
    return _section("SNIPS", models, lambda: read_snips(data), runtimes, _SNIPS)


def clinc_section(models: Sequence[Subject], data: Path, runtimes: Sequence[Runtime]) -> str:
    """Intents on CLINC150's test part, and what is none of them."""
    return _section("CLINC150", models, lambda: read_clinc(data), runtimes, _CLINC)


def house_section(models: Sequence[Subject], data: Path, runtimes: Sequence[Runtime]) -> str:
    """The product's own test sentences, and CLINC150's sentences that are no commands of ours."""
    title = "The house's own sentences"
    try:
        commands = read_commands()
        found = [
            (s, r, measure_commands(open_house(s.folder, r).interpret, commands))
            for s in models
            for r in runtimes
        ]
    except AssistantError as error:
        return f"{title}\n{NOT_MEASURED}{one_line(error)}"
    head = f"{title}: {len(commands)}, assistant/evaluation/paraphrases.jsonl, %"
    return "\n".join((head, _commands_table(found), "", _chatter(models, data, runtimes)))


def misses(models: Sequence[Subject], data: Path, runtimes: Sequence[Runtime]) -> str:
    """Every sentence that the product gets wrong, a line each; raises ModelError."""
    lines: list[str] = []
    for subject in (subject for subject in models if subject.task == "house"):
        for runtime in runtimes:
            interpret = open_house(subject.folder, runtime).interpret
            lines.append(f"{subject.folder.name}, {runtime}:")
            lines += measure_commands(interpret, read_commands()).misses
            lines += measure_chatter(interpret, read_chatter(data)).accepted
    return "\n".join(lines)


def one_line(error: AssistantError) -> str:
    """Problem and what to do, for the middle of a report."""
    return f"{error.problem}; {error.fix}" if error.fix else error.problem


def _section(
    title: str,
    models: Sequence[Subject],
    read: Callable[[], Task],
    runtimes: Sequence[Runtime],
    columns: Mapping[str, str],
) -> str:
    try:
        task = read()
        measured = [(s, r, _measure(s, task, r)) for s in models for r in runtimes]
    except AssistantError as error:
        return f"{title}\n{NOT_MEASURED}{one_line(error)}"
    outside = sum(sentence.intent == NONE for sentence in task.test)
    head = f"{title}: {len(task.test) - outside} test sentences"
    head += f" in scope, {outside} out of scope, %" if outside else ", %"
    return "\n".join((head, _figures_table(models, measured, columns)))


def _measure(subject: Subject, task: Task, runtime: Runtime) -> Figures:
    tagger = Tagger(subject.folder, runtime=runtime)
    file = subject.folder / "teacher.json"
    teacher = read_answers(file) if file.exists() else None
    if teacher is not None and len(teacher) != len(task.test):
        raise ModelError(
            f"{file}: {len(teacher)} answers to {len(task.test)} sentences",
            fix="make it again with scripts/train",
        )
    right, found = [gold(s) for s in task.test], answer_all(tagger, task.test)
    return measure(right, found, tagger.labels.accept, teacher)


def _figures_table(
    models: Sequence[Subject],
    measured: Sequence[tuple[Subject, str, Figures]],
    columns: Mapping[str, str],
) -> str:
    rows = [
        *measured,
        *((s, name, figures) for s in models for name, figures in s.known.items()),
    ]
    groups = [(s.folder.name, [(by, f) for whose, by, f in rows if whose is s]) for s in models]
    if len(models) > 1:
        kinds = dict.fromkeys(by for _, by, _ in rows)
        means = [(by, mean([f for _, other, f in rows if other == by])) for by in kinds]
        groups.append((f"mean of {len(models)}", means))
    cells = [
        [name, by, *(percent(getattr(figures, field)) for field in columns.values())]
        for name, group in groups
        for by, figures in group
    ]
    sizes = [
        f"{s.folder.name} {number(disk_bytes(s.folder) / 1e6)} MB, {s.parameters:,} parameters"
        for s in models
    ]
    return "\n".join(
        (
            table(["model", "run by", *columns], cells, left=2),
            *_kept(dict(groups[-1][1])),
            f"on disk: {'; '.join(sizes)}",
        )
    )


def _kept(figures: Mapping[str, Figures]) -> Iterator[str]:
    """How much of the float32 model's whole sentences its int8 form gets right."""
    floats = figures.get(FLOAT, Figures()).sentence
    if floats:
        parts = [
            f"{percent(f.sentence / floats)} % in {name}"
            for name, f in figures.items()
            if name not in (FLOAT, TEACHER) and f.sentence is not None
        ]
        yield f"whole sentences right, of what float32 gets right: {', '.join(parts)}"


def _commands_table(found: Sequence[tuple[Subject, str, Commands]]) -> str:
    header = ["model", "run by", "intent", "slot F1", "sentence"]
    header += ["accepted", "wrongly accepted", "by templates"]
    return table(
        header,
        [
            [
                subject.folder.name,
                by,
                *map(percent, (c.intent, c.slot_f1, c.sentence)),
                *map(percent, (c.accepted, c.wrongly_accepted, c.by_template)),
            ]
            for subject, by, c in found
        ],
        left=2,
    )


def _chatter(models: Sequence[Subject], data: Path, runtimes: Sequence[Runtime]) -> str:
    title = "CLINC150's test sentences that are no commands of ours"
    try:
        texts = read_chatter(data)
        found = [
            (s, r, measure_chatter(open_house(s.folder, r).interpret, texts))
            for s in models
            for r in runtimes
        ]
    except AssistantError as error:
        return f"{title}\n{NOT_MEASURED}{one_line(error)}"
    return f"{title}: {len(texts)}\n{_chatter_table(found)}"


def _chatter_table(found: Sequence[tuple[Subject, str, Chatter]]) -> str:
    return table(
        ["model", "run by", "accepted", "%", "asked for", "%"],
        [
            [
                subject.folder.name,
                by,
                str(len(c.accepted)),
                percent(len(c.accepted) / c.count),
                str(c.asked),
                percent(c.asked / c.count),
            ]
            for subject, by, c in found
        ],
        left=2,
    )
