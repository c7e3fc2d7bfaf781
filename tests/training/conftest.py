"""How torch is set for the tests, where it is installed."""

import importlib.util

import pytest


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Two threads wait for each other at every step: on a busy machine, minutes for such small
    networks as the tests have.
    """
    if importlib.util.find_spec("torch"):
        from assistant.training.loop import set_up

        set_up(1)
