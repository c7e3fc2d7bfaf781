"""A broker inside this process, for a first run without one: loopback only, MQTT 3.1.1.

amqtt in a thread and an asyncio loop of its own. It keeps nothing on disk and lets every process
of this machine in, so it is for demos and tests; a house has a Mosquitto.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any, Self

from assistant.errors import HouseError
from assistant.threads import Supervised

START_S = 10.0
STOP_S = 10.0


class EmbeddedBroker:
    """A running broker on 127.0.0.1; `with` closes it."""

    def __init__(self, port: int = 0) -> None:
        """port 0: any free one."""
        self.host = "127.0.0.1"
        self.port = port
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread = Supervised(self._run, "mqtt-broker", wanted=lambda: not self._stop.is_set())
        self._thread.start()
        if not self._ready.wait(START_S) or self._failure:
            raise HouseError(
                f"the built-in MQTT broker does not start on port {port}: {self._failure}",
                fix="let it choose a free port, or install the `amqtt` package",
            ) from self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect everybody and stop; does nothing the second time."""
        if self._loop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            broker = self._new_broker()
            await broker.start()
            self.port = _port_of(broker)
        except Exception as error:  # noqa: BLE001 - raised again by the constructor
            self._failure = error
            return
        self._ready.set()
        await self._stop.wait()
        await broker.shutdown()

    def _new_broker(self) -> Any:
        from amqtt.broker import Broker  # type: ignore[import-untyped]  # it has no types

        # It reports every client that comes and goes; only what is really wrong matters here.
        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)

        class Tidy(Broker):  # type: ignore[misc]  # amqtt has no types
            """amqtt forgets to close the socket of a client that broke off."""

            async def stream_connected(
                self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
            ) -> None:
                try:
                    await super().stream_connected(reader, writer, listener_name)
                finally:
                    writer.transport.abort()

        listener = {"type": "tcp", "bind": f"{self.host}:{self.port}"}
        anonymous = "amqtt.plugins.authentication.AnonymousAuthPlugin"
        return Tidy(
            {
                "listeners": {"default": listener},
                "plugins": {anonymous: {"allow_anonymous": True}},
            },
        )


def _port_of(broker: Any) -> int:
    """The port that the kernel chose; amqtt has no public way to ask for it."""
    (server,) = broker._servers.values()
    port: int = server.instance.sockets[0].getsockname()[1]
    return port
