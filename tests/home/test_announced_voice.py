"""A config.yaml with a broker's address and no more; lamps of four makers obey what is said."""

from __future__ import annotations

from pathlib import Path

from broker import Mosquitto
from test_announced_house import MAKERS, announced_house

from assistant.app import open_stages
from assistant.audio import read_file
from assistant.config import load_config
from assistant.demo import commands
from assistant.events import Reply
from assistant.home.attributes import fulfilled
from assistant.pipeline import Pipeline

SPOKEN = Path(__file__).parent / "spoken"


def test_a_lamp_of_every_maker_obeys_spoken_words(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    said = commands(SPOKEN)
    assert [Path(command.file).stem for command in said] == list(MAKERS)
    with Mosquitto(tmp_path, config="allow_anonymous true") as broker:
        file.write_text(f"mqtt: {{ host: {broker.host}, port: {broker.port} }}\n")
        with announced_house(broker, load_config(file)) as home:
            stages = open_stages(home.app.config, home.app.conversation)
            for command in said:
                events = list(Pipeline(stages).run(read_file(SPOKEN / command.file)))
                replies = [event for event in events if isinstance(event, Reply)]
                assert [reply.kind for reply in replies] == ["done"], (command.says, replies)
                for id_, attributes in command.expect.items():
                    assert fulfilled(attributes, home.devices.state(id_)), command.says
