"""A trained network → int8 ONNX (QDQ) for onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from torch import nn

from assistant.evaluation.fidelity import LEAST, OUTPUTS, Floats, Ids, Run, compare
from assistant.training.reference import answers, split

_INPUT = "ids"


def to_onnx(network: nn.Module, samples: Ids, folder: Path, *, least: float = LEAST) -> Path:
    """Write folder/model.onnx: int32 ids (1, L) in, float32 logits and features out.

    Weights and activations are int8 inside, weights per channel. Parameters and ModelError as
    for `convert.convert`. Needs the packages onnx and onnxscript.
    """
    calibrating, checked = split(samples)
    example = (torch.from_numpy(samples[:1]),)
    floats = folder / "float.onnx"
    names = OUTPUTS[: len(network(*example))]
    torch.onnx.export(
        network, example, str(floats), input_names=[_INPUT], output_names=names,
        dynamo=True, external_data=False, verbose=False,
    )  # fmt: skip
    target = folder / "model.onnx"
    quantize_static(
        str(floats), str(target), _Samples(calibrating), quant_format=QuantFormat.QDQ,
        per_channel=True, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
    )  # fmt: skip
    floats.unlink()
    compare(answers(network, checked), runner(target), str(target), least=least)
    return target


def runner(model: Path) -> Run:
    """Run `model` on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def run(ids: Ids) -> Sequence[Floats]:
        return [np.asarray(output, np.float32) for output in session.run(None, {_INPUT: ids})]

    return run


class _Samples(CalibrationDataReader):
    """Hands out sentence after sentence."""

    def __init__(self, ids: Ids) -> None:
        self._rows = iter(ids)

    def get_next(self) -> dict[str, Ids] | None:
        row = next(self._rows, None)
        return None if row is None else {_INPUT: row[None]}
