"""Plays with the real speaker code; run by test_speaker.py with its own ALSA configuration.

Argument: JSON of SpeakSettings. Standard input: `say TEXT` or `earcon NAME`, line by line. For each
`say` a line of JSON goes out: what was spoken, or null when it could not be.
"""

import json
import logging
import sys
from queue import Empty, Queue

from assistant.config import AudioSettings, SpeakSettings
from assistant.events import Reply, Spoken
from assistant.speak import Speaker, open_speaker


def report(speaker: Speaker, spoken: Spoken) -> dict[str, object]:
    began = spoken.at  # the card of this test takes everything at once
    end = began + spoken.seconds
    return {
        "text": spoken.text,
        "seconds": spoken.seconds,
        "id": spoken.utterance_id,
        "before": speaker.speaking_at(began - 0.5),
        "during": speaker.speaking_at(began + spoken.seconds / 2),
        "just after": speaker.speaking_at(end + 0.2),
        "later": speaker.speaking_at(end + 0.5),
    }


logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
heard: Queue[Spoken] = Queue()
speaker = open_speaker(
    SpeakSettings(**json.loads(sys.argv[1])), AudioSettings(), on_spoken=heard.put
)
for line in sys.stdin:
    verb, _, rest = line.strip().partition(" ")
    if verb == "earcon":
        speaker.earcon(rest)
        continue
    speaker.say(Reply(text=rest, kind="done", utterance_id="u1"))
    try:
        spoken = heard.get(timeout=float(verb.removeprefix("say") or 20))
        answer = report(speaker, spoken) if spoken.seconds else None
    except Empty:
        answer = None
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
speaker.close()
