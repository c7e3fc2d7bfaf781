"""The network itself; needs the extra `train`."""

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")

from assistant.training.network import (  # noqa: E402  # only with torch
    IGNORED,
    Examples,
    Network,
    Schedule,
    Shape,
    squeeze_embedding,
    train,
)

SHAPE = Shape(length=8, channels=16, hidden=16, dilations=(1, 2), dropout=0.0)


def test_padding_changes_nothing() -> None:
    torch.manual_seed(1)
    network = Network(torch.randn(20, 8), SHAPE, intents=3, slots=5).eval()
    short = torch.tensor([[3, 4, 5]], dtype=torch.int32)
    padded = torch.cat([short, torch.zeros(1, 5, dtype=torch.int32)], dim=1)
    with torch.no_grad():
        (intents, slots), (intents_padded, slots_padded) = network(short), network(padded)
    assert slots_padded.shape == (1, 8, 5)
    assert torch.allclose(intents, intents_padded, atol=1e-5)
    assert torch.allclose(slots[:, 0], slots_padded[:, 0], atol=1e-5)


def test_it_learns_a_rule() -> None:
    torch.manual_seed(1)
    ids = torch.randint(2, 20, (256, 8), dtype=torch.int32)
    intents = (ids == 7).any(dim=1).long()
    slots = torch.where(ids == 7, 1, 0).long()
    slots[:, -1] = IGNORED
    network = Network(torch.randn(20, 8), SHAPE, intents=2, slots=2)
    said: list[str] = []
    schedule = Schedule(epochs=20, batch=32, word_dropout=0.0)
    train(network, Examples(ids, intents, slots), schedule, said.append, seed=1)
    with torch.no_grad():
        logits, _ = network(ids)
    assert len(said) == 20
    assert (logits.argmax(dim=1) == intents).float().mean() > 0.95


def test_a_placeholder_starts_at_the_mean_of_its_words() -> None:
    table = torch.randn(30, 12)
    narrow = squeeze_embedding(table, [(0,), (1,), (2,), (3,), (1, 2)], 4)
    assert narrow.shape == (5, 4)
    assert torch.allclose(narrow[4], (narrow[1] + narrow[2]) / 2, atol=1e-5)
    assert not narrow[0].any()
