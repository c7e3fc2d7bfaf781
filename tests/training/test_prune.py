"""Smaller networks from bigger ones; needs the extra `train`."""

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")

from types import SimpleNamespace  # noqa: E402

from assistant.training.network import Network, Shape  # noqa: E402  # only with torch
from assistant.training.prune import remove_heads, remove_units, without_smallest  # noqa: E402
from assistant.training.transformer import Transformer, TransformerShape  # noqa: E402

IDS = torch.randint(1, 20, (6, 8), generator=torch.Generator().manual_seed(1), dtype=torch.int32)
BATCHES = [SimpleNamespace(ids=IDS)]


def students():
    torch.manual_seed(1)
    table = torch.randn(20, 8)
    return [
        Network(table, Shape(8, 16, 32, (1, 2), 0.0), 3, 5).eval(),
        Transformer(table, TransformerShape(8, 16, 32, 4, 2, 0.0), 3, 5).eval(),
    ]


def loss_of(network):
    return lambda batch: network(batch.ids)[1].pow(2).sum()


def weights(network):
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("which", [0, 1])
def test_units_that_do_nothing_go_first_and_nothing_changes(which):
    network = students()[which]
    blocks = network.blocks if which == 0 else network.layers
    with torch.no_grad():
        for block in blocks:
            block.narrow.weight[:, ::2] = 0  # every other unit has no effect
        before = network(IDS)
    size = weights(network)
    remove_units(network, BATCHES, loss_of(network), 0.5)
    with torch.no_grad():
        after = network(IDS)
    assert weights(network) < size
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(before, after, strict=True))


def test_heads_that_do_nothing_go_first():
    network = students()[1]
    with torch.no_grad():
        for layer in network.layers:
            layer.attention.gather.weight[:, 4:12] = 0  # the second and third of four heads
        before = network(IDS)
    remove_heads(network, BATCHES, loss_of(network), 0.5)
    with torch.no_grad():
        after = network(IDS)
    assert [layer.attention.heads for layer in network.layers] == [2, 2]
    assert torch.allclose(before[1], after[1], atol=1e-5)


def test_zeros_stay_zero_while_training():
    network = students()[0]
    with without_smallest(network, 0.5):
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        loss_of(network)(BATCHES[0]).backward()
        optimizer.step()
    layers = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Linear)]
    zeros = sum(int((layer.weight == 0).sum()) for layer in layers)
    total = sum(layer.weight.numel() for layer in layers)
    assert zeros / total == pytest.approx(0.5, abs=0.01)
