"""Fewer bits; needs the extra `train`."""

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")

from assistant.training.network import Network, Shape  # noqa: E402  # only with torch
from assistant.training.quantize import ActivationGrid, WeightGrid, affine, quantized  # noqa: E402

SHAPE = Shape(length=8, channels=16, hidden=32, dilations=(1, 2), dropout=0.0)
IDS = torch.randint(1, 20, (6, 8), generator=torch.Generator().manual_seed(1), dtype=torch.int32)


def network():
    torch.manual_seed(1)
    return Network(torch.randn(20, 8), SHAPE, 3, 5).eval()


@pytest.mark.parametrize("low", [-3.0, 0.0, 1.0])
@pytest.mark.parametrize("high", [-1.0, 0.0, 2.5])
def test_zero_is_exact_and_the_range_fits(low, high):
    scale, zero = affine(low, high)
    assert -128 <= zero <= 127
    assert (zero - zero) * scale == 0.0
    assert (-128 - zero) * scale <= min(low, 0.0) + scale
    assert (127 - zero) * scale >= max(high, 0.0) - scale


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_each_channel_has_at_most_so_many_values(bits):
    weight = torch.randn(3, 200) * torch.tensor([[0.01], [1.0], [50.0]])
    grid = WeightGrid(bits, per_channel=True)(weight)
    for row, real in zip(grid, weight, strict=True):
        assert len(row.unique()) <= 2**bits - 1
        step = real.abs().max() / (2 ** (bits - 1) - 1)
        assert (row - real).abs().max() <= step / 2 * 1.001


def test_bits_out_of_range_are_refused():
    with pytest.raises(ValueError, match="2 to 8 bits, not 16"):
        WeightGrid(16, per_channel=True)


def test_the_first_batch_calibrates_activations():
    grid = ActivationGrid().eval()
    first = torch.linspace(-1, 3, 50)
    assert (grid(first) - first).abs().max() <= 4 / 255
    assert grid(torch.tensor([10.0])) <= 3.02  # what is beyond the range saturates


def test_fewer_bits_cost_more():
    with torch.no_grad():
        exact = network()(IDS)[1]
        errors = []
        for bits in (8, 4, 2):
            narrow = network()
            with quantized(narrow, bits):
                errors.append((narrow(IDS)[1] - exact).abs().mean())
    assert errors[0] < errors[1] < errors[2]
    assert errors[0] < 0.05 * exact.abs().mean()


def test_training_in_the_loop_reaches_all_weights_and_leaves_them_on_the_grid():
    trained = network()
    with quantized(trained, 4):
        trained.train()
        trained(IDS)[1].pow(2).mean().backward()
        slopes = [p.grad for n, p in trained.named_parameters() if "weight" in n and "slots" in n]
        assert slopes
        assert all(slope.abs().sum() > 0 for slope in slopes)
    kernel = trained.slots.weight.detach().flatten(1)
    assert all(len(channel.unique()) <= 15 for channel in kernel)
