"""What each event of a client asks for. One object is one connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TypeVar

import numpy as np
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.intent import Entity, Intent, IntentsStart, IntentsStop, NotRecognized, Recognize
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize
from wyoming.wake import Detect, Detection, NotDetected

from assistant.audio.framing import Converter, to_float
from assistant.bridge.admission import Admission
from assistant.bridge.desk import Desk
from assistant.bridge.wyoming.engines import Engines
from assistant.bridge.wyoming.frames import BadEvent, read_event
from assistant.config import SiteSettings
from assistant.errors import AssistantError
from assistant.events import FRAME_BYTES, FRAME_S, SAMPLE_RATE_HZ, Frame, Reply, Understanding
from assistant.grammar.graph import Graph
from assistant.home.dialects.payload import GARBAGE
from assistant.lang import language
from assistant.wake import WakeDetector

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_S = 60.0  # of sound in one request; what comes later is not looked at
LONGEST_BYTES = round(LONGEST_S * SAMPLE_RATE_HZ) * 2
SLOWEST_HZ, FASTEST_HZ = 4_000, 384_000
ANSWER_S = 30.0  # for the whole house to answer a command
MOST_CHANNELS = 8
CHUNK_SAMPLES = 1024  # of speech that goes out

Answer = Callable[[Event], Awaitable[None]]

IDLE_S = 60.0
WRITE_S = 10.0
LONGEST_TEXT = 1000  # characters of a command, or to be spoken

UNREADABLE = (RecursionError, *GARBAGE)
"""What the wyoming package raises of data that are none of its events'."""

BROKEN = (OSError, EOFError)
"""What is raised of a client that has gone."""


class Connection:
    """Anything that describes itself, answers pings, and survives clients that talk nonsense."""

    idle_s: float | None = IDLE_S
    """So long a client may be silent, seconds; None: for ever."""

    def __init__(
        self,
        info: Info,
        admission: Admission,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._info = info
        self._admission = admission
        self._reader = reader
        self._writer = writer
        self.peer = peer_of(writer)
        self._answers: Mapping[str, Answer] = {
            "describe": self._describe,
            "ping": self._ping,
        }

    async def run(self) -> None:
        """Until the client leaves; what it says is never a reason to stop anything else."""
        try:
            while event := await read_event(self._reader, self.idle_s):
                await self._handle_event(event)
        except BadEvent as error:
            self._admission.complain(self.peer, str(error))
            with suppress(*BROKEN):
                await self.send(Error(str(error), "bad-event"))
        except TimeoutError:
            self._admission.complain(self.peer, "does not read what it asked for")
        except BROKEN as error:
            log.debug("Wyoming client left: %s: %s", type(error).__name__, error)
        finally:
            self.gone()

    def gone(self) -> None:
        """The client has left, or is sent away."""

    async def _handle_event(self, event: Event) -> None:
        """Answer one event; unknown ones are ignored, as the protocol wants it."""
        if answer := self._answers.get(event.type):
            try:
                await answer(event)
            except AssistantError as error:
                self._admission.complain(self.peer, f"{event.type}: {error.problem}")
                await self.send(Error(error.problem, type(error).__name__))
            except UNREADABLE as error:
                raise BadEvent(f"{event.type} with data that it cannot have") from error

    async def send(self, *events: Eventable) -> None:
        """Write the events in order; TimeoutError when they are not read."""
        for event in events:
            async with asyncio.timeout(WRITE_S):
                await async_write_event(event.event(), self._writer)

    async def _describe(self, _event: Event) -> None:
        assert Describe.is_type(_event.type)
        await self.send(self._info)

    async def _ping(self, event: Event) -> None:
        await self.send(Pong(Ping.from_event(event).text))


class Services(Connection):
    """Wake, asr, handle, intent and tts."""

    def __init__(
        self,
        info: Info,
        engines: Engines,
        desk: Desk,
        may_open: bool,
        admission: Admission,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        super().__init__(info, admission, reader, writer)
        self._engines = engines
        self._desk = desk
        self._may_open = may_open
        self._pcm = bytearray()
        self._rest = b""
        self._rate: Converter | None = None
        self._detector: WakeDetector | None = None
        self._detected = False
        self._heard_frames = 0
        self._asks: str = ""
        self._answers = {
            **self._answers,
            "transcribe": self._transcribe,
            "detect": self._detect,
            "audio-start": self._audio_start,
            "audio-chunk": self._audio_chunk,
            "audio-stop": self._audio_stop,
            "transcript": self._handle,
            "recognize": self._recognize,
            "synthesize": self._synthesize,
        }

    async def _transcribe(self, event: Event) -> None:
        Transcribe.from_event(event)
        self._asks = "transcribe"

    async def _detect(self, event: Event) -> None:
        names = Detect.from_event(event).names or []
        self._detector = await asyncio.to_thread(self._engines.listen_for, names)
        self._asks = "detect"

    async def _audio_start(self, event: Event) -> None:
        start = AudioStart.from_event(event)
        self._rate = Converter(sample_rate(start.rate))
        self._pcm.clear()
        self._rest = b""
        self._detected, self._heard_frames = False, 0

    async def _audio_chunk(self, event: Event) -> None:
        chunk = AudioChunk.from_event(event)
        if self._rate is None:
            raise AssistantError("audio-chunk before audio-start", fix="audio-start comes first")
        if chunk.width != 2 or not 1 <= chunk.channels <= MOST_CHANNELS:
            raise AssistantError(
                f"audio-chunk of {chunk.width} bytes a sample, {chunk.channels} channels",
                fix=f"16-bit samples, 1 to {MOST_CHANNELS} channels",
            )
        # Home Assistant passes on what it got, cut anywhere, even between the bytes of a sample.
        sound = self._rest + chunk.audio
        whole = len(sound) - len(sound) % (2 * chunk.channels)
        self._rest = sound[whole:]
        self._pcm += self._rate.convert(to_float(sound[:whole], chunk.channels))
        if self._asks == "detect":
            await self._listen()
        del self._pcm[LONGEST_BYTES:]

    async def _listen(self) -> None:
        whole = len(self._pcm) // FRAME_BYTES * FRAME_BYTES
        pcm, self._pcm = bytes(self._pcm[:whole]), self._pcm[whole:]
        for at in range(0, whole, FRAME_BYTES):
            frame = Frame(pcm[at : at + FRAME_BYTES], self._heard_frames * FRAME_S)
            self._heard_frames += 1
            if self._detector and (wake := self._detector.process(frame)):
                self._detected = True
                await self.send(Detection(wake.word, round(wake.heard_at * 1000)))

    async def _audio_stop(self, event: Event) -> None:
        AudioStop.from_event(event)
        if self._asks == "transcribe":
            await self.send(
                Transcript(await self._words(bytes(self._pcm)), language=language().code)
            )
        elif self._asks == "detect" and not self._detected:
            await self.send(NotDetected())
        self._asks = ""
        self._pcm.clear()

    async def _words(self, pcm: bytes) -> str:
        """What is said in `pcm`; of what can be said here rather than what sounds alike."""
        conversation = self._desk.conversation

        def begin(answer: Callable[[Graph], None]) -> None:
            answer(conversation.begin())

        graph: Graph | None = await self._from_pipeline(begin)
        heard = await asyncio.to_thread(self._engines.transcribe, pcm, graph)

        def judge(answer: Callable[[str], None]) -> None:
            answer(conversation.words(heard, may_open=self._may_open))

        return await self._from_pipeline(judge) or ""

    async def _handle(self, event: Event) -> None:
        """A command in words: carry it out, and answer in words."""
        said = Transcript.from_event(event)
        text = is_text(said.text)  # the conversation itself says what is too long
        context = said.context or {}
        who = context.get("conversation_id") or context.get("device_id") or "default"
        site = SiteSettings(id=f"wyoming {who}")
        answered = partial(self._desk.command, text, site, may_open=self._may_open)
        reply: Reply | None = await self._from_pipeline(answered)
        if reply is None:  # of an error Home Assistant would not take notice
            await self.send(NotHandled("Sorry, that took too long.", said.context))
        elif reply.kind == "rejected":
            await self.send(NotHandled(reply.text, said.context))
        else:
            await self.send(Handled(reply.text, said.context))

    async def _recognize(self, event: Event) -> None:
        """What words mean; nothing is carried out."""
        said = Recognize.from_event(event)
        text = bounded(said.text)

        def interpret(answer: Callable[[Understanding], None]) -> None:
            answer(self._desk.conversation.interpret(text))

        understood: Understanding | None = await self._from_pipeline(interpret)
        if understood is None or understood.decision == "reject":
            await self.send(NotRecognized(said.text, said.context))
            return
        intents = [
            Intent(
                intent.name,
                [Entity(slot.name, slot.value) for slot in intent.slots.values()],
                context=said.context,
            )
            for intent in understood.intents
        ]
        if len(intents) == 1:
            await self.send(*intents)
        else:
            await self.send(IntentsStart(said.context), *intents, IntentsStop(said.context))

    async def _from_pipeline(self, ask: Callable[[Callable[[T], None]], None]) -> T | None:
        """What `ask` is answered on the pipeline's thread; None: nothing in time."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[T] = loop.create_future()

        def answer(given: T) -> None:
            loop.call_soon_threadsafe(_set, answered, given)

        # Nothing is done that nobody waits for any more.
        self._desk.hub.ask(lambda: None if answered.done() else ask(answer))
        try:
            return await asyncio.wait_for(answered, ANSWER_S)
        except TimeoutError:
            return None

    async def _synthesize(self, event: Event) -> None:
        text = bounded(Synthesize.from_event(event).text)
        sound = await asyncio.to_thread(self._engines.synthesize, text)
        rate, width, channels = sound.rate_hz, 2, 1
        await self.send(AudioStart(rate, width, channels))
        for at in range(0, sound.samples.size, CHUNK_SAMPLES):
            pcm = sound.samples[at : at + CHUNK_SAMPLES].astype(np.int16).tobytes()
            await self.send(AudioChunk(rate, width, channels, pcm))
        await self.send(AudioStop())


def peer_of(writer: asyncio.StreamWriter) -> str:
    """The address of a client."""
    peer = writer.get_extra_info("peername")
    return str(peer[0]) if peer else "unknown"


def sample_rate(found: int) -> int:
    """Samples a second, if it can be that; raises AssistantError."""
    if not SLOWEST_HZ <= found <= FASTEST_HZ:
        raise AssistantError(
            f"audio-start of {found} samples a second", fix=f"{SLOWEST_HZ} to {FASTEST_HZ}"
        )
    return found


def is_text(found: object) -> str:
    """`found`, where it is a text; raises AssistantError."""
    if not isinstance(found, str):
        raise AssistantError("a text that is none", fix="a JSON string")
    return found


def bounded(text: str) -> str:
    """A text that is one, and not too long; raises AssistantError."""
    if len(is_text(text)) > LONGEST_TEXT:
        raise AssistantError(
            f"a text of {len(text)} characters", fix=f"at most {LONGEST_TEXT} at a time"
        )
    return text


def _set(answered: asyncio.Future[T], given: T) -> None:
    if not answered.done():  # nobody waits any more
        answered.set_result(given)
