"""The students themselves; needs the extra `train`."""

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")

from assistant.training.network import Network, Shape, squeeze_embedding  # noqa: E402
from assistant.training.transformer import Transformer, TransformerShape  # noqa: E402

STUDENTS = [
    (Network, Shape(length=8, channels=16, hidden=16, dilations=(1, 2), dropout=0.0)),
    (Transformer, TransformerShape(length=8, channels=16, hidden=16, heads=2, layers=2)),
]


@pytest.mark.parametrize(("kind", "shape"), STUDENTS)
def test_padding_changes_nothing(kind, shape):
    torch.manual_seed(1)
    network = kind(torch.randn(20, 8), shape, 3, 5).eval()
    short = torch.tensor([[3, 4, 5]], dtype=torch.int32)
    padded = torch.cat([short, torch.zeros(1, 5, dtype=torch.int32)], dim=1)
    with torch.no_grad():
        intents, slots, features = network(short)
        intents_padded, slots_padded, features_padded = network(padded)
    assert slots_padded.shape == (1, 8, 5)
    assert features_padded.shape == (1, 8, 48)
    assert torch.allclose(intents, intents_padded, atol=1e-5)
    assert torch.allclose(slots[:, :3], slots_padded[:, :3], atol=1e-5)
    assert torch.allclose(features[:, :3], features_padded[:, :3], atol=1e-5)


@pytest.mark.parametrize(("kind", "shape"), STUDENTS)
def test_every_word_can_matter_to_every_other(kind, shape):
    """What comes last changes what is said of the first word: "play … radio", "play … book"."""
    torch.manual_seed(1)
    network = kind(torch.randn(20, 8), shape, 3, 5).eval()
    ids = torch.tensor([[3, 4, 5, 6, 7, 8, 9, 10], [3, 4, 5, 6, 7, 8, 9, 11]], dtype=torch.int32)
    with torch.no_grad():
        _, slots, _ = network(ids)
    assert not torch.allclose(slots[0, 0], slots[1, 0], atol=1e-6)


def test_a_placeholder_starts_at_the_mean_of_its_words():
    table = torch.randn(30, 12)
    narrow = squeeze_embedding(table, [(0,), (1,), (2,), (3,), (1, 2)], 4)
    assert narrow.shape == (5, 4)
    assert torch.allclose(narrow[4], (narrow[1] + narrow[2]) / 2, atol=1e-5)
    assert not narrow[0].any()
