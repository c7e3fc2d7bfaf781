"""TLS, certificates, users and access lists against a real Mosquitto; each failure in one line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme
from broker import Mosquitto
from listener import Listener, wait_until
from repository import ROOT

from assistant.cli import doctor
from assistant.config import (
    Config,
    DeviceSettings,
    HouseSettings,
    MqttSettings,
    SiteSettings,
    TlsSettings,
    load_config,
)
from assistant.errors import ConfigError, HouseError
from assistant.events import Message
from assistant.mqtt.connection import Connection

SITE = SiteSettings(id="kitchen")


@dataclass
class Authority:
    """Certificates of a house: the authority's, the broker's, ours; and a stranger's."""

    folder: Path

    def __post_init__(self) -> None:
        ca, other = trustme.CA(), trustme.CA()
        ca.cert_pem.write_to_path(self.folder / "ca.pem")
        other.cert_pem.write_to_path(self.folder / "other.pem")
        self._write(ca.issue_cert("127.0.0.1"), "broker")
        self._write(ca.issue_cert("broker.example"), "elsewhere")
        self._write(ca.issue_cert("assistant@house.example"), "ours")
        self._write(other.issue_cert("assistant@house.example"), "strange")

    def _write(self, issued: trustme.LeafCert, name: str) -> None:
        issued.private_key_pem.write_to_path(self.folder / f"{name}.key")
        for part in issued.cert_chain_pems:
            part.write_to_path(self.folder / f"{name}.pem", append=True)

    def broker(self, name: str = "broker", *, certificates: bool = False) -> str:
        wanted = "require_certificate true\n" if certificates else ""
        return (
            f"cafile {self.folder}/ca.pem\ncertfile {self.folder}/{name}.pem\n"
            f"keyfile {self.folder}/{name}.key\n{wanted}"
        )

    def client(self, ca: str = "ca", own: str | None = None, **more: bool) -> TlsSettings:
        return TlsSettings(
            ca_file=self.folder / f"{ca}.pem",
            cert_file=self.folder / f"{own}.pem" if own else None,
            key_file=self.folder / f"{own}.key" if own else None,
            **more,
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@contextmanager
def running(tmp_path: Path, config: str = "") -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, config=config) as broker:
        yield broker


def settings_of(broker: Mosquitto, **more) -> MqttSettings:
    given = {"username": broker.username, "password": broker.password, **more}
    return MqttSettings(host=broker.host, port=broker.port, publish_s=0.5, **given)


def diagnosis(settings: MqttSettings) -> list[doctor.Finding]:
    return list(doctor._careful(doctor._broker, Config(mqtt=settings, site=SITE)))


def failure(settings: MqttSettings) -> doctor.Finding:
    (finding,) = [one for one in diagnosis(settings) if one.verdict == "FAIL"]
    assert "\n" not in finding.text
    assert finding.fix
    return finding


def test_tls_with_the_houses_own_authority(tmp_path: Path, authority: Authority) -> None:
    with (
        running(tmp_path, authority.broker()) as broker,
        Connection(settings_of(broker, tls=authority.client()), SITE) as connection,
    ):
        assert connection.wait_online(5)
        heard: list[bytes] = []
        connection.subscribe("lamp/#", lambda _topic, payload, _retained: heard.append(payload))
        for n in range(50):
            connection.publish(Message("lamp/set", "x" * 20_000 + str(n), qos=2))
        wait_until(lambda: len(heard) == 50)


def test_a_certificate_of_ours(tmp_path: Path, authority: Authority) -> None:
    with running(tmp_path, authority.broker(certificates=True)) as broker:
        ours = settings_of(broker, tls=authority.client(own="ours"))
        with Connection(ours, SITE) as connection:
            assert connection.wait_online(5)
        without = failure(settings_of(broker, tls=authority.client()))
        assert "mqtt.tls.cert_file" in without.text
        strange = failure(settings_of(broker, tls=authority.client(own="strange")))
        assert "mqtt.tls.cert_file" in strange.text


def test_every_failure_of_tls_is_one_line(tmp_path: Path, authority: Authority) -> None:
    with running(tmp_path, authority.broker()) as broker:
        unknown = failure(settings_of(broker, tls=authority.client(ca="other")))
        assert "signed by nobody we know" in unknown.text
        assert "mqtt.tls.ca_file" in unknown.text
        assert "does it want TLS" in failure(settings_of(broker)).text
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with running(folder, authority.broker("elsewhere")) as broker:
        wrong = failure(settings_of(broker, tls=authority.client()))
        assert "mqtt.host must be the name in the certificate" in wrong.text
        trusting = settings_of(broker, tls=authority.client(check_hostname=False))
        with Connection(trusting, SITE) as connection:
            assert connection.wait_online(5)


def test_tls_where_there_is_none(mosquitto: Mosquitto, authority: Authority) -> None:
    finding = failure(settings_of(mosquitto, tls=authority.client()))
    assert "TLS" in finding.text
    assert "mqtt.port" in finding.text or "mqtt.tls" in finding.fix


def test_files_that_do_not_do_are_named(tmp_path: Path, authority: Authority) -> None:
    garbage = tmp_path / "garbage.pem"
    garbage.write_text("no certificate")
    ours = str(authority.folder / "ours.pem")
    for tls, words in (
        (TlsSettings(ca_file=Path("/no/such/file")), "ca_file: cannot read /no/such/file"),
        (TlsSettings(ca_file=garbage), "ca_file: .*garbage.pem"),
        (TlsSettings(cert_file=ours), "cert_file: .*ours.pem"),
        (
            TlsSettings(cert_file=ours, key_file=authority.folder / "strange.key"),
            "cert_file: .*cannot be used",
        ),
    ):
        with pytest.raises(ConfigError, match=words):
            Connection(MqttSettings(tls=tls), SITE)


def test_name_refused_and_password(mosquitto: Mosquitto, tmp_path: Path) -> None:
    assert "unknown host" in failure(MqttSettings(host="no.such.host.invalid", publish_s=5)).text
    stopped = Mosquitto(tmp_path)
    refused = failure(settings_of(stopped))
    assert "connection refused" in refused.text
    assert "systemctl start" in refused.fix
    wrong = failure(settings_of(mosquitto, password="opensesame"))
    assert "wrong user name or password" in wrong.text
    assert "opensesame" not in repr(wrong)
    assert "mqtt.password_file" in wrong.fix
    nobody = failure(settings_of(mosquitto, username=None, password=None))
    assert "wants a user name" in nobody.text


def acl(folder: Path, rules: str) -> str:
    file = folder / "acl"
    file.write_text(f"user assistant\n{rules}\n")
    file.chmod(0o700)
    return f"acl_file {file}"


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_an_access_list_is_found_by_the_doctor(tmp_path: Path, version: str) -> None:
    with running(tmp_path, acl(tmp_path, "topic read #")) as broker:
        finding = failure(settings_of(broker, version=version))
        assert "access list (ACL)" in finding.text
        assert "'assistant'" in finding.text
        assert "topic readwrite assistant/#" in finding.fix


def test_topics_that_an_access_list_hides_are_named_by_the_doctor(tmp_path: Path) -> None:
    """The broker says yes to the subscription and then keeps silent: only the doctor can wonder."""
    rules = acl(tmp_path, "topic readwrite assistant/#")
    lamp = DeviceSettings("lamp", "light", "lamp", {"command_topic": "l/set", "state_topic": "l"})
    with running(tmp_path, rules) as broker:
        config = Config(mqtt=settings_of(broker), site=SITE)
        *_, nothing = doctor._careful(doctor._broker, config)
        assert (nothing.verdict, nothing.subject) == ("note", "house")
        assert "no device announces itself" in nothing.text
        assert "it has to let us read zigbee2mqtt/bridge/devices" in nothing.fix
        house = HouseSettings(devices=(lamp,))
        *_, silent = doctor._careful(doctor._broker, replace(config, house=house))
        assert (silent.verdict, silent.text) == ("note", "told nothing so far: lamp")
        assert "it has to let us read l …" in silent.fix


@pytest.mark.parametrize("qos", [1, 2])
def test_a_command_that_an_access_list_forbids_is_said_so(tmp_path: Path, qos: int) -> None:
    rules = acl(tmp_path, "topic readwrite assistant/#")
    with (
        running(tmp_path, rules) as broker,
        Connection(settings_of(broker, version="5"), SITE) as connection,
    ):
        assert connection.wait_online(5)
        with pytest.raises(HouseError, match="not allowed") as forbidden:
            connection.publish(Message("lamp/set", "ON", qos=qos))
        assert "publish on lamp/set" in forbidden.value.fix
        assert connection.online
        connection.publish(Message("assistant/x", "fine", qos=qos))


def test_all_is_well(mosquitto: Mosquitto) -> None:
    with Listener(mosquitto.host, mosquitto.port, mosquitto.username, mosquitto.password) as other:
        other.publish("homeassistant/switch/a/config", '{"cmd_t":"a","name":"A"}', retain=True)
        other.publish("homeassistant/switch/b/config", "{", retain=True)
        other.publish("homeassistant/cover/c/config", '{"name":"c"}', retain=True)
        findings = diagnosis(settings_of(mosquitto))
    assert [finding.verdict for finding in findings] == ["ok", "ok", "note", "note"]
    assert "MQTT 5" in findings[0].text
    assert "1 devices (2 by homeassistant)" in findings[1].text
    assert "command_topic: missing" in findings[2].text
    assert "homeassistant (1)" in findings[3].text


def test_user_and_password_from_the_environment(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("ASSISTANT_MQTT_USERNAME", mosquitto.username)
    monkeypatch.setenv("ASSISTANT_MQTT_PASSWORD", mosquitto.password)
    file = tmp_path / "config.yaml"
    file.write_text(
        f"mqtt: {{host: {mosquitto.host}, port: {mosquitto.port}, tls: null, version: 5}}"
    )
    config = load_config(file)
    with Connection(config.mqtt, SITE) as connection:
        assert connection.wait_online(5)
        assert connection.version == "5"
    assert mosquitto.password not in repr(config)
    assert mosquitto.password not in caplog.text
    (tmp_path / "password").write_text("from the file\n")
    text = f"mqtt: {{password_file: {tmp_path / 'password'}, tls: {{ca_file: ca.pem}}}}"
    file.write_text(text)
    assert load_config(file).mqtt.password == "from the file"
    assert load_config(file).mqtt.tls == TlsSettings(ca_file=tmp_path / "ca.pem")


@pytest.mark.parametrize(("version", "spoken"), [("auto", "5"), ("5", "5"), ("3.1.1", "3.1.1")])
def test_both_versions_are_spoken(mosquitto: Mosquitto, version: str, spoken: str) -> None:
    with Connection(settings_of(mosquitto, version=version), SITE) as connection:
        assert connection.wait_online(5)
        assert connection.version == spoken


def test_an_old_broker_is_spoken_to_in_its_version() -> None:
    from assistant.mqtt.broker import EmbeddedBroker

    with EmbeddedBroker() as broker:
        settings = MqttSettings(host=broker.host, port=broker.port)
        with Connection(settings, SITE) as connection:
            assert connection.wait_online(10)
            assert connection.version == "3.1.1"


def test_what_devices_report_while_we_are_away_is_kept(mosquitto: Mosquitto) -> None:
    heard: list[bytes] = []
    with (
        Listener(mosquitto.host, mosquitto.port, mosquitto.username, mosquitto.password) as other,
        Connection(settings_of(mosquitto), SITE, rng=lambda: 0.0) as connection,
    ):
        connection.subscribe("door", lambda _topic, payload, _retained: heard.append(payload))
        assert connection.wait_settled(5)
        link = connection._link
        assert link
        before = connection.session
        link.abort("the cable was pulled")
        other.publish("door", "opened")  # not retained
        wait_until(lambda: connection.session > before)
        wait_until(lambda: heard == [b"opened"])


def test_nothing_is_kept_of_a_session_that_is_switched_off(mosquitto: Mosquitto) -> None:
    settings = replace(settings_of(mosquitto), session_s=0)
    with Connection(settings, SITE) as connection:
        assert connection.wait_online(5)
        assert connection._terms().resume is False


def test_the_access_list_of_the_readme_allows_what_is_needed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    acl = tmp_path / "acl"
    acl.write_text(
        "user assistant" + readme.partition("```\nuser assistant")[2].partition("```")[0]
    )
    acl.chmod(0o600)
    with Mosquitto(tmp_path, config=f"acl_file {acl}") as broker:
        heard: list[str] = []
        with Connection(settings_of(broker), SITE) as connection:
            needed = (
                f"homeassistant/sensor/{SITE.id}/state/config",
                f"assistant/{SITE.id}/instance",
                "hermes/dialogueManager/sessionStarted",
                "rhasspy/hotword/getHotwords",
                "zigbee2mqtt/lamp/set",
                "shellies/command",
                "shellyplus1-abc/rpc",
            )
            for topic in needed:
                connection.subscribe(topic, lambda where, *_: heard.append(where))
            assert connection.wait_settled(5)
            for topic in (*needed, "cmnd/plug/POWER"):
                connection.publish(Message(topic, "x"))
            wait_until(lambda: set(heard) == set(needed))
            with pytest.raises(HouseError, match="not allowed"):
                connection.publish(Message("somebody/else", "x"))
    assert "homeassistant" not in caplog.text
