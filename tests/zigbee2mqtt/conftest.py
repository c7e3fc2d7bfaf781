"""What the tests with a real zigbee2mqtt share."""

from collections.abc import Iterator

import pytest
from broker import Mosquitto
from emulated import Zigbee2Mqtt
from things import ALL

from assistant.app import App, open_app
from assistant.config import Config, MqttSettings


@pytest.fixture(scope="module", params=["json", "attribute"])
def output(request: pytest.FixtureRequest) -> str:
    """One object, or a topic for each attribute."""
    return str(request.param)


@pytest.fixture(scope="module")
def broker(output: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp(f"mosquitto_{output}")) as broker:
        yield broker


@pytest.fixture(scope="module")
def zigbee(
    output: str, broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Zigbee2Mqtt]:
    folder = tmp_path_factory.mktemp("zigbee2mqtt")
    with Zigbee2Mqtt(folder, broker, ALL, output=output) as bridge:
        bridge.wait_started()
        yield bridge


@pytest.fixture(scope="module")
def app(broker: Mosquitto, zigbee: Zigbee2Mqtt) -> Iterator[App]:
    """An assistant that was told where the broker is, and nothing else."""
    user = {"username": broker.username, "password": broker.password}
    mqtt = MqttSettings(host=broker.host, port=broker.port, confirm_s=5.0, **user)
    with open_app(Config(mqtt=mqtt)) as app:
        yield app
