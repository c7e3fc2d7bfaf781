"""Distillation: the student learns from the labels, the teacher's distributions and its states.

Losses: Hinton, Vinyals, Dean 2015 (softened distributions, times T²); Jiao et al. 2020, TinyBERT
(hidden states through a learnt projection; here by cosine, as widths and scales differ).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.evaluation.tasks import Labelled
from assistant.training.batches import IGNORED, Batch, Frame, Head, Sentences, at_words, split_heads
from assistant.training.loop import Group, Say, Schedule, fit
from assistant.training.network import Network
from assistant.training.teacher import Lesson, label_loss

UNKNOWN_ID = 1
"""[UNK] in our vocabularies."""


@dataclass(frozen=True)
class Recipe:
    """How a student learns."""

    epochs: int = 8
    batch: int = 64
    rate: float = 3e-3
    embedding_rate: float = 1e-3
    seed: int = 1
    temperature: float = 1.0
    label_weight: float = 0.1
    """Of the labels' loss; the teacher's distributions have 1."""

    slot_weight: float = 6.0
    hidden_weight: float = 1.0
    """Of the states of single words; 1 where they point the same way as the teacher's."""

    whole_weight: float = 0.0
    """Of the mean state of the sentence, which the pooled features should tell."""

    word_dropout: float = 0.03
    """Share of pieces shown as [UNK], so that unheard-of words are nothing new."""


@dataclass(frozen=True)
class Lessons:
    """What there is to learn: sentences, which of them are labelled, what the teachers say."""

    sentences: Sequence[Labelled]
    labelled: Tensor
    """(n,) bool: False where the tags are not to be trusted, only the teachers."""

    lesson: Lesson


class _Pupil(nn.Module):
    """The network and what only training needs."""

    def __init__(self, network: Network, width: int) -> None:
        super().__init__()
        self.network = network
        self.project = nn.Linear(3 * network.shape.channels, width)
        self.project_whole = nn.Linear(3 * network.shape.channels, width)


def distil(
    network: Network,
    lessons: Lessons,
    frame: Frame,
    heads: Sequence[Head],
    recipe: Recipe,
    checkpoint: Path | None,
    say: Say,
) -> None:
    """Train `network` in place; afterwards it is in evaluation mode."""
    encoded = Sentences(lessons.sentences, frame, heads)
    torch.manual_seed(recipe.seed)
    pupil = _Pupil(network, lessons.lesson.hidden.shape[1])
    # Depthwise convolutions of one row are many times faster in this layout on a CPU.
    pupil.to(memory_format=torch.channels_last)

    def batches(rng: random.Random) -> Iterator[Batch]:
        return encoded.epoch(recipe.batch, rng)

    def loss(batch: Batch) -> Tensor:
        return _loss(pupil, batch, lessons, heads, recipe)

    embedding = list(network.embedding.parameters())
    others = [p for n, p in pupil.named_parameters() if not n.startswith("network.embedding.")]
    fit(
        pupil,
        [Group(embedding, recipe.embedding_rate), Group(others, recipe.rate)],
        batches,
        loss,
        Schedule(recipe.epochs, recipe.batch, recipe.seed, cosine=True),
        -(-len(encoded) // recipe.batch),
        checkpoint,
        say,
    )
    network.to(memory_format=torch.contiguous_format)
    network.eval()


def _loss(
    pupil: _Pupil, batch: Batch, lessons: Lessons, heads: Sequence[Head], recipe: Recipe
) -> Tensor:
    hidden = (torch.rand(batch.ids.shape) < recipe.word_dropout) & (batch.ids != 0)
    intents, slots, features = pupil.network(batch.ids.masked_fill(hidden, UNKNOWN_ID))
    slots, features = at_words(slots, batch.firsts), at_words(features, batch.firsts)
    lesson, places = lessons.lesson, lessons.lesson.words(batch)[batch.real]

    by_teacher = _by_teacher(
        intents, lesson.intents[batch.rows], [len(head.intents) for head in heads], recipe
    ) + recipe.slot_weight * _by_teacher(
        slots[batch.real], lesson.slots[places].float(), [len(head.slots) for head in heads], recipe
    )
    unknown = ~lessons.labelled[batch.rows]
    trusted = replace(batch, tags=batch.tags.masked_fill(unknown[None, :, None], IGNORED))
    by_label = label_loss(intents, slots, trusted, heads, recipe.slot_weight)
    states = lesson.hidden[lesson.words(batch)].float() * batch.real[:, :, None]
    apart = _apart(pupil.project(features), states)[batch.real].mean()
    whole = pupil.project_whole(features.masked_fill(~batch.real[:, :, None], 0).amax(dim=1))
    apart_whole = _apart(whole, states.sum(dim=1)).mean()
    return (
        by_teacher
        + recipe.label_weight * by_label
        + recipe.hidden_weight * apart
        + recipe.whole_weight * apart_whole
    )


def _apart(found: Tensor, wanted: Tensor) -> Tensor:
    """(…, width) both → (…): 0 where they point the same way, 2 where opposite."""
    return 1 - functional.cosine_similarity(found, wanted, dim=-1)


def _by_teacher(student: Tensor, teacher: Tensor, sizes: Sequence[int], recipe: Recipe) -> Tensor:
    """Mean softened divergence, summed over the heads; (n, classes of all heads) both."""
    pairs = zip(split_heads(student, sizes), split_heads(teacher, sizes), strict=True)
    return torch.stack([soften(ours, its, recipe.temperature).mean() for ours, its in pairs]).sum()


def soften(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """T² × KL(teacher ‖ student) of softened distributions; (…, classes) → (…)."""
    target = functional.softmax(teacher / temperature, dim=-1)
    found = functional.log_softmax(student / temperature, dim=-1)
    return functional.kl_div(found, target, reduction="none").sum(dim=-1) * temperature**2
