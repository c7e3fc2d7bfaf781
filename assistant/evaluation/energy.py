"""Energy that work takes: from the processor's counter, a power sensor, or an estimate.

RAPL      /sys/class/powercap/intel-rapl:N, energy_uj of each package (Intel and AMD; since
          Linux 5.10 for root only). Source: kernel.org/doc/html/latest/power/powercap
INA       /sys/class/hwmon, power1_input in microwatts of a chip called ina…: a sensor in the
          supply line. Source: kernel.org/doc/html/latest/hwmon/sysfs-interface.html
PMIC      `vcgencmd pmic_read_adc` of a Raspberry Pi 5: current and voltage of its supply rails
          (nothing that hangs on 5 V directly: USB, HATs)
estimate  the process's CPU time × WATTS_PER_CORE

The first three count the whole board or processor, whatever else it does meanwhile.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

WATTS_PER_CORE = 5.0
"""Assumed of a busy core: a server processor of 280 W and 64 cores has 4.4 W for each, a desktop
one of 65 W and 12 cores 5.4 W; a core of a Raspberry Pi 4 takes about 1 W."""

_ADC = re.compile(r"(\w+)_([AV])\s+\w+\(\d+\)=([\d.]+)[AV]")
_VCGENCMD_S = 2.0


class Meter(Protocol):
    """Counts energy from its making on."""

    @property
    def about(self) -> str:
        """Where the figure comes from."""
        ...

    def joules(self) -> float:
        """Energy so far. To be called every second or so: a counter may wrap around, and power
        is taken to be the same since the call before.
        """
        ...


class Rapl:
    """The energy counters of the processor's packages, microjoules that wrap around."""

    about = "RAPL: all that the processor package does"

    def __init__(self, zones: list[Path]) -> None:
        self._zones = zones
        self._ranges = [_read_int(zone / "max_energy_range_uj") for zone in zones]
        self._last = self._read()
        self._total_uj = 0

    def joules(self) -> float:
        now = self._read()
        for value, before, size in zip(now, self._last, self._ranges, strict=True):
            self._total_uj += value - before if value >= before else value - before + size + 1
        self._last = now
        return self._total_uj / 1e6

    def _read(self) -> list[int]:
        return [_read_int(zone / "energy_uj") for zone in self._zones]


class PowerSensor:
    """Power read now and then, times the time between."""

    def __init__(self, watts: Callable[[], float], about: str) -> None:
        self.about = about
        self._watts = watts
        self._last = time.perf_counter()
        self._total = 0.0

    def joules(self) -> float:
        now = time.perf_counter()
        self._total += self._watts() * (now - self._last)
        self._last = now
        return self._total


class CpuTime:
    """No sensor: an estimate."""

    about = f"ESTIMATE: CPU time × {WATTS_PER_CORE:g} W, no power sensor is readable"

    def __init__(self) -> None:
        self._start = time.process_time()

    def joules(self) -> float:
        return (time.process_time() - self._start) * WATTS_PER_CORE


def open_meter(system: Path = Path("/sys")) -> Meter:
    """The best meter that this machine lets us read.

    system   where sysfs is mounted
    """
    zones = [
        zone
        for zone in sorted((system / "class" / "powercap").glob("intel-rapl:*"))
        if zone.name.count(":") == 1 and _readable(zone / "energy_uj", zone / "max_energy_range_uj")
    ]
    if zones:
        return Rapl(zones)
    for chip in sorted((system / "class" / "hwmon").glob("hwmon*")):
        if _name(chip).startswith("ina") and _readable(chip / "power1_input"):
            about = f"power sensor {_name(chip)}: the whole board"
            return PowerSensor(partial(_ina_watts, chip), about)
    if shutil.which("vcgencmd") and _pi_watts() > 0:
        return PowerSensor(_pi_watts, "the Pi's power controller: all its rails")
    return CpuTime()


def pmic_watts(printed: str) -> float:
    """Power of all rails in the output of `vcgencmd pmic_read_adc`, 0.0 when there are none.

    A rail has two lines: "VDD_CORE_A current(7)=0.92A", "VDD_CORE_V volt(15)=0.72V".
    """
    found = {(rail, unit): float(value) for rail, unit, value in _ADC.findall(printed)}
    return sum(
        current * found[rail, "V"]
        for (rail, unit), current in found.items()
        if unit == "A" and (rail, "V") in found
    )


def _pi_watts() -> float:
    try:
        done = subprocess.run(
            ["vcgencmd", "pmic_read_adc"],
            capture_output=True,
            text=True,
            check=False,
            timeout=_VCGENCMD_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0.0
    return pmic_watts(done.stdout)


def _ina_watts(chip: Path) -> float:
    return _read_int(chip / "power1_input") / 1e6


def _name(chip: Path) -> str:
    try:
        return (chip / "name").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _readable(*files: Path) -> bool:
    """Whether each holds a number that we may read."""
    try:
        return all(_read_int(file) >= 0 for file in files)
    except (OSError, ValueError):
        return False


def _read_int(file: Path) -> int:
    return int(file.read_text(encoding="utf-8"))
