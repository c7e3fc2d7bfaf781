"""Speaks the held-out wordings of commands: scripts/make_commands.py FOLDER

The 171 sentences of assistant/evaluation/paraphrases.jsonl, none of which a template has word for
word, by a voice of flite, of espeak-ng and of Piper, with labels and the house's configuration:

    .venv/bin/assistant eval speech FOLDER --config FOLDER/config.yaml --engines moonshine

Needs flite, espeak-ng and the extra `voice`. Two minutes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import soundfile
from make_talk import piper
from voices import in_a_room, speak

from assistant.evaluation.house import COMMANDS_FILE, HOUSE_FILE
from assistant.events import SAMPLE_RATE_HZ


def main() -> None:
    """Write a FLAC for each sentence and voice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    voices = {
        "slt": lambda text: speak("slt", text),
        "en-us": lambda text: speak("en-us", text),
        "joe": piper(),
    }
    house = HOUSE_FILE.read_text(encoding="utf-8")
    indented = "".join(f"  {line}\n" for line in house.splitlines())
    (folder / "config.yaml").write_text(f"house:\n{indented}", encoding="utf-8")
    with (folder / "labels.jsonl").open("w", encoding="utf-8") as labels:
        for number, line in enumerate(COMMANDS_FILE.read_text().splitlines()):
            label = json.loads(line)
            for name, voice in voices.items():
                file = f"{number:03}-{name}.flac"
                sound = in_a_room(voice(f"{label['text']}."), rng)
                soundfile.write(folder / file, sound, SAMPLE_RATE_HZ, subtype="PCM_16")
                labels.write(json.dumps({"file": file, **label}) + "\n")


if __name__ == "__main__":
    main()
