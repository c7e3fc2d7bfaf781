"""Conversions answer as the float network does, or are refused; needs the extra `train`."""

import copy
from pathlib import Path

import numpy as np
import pytest

WITHOUT = "NOT TESTED: {} is missing: pip install '.[train]'"
torch = pytest.importorskip("torch", reason=WITHOUT.format("torch"))
pytest.importorskip("litert_torch", reason=WITHOUT.format("litert-torch"))

from random_network import random_network, random_sentences  # noqa: E402  # only with torch

from assistant.errors import ModelError  # noqa: E402
from assistant.evaluation.fidelity import Fidelity, Ids, compare_tflite  # noqa: E402
from assistant.evaluation.operations import read_operations  # noqa: E402
from assistant.tflite import Model  # noqa: E402
from assistant.training import convert as convert_module  # noqa: E402
from assistant.training.convert import convert  # noqa: E402
from assistant.training.network import Network  # noqa: E402
from assistant.training.reference import answers, split  # noqa: E402

# The converters' own warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def network() -> Network:
    return random_network()


@pytest.fixture(scope="module")
def samples() -> Ids:
    return random_sentences()


@pytest.fixture(scope="module")
def eight_bits(network: Network, samples: Ids, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return convert(network, samples, tmp_path_factory.mktemp("8"), least=0.9)


def nearness(network: Network, samples: Ids, file: Path) -> tuple[Fidelity, ...]:
    found = compare_tflite(file, answers(network, split(samples)[1]), least=0.0)
    return next(iter(found.values()))


def test_it_takes_ids_and_gives_int8(eight_bits: Path) -> None:
    model = Model(eight_bits)
    assert [(t.shape, t.dtype) for t in model.inputs] == [((1, 12), np.int32)]
    assert {t.shape for t in model.outputs} >= {(1, 3), (1, 12, 5)}
    assert {t.dtype for t in model.outputs} == {np.dtype(np.int8)}
    assert [file.name for file in eight_bits.parent.iterdir()] == ["model.tflite"]


def test_nothing_is_clipped(network: Network, samples: Ids, eight_bits: Path) -> None:
    """A moving average of the extremes, the quantizer's default, gives intents an error of 0.1."""
    intents, slots, *_ = nearness(network, samples, eight_bits)
    assert intents.error < 0.05
    assert slots.error < 0.05


def test_between_embedding_and_logits_all_is_int8_and_nothing_transposed(eight_bits: Path) -> None:
    """Each would be a detour: tflite-runtime 2.14 took three times as long with them."""
    names = [operation.name for operation in read_operations(eight_bits)]
    assert not {"TRANSPOSE", "DEQUANTIZE", "REDUCE_MAX"} & set(names)
    embedded = names.index("EMBEDDING_LOOKUP")
    kinds = {o.dtype for op in read_operations(eight_bits)[embedded + 2 :] for o in op.outputs}
    assert kinds == {"int8"}


def test_the_embedding_is_int8_too(eight_bits: Path) -> None:
    """It is most of a real model."""
    (lookup,) = (o for o in read_operations(eight_bits) if o.name == "EMBEDDING_LOOKUP")
    assert [i.dtype for i in lookup.inputs if i.constant] == ["int8"]


def test_four_bits_are_smaller_and_less_exact(
    network: Network, samples: Ids, eight_bits: Path, tmp_path: Path
) -> None:
    file = convert(network, samples, tmp_path, bits=4, least=0.5)
    assert file.stat().st_size < eight_bits.stat().st_size
    kinds = {i.dtype for op in read_operations(file) for i in op.inputs if op.name == "CONV_2D"}
    assert "int4" in kinds
    exact, rough = (nearness(network, samples, f)[1].error for f in (eight_bits, file))
    assert exact < rough < 0.15


def test_another_networks_answers_are_refused(
    network: Network, samples: Ids, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy.deepcopy(network)
    torch.nn.init.normal_(other.intents.weight)
    monkeypatch.setattr(convert_module, "answers", lambda _, ids: answers(other, ids))
    with pytest.raises(ModelError, match="does not answer as the float network does"):
        convert(network, samples, tmp_path)


def test_what_checks_has_not_calibrated(samples: Ids) -> None:
    calibrating, checked = split(np.arange(20, dtype=np.int32).reshape(10, 2))
    assert len(calibrating) == 8
    assert checked.tolist() == [[0, 1], [10, 11]]
    with pytest.raises(ValueError, match="at least 2"):
        split(samples[:1])
