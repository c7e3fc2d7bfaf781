"""A whole assistant for the tests of bridges: real models, a real broker, a microphone to feed."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
import soundfile
from broker import Mosquitto
from listener import Listener, wait_until

from assistant.app import App, open_app, open_stages
from assistant.audio.framing import frames
from assistant.bridge import open_bridges
from assistant.bridge.desk import Desk
from assistant.bridge.ears import Ear
from assistant.bridge.hub import Hub
from assistant.config import (
    BridgeSettings,
    Config,
    MqttSettings,
    ScheduleSettings,
    SiteSettings,
    SkillsSettings,
    load_config,
)
from assistant.demo import FOLDER, HOUSE
from assistant.events import FRAME_BYTES, FRAME_S, Event, Frame, Reply, Spoken
from assistant.home.simulate import SimulatedHouse
from assistant.pipeline import Pipeline
from assistant.schedule.ring import Ringer
from assistant.speak.earcon import EarconName
from assistant.speak.sound import Sound

HERE = Path(__file__).parent
KITCHEN_LIGHTS = FOLDER / "01-kitchen-lights.flac"  # "Alexa, turn on the kitchen lights."


class Quit(Exception):
    """Ends the pipeline's thread."""


class Microphone:
    """10 ms of silence every 10 ms, or what it is given, as fast as it is taken."""

    def __init__(self) -> None:
        self._given: SimpleQueue[bytes] = SimpleQueue()
        self._quit = threading.Event()
        self.live = False
        """10 ms every 10 ms whatever it is given, where the time of the frames matters."""

        self._noise = np.random.default_rng(0)

    def hear(self, file: Path, *, loudness: float = 1.0) -> None:
        samples, _ = soundfile.read(file, dtype="float32")
        pcm = (samples * 32767 * loudness).astype("<i2").tobytes()
        for frame in frames([pcm]):
            self._given.put(frame.pcm)

    def wait_heard(self) -> None:
        """Until everything it was given has been taken."""
        wait_until(self._given.empty, 20)

    def __iter__(self) -> Iterator[Frame]:
        count, due = 0, time.monotonic()
        while not self._quit.is_set():
            due = max(due + FRAME_S, time.monotonic()) if self.live else 0.0
            self._quit.wait(max(due - time.monotonic(), 0.0))
            try:
                pcm = self._given.get(timeout=FRAME_S)
            except Empty:
                pcm = self._noise.normal(0, 3, FRAME_BYTES // 2).astype("<i2").tobytes()
            yield Frame(pcm, count * FRAME_S)
            count += 1

    def close(self) -> None:
        self._quit.set()


class RecordingSpeaker:
    """Says nothing aloud, remembers everything, and has always just finished."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.said: list[str] = []
        self.sounds: list[Sound | None] = []
        self.earcons: list[EarconName] = []
        self.volume = 0
        self.stops = 0

    def say(self, reply: Reply, sound: Sound | None = None) -> None:
        self.sounds.append(sound)
        self.said.append(reply.text)
        self._hub.tell(Spoken(reply.text, 0.5, utterance_id=reply.utterance_id))

    def earcon(self, name: EarconName) -> None:
        self.earcons.append(name)

    def stop(self) -> None:
        self.stops += 1

    def set_volume(self, percent: int) -> None:
        self.volume = percent


class Assistant:
    """`assistant run`, in a thread, without a sound card."""

    def __init__(
        self,
        broker: Mosquitto,
        bridge: BridgeSettings,
        *,
        site: SiteSettings | None = None,
        simulate: bool = True,
        skills: Path = HERE / "skills",
        patience_s: float | None = None,
        silent: Collection[str] = (),
    ) -> None:
        """patience_s   how long an app or a lamp may take to answer, where not as shipped
        silent       lamps that never answer by themselves
        """
        demo = load_config(HOUSE)
        self.config: Config = replace(
            demo,
            site=site or replace(demo.site, id="default"),
            skills=SkillsSettings(folders=(skills,), deadline_s=patience_s or 5.0),
            mqtt=MqttSettings(
                host=broker.host,
                port=broker.port,
                username=broker.username,
                password=broker.password,
                confirm_s=patience_s or 2.0,
            ),
            bridge=bridge,
        )
        self._broker = broker
        self._simulate = simulate
        self._silent = silent
        self.microphone = Microphone()
        self.hub = Hub(self.config.site.id)
        self.speaker = RecordingSpeaker(self.hub)
        self.events: list[Event] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._open(stack.enter_context)
            self._stack = stack.pop_all()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def _open(self, enter: Any) -> None:
        if self._simulate:
            user = (self._broker.username, self._broker.password)
            house, broker = self.config.house, self._broker
            enter(SimulatedHouse(house, broker.host, broker.port, *user, silent=self._silent))
        folder = enter(TemporaryDirectory())
        self.config = replace(
            self.config, schedule=ScheduleSettings(Path(folder) / "schedule.json")
        )
        self.app: App = enter(open_app(self.config))
        self.desk = Desk(self.hub, self.config.site, self.app.conversation, self.speaker, 80)
        self.hub.subscribe(self.events.append)
        ringer = Ringer(self.app.schedule, self.desk, self.speaker, self.hub.ask, 60.0)
        enter(ringer.attend())
        stages = open_stages(self.config, self.app.conversation, wake=False)
        stages = self.desk.attend(replace(stages, wake=Ear(self.config.wake)))
        stages = enter(open_bridges(self.app, self.desk, stages))
        assert self.app.connection
        assert self.app.connection.wait_settled(10)  # the broker knows what we want to hear
        self._pipeline = Pipeline(stages)

    def _run(self) -> None:
        for event in self._pipeline.run(self.hub.between(self.microphone)):
            self.hub.emit(event)

    def __exit__(self, *_: object) -> None:
        self.microphone.close()
        self._thread.join(10)
        self._stack.close()

    def wait_for(self, kind: type[Event], count: int = 1, timeout_s: float = 20.0) -> Event:
        """The `count`-th event of that kind."""
        wait_until(lambda: len(self._of(kind)) >= count, timeout_s)
        return self._of(kind)[count - 1]

    def _of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def listen_to(broker: Mosquitto) -> Listener:
    """An observer of everything on the broker."""
    return Listener(broker.host, broker.port, broker.username, broker.password)
