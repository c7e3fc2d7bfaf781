"""The speaker, through the real sounddevice, PortAudio and ALSA, into a file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soxr
from repository import ROOT

from assistant.speak.earcon import RATE_HZ, earcon
from assistant.speak.espeak import EspeakVoice
from assistant.speak.sound import Sound

ALSA = Path("/usr/share/alsa/alsa.conf")
PLAY = Path(__file__).with_name("play.py")
CARD = """
<{alsa}>
pcm.!default {{ type plug slave.pcm testspk }}
pcm.testspk {{ type file file "| cat >> {folder}/heard.raw" format raw slave.pcm testcard }}
pcm.testcard {{ type file file {folder}/card/there format raw slave.pcm null }}
"""

if not ALSA.is_file():
    pytest.skip(f"NOT TESTED: the speaker: no {ALSA}", allow_module_level=True)


class Card:
    """A sound card that writes what it plays into a file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "asound.conf"
        self.config.write_text(CARD.format(alsa=ALSA, folder=folder))
        (folder / "card").mkdir()

    def unplug(self) -> None:
        """Opening it fails from now on."""
        (self.folder / "card").rename(self.folder / "away")

    def plug_in(self) -> None:
        (self.folder / "away").rename(self.folder / "card")

    def heard(self) -> npt.NDArray[np.int16]:
        file = self.folder / "heard.raw"
        return np.fromfile(file, "<i2") if file.exists() else np.zeros(0, np.int16)


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path)


@pytest.fixture
def player(card: Card, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """`play.py` in its own process, with the settings that the test's parameter names."""
    settings = {"engine": "espeak", "volume": 50, **getattr(request, "param", {})}
    with subprocess.Popen(
        [sys.executable, str(PLAY), json.dumps(settings)],
        env={**os.environ, "ALSA_CONFIG_PATH": str(card.config), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def contains(heard: npt.NDArray[np.int16], sound: Sound, volume: int = 50) -> bool:
    """Whether the samples of `sound` are somewhere in what was heard."""
    wanted = sound.scaled(volume).samples.tobytes()
    return wanted in heard.tobytes()


def test_what_is_said_comes_out_of_the_speaker(player: subprocess.Popen[str], card: Card) -> None:
    out, err = player.communicate("earcon wake\nsay It is 21 °C.\nearcon done\n", timeout=60)
    answer = json.loads(out)
    speech = EspeakVoice().synthesize("It is 21 degrees.")

    assert answer["text"] == "It is 21 °C."
    assert answer["id"] == "u1"
    assert answer["seconds"] == pytest.approx(speech.seconds, abs=0.3)
    assert (answer["during"], answer["just after"], answer["later"]) == (True, True, False)
    assert answer["before"] is False
    assert contains(card.heard(), speech)
    assert contains(card.heard(), earcon("wake"))
    assert speech.rate_hz == RATE_HZ
    assert "WARNING" not in err


@pytest.mark.parametrize("player", [{"replies": "earcon"}], indirect=True)
def test_earcons_stand_for_replies(player: subprocess.Popen[str], card: Card) -> None:
    out, _ = player.communicate("say It is done.\n", timeout=60)
    assert json.loads(out)["during"] is False  # an earcon cannot command, so nobody need be deaf
    assert card.heard().tobytes() == earcon("done").scaled(50).samples.tobytes()


@pytest.mark.parametrize("player", [{"replies": "off"}], indirect=True)
def test_off_is_silent(player: subprocess.Popen[str], card: Card) -> None:
    out, err = player.communicate("earcon wake\nsay0.1 It is done.\n", timeout=60)
    assert json.loads(out) is None
    assert card.heard().size == 0
    assert err == ""


def test_without_a_speaker_it_warns_once_and_goes_on(
    player: subprocess.Popen[str], card: Card
) -> None:
    card.unplug()
    out, err = player.communicate("say0.5 One.\nearcon wake\nsay0.5 Two.\n", timeout=60)
    assert out.split() == ["null", "null"]
    assert err.count("WARNING") == 1
    assert "cannot play on the default speaker" in err
    assert player.returncode == 0


def test_a_speaker_that_comes_back_is_heard_again(
    player: subprocess.Popen[str], card: Card
) -> None:
    assert player.stdin
    assert player.stdout
    player.stdin.write("say One.\n")
    player.stdin.flush()
    assert json.loads(player.stdout.readline())["text"] == "One."
    card.unplug()
    player.stdin.write("say0.5 Two.\n")
    player.stdin.flush()
    assert json.loads(player.stdout.readline()) is None
    card.plug_in()
    out, err = player.communicate("say Three.\n", timeout=60)
    assert json.loads(out)["text"] == "Three."
    assert contains(card.heard(), EspeakVoice().synthesize("Three."))
    assert "the speaker works again" in err


def test_the_device_may_have_a_rate_of_its_own() -> None:
    from assistant.speak.output import _blocks

    tone = earcon("question")
    blocks = np.concatenate(list(_blocks(tone, 48_000, 2)))
    expected = soxr.resample(tone.samples, RATE_HZ, 48_000)
    assert blocks.shape == (expected.size, 2)
    assert np.array_equal(blocks[:, 0], expected)
    assert np.array_equal(blocks[:, 1], expected)
