"""A student of another kind: a small transformer encoder, to compare with the convolutions.

ids (B, L) → embedding + place → layers of [attention, feed-forward], normalised after each
                                     ├─ slot logits, intent logits, features: as network.py
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_FAR = -20.0
"""Added to the scores of padding: e⁻²⁰ is nothing, and int8 still tells the other scores apart."""


@dataclass(frozen=True)
class TransformerShape:
    """Sizes of the transformer student."""

    length: int = 32
    channels: int = 128
    hidden: int = 384
    heads: int = 4
    layers: int = 3
    dropout: float = 0.1


class Attention(nn.Module):
    """(B, L, C) → same. Its heads can be taken away one by one (`prune.py`)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads, self.width = heads, channels // heads
        self.query, self.key, self.value = (nn.Linear(channels, channels) for _ in range(3))
        self.gather = nn.Linear(channels, channels)

    def forward(self, x: Tensor, far: Tensor) -> Tensor:
        """far   (B, 1, 1, L): 0 where there is a piece, very negative where there is none."""
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:  # (B, L, heads × width) → (B, heads, L, width)
            return y.reshape(batch, length, self.heads, self.width).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = query @ key.transpose(2, 3) / self.width**0.5 + far
        mixed = torch.softmax(scores, dim=-1) @ value
        merged = mixed.transpose(1, 2).reshape(batch, length, self.heads * self.width)
        gathered: Tensor = self.gather(merged)
        return gathered


class Layer(nn.Module):
    """Attention and feed-forward, each added and normalised (Vaswani et al. 2017)."""

    def __init__(self, shape: TransformerShape) -> None:
        super().__init__()
        self.attention = Attention(shape.channels, shape.heads)
        self.norm1 = nn.LayerNorm(shape.channels)
        self.widen = nn.Linear(shape.channels, shape.hidden)
        self.narrow = nn.Linear(shape.hidden, shape.channels)
        self.norm2 = nn.LayerNorm(shape.channels)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, far: Tensor) -> Tensor:
        x = self.norm1(x + self.dropout(self.attention(x, far)))
        y = self.narrow(torch.relu(self.widen(x)))
        normed: Tensor = self.norm2(x + self.dropout(y))
        return normed


class Transformer(nn.Module):
    """ids (B, L) int32 → intent logits (B, I), slot logits (B, L, S), features (B, L, 3 C)."""

    def __init__(self, embedding: Tensor, shape: TransformerShape, intents: int, slots: int):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding.from_pretrained(embedding, freeze=False, padding_idx=0)
        self.enter = nn.Linear(embedding.shape[1], shape.channels)
        self.places = nn.Parameter(torch.randn(shape.length, shape.channels) * 0.02)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.slots = nn.Linear(shape.channels, slots)
        self.intents = nn.Linear(shape.channels, intents)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        real = (ids != 0).to(torch.float32)
        far = (1 - real)[:, None, None, :] * _FAR
        x = self.enter(self.embedding(ids)) + self.places[: ids.shape[1]]
        kept = []
        for layer in self.layers:
            x = layer(x, far)
            kept.append(torch.relu(x))
        features = torch.cat([kept[0], kept[len(kept) // 2], kept[-1]], dim=2)
        x = self.dropout(x)
        pooled = functional.relu(x * real[:, :, None]).amax(dim=1)
        return self.intents(pooled), self.slots(x), features
