"""The trials run through, on a tiny course; needs the extra `train`."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")
pytest.importorskip("litert_torch", reason="NOT TESTED: pip install '.[train]'")

from assistant.evaluation.candidates import read_candidates  # noqa: E402
from assistant.evaluation.subjects import read_subject  # noqa: E402
from assistant.training import build, plans, trials  # noqa: E402
from assistant.training.build import Plan  # noqa: E402
from assistant.training.distil import Recipe  # noqa: E402
from assistant.training.make import make_benchmark  # noqa: E402
from assistant.training.network import Shape  # noqa: E402
from assistant.training.teacher import Plan as Teaching  # noqa: E402
from assistant.training.transformer import TransformerShape  # noqa: E402
from tests.training.tiny import checkpoint, course  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # the converters' own

PLAN = Plan(
    teachers=2,
    teaching=Teaching(epochs=12, batch=16, encoder_rate=3e-3, head_rate=1e-2),
    recipe=Recipe(epochs=15, batch=32),
    shape=Shape(length=12, channels=32, hidden=32, dilations=(1, 2), dropout=0.0),
    pieces=50,
    embedding=16,
)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A tiny course, with small plans and a random encoder in the place of MiniLM."""
    encoder = checkpoint(tmp_path / "bert", "bert")
    (encoder / "vocab.txt").write_text("\n".join(json.loads(
        (encoder / "tokenizer.json").read_text())["model"]["vocab"]))  # fmt: skip
    for module in ("build", "vocabulary", "courses"):
        monkeypatch.setattr(f"assistant.training.{module}.minilm_folder", lambda: encoder)
    table = torch.randn(30, 384, generator=torch.Generator().manual_seed(1))
    monkeypatch.setattr(build, "word_table", lambda: table)
    monkeypatch.setattr(plans, "SNIPS", PLAN)
    monkeypatch.setattr(plans, "AGAIN", Recipe(epochs=1, batch=32))
    shape = TransformerShape(length=12, channels=32, hidden=32, heads=4, layers=2)
    monkeypatch.setattr(trials, "_SHARES", (0.5,))
    monkeypatch.setattr(plans, "CANDIDATES", {
        "conv-tiny": PLAN, "transformer-3x128": replace(PLAN, shape=shape),
    })  # fmt: skip
    return replace(course(300), name="snips")


def test_select_writes_what_compare_reads(small, tmp_path):
    trials.select(small, tmp_path / "work", tmp_path / "candidates.json", print)
    found = read_candidates(tmp_path / "candidates.json")
    assert sorted(c.kind for c in found) == ["student", "student", "teacher"]
    assert all(candidate.bytes > 0 and candidate.fastest_ms > 0 for candidate in found)


def test_pruning_makes_smaller_files_and_prints_the_curve(small, tmp_path):
    said = []
    trials.prune(small, tmp_path / "work", said.append)
    rows = [line for line in said if " gone" in line]
    assert [row.split()[2] for row in rows] == [
        "units",
        "units",
        "weights",
        "weights",
        "heads",
        "heads",
    ]
    parameters = [int(row.split()[4].replace(",", "")) for row in rows]
    files = [int(row.split()[5].replace(",", "")) for row in rows]
    for whole, pruned in ((0, 1), (2, 3), (4, 5)):
        assert parameters[pruned] < parameters[whole]
    assert files[1] < files[0]
    assert files[3] == files[2]  # zeros take as much room as other weights
    assert files[5] < files[4]


def test_fewer_bits_are_tried_both_ways(small, tmp_path):
    said = []
    trials.bits(small, tmp_path / "work", said.append)
    assert [line.split(":")[0] for line in said if "bits" in line] == [
        "8 bits, calibrated", "8 bits, trained in the loop",
        "4 bits, calibrated", "4 bits, trained in the loop",
    ]  # fmt: skip


def test_a_benchmark_folder_tells_of_float_and_teacher(small, tmp_path):
    folder = tmp_path / "snips-1"
    make_benchmark(small, PLAN, folder, tmp_path / "work", print)
    subject = read_subject(folder)
    assert set(subject.known) == {"float32", "teacher"}
    assert len(json.loads((folder / "teacher.json").read_text())) == len(small.test)
