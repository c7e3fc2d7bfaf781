"""What the tests of the house share."""

from broker import mosquitto

__all__ = ["mosquitto"]
