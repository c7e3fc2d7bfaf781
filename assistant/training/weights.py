"""The float weights beside an int8 model: what a full fine-tune starts from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from assistant.errors import ModelError
from assistant.training.batches import Head
from assistant.training.network import Network, Shape

WEIGHTS = "weights.safetensors"


def save(network: Network, head: Head, folder: Path) -> None:
    """Write folder/weights.safetensors in float16: half the size, and int8 rounds coarser."""
    tensors = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in network.state_dict().items()
    }
    facts = {"shape": json.dumps(asdict(network.shape)), "labels": json.dumps(_labels(head))}
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()},
        str(folder / WEIGHTS),
        metadata=facts,
    )


def load(folder: Path, head: Head) -> Network:
    """The network of that folder with outputs for the labels of `head`.

    Outputs whose label it already knew keep their weights, new ones start from nothing.
    Raises ModelError.
    """
    file = folder / WEIGHTS
    try:
        with safe_open(str(file), framework="pt") as opened:
            facts = opened.metadata()
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        shape = json.loads(facts["shape"])
        known = json.loads(facts["labels"])
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ModelError(
            f"{file}: not the weights of an intent model: {error}",
            fix="make the model again with scripts/train",
        ) from error
    floats = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    network = Network(
        floats["embedding.weight"],
        Shape(**shape | {"dilations": tuple(shape["dilations"])}),
        len(head.intents),
        len(head.slots),
    )
    fresh = network.state_dict()
    for part, old, new in (
        ("intents", known["intents"], head.intents),
        ("slots", known["slots"], head.slots),
    ):
        for name in (f"{part}.weight", f"{part}.bias"):
            floats[name] = _rows(floats[name], old, fresh[name], new)
    network.load_state_dict(floats)
    return network


def _labels(head: Head) -> dict[str, list[str]]:
    return {"intents": list(head.intents), "slots": list(head.slots)}


def _rows(known: Tensor, old: Sequence[str], fresh: Tensor, new: Sequence[str]) -> Tensor:
    """The rows of `known` in the order of `new`, those of `fresh` where there are none."""
    at = {label: row for row, label in enumerate(old)}
    rows = [known[at[label]] if label in at else fresh[row] for row, label in enumerate(new)]
    return nn.Parameter(torch.stack(rows)).data
