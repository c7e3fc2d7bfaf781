"""What protects does so in German too, and goes on knowing English names."""

import pytest

from assistant.home.model import Device
from assistant.home.risk import lets_in
from assistant.understand.secrets import MASK, without_any_digits, without_digits

pytestmark = pytest.mark.usefixtures("german")


@pytest.mark.parametrize(
    ("kind", "name", "risky"),
    [
        ("switch", "Haustür", True),
        ("switch", "Haustür Öffner", True),
        ("switch", "Garagentor Relais", True),
        ("cover", "Hoftor", True),
        ("cover", "Einfahrtstore", True),
        ("switch", "Alarmanlage", True),
        ("switch", "garage door relay", True),
        ("scene", "Haustür aufschließen", True),
        ("switch", "Ventilator", False),
        ("switch", "Garage Heizung", False),
        ("cover", "Jalousie", False),
        ("switch", "Monitor", False),
        ("cover", "Rollladen", False),
    ],
)
def test_what_lets_somebody_in(kind, name, risky):
    assert lets_in(Device("x", kind, name)) is risky


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("der Code ist eins zwei drei vier", f"der Code {MASK}"),
        (
            "schließe die Haustür auf mit zwei fünf acht null",
            f"schließe die Haustür auf mit {MASK}",
        ),
        ("entriegle sie, vierundzwanzig null sieben", f"entriegle sie, {MASK}"),
        ("mach das Licht auf zwanzig Prozent", "mach das Licht auf zwanzig Prozent"),
        ("the code is 1 2", f"the code {MASK}"),
    ],
)
def test_codes_are_masked(said, shown):
    assert without_digits(said, unclear=False) == shown


def test_every_number_can_be_masked():
    assert without_any_digits("um 5 oder einundzwanzig") == f"um {MASK} oder {MASK}"
