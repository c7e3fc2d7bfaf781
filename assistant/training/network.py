"""The intent and slot network: a small convolutional encoder.

    ids (B, L) → embedding → 1×1 → blocks of [5 pieces, dilated → 1×1, residual]
                                   half-way: what the whole utterance has, added to every piece
                                       ├─ 1×1 → slot logits (B, L, slots)
                                       └─ outputs of three blocks → features (B, L, 3 × channels)
                                           └─ max over pieces → linear → intent logits (B, intents)

Only convolutions, sums, ReLU and maxima: what int8 kernels of both TFLite runtimes do alike.
The features are what `assistant train` fits heads of other skills on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    length: int = 32
    """Word pieces, padded with id 0."""

    channels: int = 128
    hidden: int = 128
    dilations: tuple[int, ...] = (1, 2, 4, 2, 1)
    dropout: float = 0.1


class Block(nn.Module):
    """(B, C, 1, L) → same; looks 2 × dilation pieces to either side.

    A whole convolution and not a depthwise one: it has more weights for the time it takes, as
    int8 kernels are quick at multiplying and slow at everything between.
    """

    def __init__(self, shape: Shape, dilation: int) -> None:
        super().__init__()
        channels, hidden = shape.channels, shape.hidden
        self.dropout = nn.Dropout(shape.dropout)
        # One row: its own dilation is of no consequence, but an Edge TPU wants it alike.
        self.widen = nn.Conv2d(
            channels, hidden, (1, 5), padding=(0, 2 * dilation), dilation=dilation, bias=False
        )
        self.norm1 = nn.BatchNorm2d(hidden)
        self.narrow = nn.Conv2d(hidden, channels, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.norm1(self.widen(self.dropout(x))))
        return torch.relu(x + self.norm2(self.narrow(y)))


class Network(nn.Module):
    """ids (B, L) int32 → intent logits (B, I), slot logits (B, L, S), features (B, L, 3 C)."""

    def __init__(self, embedding: Tensor, shape: Shape, intents: int, slots: int) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding.from_pretrained(embedding, freeze=False, padding_idx=0)
        self.enter = nn.Conv2d(embedding.shape[1], shape.channels, 1)
        self.blocks = nn.ModuleList(Block(shape, d) for d in shape.dilations)
        self.whole = nn.Conv2d(shape.channels, shape.channels, 1)
        self.dropout = nn.Dropout(shape.dropout)
        self.slots = nn.Conv2d(shape.channels, slots, 1)
        self.intents = nn.Linear(3 * shape.channels, intents)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mask = (ids != 0).to(torch.float32)[:, None, None, :]
        # In this order unsqueeze and permute leave no TRANSPOSE behind in the .tflite.
        x = self.embedding(ids)[:, None].permute(0, 3, 1, 2)
        x = torch.relu(self.enter(x)) * mask
        kept = []
        for at, block in enumerate(self.blocks):
            if at == len(self.blocks) // 2:
                x = torch.relu(x + self.whole(_most(x))) * mask
            x = block(x) * mask  # padding must stay zero, or it would leak into its neighbours
            kept.append(x)
        features = torch.cat([kept[0], kept[len(kept) // 2], kept[-1]], dim=1)
        intents = self.intents(self.dropout(_most(features).flatten(1)))
        return intents, _by_piece(self.slots(self.dropout(x))), _by_piece(features)


def _most(x: Tensor) -> Tensor:
    """(B, C, 1, L) → (B, C, 1, 1): the largest value of each channel.

    A pooling, because it has an int8 kernel; `amax` would compute in floats.
    """
    return functional.max_pool2d(x, (1, x.shape[3]))


def _by_piece(x: Tensor) -> Tensor:
    """(B, C, 1, L) → (B, L, C), again without a TRANSPOSE."""
    return x.permute(0, 2, 3, 1)[:, 0]


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
