"""What the tests of skills share."""

from broker import mosquitto

__all__ = ["mosquitto"]
