"""The words to learn from: what ships, and how it is made from WordNet."""

import random
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.training.corpus import CORPUS, Corpus, extract, read_corpus, write_corpus

DATA = """\
  1 This software and database is being provided to you, the LICENSEE
00001740 03 n 01 Dog 0 001 ~ 0 n 0000 | a small animal; "The dog barked all night"
00001741 03 n 01 aardwolf 0 001 ~ 0 n 0000 | striped hyena; "he saw 1,000 of them!"
"""


@pytest.fixture
def wordnet(tmp_path: Path) -> Path:
    for part in ("noun", "verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text(DATA if part == "noun" else "")
    return tmp_path


def test_the_extract_that_ships_is_small_and_rich() -> None:
    corpus = read_corpus()
    assert CORPUS.stat().st_size < 1_000_000
    assert "Princeton" in CORPUS.with_name("corpus.LICENSE").read_text()
    assert len(corpus.examples) > 40_000
    assert len(corpus.nouns) > 3_000
    assert corpus.word(random.Random(1)) == corpus.word(random.Random(1))
    assert 1 <= len(corpus.phrase(random.Random(1), 3).split()) <= 3


def test_only_known_nouns_and_matching_form_are_taken(wordnet: Path) -> None:
    corpus = extract(wordnet, frozenset({"dog", "verb"}))
    assert corpus.nouns == ("dog",)
    assert corpus.examples == ("the dog barked all night", "he saw 1000 of them")
    assert sorted(corpus.definitions) == ["a small animal", "striped hyena"]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    corpus = Corpus(("one", "two words"), ("a thing",), ("noun",))
    file = tmp_path / "corpus.txt.gz"
    write_corpus(corpus, file)
    assert read_corpus(file) == corpus


def test_a_damaged_extract_says_so(tmp_path: Path) -> None:
    file = tmp_path / "corpus.txt.gz"
    file.write_bytes(CORPUS.read_bytes()[:5000])
    with pytest.raises(ModelError, match=r"corpus\.txt\.gz"):
        read_corpus(file)


def test_a_missing_wordnet_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="WordNet") as caught:
        extract(tmp_path, frozenset())
    assert "wordnet-base" in caught.value.fix
