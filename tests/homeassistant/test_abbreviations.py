"""Home Assistant's own table of abbreviations, as far as our dialects know the keys."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
from dataclasses import fields, is_dataclass

import pytest
from real import installed

import assistant.home.dialects as dialects
from assistant.home.discovery.abbreviations import key

pytestmark = pytest.mark.home_assistant

TABLE = """
import json
from homeassistant.components.mqtt.abbreviations import ABBREVIATIONS
print(json.dumps(ABBREVIATIONS))
"""


def known_keys() -> set[str]:
    modules = [
        importlib.import_module(f"{dialects.__name__}.{module.name}")
        for module in pkgutil.iter_modules(dialects.__path__)
        if module.name.startswith("homeassistant")
    ]
    schemas = [kind for one in modules for kind in vars(one).values() if is_dataclass(kind)]
    return {field.name for schema in schemas for field in fields(schema)}


def test_every_abbreviation_of_a_key_that_we_know_is_written_out(version: str) -> None:
    run = subprocess.run(
        [installed(version) / "python", "-c", TABLE], capture_output=True, check=True
    )
    known = known_keys()
    table = {short: whole for short, whole in json.loads(run.stdout).items() if whole in known}
    assert len(table) > 50
    assert {short: key(short) for short in table} == table
