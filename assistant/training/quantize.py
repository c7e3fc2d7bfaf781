"""Fewer bits: the affine formula, and training with it in the loop.

    real = (integer − zero point) × scale         Jacob et al. 2018, arXiv:1712.05877, eq. 1

Weights: per output channel, symmetric (zero point 0). Activations: per tensor, asymmetric, 8 bits.
Rounding passes gradients straight through where nothing saturates (Bengio et al. 2013), which is
what torch's `fake_quantize_*` functions do. Batch normalisation folds into the weights as one
factor per output channel: scales per channel take it up, so that the grid is the same before
and after folding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

_MOMENTUM = 0.05
"""How fast the range of an activation follows what is seen."""


class WeightGrid(nn.Module):
    """Weights on a grid of `bits`: per output channel, or one grid for an embedding's table."""

    def __init__(self, bits: int, *, per_channel: bool) -> None:
        super().__init__()
        if not 2 <= bits <= 8:
            raise ValueError(f"2 to 8 bits, not {bits}")
        self.top = 2 ** (bits - 1) - 1
        self.per_channel = per_channel

    def forward(self, weight: Tensor) -> Tensor:
        largest = weight.detach().abs()
        largest = largest.flatten(1).amax(dim=1) if self.per_channel else largest.amax()
        scale = (largest / self.top).clamp(min=1e-8)
        if self.per_channel:
            zeros = torch.zeros_like(scale, dtype=torch.int32)
            return torch.fake_quantize_per_channel_affine(
                weight, scale, zeros, 0, -self.top, self.top
            )
        zero = torch.zeros((), dtype=torch.int32)
        return torch.fake_quantize_per_tensor_affine(weight, scale, zero, -self.top, self.top)


class ActivationGrid(nn.Module):
    """Activations on a grid of 8 bits.

    The first batch sets the range: calibration. While training it follows what is seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.low = self.high = 0.0

    def forward(self, x: Tensor) -> Tensor:
        fresh = self.low == self.high
        if fresh or self.training:
            share = 1.0 if fresh else _MOMENTUM
            self.low += share * (float(x.detach().amin()) - self.low)
            self.high += share * (float(x.detach().amax()) - self.high)
        scale, zero = affine(self.low, self.high)
        return torch.fake_quantize_per_tensor_affine(x, scale, zero, -128, 127)


def affine(low: float, high: float) -> tuple[float, int]:
    """Scale and zero point that put real values from `low` to `high` on int8; 0.0 is exact."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = max((high - low) / 255, 1e-8)
    return scale, round(-128 - low / scale)


@contextmanager
def quantized(network: nn.Module, bits: int) -> Iterator[None]:
    """`network` computes as its int8 (or int4-weight) file will, until the block ends.

    Train inside the block for quantization-aware training: it leaves float weights that are on
    their grid already. Evaluate inside to see what quantization costs.
    """
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear | nn.Embedding)]
    hooks = []
    for layer in layers:
        table = isinstance(layer, nn.Embedding)
        parametrize.register_parametrization(
            layer, "weight", WeightGrid(8 if table else bits, per_channel=not table)
        )
        if not table:
            hooks.append(layer.register_forward_hook(_on_grid(ActivationGrid(), layer)))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for layer in layers:
            parametrize.remove_parametrizations(layer, "weight")


def _on_grid(
    grid: ActivationGrid, layer: nn.Module
) -> Callable[[nn.Module, tuple[Tensor], Tensor], Tensor]:
    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        grid.train(layer.training)
        on_grid: Tensor = grid(output)
        return on_grid

    return hook
