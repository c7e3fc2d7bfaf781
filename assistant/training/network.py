"""The intent and slot network: a small convolutional encoder, trained with torch.

    ids (B, L) → embedding → 1×1 → 4 × [depthwise 5, dilated → 1×1 → 1×1, residual]
                                       ├─ 1×1 → slot logits (B, L, slots)
                                       └─ max over words → linear → intent logits (B, intents)

Only convolutions, sums, ReLU and a maximum: what int8 kernels of both TFLite runtimes do alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

IGNORED = -100
"""Slot target of a piece that is no word's first."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    length: int = 32
    """Word pieces, padded with id 0."""

    channels: int = 128
    hidden: int = 256
    dilations: tuple[int, ...] = (1, 2, 4, 1)
    dropout: float = 0.15


class Block(nn.Module):
    """(B, C, 1, L) → same; looks 2 × dilation words to either side."""

    def __init__(self, shape: Shape, dilation: int) -> None:
        super().__init__()
        channels, hidden = shape.channels, shape.hidden
        self.depthwise = nn.Conv2d(
            channels, channels, (1, 5), groups=channels, bias=False,
            padding=(0, 2 * dilation), dilation=(1, dilation),
        )  # fmt: skip
        self.norm1 = nn.BatchNorm2d(channels)
        self.widen = nn.Conv2d(channels, hidden, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(hidden)
        self.narrow = nn.Conv2d(hidden, channels, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(channels)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(self.depthwise(x))
        y = torch.relu(self.norm2(self.widen(y)))
        y = self.norm3(self.narrow(self.dropout(y)))
        return torch.relu(x + y)


class Network(nn.Module):
    """ids (B, L) int32 → intent logits (B, intents), slot logits (B, L, slots)."""

    def __init__(self, embedding: Tensor, shape: Shape, intents: int, slots: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(embedding, freeze=False, padding_idx=0)
        self.enter = nn.Conv2d(embedding.shape[1], shape.channels, 1)
        self.blocks = nn.ModuleList(Block(shape, d) for d in shape.dilations)
        self.dropout = nn.Dropout(shape.dropout)
        self.slots = nn.Conv2d(shape.channels, slots, 1)
        self.intents = nn.Linear(shape.channels, intents)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        mask = (ids != 0).to(torch.float32)[:, None, None, :]
        x = self.embedding(ids).permute(0, 2, 1)[:, :, None, :]
        x = torch.relu(self.enter(x)) * mask
        for block in self.blocks:  # padding must stay zero, or it would leak into its neighbours
            x = block(x) * mask
        x = self.dropout(x)
        slots = self.slots(x)[:, :, 0, :].permute(0, 2, 1)
        return self.intents(x.amax(dim=(2, 3))), slots


@dataclass(frozen=True)
class Examples:
    """Sentences as numbers."""

    ids: Tensor
    """(n, L) int32."""

    intents: Tensor
    """(n,) int64."""

    slots: Tensor
    """(n, L) int64, `IGNORED` where there is nothing to learn."""


@dataclass(frozen=True)
class Schedule:
    """How the network is trained."""

    epochs: int = 8
    batch: int = 128
    rate: float = 3e-3
    embedding_rate: float = 3e-4
    """Lower, so that words never seen stay near those they resemble in MiniLM."""

    word_dropout: float = 0.04
    """Share of pieces shown as [UNK] (id 1)."""


def train(
    network: Network, examples: Examples, schedule: Schedule, say: Callable[[str], None], seed: int
) -> None:
    """Train `network` in place; one line per epoch goes to `say`."""
    generator = torch.Generator().manual_seed(seed)
    embedding = list(network.embedding.parameters())
    others = [p for name, p in network.named_parameters() if not name.startswith("embedding")]
    rates = [schedule.embedding_rate, schedule.rate]
    optimizer = torch.optim.AdamW(
        [{"params": embedding, "lr": rates[0]}, {"params": others, "lr": rates[1]}],
        weight_decay=0.01,
    )
    steps = schedule.epochs * (len(examples.ids) // schedule.batch + 1)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps)
    # Depthwise convolutions of one row are many times faster in this layout on a CPU.
    network.to(memory_format=torch.channels_last)
    network.train()
    for epoch in range(schedule.epochs):
        started, losses = time.monotonic(), []
        for ids, intents, slots in _batches(examples, schedule, generator):
            loss = _loss(network(ids), intents, slots)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
        mean, took = sum(losses) / len(losses), time.monotonic() - started
        say(f"epoch {epoch + 1}/{schedule.epochs}: loss {mean:.3f}, {took:.0f} s")
    network.to(memory_format=torch.contiguous_format)
    network.eval()


def _batches(
    examples: Examples, schedule: Schedule, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Shuffled batches, cut to their longest sentence, some pieces hidden."""
    order = torch.randperm(len(examples.ids), generator=generator)
    for rows in order.split(schedule.batch):
        ids = examples.ids[rows]
        # A multiple of 8: torch prepares its kernels anew for every shape it meets.
        longest = -(-int((ids != 0).sum(dim=1).max()) // 8) * 8
        ids = ids[:, :longest]
        hidden = torch.rand(ids.shape, generator=generator) < schedule.word_dropout
        ids = torch.where(hidden & (ids != 0), torch.ones_like(ids), ids)
        yield ids, examples.intents[rows], examples.slots[rows, :longest]


def _loss(logits: tuple[Tensor, Tensor], intents: Tensor, slots: Tensor) -> Tensor:
    by_intent = functional.cross_entropy(logits[0], intents, label_smoothing=0.02)
    by_slot = functional.cross_entropy(
        logits[1].flatten(0, 1), slots.flatten(), ignore_index=IGNORED
    )
    return by_intent + 2 * by_slot


def seed_everything(seed: int, threads: int) -> random.Random:
    """Fix torch's randomness and threads; returns the generator for everything else."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # they slow the first epoch down
    return random.Random(seed)


def squeeze_embedding(table: Tensor, rows: Sequence[Sequence[int]], width: int) -> Tensor:
    """Means of rows of MiniLM's word embeddings (V, 384), on their `width` principal axes.

    Row 0 (padding) becomes zero; the rest is scaled to unit variance over all.
    """
    chosen = torch.stack([table[list(mean_of)].float().mean(dim=0) for mean_of in rows])
    centred = chosen - chosen.mean(dim=0)
    _, _, axes = torch.linalg.svd(centred, full_matrices=False)
    narrow = centred @ axes[:width].T
    narrow = narrow / narrow.std()
    narrow[0] = 0
    return narrow
