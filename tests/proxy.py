"""A way to a real broker on which packets can be held up, as when the broker hangs in between."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

PUBREC = 5


class Proxy:
    """Passes MQTT on to a broker on the same machine; `hold_after` stops that at a packet."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._hold_after: int | None = None
        self.held = threading.Event()
        """A packet of that kind has passed, and nothing passes on its connection any more."""

        self.waiting = threading.Event()
        """And what the client answered to it is here."""

        self._go_on = threading.Event()
        self._sockets = [self._server]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._go_on.set()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def hold_after(self, kind: int) -> None:
        """Hold up everything after the next packet of that kind that the broker sends."""
        self._hold_after = kind

    def release(self) -> None:
        """What was held up reaches the broker."""
        self._go_on.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                if self.held.is_set():  # else the same client would end its own old connection
                    self._go_on.wait(20)
                broker = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += [client, broker]
                stopped = threading.Event()
                for work in (self._inwards, self._outwards):
                    args = (client, broker, stopped)
                    threading.Thread(target=work, args=args, daemon=True).start()

    def _inwards(self, client: socket.socket, broker: socket.socket, stop: threading.Event) -> None:
        with suppress(OSError):
            while piece := client.recv(65536):
                if stop.is_set():
                    self.waiting.set()
                    self._go_on.wait(20)
                broker.sendall(piece)
        with suppress(OSError):
            broker.shutdown(socket.SHUT_WR)

    def _outwards(
        self, client: socket.socket, broker: socket.socket, stop: threading.Event
    ) -> None:
        with suppress(OSError):
            for packet in _packets(broker):
                if stop.is_set():
                    continue
                if packet[0] >> 4 == self._hold_after:
                    self._hold_after = None
                    stop.set()
                    client.sendall(packet)
                    self.held.set()
                else:
                    client.sendall(packet)
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)


def _packets(sock: socket.socket) -> Iterator[bytes]:
    """One MQTT packet after the other, whole."""
    file = sock.makefile("rb")
    while head := file.read(1):
        length, shift = 0, 0
        while True:
            byte = file.read(1)
            head += byte
            length |= (byte[0] & 0x7F) << shift
            shift += 7
            if byte[0] < 0x80:
                break
        yield head + file.read(length)
