"""Acceptance against noise and, where there is talk, against false actions (operating curve)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ConfigError
from assistant.evaluation.speech.figures import at_snr, operating_curve, shares
from assistant.evaluation.speech.measure import Job, Measured
from assistant.evaluation.speech.published import Published
from assistant.evaluation.speech.report import snr_name
from assistant.understand.judge import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (11, 4.5)
_DPI = 120


def plot(
    file: Path, job: Job, measured: Sequence[Measured], published: Published | None = None
) -> None:
    """Write the picture to `file`, whose ending says how: .png, .svg, .pdf.

    Raises ConfigError where it cannot be written, or matplotlib is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError(
            "--plot: the package matplotlib is not installed", fix="run: scripts/setup bench"
        ) from error
    figure = Figure(figsize=_INCHES, layout="constrained")
    talk = any(one.talk.hours for one in measured)
    axes = figure.subplots(1, 2 if talk else 1, squeeze=False)[0]
    _against_noise(axes[0], job, measured, published)
    if talk:
        _against_false_actions(axes[1], measured)
    try:
        figure.savefig(file, dpi=_DPI)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"--plot: {file}: cannot be written: {error}", fix="name a .png"
        ) from error


def _against_noise(
    axes: Axes, job: Job, measured: Sequence[Measured], published: Published | None
) -> None:
    places = range(len(job.snrs))
    for one in measured:
        found = [shares(at_snr(one.heard, snr_db)) for snr_db in job.snrs]
        percents = [100 * f.accepted if f else math.nan for f in found]
        axes.plot(places, percents, "o-", label=one.engine)
    for engine in published.engines if published else ():
        figures = [(place, engine.at(snr_db)) for place, snr_db in enumerate(job.snrs)]
        known = [(place, percent) for place, percent in figures if percent is not None]
        x, y = [p for p, _ in known], [percent for _, percent in known]
        axes.plot(x, y, "x--", lw=0.8, color="gray", alpha=0.7)
        for place, percent in known[-1:]:
            axes.annotate(engine.name, (place, percent), fontsize="x-small", color="gray")
    axes.set_xticks(places, [snr_name(snr_db) for snr_db in job.snrs])
    axes.set(xlabel="speech above noise", ylabel="command acceptance, %", ylim=(0, 101))
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")


def _against_false_actions(axes: Axes, measured: Sequence[Measured]) -> None:
    used = fitted().accept
    for one in measured:
        curve = operating_curve(one)
        if not curve:
            continue
        x, y = [p.false_per_hour for p in curve], [100 * p.accepted for p in curve]
        (line,) = axes.plot(x, y, "o" if len(curve) == 1 else "-", label=one.engine)
        if len(curve) > 1:
            here = min(curve, key=lambda point: abs(point.threshold - used))
            axes.plot(here.false_per_hour, 100 * here.accepted, "*", ms=12, color=line.get_color())
    axes.set(xlabel="false actions per hour, always awake", ylabel="command acceptance, %")
    axes.set_title("all noise levels together; ★: the threshold in use", fontsize="small")
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize="small")
