"""How a command travels: on time, or not at all."""

from __future__ import annotations

from assistant.events import Message

QOS = 2
"""With QoS 1 a broker that hung (frozen, swapped out, suspended) and already has the command in
its socket buffer acts on it when it wakes up. With QoS 2 it acts on our second word, the PUBREL,
which is only sent in time: one more handshake, and no late lamps (tests/mqtt/test_connection.py
freezes a Mosquitto). A device that subscribed with QoS 0 or 1 receives the command with that."""


def command(topic: str, payload: str, *, retain: bool = False) -> Message:
    """retain: only for a device that asks for it; it is carried out again at every reconnect."""
    return Message(topic, payload, qos=QOS, retain=retain)
