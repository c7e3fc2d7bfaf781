"""config.yaml: what is right is read, what is wrong is named with file, line and key."""

from pathlib import Path

import pytest
from repository import ROOT

from assistant.config import Config, load_config
from assistant.errors import ConfigError


def config_file(folder: Path, text: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_file_is_valid_and_describes_a_house():
    config = load_config(ROOT / "config.yaml")
    kinds = {device.kind for device in config.house.devices}
    assert {"light", "climate", "media_player"} <= kinds
    assert config.site.area in {area.id for area in config.house.areas}


def test_every_commented_default_in_the_shipped_file_is_the_default(tmp_path):
    """`# threshold: 0.5` must stay true when the code's default changes."""
    uncommented = []
    for line in (ROOT / "config.yaml").read_text(encoding="utf-8").splitlines():
        head, mark, rest = line.partition("# ")
        is_setting = mark and not head.strip() and line.startswith(" ") and ": " in rest
        uncommented.append(head + rest if is_setting else line)
    with_defaults = load_config(config_file(tmp_path, "\n".join(uncommented)))
    shipped = load_config(ROOT / "config.yaml")
    sections = ("audio", "listen", "asr", "understand", "skills", "mqtt", "speak", "bridge")
    for section in sections:
        assert getattr(with_defaults, section) == getattr(shipped, section)
    assert with_defaults.house.discover == shipped.house.discover
    assert len([line for line in uncommented if "# " in line]) > 20


@pytest.mark.parametrize("text", ["", "mqtt:\n", "# nothing\n"])
def test_an_empty_file_is_all_defaults(tmp_path, text):
    assert load_config(config_file(tmp_path, text)) == Config()


@pytest.mark.parametrize(
    ("text", "line", "says", "fix"),
    [
        ("wak:\n  words: []\n", 1, "wak: no such key", "wake"),
        (
            "mqtt:\n  port: eighteen\n",
            2,
            "mqtt.port: expected a whole number, got 'eighteen'",
            "port: 1883",
        ),
        ("mqtt:\n  port: 99999\n", 2, "mqtt.port: must lie between 1 and 65535, not 99999", "1883"),
        ("mqtt:\n  host: mqtt://u:pw@a\n", 2, "an address and nothing else, not 'a'", ""),
        ("mqtt:\n  host: a:1883\n", 2, "mqtt.host: is a name or an address", ""),
        ("mqtt:\n  host: a\n  host: b\n", 3, "mqtt.host is given twice", ""),
        (
            "wake:\n  words:\n  - cutoff: 5\n",
            3,
            "words[0].cutoff: must lie between 0 and 1, not 5",
            "",
        ),
        ("wake:\n  words: alexa\n", 2, "wake.words: expected a list, got 'alexa'", ""),
        ("wake:\n  words: []\n", 2, "words must name at least one wake word", ""),
        ("speak:\n  replies: loud\n", 2, "'loud' is not one of the choices", "speech or earcon"),
        ("house:\n  devices:\n  - id: a\n", 3, "kind, name, mqtt missing", "add `kind: …`"),
        ("house:\n  areas:\n  - {id: a, name: b, floor: c}\n", 2, "no floor 'c'", ""),
        ("site: {area: attic}\n", 1, "site.area: no area 'attic'", ""),
        ("listen:\n  pause_ms: 500\n", 2, "must not fall, as 500, 300, 900 do", ""),
        ("- a\n", 1, "expected settings, got a list", ""),
        ("a: [\n", 2, "not YAML", ""),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(tmp_path, text, line, says, fix):
    file = config_file(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert caught.value.problem.startswith(f"{file}:{line}:")
    assert says in caught.value.problem
    assert fix in caught.value.fix


def test_a_missing_file_says_how_to_name_another(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load_config(tmp_path / "absent.yaml")
    assert "--config" in caught.value.fix


def test_replies_off_may_be_written_without_quotes(tmp_path):
    assert load_config(config_file(tmp_path, "speak: {replies: off}")).speak.replies == "off"


def test_the_password_is_read_from_its_file_and_never_shown(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", encoding="utf-8")
    config = load_config(config_file(tmp_path, f"mqtt: {{password_file: {secret}}}"))
    assert config.mqtt.password == "hunter2"
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize("written", ["0123", "on", "12e3", "~tilde"])
def test_a_password_is_what_is_written_whatever_yaml_makes_of_it(tmp_path, written):
    config = load_config(config_file(tmp_path, f"mqtt: {{password: {written}}}"))
    assert config.mqtt.password == written


def test_a_missing_password_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere: there is no such file\n.*mqtt\.password_file"):
        load_config(config_file(tmp_path, f"mqtt: {{password_file: {tmp_path}/nowhere}}"))


def test_paths_are_relative_to_the_file_that_names_them(tmp_path, monkeypatch):
    """Also those that may be names; what is a name stays one."""
    monkeypatch.setenv("HOME", "/home/anna")
    text = (
        "schedule: { file: kept/times.json }\nunderstand: { model: ~/models/mine }\n"
        "skills: { folders: [mine, /srv/skills] }\n"
        "mqtt: { tls: { ca_file: ca.pem } }\nhouse: { discover: { known: seen.json } }\n"
        "wake: { words: [ { model: alexa }, { model: words/computer.json } ] }\n"
        "speak: { voice: anna.onnx }\n"
    )
    config = load_config(config_file(tmp_path, text))
    assert config.schedule.kept_in == tmp_path / "kept/times.json"
    assert config.understand.model_folder == Path("/home/anna/models/mine")
    assert config.skills.own == (tmp_path / "mine", Path("/srv/skills"))
    assert config.mqtt.tls.ca_file == tmp_path / "ca.pem"
    assert config.house.discover.known_file == tmp_path / "seen.json"
    assert [w.model for w in config.wake.words] == ["alexa", f"{tmp_path}/words/computer.json"]
    assert config.speak.voice == str(tmp_path / "anna.onnx")
    named = load_config(config_file(tmp_path, "speak: { voice: en-gb }\n"))
    assert named.speak.voice == "en-gb"


def test_a_home_that_nobody_has_is_named(tmp_path):
    file = config_file(tmp_path, "schedule: { file: ~nobody-at-all/times.json }\n")
    with pytest.raises(ConfigError, match="nobody-at-all"):
        load_config(file)


def test_a_checkout_keeps_what_it_knows_in_itself():
    """So an existing one goes on with the files that it has."""
    config = Config()
    assert config.schedule.kept_in == ROOT / "schedule.json"
    assert config.skills.choices_file == ROOT / "skills.yaml"
    assert config.skills.all_folders == (ROOT / "skills",)
    assert config.understand.heads_file == ROOT / "models" / "heads.npz"
    assert config.house.discover.known_file == ROOT / "announced.json"
