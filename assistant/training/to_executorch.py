"""A trained network → ExecuTorch .pte (the successor of PyTorch Mobile), run by XNNPACK."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from executorch.exir import to_edge_transform_and_lower
from executorch.runtime import Runtime
from torch import Tensor, nn
from torch.nn import functional
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

from assistant.evaluation.fidelity import LEAST, Floats, Ids, Run, compare
from assistant.training.reference import answers, split


def to_executorch(
    network: nn.Module,
    samples: Ids,
    folder: Path,
    *,
    quantized: bool = True,
    least: float = LEAST,
) -> Path:
    """Write folder/model.pte: int32 ids (1, L) in, float32 logits and features out.

    quantized   int8 weights (per channel) and activations by PT2E, and an int8 embedding;
                False: float32 throughout

    Other parameters and ModelError as for `convert.convert`. Needs the package executorch: 1.5.1
    shares an environment with litert-torch 0.10, both want torchao 0.18.
    """
    calibrating, checked = split(samples)
    example = (torch.from_numpy(samples[:1]),)
    model = _quantize(network, calibrating) if quantized else network
    lowered = to_edge_transform_and_lower(
        torch.export.export(model, example), partitioner=[XnnpackPartitioner()]
    )
    target = folder / "model.pte"
    target.write_bytes(lowered.to_executorch().buffer)
    compare(answers(network, checked), runner(target), str(target), least=least)
    return target


def runner(model: Path) -> Run:
    """Run `model`."""
    method = Runtime.get().load_program(str(model)).load_method("forward")

    def run(ids: Ids) -> Sequence[Floats]:
        # The outputs lie in memory that the next run writes to.
        return [output.clone().numpy() for output in method.execute([torch.from_numpy(ids)])]

    return run


def _quantize(network: nn.Module, samples: Ids) -> nn.Module:
    small = copy.deepcopy(network)
    small.embedding = _Int8Embedding(network.embedding.weight.detach())
    rows = torch.from_numpy(samples).split(1)
    quantizer = XNNPACKQuantizer().set_global(
        get_symmetric_quantization_config(is_per_channel=True)
    )
    prepared = prepare_pt2e(torch.export.export(small, (rows[0],)).module(), quantizer)
    with torch.no_grad():
        for row in rows:
            prepared(row)
    return convert_pt2e(prepared)


class _Int8Embedding(nn.Module):
    """ids → rows of an int8 table: XNNPACK's quantizer leaves embeddings alone.

    They are most of the file. One scale for the whole table, as in the .tflite.
    """

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.abs().max() / 127
        self.register_buffer("table", torch.round(weight / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        return functional.embedding(ids, self.table).to(torch.float32) * self.scale
