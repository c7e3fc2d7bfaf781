"""What the tests of the bridges share."""

from broker import mosquitto

__all__ = ["mosquitto"]
