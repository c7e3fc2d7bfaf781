"""The wire to the house: one connection for the assistant, and a broker for a first run.

connection   `Connection`: in the background, back by itself, nothing sent late
link         one TCP connection to the broker, from CONNECT to its end
broker       `EmbeddedBroker`: MQTT 3.1.1 inside this process (imports amqtt when it starts)
"""

from assistant.mqtt.broker import EmbeddedBroker
from assistant.mqtt.connection import Connection

__all__ = ["Connection", "EmbeddedBroker"]
