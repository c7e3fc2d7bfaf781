"""A float network's answers, to hold its conversions against."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from assistant.evaluation.fidelity import Ids, Reference

_CHECKED = 5


def split(samples: Ids) -> tuple[Ids, Ids]:
    """Sentences (n, L) → those to calibrate with, and every fifth one to check with.

    What saturates shows only on sentences that did not set the ranges.
    """
    if len(samples) < 2:
        raise ValueError("at least 2 samples are wanted: one to calibrate and one to check with")
    checked = np.arange(len(samples)) % _CHECKED == 0
    return samples[~checked], samples[checked]


def answers(network: nn.Module, ids: Ids) -> Reference:
    """What `network` (in evaluation mode) says of `ids` (n, L)."""
    with torch.no_grad():
        outputs = network(torch.from_numpy(ids))
    return Reference(ids, tuple(output.numpy() for output in outputs))
