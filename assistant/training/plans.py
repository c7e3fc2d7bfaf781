"""The plans of the models in this repository: every number that was chosen, in one place."""

from __future__ import annotations

from pathlib import Path

from assistant.training import courses, teacher
from assistant.training.build import Plan
from assistant.training.courses import Course
from assistant.training.distil import Recipe
from assistant.training.network import Shape
from assistant.training.transformer import TransformerShape

_SNIPS_COPIES, _CLINC_COPIES = 9, 3

SNIPS = Plan(
    teachers=2,
    teaching=teacher.Plan(epochs=8),
    recipe=Recipe(epochs=5),
    shape=Shape(dropout=0.15),
)
CLINC = Plan(
    teachers=1,
    teaching=teacher.Plan(epochs=5),
    recipe=Recipe(epochs=6, temperature=2.0, whole_weight=2.0),
    shape=Shape(dropout=0.2),
)
HOUSE = Plan(teachers=1, teaching=teacher.Plan(epochs=2), recipe=Recipe(epochs=8))

TRIAL = Recipe(epochs=1)
"""How long the candidates of `trials.select` learn."""

AGAIN = Recipe(epochs=1, rate=1e-3, embedding_rate=3e-4)
"""How long a student learns again after pruning, and with fewer bits."""

CANDIDATES = {
    "conv-3x96": Plan(recipe=TRIAL, shape=Shape(channels=96, hidden=96, dilations=(1, 2, 1))),
    "conv-5x128": Plan(recipe=TRIAL),
    "conv-6x160": Plan(
        recipe=TRIAL, shape=Shape(channels=160, hidden=160, dilations=(1, 2, 1, 4, 2, 1))
    ),
    "transformer-3x128": Plan(recipe=TRIAL, shape=TransformerShape()),
}


def snips_course(data: Path) -> Course:
    """SNIPS."""
    return courses.snips(data, _SNIPS_COPIES, seed=1)


def clinc_course(data: Path) -> Course:
    """CLINC150."""
    return courses.clinc(data, _CLINC_COPIES, seed=1)


def house_course() -> Course:
    """The skills of this repository and the invented ones."""
    return courses.house(seed=1)
