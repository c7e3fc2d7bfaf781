"""What the MQTT tests share."""

from broker import mosquitto

__all__ = ["mosquitto"]
