"""int8 ONNX answers as the float network does; needs the extra `train`."""

from pathlib import Path

import pytest

WITHOUT = "NOT TESTED: {} is missing: pip install '.[train]'"
pytest.importorskip("torch", reason=WITHOUT.format("torch"))
pytest.importorskip("onnxruntime", reason=WITHOUT.format("onnxruntime"))
pytest.importorskip("onnxscript", reason=WITHOUT.format("onnxscript"))

from random_network import random_network, random_sentences  # noqa: E402  # only with torch

from assistant.evaluation.fidelity import compare  # noqa: E402
from assistant.training.reference import answers  # noqa: E402


@pytest.mark.filterwarnings("ignore")  # the exporter's own, already when it is imported
def test_onnx_answers_alike(tmp_path: Path) -> None:
    from assistant.training.to_onnx import runner, to_onnx

    network, samples = random_network(), random_sentences()
    file = to_onnx(network, samples, tmp_path, least=0.9)
    assert [left.name for left in tmp_path.iterdir()] == ["model.onnx"]
    found = compare(answers(network, samples), runner(file), "it", least=0.9)
    assert all(0 < f.error < 0.05 for f in found)
