"""The assistant in Home Assistant.

entities   what MQTT discovery is told: one device, its switch, numbers, sensors, events, buttons
device     the device: its state out, its commands in; plain MQTT topics for everybody else
"""

from assistant.bridge.homeassistant.device import open_device

__all__ = ["open_device"]
