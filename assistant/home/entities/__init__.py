"""Home Assistant's own entities, over its WebSocket API: for what is not on MQTT.

api        the connection: a `Carrier` of commands and states, and a source of announcements
registry   areas, floors, devices, entities → what is announced
exposure   which of them may be commanded

The dialect is assistant/home/dialects/homeassistant_entity.py.
Source: developers.home-assistant.io/docs/api/websocket; the registries' commands as the user
interface sends them.
"""

from assistant.home.entities.api import HomeAssistantApi

__all__ = ["HomeAssistantApi"]
