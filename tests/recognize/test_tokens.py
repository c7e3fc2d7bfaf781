"""Which tokens of the real tokenizer may follow."""

import numpy as np
import pytest
from expected import graph, lights

from assistant.grammar.graph import DEAD
from assistant.recognize.moonshine_model import Tokenizer, packaged_folder
from assistant.recognize.tokens import Continuations, TokenTable
from assistant.skill.manifest import SlotSpec

TOKENIZER = Tokenizer(packaged_folder() / "tokenizer.bin")
TABLE = TokenTable(TOKENIZER.tokens)
IDS = {token.decode("utf-8", "replace"): i for i, token in enumerate(TOKENIZER.tokens)}

UNUSUAL = frozenset(';:…—"“”\u2019')
"""Signs that no command needs: tokens with them are passed over."""


def read(may: Continuations, *tokens: str) -> int:
    """The state after these tokens, one by one."""
    state = may.graph.start
    for token in tokens:
        ids, states = may.closed(state)
        found = dict(zip(ids.tolist(), states.tolist(), strict=True))
        assert found.get(IDS[token], DEAD) == may.after(state, IDS[token])
        state = may.after(state, IDS[token])
        if state == DEAD:
            break
    return state


@pytest.mark.parametrize(
    "begun", ["", "turn on", "dim the desk lamp to ", "dim the desk lamp to 4"]
)
def test_exactly_the_tokens_that_the_graph_reads_may_follow(begun: str) -> None:
    may = Continuations(TABLE, lights())
    state = may.graph.step(may.graph.start, begun)
    ids, states = may.closed(state)
    after = [may.graph.step(state, text) if text else DEAD for text in TABLE.texts]
    usual = [i for i, text in enumerate(TABLE.texts) if not UNUSUAL & set(text)]
    assert sorted(ids.tolist()) == [i for i in usual if after[i] != DEAD]
    assert [after[i] for i in ids] == states.tolist()


def test_a_word_may_be_written_in_any_pieces_and_letters() -> None:
    may = Continuations(TABLE, graph("a light tea"))
    written = [("▁a", "▁light"), ("▁a", "▁l", "ight"), ("▁A", "▁Light"), ("a", "▁l", "ight")]
    states = {read(may, *tokens) for tokens in written}
    assert DEAD not in states
    assert len(states) == 1
    assert read(may, "▁a", "▁l", "a") == DEAD


def test_a_token_may_hold_a_sign() -> None:
    may = Continuations(TABLE, graph("to {level}", level=SlotSpec("percent", min=0, max=100)))
    assert may.graph.ends(read(may, "▁to", "▁", "4", "0", "%"))
    assert may.graph.ends(read(may, "▁to", "▁", "4", "0", "%", "."))


def test_tokens_without_text_never_follow() -> None:
    may = Continuations(TABLE, graph("play {song}", song=SlotSpec("text")))
    for state in (may.graph.start, read(may, "▁play"), read(may, "▁play", "▁")):
        for token in (0, 1, 2, IDS["<<ST_1>>"]):
            assert may.after(state, token) == DEAD
            assert token not in may.closed(state)[0]


def test_free_text_goes_on_with_any_word() -> None:
    may = Continuations(TABLE, graph("play {song} now", song=SlotSpec("text")))
    inside = may.after(read(may, "▁play"), IDS["▁the"])
    assert inside != DEAD
    assert may.graph.ends(may.graph.step(inside, " beatles now"))
    assert IDS["▁the"] not in may.closed(read(may, "▁play"))[0]  # left to the search


def test_what_was_said_has_no_punctuation_and_single_blanks() -> None:
    may = Continuations(TABLE, graph("turn it off"))
    said = ""
    for token in ("▁Turn", ",", "▁it", "▁off", ".", "▁"):
        said = may.said(said, IDS[token])
    assert said.rstrip() == "turn it off"


def test_after_a_trim_the_same_tokens_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    may = Continuations(TABLE, lights())

    def following(begun: str) -> set[int]:
        return set(may.closed(may.graph.step(may.graph.start, begun))[0].tolist())

    dim = following("dim ")
    monkeypatch.setattr("assistant.grammar.graph._MOST_STATES", 10)
    may.follow(may.graph)
    make = following("make")  # a new state, with the number that "dim " had
    assert make
    assert make != dim
    assert following("dim ") == dim


def test_continuations_are_found_once() -> None:
    may = Continuations(TABLE, lights())
    assert may.closed(may.graph.start)[0] is may.closed(may.graph.start)[0]
    assert may.closed(may.graph.start)[0].dtype == np.int64


def test_the_likeliest_of_all_that_may_follow_are_found() -> None:
    may = Continuations(TABLE, lights())
    scores = np.log(np.random.default_rng(0).dirichlet(np.ones(len(TABLE.texts)))).astype("f4")
    for begun in ("", "dim ", "make the "):
        state = may.graph.step(may.graph.start, begun)
        ids, _ = may.closed(state)
        best = ids[np.argsort(-scores[ids])[:5]].tolist()
        found = may.likely(state, scores, 20)
        assert set(best) <= found.keys()
        assert all(may.after(state, token) == after for token, after in found.items())


def test_what_was_found_out_is_kept_for_what_can_be_said_next() -> None:
    before = lights()
    may = Continuations(TABLE, before)
    dim = may.graph.step(may.graph.start, "dim ")
    found = may.closed(dim)[0]
    may.follow(before.beside("answers", (), points=False))
    assert may.graph is not before
    assert may.closed(dim)[0] is found
    may.follow(lights())  # of other skills
    assert may.closed(may.graph.step(may.graph.start, "dim "))[0] is not found
