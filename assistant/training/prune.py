"""Pruning: whole units that a smaller network does without, or single weights set to zero.

Structured: the feed-forward units (and attention heads) whose removal changes the loss least by a
first-order estimate, |Σ activation × gradient| (Molchanov et al. 2019, arXiv:1906.10771; Michel et
al. 2019 for heads). The network becomes smaller and faster.
Magnitude: the smallest weights of all layers become zero (Han et al. 2015). The file keeps its
size: only a compressed download gets smaller.
Both are followed by another round of distillation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import prune

from assistant.training.batches import Batch
from assistant.training.network import Block, Network
from assistant.training.transformer import Attention, Layer, Transformer

Student = Network | Transformer
Loss = Callable[[Batch], Tensor]


def remove_units(network: Student, batches: Iterable[Batch], loss: Loss, share: float) -> None:
    """Take `share` (0 to 1) of the feed-forward units out of every block, the least useful ones."""
    blocks = [m for m in network.modules() if isinstance(m, Block | Layer)]
    scores = _importance(network, [block.narrow for block in blocks], batches, loss)
    for block, score in zip(blocks, scores, strict=True):
        kept = _best(score, share)
        block.widen = keep(block.widen, kept, 0)
        block.narrow = keep(block.narrow, kept, 1)
        if isinstance(block, Block):
            block.norm1 = _keep_norm(block.norm1, kept)


def remove_heads(network: Transformer, batches: Iterable[Batch], loss: Loss, share: float) -> None:
    """Take `share` of the attention heads out of every layer, the least useful ones."""
    attentions = [m for m in network.modules() if isinstance(m, Attention)]
    scores = _importance(network, [a.gather for a in attentions], batches, loss)
    for attention, score in zip(attentions, scores, strict=True):
        by_head = score.reshape(attention.heads, attention.width).sum(dim=1)
        heads = _best(by_head, share)
        kept = (heads[:, None] * attention.width + torch.arange(attention.width)).flatten()
        attention.query = keep(attention.query, kept, 0)
        attention.key = keep(attention.key, kept, 0)
        attention.value = keep(attention.value, kept, 0)
        attention.gather = keep(attention.gather, kept, 1)
        attention.heads = len(heads)


@contextmanager
def without_smallest(network: Student, share: float) -> Iterator[None]:
    """`share` of all weights are zero and stay so while training, and after the block."""
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    chosen = [(layer, "weight") for layer in layers]
    prune.global_unstructured(chosen, pruning_method=prune.L1Unstructured, amount=share)
    try:
        yield
    finally:
        for layer, name in chosen:
            prune.remove(layer, name)


def _importance(
    network: Student, layers: list[nn.Module], batches: Iterable[Batch], loss: Loss
) -> list[Tensor]:
    """For each layer, (inputs,): how much the loss would change without that input."""
    totals: list[Any] = [0.0] * len(layers)
    seen: dict[int, Tensor] = {}

    def remember(at: int) -> Any:
        def hook(module: nn.Module, inputs: tuple[Tensor]) -> None:
            inputs[0].retain_grad()
            seen[at] = inputs[0]

        return hook

    hooks = [layer.register_forward_pre_hook(remember(at)) for at, layer in enumerate(layers)]
    network.eval()
    for batch in batches:
        network.zero_grad()
        loss(batch).backward()
        for at, layer in enumerate(layers):
            x, slope = seen[at], seen[at].grad
            assert slope is not None  # retained above
            units = 1 if isinstance(layer, nn.Conv2d) else x.ndim - 1
            others = [axis for axis in range(x.ndim) if axis != units]
            totals[at] = totals[at] + (x * slope).sum(dim=others).abs().detach()
    for hook in hooks:
        hook.remove()
    return totals


def _best(score: Tensor, share: float) -> Tensor:
    """Places of the units that stay, in order; at least one."""
    count = max(1, round(len(score) * (1 - share)))
    return score.topk(count).indices.sort().values


def keep(layer: Any, kept: Tensor, axis: int) -> Any:
    """A convolution or linear layer with only these outputs (axis 0) or inputs (axis 1)."""
    weight = layer.weight.detach().index_select(axis, kept)
    bias = layer.bias is not None
    outputs, inputs = weight.shape[:2]
    new: Any
    if isinstance(layer, nn.Conv2d):
        window = {"padding": layer.padding, "dilation": layer.dilation}
        new = nn.Conv2d(inputs, outputs, layer.kernel_size, bias=bias, **window)
    else:
        new = nn.Linear(inputs, outputs, bias=bias)
    new.weight = nn.Parameter(weight.clone())
    if bias:
        new.bias = nn.Parameter(layer.bias.detach()[kept] if axis == 0 else layer.bias.detach())
    return new


def _keep_norm(norm: nn.BatchNorm2d, kept: Tensor) -> nn.BatchNorm2d:
    new = nn.BatchNorm2d(len(kept))
    state = norm.state_dict()
    new.load_state_dict({n: v[kept] if v.ndim else v for n, v in state.items()})
    return new.train(norm.training)
