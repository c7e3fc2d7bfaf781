"""A small network with random weights, and sentences for it; needs torch."""

import numpy as np
import torch

from assistant.evaluation.fidelity import Ids
from assistant.training.network import Network, Shape

SHAPE = Shape(length=12, channels=16, hidden=32, dilations=(1, 2, 4))
WORDS = 60


def random_network() -> Network:
    torch.manual_seed(5)
    return Network(torch.randn(WORDS, 16), SHAPE, intents=3, slots=5).eval()


def random_sentences() -> Ids:
    rng = np.random.default_rng(5)
    ids = np.zeros((150, SHAPE.length), np.int32)
    for row in ids:
        length = rng.integers(2, SHAPE.length + 1)
        row[:length] = rng.integers(1, WORDS, length)
    return ids
