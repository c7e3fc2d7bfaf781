"""Wyoming, the protocol of Home Assistant's voice pipelines.

    server      the thread with its asyncio loop, the ports, zeroconf
    services    what each event asks for: wake, asr, handle, intent, tts; one object a connection
    engines     the models behind it, loaded at the first use
    info        what is offered, as `describe` is answered
    satellite   our microphone and speaker for a pipeline of Home Assistant

Two ports, since Home Assistant takes a server with a satellite for nothing but a satellite.
Source: github.com/OHF-Voice/wyoming, and how home-assistant/core's wyoming integration uses it.
"""

from assistant.bridge.wyoming.server import open_wyoming

__all__ = ["open_wyoming"]
