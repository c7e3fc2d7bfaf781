"""A trained network → int8 TFLite that gives the same answers in both runtimes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import litert_torch
import torch
from ai_edge_quantizer import calibrator, qtyping, quantizer, recipe_manager
from ai_edge_quantizer.utils import qsv_utils
from torch import nn

from assistant.evaluation.fidelity import LEAST, Ids, compare_tflite
from assistant.training.reference import answers, split

Bits = Literal[4, 8]

_Operation = qtyping.TFLOperationName
_TENSORWISE = qtyping.QuantGranularity.TENSORWISE


def convert(
    network: nn.Module, samples: Ids, folder: Path, *, bits: Bits = 8, least: float = LEAST
) -> Path:
    """Write folder/model.tflite: int32 ids (1, L) in, int8 logits (and features) out.

    network   in evaluation mode
    samples   (n, L) ids of real sentences: most find the range of every activation, the rest
              are asked of the network and of the file in every installed runtime
    bits      of the weights of the convolutions. 4 runs in both runtimes, is no faster, and leaves
              embedding and linear layer at 8: tflite-runtime 2.14 has no 4-bit kernels for them
    least     share of answers that must agree, see `fidelity.compare`

    Raises ModelError when the file does not answer as the network does.

    Static int8 on purpose. Dynamic-range int8 loads in tflite-runtime 2.14 and silently gives
    chance there. The embedding's recipe must come after the one for everything, or its table
    stays float32.
    """
    calibrating, checked = split(samples)
    floats = folder / "float.tflite"
    litert_torch.config.show_progress = False  # forty lines of it
    litert_torch.convert(network, (torch.from_numpy(samples[:1]),)).export(str(floats))
    target = folder / "model.tflite"
    target.unlink(missing_ok=True)
    _quantize(floats, calibrating, bits).export_model(str(target))
    floats.unlink()
    compare_tflite(target, answers(network, checked), least=least)
    return target


def _quantize(floats: Path, samples: Ids, bits: Bits) -> quantizer.QuantizationResult:
    recipe = recipe_manager.RecipeManager()
    recipe.add_static_config(".*", _Operation.ALL_SUPPORTED, 8, 8)
    if bits != 8:
        recipe.add_static_config(".*", _Operation.CONV_2D, 8, bits)
    recipe.add_dynamic_config(".*", _Operation.EMBEDDING_LOOKUP, 8, granularity=_TENSORWISE)
    # The Quantizer's own `calibrate` keeps a moving average of each sentence's extremes, which
    # cuts off the top of every range: the intent logits are nine times further off then.
    ranges = calibrator.Calibrator(
        str(floats), num_threads=1, qsv_update_func=qsv_utils.min_max_update
    )
    name, signature = _signature(floats)
    ranges.calibrate({name: [{signature: row[None]} for row in samples]}, recipe)
    whole = quantizer.Quantizer(str(floats), recipe.get_quantization_recipe())
    return whole.quantize(ranges.get_model_qsvs(), enable_progress_report=False)


def _signature(model: Path) -> tuple[str, str]:
    """Name of the only signature, and of its only input."""
    from ai_edge_litert.interpreter import Interpreter

    ((name, parts),) = Interpreter(model_path=str(model)).get_signature_list().items()
    (argument,) = parts["inputs"]
    return name, argument
