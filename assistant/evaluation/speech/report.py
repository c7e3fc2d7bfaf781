"""What `assistant eval speech` prints, and the same for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from assistant.evaluation.machine import machine
from assistant.evaluation.speech.figures import (
    Shares,
    acts,
    at_snr,
    operating_curve,
    percentiles,
    real_time_factor,
    shares,
    word_error_rate,
)
from assistant.evaluation.speech.measure import Heard, Job, Measured
from assistant.evaluation.speech.published import Published
from assistant.evaluation.tables import number, percent, table

NO_WORD_ERRORS = "NOT MEASURED: word errors: the package jiwer is missing; run: scripts/setup bench"


def sections(
    job: Job, measured: Sequence[Measured], published: Published | None = None
) -> Iterator[str]:
    """The tables, as text."""
    if job.recordings:
        yield _acceptance(job, measured, published)
        yield _outcomes(measured)
        if any(recording.text for recording in job.recordings):
            yield _word_errors(job, measured)
    if job.negatives:
        yield _false_actions(measured)
    yield _cost(measured)
    if broken := dict.fromkeys(line for one in measured for line in one.left_out):
        yield "\n".join((f"{len(broken)} sound files are not counted:", *broken))


def misses(measured: Sequence[Measured]) -> str:
    """Every recording that was not accepted, and all talk that was carried out: a line each."""
    lines: list[str] = []
    for one in measured:
        lines.append(f"{one.engine}:")
        lines += [_miss(heard) for heard in one.heard if not heard.verdict.accepted]
        lines += [
            f"talk: {verdict.text!r} → {verdict.meant}"
            for verdict in one.talk.verdicts
            if verdict.decision == "accept"
        ]
    return "\n".join(lines)


def as_json(job: Job, measured: Sequence[Measured]) -> dict[str, Any]:
    """All figures, and every single answer."""
    return {
        "seed": job.seed,
        "noise": str(job.noise) if job.noise else None,
        "engines": {one.engine: _engine_as_json(job, one) for one in measured},
    }


def snr_name(snr_db: float | None) -> str:
    """A column's name."""
    return "clean" if snr_db is None else f"{snr_db:g} dB"


def _acceptance(job: Job, measured: Sequence[Measured], published: Published | None) -> str:
    noise = f", {job.noise.name} mixed in (seed {job.seed})" if job.noise else ""
    rows = [
        [one.engine, *(_accepted(at_snr(one.heard, snr_db)) for snr_db in job.snrs)]
        for one in measured
    ]
    lines = [
        f"Command acceptance, %: {len(job.recordings)} recordings{noise}",
        "carried out with the labelled intent and every labelled slot",
    ]
    if published:
        rows += [
            [f"{engine.name} *", *(number(engine.at(snr_db), 1) for snr_db in job.snrs)]
            for engine in published.engines
        ]
    lines.append(table(["", *map(snr_name, job.snrs)], rows))
    if published:
        lines.append(f"* as published, for orientation: {published.source}")
    return "\n".join(lines)


def _accepted(heard: Sequence[Heard]) -> str:
    found = shares(heard)
    return number(100 * found.accepted if found else None, 1)


def _outcomes(measured: Sequence[Measured]) -> str:
    rows = []
    for one in measured:
        found = shares(one.heard)
        cells = [found.accepted, found.wrong, found.asked, found.rejected] if found else [None] * 4
        rows.append([one.engine, *map(percent, cells)])
    header = ["", "accepted", "wrong action", "asked back", "rejected"]
    return "\n".join(("What became of all recordings, %", table(header, rows)))


def _word_errors(job: Job, measured: Sequence[Measured]) -> str:
    try:
        rows = [
            [one.engine, *(percent(word_error_rate(at_snr(one.heard, s))) for s in job.snrs)]
            for one in measured
        ]
    except ImportError:
        return NO_WORD_ERRORS
    return "\n".join(("Word error rate, %", table(["", *map(snr_name, job.snrs)], rows)))


def _false_actions(measured: Sequence[Measured]) -> str:
    rows = []
    for one in measured:
        talk, count = one.talk, acts(one.talk.verdicts)
        asked = sum(verdict.decision == "confirm" for verdict in talk.verdicts)
        per_hour = count / talk.hours if talk.hours else None
        rows.append(
            [
                one.engine,
                *map(str, (len(talk.verdicts), count)),
                number(per_hour),
                *map(str, (asked, talk.wakes, acts(talk.after_wake))),
            ]
        )
    header = ["", "stretches", "actions", "per hour", "asked back", "wakes", "actions after them"]
    hours = max((one.talk.hours for one in measured), default=0.0)
    return "\n".join(
        (f"False actions in {hours:.2f} hours without a command, always awake", table(header, rows))
    )


def _cost(measured: Sequence[Measured]) -> str:
    rows = []
    for one in measured:
        wall = percentiles([heard.answer_ms for heard in one.heard])
        cpu = percentiles([heard.answer_cpu_ms for heard in one.heard])
        rows.append(
            [
                one.engine,
                *(number(ms, 0) for ms in (*wall, *cpu)),
                number(real_time_factor(one.heard), 3),
                number(one.peak_mib, 0),
            ]
        )
    header = [
        "",
        "answer ms p50",
        "p95",
        "of it processor p50",
        "p95",
        "real-time factor",
        "peak MiB",
    ]
    return "\n".join(
        (
            f"Cost on this machine: {machine()}",
            "one thread; from the last sample to the decision; processor time of recognizing per "
            "second of sound; resident memory of the whole measuring process",
            table(header, rows),
        )
    )


def _miss(heard: Heard) -> str:
    recording, found = heard.recording, heard.verdict
    asked = " ".join([recording.intent, *(f"{k}={v!r}" for k, v in recording.slots.items())])
    where = f"{recording.file.name}, {snr_name(heard.snr_db)}"
    return f"{where}: {asked} → {found.decision} {found.meant or 'nothing'} ({found.text!r})"


def _engine_as_json(job: Job, one: Measured) -> dict[str, Any]:
    p50, p95 = percentiles([heard.answer_ms for heard in one.heard])
    cpu50, cpu95 = percentiles([heard.answer_cpu_ms for heard in one.heard])
    return {
        "shares": {snr_name(s): _shares_as_json(shares(at_snr(one.heard, s))) for s in job.snrs},
        "answer_ms": {"p50": p50, "p95": p95},
        "answer_cpu_ms": {"p50": cpu50, "p95": cpu95},
        "real_time_factor": real_time_factor(one.heard),
        "peak_mib": one.peak_mib,
        "talk": {
            "hours": one.talk.hours,
            "stretches": len(one.talk.verdicts),
            "actions": acts(one.talk.verdicts),
            "wakes": one.talk.wakes,
            "actions_after_wake": acts(one.talk.after_wake),
            "answers": [asdict(verdict) for verdict in one.talk.verdicts],
        },
        "operating_curve": [asdict(point) for point in operating_curve(one)],
        "answers": [
            {"file": h.recording.file.name, "snr_db": h.snr_db, **asdict(h.verdict)}
            for h in one.heard
        ],
    }


def _shares_as_json(found: Shares | None) -> dict[str, float] | None:
    return asdict(found) if found else None
