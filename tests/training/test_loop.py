"""Training can be stopped and goes on; needs the extra `train`."""

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")

from assistant.training.loop import Group, Schedule, fit  # noqa: E402  # only with torch

SCHEDULE = Schedule(epochs=3, batch=4, seed=7)


class Stopped(Exception):
    pass


def train(tmp_path, *, stop_after=None):
    """A tiny regression with dropout; returns its weights and what was said."""
    tmp_path.mkdir(exist_ok=True)
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(4, 1))
    said = []

    def say(line):
        said.append(line)
        if stop_after is not None and line.startswith(f"epoch {stop_after + 1}"):
            raise Stopped

    def batches(rng):
        yield from ([rng.random() for _ in range(4)] for _ in range(5))

    def loss(batch):
        return (module(torch.tensor([batch])) - sum(batch)).pow(2).mean()

    groups = [Group(list(module.parameters()), 0.1)]
    try:
        fit(module, groups, batches, loss, SCHEDULE, 5, tmp_path / "checkpoint.pt", say)
    except Stopped:
        return None, said
    return module[1].weight.detach().clone(), said


def test_a_stopped_run_ends_at_the_same_weights(tmp_path):
    whole, _ = train(tmp_path / "whole")
    # Stopped while saying that the second epoch is done, before that was written down.
    assert train(tmp_path / "parts", stop_after=1)[0] is None
    resumed, said = train(tmp_path / "parts")
    assert torch.equal(whole, resumed)
    assert "going on after epoch 1" in said[0]
    assert not (tmp_path / "parts" / "checkpoint.pt").exists()


def test_every_epoch_says_its_loss(tmp_path):
    _, said = train(tmp_path)
    assert [line.split(":")[0] for line in said] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert all("loss" in line for line in said)
