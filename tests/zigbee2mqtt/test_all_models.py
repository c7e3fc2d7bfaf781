"""Every model that zigbee2mqtt knows is announced, and commanded as it says that it can be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from emulated import MODULES, NODE, need_node
from repository import ROOT

sys.path.append(str(ROOT / "tests" / "home"))

from test_zigbee2mqtt import announced
from test_zigbee2mqtt import test_every_command_says_what_is_wanted as command_all

pytestmark = pytest.mark.zigbee2mqtt


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    need_node()
    file = tmp_path_factory.mktemp("models") / "models.json"
    script = Path(__file__).parent / "models.mjs"
    subprocess.run([NODE, script, MODULES, file], check=True)
    found: list[dict[str, Any]] = json.loads(file.read_text())
    return found


def test_all_of_them_are_commanded(
    models: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    kinds, wrong, usable = Counter[str](), list[str](), 0
    for model in models:
        entities = announced(model)
        if not entities:  # buttons, remotes, repeaters
            continue
        usable += model["count"]
        kinds.update(entity.kind for entity in entities)
        try:
            command_all(model)
        except Exception as error:  # noqa: BLE001  # all of them are shown
            wrong.append(f"{model['model']}: {type(error).__name__}: {str(error)[:200]}")
    every = sum(model["count"] for model in models)
    summary = f"{usable} of {every} models can be commanded or asked: {dict(kinds)}"
    with capsys.disabled():
        print(f"\n{summary}")  # noqa: T201
    assert wrong == []
