"""What would leave the Edge TPU, and why: on the shipped model and on real wake models."""

from dataclasses import replace
from pathlib import Path

import pytest
from repository import ROOT

from assistant.errors import ModelError
from assistant.evaluation import edgetpu, operations
from assistant.evaluation.edgetpu import compiled, lines, report
from assistant.evaluation.operations import Operand, Operation, read_operations
from assistant.tflite import Model, runtimes
from assistant.wake.models import builtin_models, read_model

INTENT = ROOT / "models" / "intent-en" / "model.tflite"
WAKE = [read_model(word).tflite for word in builtin_models()]
WORD = Operand((1, 1, 32, 8), "int8", constant=False)


def placed(monkeypatch: pytest.MonkeyPatch, *found: Operation) -> list[tuple[str, str]]:
    """(limit, cut) of each operation of a made-up model."""
    monkeypatch.setattr(edgetpu, "read_operations", lambda file: found)
    return [(p.limit, p.cut) for p in report(Path("made-up"))]


@pytest.mark.parametrize("file", [INTENT, *WAKE], ids=lambda file: file.stem)
def test_operations_are_those_that_the_runtime_runs(file: Path) -> None:
    """The private list of the runtime is only asked here."""
    model = Model(file, runtime=runtimes()[0], xnnpack=False)
    known = {tensor["index"]: tensor for tensor in model._interpreter.get_tensor_details()}
    theirs = model._interpreter._get_ops_details()
    ours = read_operations(file)
    assert [o.name for o in ours] == [o["op_name"] for o in theirs]
    for own, their in zip(ours, theirs, strict=True):
        for operand, index in zip(own.outputs, their["outputs"], strict=True):
            if index in known:
                assert operand.shape == tuple(known[index]["shape_signature"])
                if operand.dtype != "resource":
                    assert operand.dtype == known[index]["dtype"].__name__.rstrip("_")


def test_names_are_those_of_the_schema() -> None:
    schema = pytest.importorskip("ai_edge_litert.schema_py_generated")
    for number, name in operations.NAMES.items():
        assert getattr(schema.BuiltinOperator, name) == number


def test_the_intent_model_stays_on_the_cpu_from_its_embedding_on() -> None:
    placements = report(INTENT)
    by_name = {p.operation: p for p in placements}
    assert by_name["EMBEDDING_LOOKUP"].limit == "is no operation of the Edge TPU"
    assert not any(p.mapped for p in placements)
    assert by_name["CONV_2D"].limit == ""
    assert by_name["CONV_2D"].cut.startswith("comes after NOT_EQUAL (operation 0)")
    printed = list(lines(placements))
    assert f"0 of {len(placements)} operations would run on the Edge TPU" in printed
    able = sum(not p.limit for p in placements)
    assert printed[-1].startswith(f"{able} with edgetpu_compiler -a")
    assert not compiled(INTENT)


def test_what_maps_is_said_to_map(monkeypatch: pytest.MonkeyPatch) -> None:
    add = Operation("ADD", (WORD, WORD), (WORD,), None)
    assert placed(monkeypatch, add, add) == [("", ""), ("", "")]
    assert list(lines(report(Path("made-up")))) == [
        f"{'ADD':<28}   2  mapped to the Edge TPU",
        "2 of 2 operations would run on the Edge TPU",
    ]


def test_the_graph_is_cut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    add = Operation("ADD", (WORD, WORD), (WORD,), None)
    gather = Operation("GATHER", (WORD,), (WORD,), None)
    assert placed(monkeypatch, add, gather, add) == [
        ("", ""),
        ("is no operation of the Edge TPU", ""),
        ("", "comes after GATHER (operation 1), where the graph is cut"),
    ]


@pytest.mark.parametrize(
    ("operand", "says"),
    [
        (replace(WORD, dtype="float32"), "float32, not of 8 bits"),
        (replace(WORD, dtype="int4", constant=True), "int4, not of 8 bits"),
        (replace(WORD, shape=(-1, 8)), "not known before the run"),
        (replace(WORD, shape=(2, 1, 32, 8)), "more than three dimensions"),
    ],
)
def test_tensors_have_limits(operand: Operand, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ((limit, _),) = placed(monkeypatch, Operation("ADD", (WORD, operand), (WORD,), None))
    assert says in limit


def test_weights_may_have_four_dimensions_and_biases_32_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = Operand((8, 1, 5, 8), "int8", constant=True)
    bias = Operand((8,), "int32", constant=True)
    convolution = Operation("CONV_2D", (WORD, weights, bias), (WORD,), None)
    assert placed(monkeypatch, convolution) == [("", "")]


def test_a_fully_connected_output_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Operand((1, 8), "int8", constant=False)
    assert placed(monkeypatch, Operation("FULLY_CONNECTED", (row,), (row,), None)) == [("", "")]
    ((limit, _),) = placed(monkeypatch, Operation("FULLY_CONNECTED", (WORD,), (WORD,), None))
    assert limit == "has an output of several rows"


def test_what_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        report(tmp_path / "absent.tflite")
    (tmp_path / "cut.tflite").write_bytes(INTENT.read_bytes()[:5000])
    with pytest.raises(ModelError, match=r"cut\.tflite: damaged or cut off"):
        report(tmp_path / "cut.tflite")
