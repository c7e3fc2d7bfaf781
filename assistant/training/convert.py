"""A trained network → int8 TFLite that gives the same answers in both runtimes."""

from __future__ import annotations

from pathlib import Path

import litert_torch
import numpy as np
import numpy.typing as npt
import torch
from ai_edge_quantizer import qtyping, quantizer
from torch import nn

_EVERYTHING = qtyping.TFLOperationName.ALL_SUPPORTED
_EMBEDDING = qtyping.TFLOperationName.EMBEDDING_LOOKUP
_TENSORWISE = qtyping.QuantGranularity.TENSORWISE


def convert(network: nn.Module, samples: npt.NDArray[np.int32], folder: Path) -> Path:
    """Write folder/model.tflite: int32 ids (1, L) in, int8 logits out.

    samples   (n, L) ids of real sentences, to find the range of every activation

    Static int8 on purpose. Dynamic-range int8 loads in tflite-runtime 2.14 and silently gives
    chance there. The embedding's recipe must come after the one for everything, or its table
    stays float32.
    """
    floats = folder / "float.tflite"
    example = (torch.from_numpy(samples[:1]),)
    litert_torch.convert(network.eval(), example).export(str(floats))
    recipe = quantizer.Quantizer(str(floats))
    recipe.add_static_config(".*", _EVERYTHING, 8, 8)
    recipe.add_dynamic_config(".*", _EMBEDDING, 8, granularity=_TENSORWISE)
    name, signature = _signature(floats)
    calibration = recipe.calibrate({name: [{signature: row[None]} for row in samples]})
    target = folder / "model.tflite"
    target.unlink(missing_ok=True)
    recipe.quantize(calibration).export_model(str(target))
    floats.unlink()
    return target


def _signature(model: Path) -> tuple[str, str]:
    """Name of the only signature, and of its only input."""
    from ai_edge_litert.interpreter import Interpreter

    ((name, parts),) = Interpreter(model_path=str(model)).get_signature_list().items()
    (argument,) = parts["inputs"]
    return name, argument
