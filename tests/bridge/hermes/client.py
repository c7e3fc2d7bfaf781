"""Reads and writes Hermes with the message classes of the real rhasspy-hermes.

Arguments: host, port, user, password. Every message on hermes/# is parsed by its class and printed
as a JSON line, [class, fields]; one that no class can read as ["unreadable", topic and why].
Standard input: lines of CLASS JSON, sent as that class writes it.
"""

import json
import sys
import threading

import paho.mqtt.client as mqtt
from rhasspyhermes import asr, audioserver, dialogue, nlu, tts, wake
from rhasspyhermes.base import Message

MODULES = (asr, audioserver, dialogue, nlu, tts, wake)
CLASSES = {
    name: kind
    for module in MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Message) and kind is not Message
}
printing = threading.Lock()


def tell(*what: object) -> None:
    with printing:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def received(_client: object, _data: object, message: mqtt.MQTTMessage) -> None:
    for name, kind in CLASSES.items():
        if kind.is_topic(message.topic) and not kind.is_binary_payload():
            try:
                tell(name, kind.from_json(message.payload).to_dict())
            except Exception as error:  # noqa: BLE001  whatever it is, the test must see it
                tell("unreadable", f"{message.topic}: {type(error).__name__}: {error}")
            return
    tell("unreadable", message.topic)


host, port, user, password = sys.argv[1:]
client = mqtt.Client()
client.username_pw_set(user, password)
client.on_message = received
client.on_subscribe = lambda *_: tell("ready", {})
client.connect(host, int(port))
client.subscribe([("hermes/#", 1), ("rhasspy/#", 1)])
client.loop_start()
for line in sys.stdin:
    name, _, fields = line.partition(" ")
    values = json.loads(fields)
    message = CLASSES[name].from_dict(values)
    client.publish(message.topic(wakeword_id=values.get("modelId")), message.payload(), 1)
client.loop_stop()
