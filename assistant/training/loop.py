"""The training loop of teacher and student: it shows progress and goes on after a stop."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from assistant.training.batches import Batch

Say = Callable[[str], None]


def silent(line: str) -> None:
    """A `Say` for tests, and for what takes no time."""


def set_up(threads: int) -> None:
    """Settings of torch for every training: call once, at the start."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # they slow the first epoch down


@dataclass(frozen=True)
class Group:
    """Parameters that learn at one rate."""

    parameters: Sequence[nn.Parameter]
    rate: float


@dataclass(frozen=True)
class Schedule:
    """How long and in what steps. The rate rises for a tenth of the steps, then falls to nothing
    along a line (Devlin et al. 2019) or, `cosine`, along a half-wave.
    """

    epochs: int
    batch: int
    seed: int = 1
    decay: float = 0.01
    largest_gradient: float = 1.0
    cosine: bool = False


def fit(
    module: nn.Module,
    groups: Sequence[Group],
    batches: Callable[[random.Random], Iterator[Batch]],
    loss: Callable[[Batch], Tensor],
    schedule: Schedule,
    steps: int,
    checkpoint: Path | None,
    say: Say,
) -> None:
    """Train `module` in place.

    batches      one epoch's; all its randomness comes from the generator it is given
    steps        batches of one epoch
    checkpoint   written after each epoch and read at the start: a run that was stopped goes on
                 with the next epoch and ends at the same weights. Deleted when all is done

    Every epoch seeds torch and its batches anew, so that it does not depend on the ones before.
    """
    optimizer = torch.optim.AdamW(
        [{"params": list(g.parameters), "lr": g.rate} for g in groups], weight_decay=schedule.decay
    )
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [g.rate for g in groups],
        total_steps=schedule.epochs * steps + 1,  # it is asked once more after the last
        pct_start=0.1,
        anneal_strategy="cos" if schedule.cosine else "linear",
        div_factor=10,
        cycle_momentum=False,
    )
    parts = {"module": module, "optimizer": optimizer, "rates": rates}
    done = _restore(checkpoint, parts, say)
    for epoch in range(done, schedule.epochs):
        seed = schedule.seed * 1000 + epoch
        torch.manual_seed(seed)
        module.train()
        started, total, count = time.monotonic(), 0.0, 0
        for batch in batches(random.Random(seed)):
            value = loss(batch)
            optimizer.zero_grad()
            value.backward()
            for group in groups:
                nn.utils.clip_grad_norm_(group.parameters, schedule.largest_gradient)
            optimizer.step()
            rates.step()
            total, count = total + value.item(), count + 1
        took = time.monotonic() - started
        say(f"epoch {epoch + 1}/{schedule.epochs}: loss {total / count:.4f}, {took:.0f} s")
        _save_epoch(checkpoint, parts, epoch + 1)
    module.eval()
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)


def save(content: object, file: Path) -> None:
    """Write for torch.load; a stop in the middle leaves what was in `file` before."""
    half = file.with_suffix(".half")
    torch.save(content, half)
    half.replace(file)


def _save_epoch(file: Path | None, parts: dict[str, Any], epochs: int) -> None:
    if file is not None:
        save({"epochs": epochs} | {n: part.state_dict() for n, part in parts.items()}, file)


def _restore(file: Path | None, parts: dict[str, Any], say: Say) -> int:
    """Epochs that are done already."""
    if file is None or not file.exists():
        return 0
    state = torch.load(file, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    say(f"{file}: going on after epoch {state['epochs']}")
    return int(state["epochs"])
