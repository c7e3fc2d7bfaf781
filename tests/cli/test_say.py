"""assistant say: typed commands, as people and scripts use them."""

import io
import json
from pathlib import Path

import pytest
from broker import free_port, mosquitto

from assistant.cli import main
from assistant.config import load_config
from assistant.demo import HOUSE
from assistant.home.simulate import SimulatedHouse
from assistant.perform import Performer

__all__ = ["mosquitto"]


@pytest.fixture
def house(tmp_path: Path, mosquitto) -> Path:
    """A configuration whose house is simulated on a real Mosquitto."""
    file = config_file(tmp_path, mosquitto.port, f"username: {mosquitto.username}")
    text = file.read_text(encoding="utf-8").replace(
        "username:", f"password: {mosquitto.password}\n  username:"
    )
    file.write_text(text, encoding="utf-8")
    return file


def config_file(folder: Path, port: int, *more: str) -> Path:
    file = folder / "config.yaml"
    lines = ["mqtt:", f"  port: {port}", *(f"  {line}" for line in more)]
    house = HOUSE.read_text(encoding="utf-8")
    file.write_text("\n".join(lines) + "\n" + house, encoding="utf-8")
    return file


def say(capsys, *arguments: str) -> tuple[int, list[dict]]:
    """Exit code and the JSON objects that were printed."""
    code = main(["say", "--json", *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def dry(capsys, text: str) -> dict:
    _, (answer,) = say(capsys, "--dry-run", "--config", str(HOUSE), text)
    return answer


def test_the_object_of_an_utterance_has_everything_the_readme_promises(capsys):
    answer = dry(capsys, "set the floor lamp to 40 percent")
    assert set(answer) == {
        *("id", "text", "decision", "confidence", "intents", "actions", "reply", "timings_ms")
    }
    assert answer["decision"] == "accept"
    (intent,) = answer["intents"]
    assert intent["name"] == "lights.set_brightness"
    assert intent["slots"]["brightness"] == {"raw": "40 percent", "value": 40, "unit": "percent"}
    (action,) = answer["actions"]
    assert action["topic"] == "home/living_room/floor_lamp/set"
    assert json.loads(action["payload"]) == {"state": "ON", "brightness": 102}
    assert (action["qos"], action["retain"]) == (2, False)
    assert answer["reply"] == "The floor lamp is at 40 percent."
    assert {"understand", "dialogue", "skill"} <= set(answer["timings_ms"])


@pytest.mark.parametrize(
    ("text", "payloads"),
    [
        ("turn on the kitchen lights", {"kitchen/ceiling", "kitchen/counter"}),
        ("turn off all the lights downstairs", {*("kitchen/ceiling", "kitchen/counter",
            "living_room/ceiling", "living_room/floor_lamp")}),
        ("turn on the lights", {"kitchen/ceiling", "kitchen/counter"}),
        ("switch on the ceiling light in the living room", {"living_room/ceiling"}),
        ("set the thermostat to twenty one degrees", {"thermostat/target"}),
        ("switch the heating to auto", {"thermostat/mode"}),
        ("play some jazz in the living room", {"living_room/speaker"}),
        ("turn off the kitchen lights and pause the music",
            {"kitchen/ceiling", "kitchen/counter", "living_room/speaker"}),
    ],
)  # fmt: skip
def test_which_devices_are_commanded(capsys, text, payloads):
    topics = {action["topic"] for action in dry(capsys, text)["actions"]}
    assert topics == {f"home/{path}/set" for path in payloads}


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("set the floor lamp to 150 percent", "150"),
        ("turn the thermostat to eighty degrees", "80"),
        ("turn on the light in the cellar", ""),
        ("make the counter light blue", "has no colour"),
    ],
)
def test_what_cannot_be_is_said_and_not_done(capsys, text, reply):
    answer = dry(capsys, text)
    assert answer["actions"] == []
    assert reply in answer["reply"]
    assert answer["reply"]


@pytest.mark.parametrize(
    "text",
    [
        "who won the football match yesterday",
        "I turned off the light before I left the house",
        "and then she said that the kitchen was lovely",
        "set the",
        "blah",
        "",
    ],
)
def test_what_is_no_command_is_rejected(capsys, text):
    answer = say(capsys, "--dry-run", "--config", str(HOUSE), text or " ")[1][0]
    assert answer["decision"] == "reject"
    assert answer["actions"] == []
    assert answer["reply"]


def test_stdin_answers_each_line_in_order_without_loading_anything_again(capsys, monkeypatch):
    lines = ["turn on the kitchen lights", "", "xyzzy", "pause the music"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    _, answers = say(capsys, "--stdin", "--dry-run", "--config", str(HOUSE))
    assert [answer["text"] for answer in answers] == lines
    assert [answer["decision"] for answer in answers] == ["accept", "reject", "reject", "accept"]
    assert len({answer["id"] for answer in answers}) == len(lines)


def test_a_question_back_is_answered_by_a_place_or_by_another_command(
    capsys, monkeypatch, tmp_path
):
    house = HOUSE.read_text(encoding="utf-8").replace("site:\n  area: kitchen\n", "")
    file = tmp_path / "config.yaml"
    file.write_text(house, encoding="utf-8")
    lines = [
        "turn on the lights",
        "the bedroom",
        "turn on the lights",
        "pause the music",
        "kitchen",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    _, answers = say(capsys, "--stdin", "--dry-run", "--config", str(file))
    assert answers[0]["reply"] == "Which lights: bedroom, kitchen or living room?"
    assert answers[1]["reply"] == "The bedroom light is on."
    assert answers[3]["reply"] == "Paused."
    assert answers[4]["decision"] == "reject"


def test_a_command_changes_the_house_and_the_answer_waits_for_its_report(capsys, house, mosquitto):
    settings = load_config(house).house
    login = (mosquitto.username, mosquitto.password)
    with SimulatedHouse(settings, mosquitto.host, mosquitto.port, *login) as simulated:
        code, (answer,) = say(capsys, "--config", str(house), "dim the floor lamp to 30 percent")
        assert code == 0
        assert answer["reply"] == "The floor lamp is at 30 percent."
        assert simulated.state("floor_lamp")["on"] is True
        assert abs(simulated.state("floor_lamp")["brightness"] - 30) <= 1
        assert answer["timings_ms"]["publish"] > 0
        assert answer["timings_ms"]["confirm"] > 0


def test_devices_that_do_not_answer_are_named(capsys, house, mosquitto):
    house.write_text(
        house.read_text(encoding="utf-8").replace("mqtt:\n", "mqtt:\n  confirm_s: 0.3\n", 1),
        encoding="utf-8",
    )
    code, (answer,) = say(capsys, "--config", str(house), "turn on the floor lamp")
    assert code == 1
    assert answer["reply"] == "The floor lamp did not answer."


def test_without_a_broker_the_answer_is_honest(capsys, tmp_path):
    file = config_file(tmp_path, free_port(), "publish_s: 0.2")
    code, (answer,) = say(capsys, "--config", str(file), "turn on the floor lamp")
    assert code == 1
    assert answer["decision"] == "accept"
    assert answer["actions"] == []
    assert answer["reply"] == "I can't reach the house."


def test_without_a_broker_nobody_knows_what_announces_itself(capsys, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(f"mqtt: {{ port: {free_port()}, publish_s: 0.2 }}\n", encoding="utf-8")
    code, (answer,) = say(capsys, "--config", str(file), "turn on the lights")
    assert (code, answer["reply"]) == (1, "I can't reach the house.")
    code, (answer,) = say(capsys, "--config", str(file), "turn on the heron lamp")
    assert code == 1
    assert answer["reply"].endswith("and I can't reach the house.")


def test_a_mistake_on_the_command_line_is_one_clear_line(capsys):
    assert main(["say", "--config", "absent.yaml", "hello"]) == 2
    assert "absent.yaml: there is no such file" in capsys.readouterr().err
    assert main(["say", "--config", str(HOUSE)]) == 2
    assert "say needs a text or --stdin" in capsys.readouterr().err


def test_a_timer_that_nobody_would_ring_is_told(capsys, tmp_path):
    config = tmp_path / "config.yaml"
    file = f"schedule:\n  file: {tmp_path / 'schedule.json'}\n"
    mqtt = f"mqtt: {{ port: {free_port()} }}\n"  # away: a timer needs no house
    config.write_text(file + mqtt, encoding="utf-8")
    main(["say", "--config", str(config), "set a timer for ten minutes"])
    assert "start assistant run" in capsys.readouterr().err
    main(["say", "--config", str(config), "what timers are running"])
    said = capsys.readouterr()
    assert "There is one timer" in said.out
    assert "start assistant run" not in said.err


def unwritable(tmp_path: Path) -> Path:
    """A configuration whose schedule cannot be written, not even by root."""
    (tmp_path / "folder").write_text("in the way", encoding="utf-8")
    config = tmp_path / "config.yaml"
    mqtt = f"mqtt: {{ port: {free_port()}, publish_s: 0.2 }}\n"
    file = f"schedule:\n  file: {tmp_path / 'folder' / 'schedule.json'}\n"
    config.write_text(file + mqtt, encoding="utf-8")
    return config


def test_a_timer_that_cannot_be_kept_is_refused_and_the_next_line_has_its_turn(
    capsys, monkeypatch, tmp_path
):
    lines = ["set a timer for ten minutes", "what timers are running", "what time is it"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    _, answers = say(capsys, "--stdin", "--config", str(unwritable(tmp_path)))
    assert [answer["text"] for answer in answers] == lines
    assert answers[0]["reply"].startswith("I can't save that: ")
    assert answers[1]["reply"] == "There are no timers."
    assert answers[2]["reply"].startswith("It is ")


def test_whatever_one_line_does_the_next_one_has_its_turn(capsys, monkeypatch):
    lines = ["turn on the kitchen lights", "turn on " * 10_000, "what time is it"]
    raw = "\n".join(lines).encode().replace(b"\nwhat", b"\n\xff\xfe\x00\nwhat")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
    _, answers = say(capsys, "--stdin", "--dry-run", "--config", str(HOUSE))
    assert [answer["decision"] for answer in answers] == ["accept", "reject", "reject", "accept"]
    assert answers[1]["reply"] == "That was too much at once."
    assert len(answers[1]["text"]) < 1000


def test_a_bug_at_one_sentence_costs_only_that_sentence(capsys, monkeypatch, caplog):
    respond = Performer.ask_skills

    def breaks(self, turn):
        if turn.intents[0].name == "lights.turn_on":
            raise RuntimeError("a bug")
        return respond(self, turn)

    monkeypatch.setattr(Performer, "ask_skills", breaks)
    monkeypatch.setattr("sys.stdin", io.StringIO("turn on the kitchen lights\nwhat time is it\n"))
    code, answers = say(capsys, "--stdin", "--dry-run", "--config", str(HOUSE))
    assert answers[0]["reply"] == "Sorry, something went wrong with that."
    assert answers[1]["reply"].startswith("It is ")
    assert code == 0
    assert "a bug" in caplog.text
