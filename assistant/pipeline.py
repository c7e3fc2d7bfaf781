"""The loop: a frame in, events out. No threads, no clock of its own beyond the one it is given.

Asleep, a frame only reaches the wake word. Awake, it reaches the listener and the recognizer until
the listener says that the command is over; then the words go to the conversation. After a reply it
stays awake for a while: the answer to a question, or another command, needs no wake word.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from assistant.events import (
    Completeness,
    Event,
    Frame,
    Partial,
    Reply,
    SpeechEnded,
    SpeechStarted,
    Transcript,
)
from assistant.grammar.graph import Graph
from assistant.listen import Listener, Pause, PreRoll, Resume
from assistant.recognize import Recognizer
from assistant.utterance import Clock, Stamp, new_id
from assistant.wake import WakeDetector

E = TypeVar("E", bound=Event)

REST_OF_WORD_S = 0.45
"""Speech in one breath with the wake word that is shorter and makes no sense was the rest of that
word, which some models decide 0.1 s before its end: the command is still to come."""


class Talk(Protocol):
    """What the pipeline wants of a `Conversation`."""

    def begin(self) -> Graph:
        """The next words begin: what can be said in them."""

    def complete(self, heard: Transcript) -> Completeness:
        """Whether `heard` is a whole command already."""

    def is_command(self, heard: Transcript) -> bool:
        """Whether words that nobody was asked for are surely meant."""

    def respond(self, said: str | Transcript, utterance_id: str) -> Iterator[Event]:
        """Every event from the understanding of `said` to the reply."""

    def listens_on_s(self, reply: Reply) -> float:
        """How long something may follow this reply without the wake word, seconds; 0: not."""

    def expect_answer(self) -> None:
        """The time for an answer to the question just asked counts from now."""

    def masked(self, event: E) -> E:
        """The event without secrets, as it may leave the turn."""


@dataclass(frozen=True, slots=True)
class Stages:
    """What the pipeline drives, in the order a frame meets it."""

    wake: WakeDetector | None
    """None: every sound is a command (`listen --no-wake`)."""

    pre_roll: PreRoll
    listener: Listener
    recognizer: Recognizer
    conversation: Talk


def never(frame: Frame) -> bool:
    """Nobody is speaking over the microphone."""
    return False


class Pipeline:
    """Runs the stages over a source of frames."""

    def __init__(
        self,
        stages: Stages,
        *,
        own_voice: Callable[[Frame], bool] = never,
        clock: Clock = time.monotonic,
        next_id: Callable[[], str] = new_id,
    ) -> None:
        """`own_voice` says whether the assistant itself was speaking during a frame."""
        self._stages = stages
        self._own_voice = own_voice
        self._clock = clock
        self._next_id = next_id
        self._awake = False
        self._stamp = Stamp("", clock)
        self._unfed: list[Frame] = []
        self._looked_ms = 0.0
        self._deaf = False
        self._window_s: float | None = None
        self._addressed = True

    def run(self, frames: Iterable[Frame]) -> Iterator[Event]:
        """Every event that `frames` lead to, as it happens."""
        self._sleep()
        for frame in frames:
            if self._own_voice(frame):
                self._deaf = True
                continue
            if self._deaf:
                self._start_afresh()
            if self._awake or self._stages.wake is None:
                yield from self._hear(frame)
            else:
                yield from self._doze(frame, self._stages.wake)
        if self._awake:
            yield from self._end_of_input()

    def _start_afresh(self) -> None:
        """The assistant has spoken: what was heard before belongs to nothing any more."""
        self._deaf = False
        self._sleep(self._window_s if self._awake else None, addressed=self._addressed)

    def _doze(self, frame: Frame, detector: WakeDetector) -> Iterator[Event]:
        self._stages.pre_roll.push(frame)
        since = self._clock()
        if wake := detector.process(frame):
            self._wake_up(self._stages.pre_roll.frames(), wake.word_ended_at)
            yield self._stamp(wake, since=since)

    def _wake_up(
        self,
        pre_roll: Iterable[Frame] = (),
        word_ended_at: float = 0.0,
        window_s: float | None = None,
        *,
        addressed: bool = True,
    ) -> None:
        self._awake, self._window_s, self._addressed = True, window_s, addressed
        self._expect_answer()
        self._stamp = Stamp(self._next_id(), self._clock, self._stages.conversation.masked)
        self._unfed, self._looked_ms = [], 0.0
        self._stages.recognizer.reset(self._stages.conversation.begin())
        for frame in self._stages.listener.begin(pre_roll, word_ended_at, window_s):
            self._stages.recognizer.feed(frame)

    def _expect_answer(self) -> None:
        """The answer has its whole time, whatever saying the question and recognizing took."""
        if self._window_s and self._addressed:
            self._stages.conversation.expect_answer()

    def _hear(self, frame: Frame) -> Iterator[Event]:
        if self._window_s and self._stages.wake:
            # Who says the wake word although it is not needed starts afresh with it.
            yield from (woken := list(self._doze(frame, self._stages.wake)))
            if woken:
                return
        heard = self._stages.listener.process(frame)
        match heard:
            case SpeechEnded():
                yield from self._answer(heard)
                return
            case SpeechStarted() if self._addressed:
                self._expect_answer()
                yield self._stamp(heard)
            case Pause():
                yield from self._look_at_words(heard)
            case Resume():
                yield from self._feed(*self._unfed)
                self._unfed = []
        if self._stages.listener.paused:
            self._unfed.append(frame)  # silence, unless speech resumes
        else:
            yield from self._feed(frame)

    def _feed(self, *frames: Frame) -> Iterator[Event]:
        for frame in frames:
            since = self._clock()
            if (text := self._stages.recognizer.feed(frame)) and self._addressed:
                yield self._stamp(Partial(text), since=since)

    def _look_at_words(self, pause: Pause) -> Iterator[Event]:
        """In a pause: are the words so far a command? Then a short silence is enough."""
        since = self._clock()
        heard = self._stages.recognizer.transcribe()
        complete = self._stages.conversation.complete(heard)
        looked = self._stamp(Partial(heard.text), since=since)
        self._looked_ms = looked.took_ms
        if self._addressed:
            yield looked
        if pause.in_one_breath and pause.speech_s < REST_OF_WORD_S and complete == "no":
            self._stages.recognizer.reset(self._stages.conversation.begin())
            self._stages.listener.begin()
        else:
            self._stages.listener.expect(complete)

    def _answer(self, ended: SpeechEnded) -> Iterator[Event]:
        conversation = self._stages.conversation
        if ended.reason in ("nothing_said", "stopped"):
            yield self._stamp(ended)
            self._sleep()
            return
        since = self._clock()
        transcript = self._stages.recognizer.transcribe()
        if not self._addressed and not conversation.is_command(transcript):
            self._sleep()  # it was meant for somebody else, and is nobody's business
            return
        yield self._stamp(ended)
        yield self._stamp(transcript, since=since, took_ms=self._looked_ms)
        window_s, asked = 0.0, False
        for event in conversation.respond(transcript, self._stamp.utterance_id):
            if isinstance(event, Reply):
                window_s, asked = conversation.listens_on_s(event), event.kind == "question"
            yield event
        # Sound that came meanwhile is heard next: it is not part of the time for an answer.
        meanwhile_s = self._clock() - since
        self._sleep(window_s and window_s + meanwhile_s, addressed=asked)

    def _sleep(self, window_s: float | None = None, *, addressed: bool = True) -> None:
        """Wait for the wake word again; for `window_s` seconds what is said needs none.

        addressed   what is said then is the answer to a question; else it may be meant for
                    somebody else
        """
        self._awake = False
        if self._stages.wake is not None:
            self._stages.wake.reset()
            self._stages.pre_roll.clear()
        if self._stages.wake is None:
            self._wake_up()
        elif window_s:
            self._wake_up(window_s=window_s, addressed=addressed)

    def _end_of_input(self) -> Iterator[Event]:
        """The file is over: what was said until here is the command."""
        ended = self._stages.listener.end_of_input()
        if ended.reason != "nothing_said":
            yield from self._answer(ended)
