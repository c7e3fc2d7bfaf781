"""Our microphone and speaker as a satellite: a voice pipeline of Home Assistant does the rest.

While Home Assistant is connected, what follows the wake word is streamed to it, and what it answers
is played here. While it is away, commands are understood here as ever.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from wyoming.asr import Transcript as HeardThere
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event as WyomingEvent
from wyoming.event import Eventable
from wyoming.info import Info
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.snd import Played
from wyoming.tts import Synthesize
from wyoming.wake import Detection

from assistant import events
from assistant.bridge.admission import Admission
from assistant.bridge.desk import Desk
from assistant.bridge.wyoming.frames import BadEvent
from assistant.bridge.wyoming.services import Answer, Connection, bounded, sample_rate
from assistant.errors import HouseError
from assistant.events import Event, Frame, Reply, Transcript
from assistant.grammar.graph import Graph
from assistant.recognize import Recognizer
from assistant.speak.sound import Sound

log = logging.getLogger(__name__)

ENGINE = "home assistant"
TRANSCRIPT_S = 15.0  # for Home Assistant to write down what was said
SPEECH_S = 8.0  # for Home Assistant to begin to speak; then our own voice does
LONGEST_REPLY_S = 120.0
NOTHING_HEARD = ("stt-no-text-recognized", "stt-stream-failed")
PAUSED = "home assistant"  # why the wake word is off
MOST_UNREAD_BYTES = 1024 * 1024  # half a minute of what is said
MOST_SAID_OF_ERROR = 200  # characters
ALIVE_S = 10  # so often a silent connection is looked after; three times in vain: it is over


class Satellite:
    """The link between the pipeline's thread and the connection of Home Assistant."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._connection: SatelliteConnection | None = None
        self._utterance_id = ""
        self._words: str | None = None
        self.streaming = False
        """Home Assistant gets what is said now."""

        self.writing = False
        """Home Assistant has got all of it, and is to write it down."""

        desk.hub.subscribe(self)

    @property
    def connected(self) -> bool:
        """Home Assistant wants what is said after the wake word."""
        return self._connection is not None

    def begin(self) -> None:
        """The wake word was said: what follows goes out."""
        self.streaming, self.writing = True, False
        self._words = None
        self._send(
            Detection(self._desk.woken_by),
            RunPipeline(PipelineStage.ASR, PipelineStage.TTS, wake_word_name=self._desk.woken_by),
            AudioStart(events.SAMPLE_RATE_HZ, 2, 1),
        )

    def hear(self, frame: Frame) -> None:
        """10 ms of it."""
        self._send(AudioChunk(events.SAMPLE_RATE_HZ, 2, 1, frame.pcm))

    def finish(self) -> str:
        """The words, as Home Assistant has them; empty when it has none.

        Meanwhile it can have whatever it wants of us: our speech recognition, for example.
        """
        in_time = self._desk.hub.serve_until(lambda: self._words is not None, TRANSCRIPT_S)
        self.writing = False
        if not in_time:
            self.fail("", f"no transcript within {TRANSCRIPT_S:g} s")
        return self._words or ""

    def __call__(self, event: Event) -> None:
        """Follow what happens at this site."""
        if event.site_id != self._desk.site.id:
            return
        match event:
            case events.SpeechEnded() if self.streaming:
                self.streaming = False
                self.writing = event.reason not in ("nothing_said", "stopped")
                self._send(AudioStop())
            case Transcript():
                self._utterance_id = event.utterance_id
            case events.Spoken():
                self._send(Played())

    # What Home Assistant says, on the server's thread.

    def attach(self, connection: SatelliteConnection) -> None:
        """Home Assistant is there; HouseError when another one is."""
        first = self._connection
        if first is connection:
            self.pause(False)
            return
        if first is not None:
            raise HouseError(
                f"refused: {first.peer} takes what is said here already, and only one may",
                fix="one satellite client at a time",
            )
        self._connection = connection
        log.info("Home Assistant takes what is said here (%s)", connection.peer)
        self.pause(False)

    def is_attached(self, connection: SatelliteConnection) -> bool:
        """Whether this is the one that takes what is said here."""
        return self._connection is connection

    def detach(self, connection: SatelliteConnection) -> None:
        """It has gone: commands are understood here again."""
        if self._connection is connection:
            self._connection = None
            log.info("Home Assistant has gone; what is said here is understood here")
            self.heard("")
            self.pause(False)

    def pause(self, paused: bool) -> None:
        """It has muted us, or takes that back."""
        self._desk.hub.ask(lambda: self._desk.wakes(PAUSED, not paused))

    def heard(self, text: str) -> None:
        """It has written down what was said."""

        def write() -> None:
            self._words = text

        self._desk.hub.ask(write)

    def enough(self) -> None:
        """It has heard the end of the command before we did."""
        self._desk.hub.ask(self._desk.finish)

    def reply(self, text: str, sound: Sound | None) -> None:
        """It answers, with its own voice or, without a sound, with ours."""

        def answer() -> None:
            reply = Reply(text, "answer", utterance_id=self._utterance_id)
            if sound:
                self._desk.sounds[reply.utterance_id] = sound
            self._desk.hub.emit(reply)

        self._desk.hub.ask(answer)

    def fail(self, code: str, problem: str) -> None:
        """It could not."""
        log.warning("Home Assistant: %s", problem)
        nothing = code in NOTHING_HEARD
        text = "I didn't catch that." if nothing else "Sorry, that did not work."
        if self.writing or self.streaming:
            self.heard("")
        self._desk.hub.ask(
            lambda: self._desk.hub.emit(
                Reply(text, "rejected" if nothing else "failed", utterance_id=self._utterance_id)
            )
        )

    def _send(self, *sent: Eventable) -> None:
        if connection := self._connection:
            connection.send_soon(*sent)


class SatelliteConnection(Connection):
    """One connection of Home Assistant."""

    def __init__(
        self,
        info: Info,
        satellite: Satellite,
        admission: Admission,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        super().__init__(info, admission, reader, writer)
        self._satellite = satellite
        self._loop = asyncio.get_running_loop()
        self._text = ""
        self._in_vain: asyncio.TimerHandle | None = None
        self._audio = bytearray()
        self._rate_hz = 0
        notice_the_dead(writer)
        self._answers = {**self._answers, "run-satellite": self._run_satellite, **{
            kind: self._at_once(act) for kind, act in self._acts().items()
        }}  # fmt: skip

    def _acts(self) -> dict[str, Callable[[WyomingEvent], None]]:
        """What only the client may do that takes what is said here."""
        return {
            "pause-satellite": lambda event: self._satellite.pause(True),
            "transcript": lambda event: self._satellite.heard(
                bounded(HeardThere.from_event(event).text)
            ),
            "voice-stopped": lambda event: self._satellite.enough(),
            "synthesize": self._synthesize,
            "audio-start": self._audio_start,
            "audio-chunk": self._audio_chunk,
            "audio-stop": self._audio_stop,
            "error": self._error,
        }

    async def _run_satellite(self, _event: WyomingEvent) -> None:
        try:
            self._satellite.attach(self)
        except HouseError as error:
            raise BadEvent(error.problem) from error
        self.idle_s = None

    def _at_once(self, act: Callable[[WyomingEvent], None]) -> Answer:
        async def answer(event: WyomingEvent) -> None:
            if self._satellite.is_attached(self):
                act(event)
            else:
                self._admission.complain(self.peer, f"{event.type} before run-satellite: ignored")

        return answer

    def send_soon(self, *sent: Eventable) -> None:
        """Send in order, without waiting; from any thread."""
        with suppress(RuntimeError):  # the loop is closed: we are stopping
            asyncio.run_coroutine_threadsafe(self._try_to_send(*sent), self._loop)

    async def _try_to_send(self, *sent: Eventable) -> None:
        try:
            if self._writer.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
                raise TimeoutError
            await self.send(*sent)
        except OSError as error:
            if isinstance(error, TimeoutError):
                self._admission.complain(self.peer, "does not read what is said here: sent away")
            self._writer.transport.abort()
            self.gone()

    def gone(self) -> None:
        """Home Assistant has left."""
        if self._in_vain:
            self._in_vain.cancel()
        self._satellite.detach(self)

    def _synthesize(self, event: WyomingEvent) -> None:
        self._text = bounded(Synthesize.from_event(event).text)
        if self._in_vain:
            self._in_vain.cancel()
        self._in_vain = self._loop.call_later(SPEECH_S, self._satellite.reply, self._text, None)

    def _audio_start(self, event: WyomingEvent) -> None:
        if self._in_vain:
            self._in_vain.cancel()
        self._rate_hz = sample_rate(AudioStart.from_event(event).rate)
        self._audio.clear()

    def _audio_chunk(self, event: WyomingEvent) -> None:
        chunk = AudioChunk.from_event(event)
        if chunk.width == 2 and len(self._audio) < LONGEST_REPLY_S * 2 * self._rate_hz:
            whole = len(chunk.audio) // (2 * chunk.channels) * 2 * chunk.channels
            samples = np.frombuffer(chunk.audio[:whole], "<i2").reshape(-1, chunk.channels)
            self._audio += np.ascontiguousarray(samples[:, 0]).tobytes()

    def _audio_stop(self, _event: WyomingEvent) -> None:
        samples = np.frombuffer(bytes(self._audio), "<i2").astype(np.int16)
        self._audio.clear()
        if samples.size:
            self._satellite.reply(self._text, Sound(samples, self._rate_hz))
        self._text = ""

    def _error(self, event: WyomingEvent) -> None:
        error = Error.from_event(event)
        self._satellite.fail(str(error.code or ""), str(error.text)[:MOST_SAID_OF_ERROR])


def notice_the_dead(writer: asyncio.StreamWriter) -> None:
    """Have a connection end whose other machine has gone without a word: another one may come."""
    end: socket.socket = writer.get_extra_info("socket")
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", ALIVE_S),
        ("TCP_KEEPINTVL", ALIVE_S // 2),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", 3 * ALIVE_S * 1000),
    ):
        if hasattr(socket, option):
            end.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


class SatelliteRecognizer:
    """A `Recognizer` that lets Home Assistant listen, and falls back on ours."""

    def __init__(self, satellite: Satellite, local: Recognizer, desk: Desk) -> None:
        self._satellite = satellite
        self._local = local
        self._desk = desk

    def feed(self, frame: Frame) -> str | None:
        """Take 10 ms."""
        if self._satellite.streaming:
            self._satellite.hear(frame)
            return None
        return self._local.feed(frame)

    def transcribe(self) -> Transcript:
        """The words; Home Assistant knows them only at the end."""
        if self._satellite.streaming:
            return Transcript("", 0.0, ENGINE)
        if self._satellite.writing:
            return Transcript(self._satellite.finish(), 1.0, ENGINE)
        return self._local.transcribe()

    def reset(self, graph: Graph | None = None) -> None:
        """The next command begins."""
        if self._satellite.streaming and self._satellite.connected:
            return  # only the rest of the wake word was heard so far
        self._local.reset(graph)
        there = self._satellite.connected
        self._desk.conversation.dictation = there
        if there:
            self._satellite.begin()
