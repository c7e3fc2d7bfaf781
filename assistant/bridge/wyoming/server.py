"""The thread that serves Wyoming: an asyncio loop, one or two ports, and zeroconf."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from assistant.app import App
from assistant.bridge.admission import Admission, open_up, who_may_connect
from assistant.bridge.desk import Desk
from assistant.config import WyomingSettings
from assistant.errors import HouseError, ModelError
from assistant.paths import how_to_add

try:
    import wyoming  # noqa: F401  said here once for all the files that need it
    from zeroconf import Error as ZeroconfError
    from zeroconf import InterfaceChoice, IPVersion
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf
except ImportError as error:
    raise ModelError(
        f"bridge.wyoming: {error.name} is not installed", fix=how_to_add("wyoming")
    ) from error

from assistant.bridge.wyoming import info
from assistant.bridge.wyoming.engines import Engines
from assistant.bridge.wyoming.frames import LONGEST_LINE
from assistant.bridge.wyoming.satellite import Satellite, SatelliteConnection, SatelliteRecognizer
from assistant.bridge.wyoming.services import Connection, Services, peer_of
from assistant.pipeline import Stages
from assistant.speak.voice import choose_voice
from assistant.threads import Supervised

log = logging.getLogger(__name__)

START_S = 10.0
KIND = "_wyoming._tcp.local."

Handler = Callable[[Admission, asyncio.StreamReader, asyncio.StreamWriter], Connection]


class WyomingServer:
    """Ports that are open until `close`."""

    def __init__(self, settings: WyomingSettings, handlers: dict[str, tuple[int, Handler]]) -> None:
        """`handlers`: the name under which zeroconf knows it → port (0: any), what serves it."""
        self._settings = settings
        self._handlers = handlers
        self.ports: dict[str, int] = {}
        """Name → the port it listens at."""

        self._admission = Admission(settings.allow, "bridge.wyoming.allow")
        self._failure: Exception | None = None
        self._ready = threading.Event()
        self._closing = False
        self.loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = Supervised(self._run, "wyoming", wanted=lambda: not self._closing)
        self._thread.start()
        self._ready.wait(START_S)
        if self._failure or not self._ready.is_set():
            raise HouseError(
                f"bridge.wyoming: cannot serve at {settings.host}: {self._failure}",
                fix="choose another bridge.wyoming.port",
            ) from self._failure

    def close(self) -> None:
        """Stop serving."""
        self._closing = True
        if self._thread.is_alive() and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(START_S)

    def _run(self) -> None:
        if self.loop.is_closed():  # it failed, and starts again at the same ports
            self.loop, self._stop = asyncio.new_event_loop(), asyncio.Event()
            self._handlers = {
                name: (self.ports.get(name, port), handler)
                for name, (port, handler) in self._handlers.items()
            }
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            try:
                for name, (port, handler) in self._handlers.items():
                    server = await asyncio.start_server(
                        partial(self._visit, handler), self._settings.host, port, limit=LONGEST_LINE
                    )
                    stack.callback(server.close)
                    self.ports[name] = server.sockets[0].getsockname()[1]
                if self._settings.zeroconf:
                    await stack.enter_async_context(_announced(self._settings.host, self.ports))
            except OSError as error:
                self._failure = error
                return
            finally:
                self._ready.set()
            await self._stop.wait()

    async def _visit(
        self, handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One client, from its coming to its leaving."""
        peer = peer_of(writer)
        try:
            if await self._admission.enter(peer):
                try:
                    await handler(self._admission, reader, writer).run()
                finally:
                    self._admission.leave(peer)
        except asyncio.CancelledError:  # we are stopping; asyncio would print it
            return
        except Exception:  # a bug that one client meets must not go unseen, nor harm the others
            log.exception("Wyoming client %s", peer)
        finally:
            writer.close()


@asynccontextmanager
async def _announced(host: str, ports: dict[str, int]) -> Any:
    """Tell the network; Home Assistant then offers to add it. It is served without that, too."""
    async with AsyncExitStack() as stack:
        try:
            own = _own_address() if host in ("0.0.0.0", "::", "") else socket.gethostbyname(host)
            # What only this machine can reach, only this machine is told of.
            where = [own] if own.startswith("127.") else InterfaceChoice.All
            zeroconf = AsyncZeroconf(where, ip_version=IPVersion.V4Only)
            stack.push_async_callback(zeroconf.async_close)
            stack.push_async_callback(zeroconf.async_unregister_all_services)
            for name, port in ports.items():
                info = AsyncServiceInfo(
                    KIND, f"{name}.{KIND}", addresses=[socket.inet_aton(own)], port=port
                )
                # Another assistant of the same site id would otherwise keep this one away.
                await zeroconf.async_register_service(info, allow_name_change=True)
        except (OSError, ZeroconfError) as error:
            what = str(error) or type(error).__name__
            log.warning("Wyoming: not announced by zeroconf (%s); add it by its port", what)
        yield


def _own_address() -> str:
    """The address with which this machine reaches the multicast group of mDNS; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("224.0.0.251", 5353))
        except OSError:  # no network at all
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


S = TypeVar("S", Stages, None)


@contextmanager
def open_wyoming(app: App, desk: Desk, stages: S) -> Iterator[S]:
    """Serve until the end of the `with`; raises HouseError when a port is taken.

    Yields the stages with a recognizer that lets Home Assistant listen, where this microphone is
    a satellite.
    """
    config = app.config
    settings = config.bridge.wyoming
    voice = choose_voice(config.speak)
    offered = info.services(config, voice.name if voice else None)
    name = "voice-" + re.sub(r"[^a-zA-Z0-9-]", "-", config.site.id)
    served: dict[str, tuple[int, Handler]] = {
        name: (
            settings.port,
            partial(Services, offered, Engines(config, voice), desk, settings.may_open),
        )
    }
    if stages is not None and settings.satellite_port is not None:
        satellite = Satellite(desk)
        areas = {area.id: area.name for area in config.house.areas}
        about = info.satellite(config, name, areas.get(config.site.area or ""))
        connection = partial(SatelliteConnection, about, satellite)
        served[f"{name}-satellite"] = (settings.satellite_port, connection)
        recognizer = SatelliteRecognizer(satellite, stages.recognizer, desk)
        stages = replace(stages, recognizer=recognizer)
    server = WyomingServer(settings, served)
    ports = ", ".join(f"{n} at port {p}" for n, p in server.ports.items())
    log.info("Wyoming: %s; for %s", ports, who_may_connect(settings))
    if problem := open_up(settings):
        log.warning("Wyoming: %s", problem)
    try:
        yield stages
    finally:
        server.close()
