"""Other people's protocols: the assistant as a part of what is in the house already.

    hub              events out, wishes in: where the pipeline's thread meets the others
    ears             mute, listen now, sensitivity, stop
    desk             what others can have the assistant do
    turns            each place has its own, and waits for no other
    presses          how often it may be made to listen without the wake word
    admission        who may connect
    complaints       what is wrong with what others send
    rooms            which of several microphones answers
    homeassistant    one device over MQTT discovery
    hermes           Snips and Rhasspy, over MQTT
    wyoming          voice services for Home Assistant

A bridge hears the same events as console and speaker, and asks the desk for what it wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from assistant.app import App
from assistant.bridge.desk import Desk
from assistant.bridge.homeassistant import open_device
from assistant.bridge.rooms import Rooms
from assistant.mqtt.presence import Presence
from assistant.pipeline import Stages

S = TypeVar("S", Stages, None)


@contextmanager
def open_bridges(app: App, desk: Desk, stages: S) -> Iterator[S]:
    """The bridges of the configuration, until the end of the `with`.

    stages    of the microphone; None: there is none
    yields    the stages that a bridge wants in their place
    """
    with ExitStack() as stack:
        if app.connection:
            presence = stack.enter_context(Presence(app.connection, app.config.site.id))
            desk.rival = lambda: presence.rival
        yield _open(app, desk, stages, stack)


def _open(app: App, desk: Desk, stages: S, stack: ExitStack) -> S:
    settings = app.config.bridge
    if app.connection:
        open_device(app, app.connection, desk)
        if settings.nearest_ms:
            site, wait_s = app.config.site, settings.nearest_ms / 1000
            desk.share(Rooms(app.connection, desk.hub, site, wait_s))
    if app.connection and settings.hermes.enabled:
        from assistant.bridge.hermes import open_hermes

        open_hermes(app, app.connection, desk)
    if settings.wyoming.enabled:
        from assistant.bridge.wyoming import open_wyoming

        return stack.enter_context(open_wyoming(app, desk, stages))
    return stages
