"""Hermes, the protocol of Snips and Rhasspy over MQTT: their apps run with this assistant.

    messages   our events → its JSON
    wire       JSON over the connection; our own messages are told from others'
    session    one dialogue
    dialogue   the dialogue manager: sessions, the apps' answers
    sound      a WAV that an app wants to be played
    bridge     what apps ask for → the assistant

Our own skills carry out their intents as ever; apps hear of it on `hermes/intent/lights.turn_on`.
A skill whose skill.yaml says `answered_by: hermes` has no skill.py: its intents go out as
`hermes/intent/GetBins`, and the session waits for the app's endSession or continueSession.

Not spoken: audioFrame (the microphone would be on the broker all day long), and injection, which is
answered on `hermes/injection/error`: names come from the house and from skill.yaml.

Source: docs.snips.ai (archived) and rhasspy.readthedocs.io/en/latest/reference.
"""

from assistant.bridge.hermes.bridge import open_hermes

__all__ = ["open_hermes"]
