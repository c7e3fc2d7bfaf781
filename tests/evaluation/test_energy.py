"""Energy from counters and sensors, on folders that look like sysfs."""

from pathlib import Path

import pytest

from assistant.evaluation import energy
from assistant.evaluation.energy import CpuTime, PowerSensor, Rapl, open_meter, pmic_watts

PMIC = """\
 VDD_CORE_A current(7)=2.00000000A
      HDMI_A current(22)=0.01000000A
 VDD_CORE_V volt(15)=0.75000000V
      HDMI_V volt(23)=5.00000000V
     EXT5V_V volt(24)=5.17105900V
"""


@pytest.fixture(autouse=True)
def _no_pi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def write(file: Path, content: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{content}\n")
    return file


def rapl_zone(system: Path, name: str, microjoules: int) -> Path:
    zone = system / "class" / "powercap" / name
    write(zone / "max_energy_range_uj", 9_999_999)
    return write(zone / "energy_uj", microjoules)


def test_rapl_adds_up_the_packages_and_not_their_parts(tmp_path) -> None:
    first, second = (rapl_zone(tmp_path, f"intel-rapl:{n}", 1_000_000) for n in (0, 1))
    part = rapl_zone(tmp_path, "intel-rapl:0:0", 1_000_000)
    meter = open_meter(tmp_path)
    assert isinstance(meter, Rapl)
    for counter, value in ((first, 3_000_000), (second, 1_500_000), (part, 2_900_000)):
        counter.write_text(str(value))
    assert meter.joules() == pytest.approx(2.5)


def test_rapl_goes_on_when_its_counter_wraps_around(tmp_path) -> None:
    counter = rapl_zone(tmp_path, "intel-rapl:0", 9_500_000)
    meter = open_meter(tmp_path)
    for value in (500_000, 9_000_000, 250_000):
        counter.write_text(str(value))
        total = meter.joules()
    assert total == pytest.approx(1.0 + 8.5 + 1.25)


def test_a_counter_that_only_root_may_read_is_no_counter(tmp_path) -> None:
    zone = rapl_zone(tmp_path, "intel-rapl:0", 1).parent
    (zone / "energy_uj").unlink()
    (zone / "energy_uj").mkdir()  # unreadable for root as well, who runs the tests in a container
    assert isinstance(open_meter(tmp_path), CpuTime)


def test_a_sensor_in_the_supply_line_is_found_and_others_are_not(tmp_path) -> None:
    chips = tmp_path / "class" / "hwmon"
    for number, name in enumerate(("amdgpu", "ina226")):
        write(chips / f"hwmon{number}" / "name", name)
        write(chips / f"hwmon{number}" / "power1_input", 4_000_000)
    meter = open_meter(tmp_path)
    assert isinstance(meter, PowerSensor)
    assert "ina226" in meter.about


def test_power_times_time_is_energy(monkeypatch) -> None:
    now = iter((10.0, 10.5, 11.5))
    monkeypatch.setattr(energy.time, "perf_counter", lambda: next(now))
    watts = iter((4.0, 2.0))
    meter = PowerSensor(lambda: next(watts), "a sensor")
    assert meter.joules() == pytest.approx(2.0)
    assert meter.joules() == pytest.approx(4.0)


def test_the_rails_of_a_pi_are_added_up() -> None:
    assert pmic_watts(PMIC) == pytest.approx(2.0 * 0.75 + 0.01 * 5.0)
    assert pmic_watts("VCHI initialization failed") == 0.0


def test_without_a_sensor_the_figure_says_that_it_is_an_estimate(tmp_path) -> None:
    meter = open_meter(tmp_path)
    assert meter.about.startswith("ESTIMATE")
    before = meter.joules()
    sum(range(200_000))
    assert meter.joules() > before
