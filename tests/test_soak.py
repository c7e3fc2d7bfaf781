"""scripts/soak in short: nothing is lost, twice or late, and every stop is in order."""

import subprocess
import sys
from importlib.util import find_spec

import pytest
from broker import executable
from repository import ROOT

MINUTES = "0.25"

if find_spec("wyoming") is None:
    pytest.skip("NOT TESTED: scripts/soak: install the extra `wyoming`", allow_module_level=True)
if executable("mosquitto") is None:
    pytest.skip("NOT TESTED: scripts/soak: apt-get install mosquitto", allow_module_level=True)


def test_a_short_soak_breaks_no_bound():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "soak.py", "--minutes", MINUTES],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines() if " " in line)
    assert int(table["done"]) > 0
    for what in ("lost", "twice", "late", "unclean stops"):
        assert table[what.ljust(20).rstrip()] == "0"
    assert {"start", "warm", "end"} <= {
        line.split()[0] for line in done.stdout.splitlines() if line
    }
