"""Run by test_microphone.py in a process of its own, because PortAudio reads ALSA_CONFIG_PATH once.

    recorder.py SETTINGS    a JSON object: input, buffer_s, silent_s, frames,
                            refuse_16_khz, abort_at (frame), wait (for a line on standard input)

The frames' samples go to standard output, the log and the end's summary to standard error.
"""

import json
import logging
import sys

from assistant.audio.microphone import Microphone
from assistant.audio.portaudio import import_sounddevice
from assistant.config import AudioSettings
from assistant.errors import AssistantError


def refuse_16_khz() -> None:
    """Behave like a raw hardware device, which takes only its own rate."""
    sounddevice = import_sounddevice()
    real = sounddevice.RawInputStream

    def picky(**options: object) -> object:
        if options["samplerate"] == 16_000:
            raise sounddevice.PortAudioError("Invalid sample rate", -9997)
        return real(**options)

    sounddevice.RawInputStream = picky


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    todo = json.loads(sys.argv[1])
    if todo.get("refuse_16_khz"):
        refuse_16_khz()
    settings = AudioSettings(input=todo.get("input"), buffer_s=todo.get("buffer_s", 5.0))
    with Microphone(settings, silent_s=todo.get("silent_s", 2.0), pauses_s=(0.05, 0.1)) as mic:
        sys.stderr.write("READY\n")
        if todo.get("wait"):
            sys.stdin.readline()
        for number, frame in enumerate(mic, start=1):
            sys.stdout.buffer.write(frame.pcm)
            sys.stdout.buffer.flush()
            if number == todo.get("abort_at"):
                mic._recording._input.stream.abort()
            if number == todo["frames"]:
                break
    at, lost_s = round(frame.at, 2), round(mic.lost_s, 2)
    sys.stderr.write(f"SUMMARY {json.dumps({'at': at, 'lost_s': lost_s})}\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
