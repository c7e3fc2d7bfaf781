"""What the tests with a real Home Assistant share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "bridge"))

from broker import Mosquitto
from real import VERSIONS, HomeAssistant


@pytest.fixture(scope="session", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each of the Home Assistants, one after the other."""
    version: str = request.param
    return version


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory, version: str) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("mosquitto")) as broker:
        yield broker


@pytest.fixture(scope="session")
def home(
    tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto, version: str
) -> Iterator[HomeAssistant]:
    with HomeAssistant(tmp_path_factory.mktemp("homeassistant"), version) as home:
        home.add_mqtt(broker)
        yield home
