"""What `assistant models eval` counts, on the shipped model and sentences few enough to check."""

import json

import pytest
from small_models import benchmark, labelled, snips, write_rows

from assistant.errors import ModelError
from assistant.evaluation import house, report
from assistant.evaluation.subjects import PRODUCT, find_models, read_subject
from assistant.tflite import runtimes

RUNTIMES = runtimes()[:1]


def rows(section: str) -> list[list[str]]:
    """The cells of the lines that are about `RUNTIMES`, the model's name without spaces."""
    cells = [line.replace("mean of ", "mean-of-").split() for line in section.splitlines()]
    return [row for row in cells if row[1:2] == list(RUNTIMES)]


def test_snips_counts_each_seed_and_their_mean(tmp_path) -> None:
    data = snips(tmp_path / "data")
    folders = [
        benchmark(tmp_path / f"snips-{seed}", float={"sentence": share, "intent": share})
        for seed, share in ((1, 1.0), (2, 0.5))
    ]
    answers = [[row["intent"], []] for row in labelled()]
    (folders[0] / "teacher.json").write_text(json.dumps(answers))
    section = report.snips_section(find_models(folders), data, RUNTIMES)
    first, second, both = rows(section)
    assert first[:2] == ["snips-1", RUNTIMES[0]]
    assert first[2:5] == ["75.00", "100.00", "75.00"]
    assert first[6] == "75.00"
    assert float(first[7]) <= 50  # the teacher knows no slots, and the first sentence has some
    assert second[6:] == ["–", "–"]
    assert both[0] == "mean-of-2"
    assert f"100.00 % in {RUNTIMES[0]}" in section
    floats = [line.split()[-6:] for line in section.splitlines() if "  float32 " in line]
    assert [row[0] for row in floats] == ["100.00", "50.00", "75.00"]
    assert floats[0][1] == "–"  # slot F1 was not written down


def test_two_runs_print_the_same(tmp_path) -> None:
    data, folder = snips(tmp_path / "data"), benchmark(tmp_path / "snips-1")
    texts = {report.snips_section(find_models([folder]), data, runtimes()) for _ in range(2)}
    assert len(texts) == 1
    assert report.NOT_MEASURED not in texts.pop()


def test_clinc_counts_what_is_out_of_scope(tmp_path) -> None:
    folder = benchmark(tmp_path / "clinc150", task="clinc150")
    data = tmp_path / "data"
    outside = [{"text": "who wrote this book about bees", "intent": "oos"}]
    for part in ("train", "val", "test"):
        write_rows(data / "clinc150" / f"{part}.jsonl", labelled())
        write_rows(data / "clinc150" / f"oos_{part}.jsonl", outside)
    section = report.clinc_section(find_models([folder]), data, RUNTIMES)
    assert "4 test sentences in scope, 1 out of scope" in section
    (found,) = rows(section)
    assert found[2] == "75.00"
    assert found[4] == "100.00"


def test_what_is_missing_is_said_with_what_to_do(tmp_path) -> None:
    folder = benchmark(tmp_path / "snips-1")
    section = report.snips_section(find_models([folder]), tmp_path, RUNTIMES)
    (line,) = [line for line in section.splitlines() if line.startswith(report.NOT_MEASURED)]
    assert "train.jsonl: there is no such file" in line
    assert "fetch" in line
    clinc, house = report.without_model(find_models([folder]))
    assert "scripts/train clinc150" in clinc
    assert "scripts/train house" in house


def test_answers_of_a_teacher_to_other_sentences_are_refused(tmp_path) -> None:
    data, folder = snips(tmp_path / "data"), benchmark(tmp_path / "snips-1")
    (folder / "teacher.json").write_text('[["lights.turn_on", []]]')
    section = report.snips_section(find_models([folder]), data, RUNTIMES)
    assert "1 answers to 4 sentences" in section


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"task": "snips"}', '{"task": "atis", "parameters": 1}']
)
def test_damaged_facts_are_named(tmp_path, content) -> None:
    folder = benchmark(tmp_path / "snips-1")
    (folder / "facts.json").write_text(content)
    with pytest.raises(ModelError, match=r"facts\.json:.*\n  fix: make it again"):
        read_subject(folder)


def test_a_folder_without_a_model_is_refused(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"no model\.tflite there"):
        find_models([tmp_path])


def test_the_house_is_measured_on_its_own_sentences(monkeypatch, tmp_path) -> None:
    commands = house.read_commands()
    assert len(commands) >= 120
    monkeypatch.setattr(report, "read_commands", lambda: commands[:20])
    section = report.house_section([read_subject(PRODUCT)], tmp_path, RUNTIMES)
    (found,) = rows(section)
    assert float(found[4]) >= 80
    assert report.NOT_MEASURED in section  # no CLINC150 in tmp_path
