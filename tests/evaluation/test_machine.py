"""What a model costs: figures of the right size and in the right order."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from assistant.evaluation import machine
from assistant.evaluation.machine import PIECES, memory_mib, timed_sentences
from assistant.evaluation.subjects import PRODUCT, find_models
from assistant.tflite import runtimes


def test_the_sentences_that_are_timed_have_so_many_pieces() -> None:
    tokenizer = Tokenizer.from_file(str(PRODUCT / "tokenizer.json"))
    sentences = timed_sentences(tokenizer)
    lengths = {
        sum(len(tokenizer.encode(w, add_special_tokens=False).ids) for w in words)
        for words in sentences
    }
    assert lengths == {PIECES}
    assert len(set(sentences)) == len(sentences) >= 20


def test_words_of_many_pieces_do_not_make_a_sentence_longer() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = ["[UNK]", *letters, *(f"##{letter}" for letter in letters)]
    by_letter = Tokenizer(WordPiece({piece: at for at, piece in enumerate(pieces)}))
    lengths = [len("".join(words)) for words in timed_sentences(by_letter)]
    assert max(lengths) == PIECES
    assert min(lengths) >= PIECES - 1


def test_a_model_has_its_costs_in_a_line(monkeypatch) -> None:
    monkeypatch.setattr(machine, "_ROUNDS", 2)
    monkeypatch.setattr(machine, "_LOADS", 2)
    (cost,) = [machine.measure_cost(PRODUCT, runtimes()[0])]
    assert 0 < cost.invoke_ms[0] < cost.score_ms[1]
    assert cost.load_ms < cost.ready_ms
    assert cost.millijoules > 0
    monkeypatch.setattr(machine, "measure_cost", lambda folder, runtime: cost)
    printed = machine.costs(find_models([PRODUCT, PRODUCT]), runtimes()[:1])
    assert printed.count("intent-en") == 1  # the first of its task
    assert cost.energy_source in printed


def test_memory_is_that_of_a_fresh_process() -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("NOT TESTED: no /proc")
    found = memory_mib(PRODUCT, runtimes()[0])
    assert found is not None
    alone, loaded = found
    assert 10 < alone < loaded < 200
