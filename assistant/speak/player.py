"""The thread that renders replies and plays them, one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from assistant.errors import AssistantError
from assistant.events import Reply, Spoken
from assistant.speak.earcon import EarconName, earcon
from assistant.speak.output import Output
from assistant.speak.sound import Sound, Voice
from assistant.speak.spoken import parts, spoken
from assistant.threads import Supervised, health

log = logging.getLogger(__name__)

_ECHO_S = 0.3  # after the last sample: what is still in the air, and on its way to us
_HANG_S = 2.0  # a device that takes longer than the sound and this no longer counts as speaking
_MOST_WAITING = 32  # replies, while a device hangs; what is more is not said
_STALE_S = 5.0  # a short sound that comes so late means nothing any more
_REMEMBERED = 32  # stretches of own speech; more than any queue of frames reaches back

_EARCONS: dict[str, EarconName] = {
    "done": "done",
    "answer": "done",
    "question": "question",
    "failed": "failed",
    "rejected": "failed",
}
"""For each kind of reply the sound that stands for it where nothing is said."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What waits to be played: a reply, or a bare earcon."""

    what: Reply | EarconName
    asked_at: float
    """Clock seconds."""

    turn: int
    """Stands for everything between two calls of `stop`."""

    sound: Sound | None = None
    """Of a reply: what it sounds like; None: that is still to be rendered."""


class SpokenPlayer:
    """A `Speaker` with a voice that may be missing and a device that may go away.

    Whatever goes wrong is said once, as a warning, and tried anew with the next reply.

    Only speech counts in `speaking_at`. An earcon can neither wake nor command, and to be deaf
    during the one that answers the wake word would cut off a command said in the same breath.
    """

    def __init__(
        self,
        open_voice: Callable[[], Voice] | None,
        output: Output,
        *,
        volume: int,
        on_spoken: Callable[[Spoken], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`open_voice` runs in the player's thread, so that loading a voice holds nobody up."""
        self._open_voice = open_voice
        self._output = output
        self._volume = volume
        self._on_spoken = on_spoken
        self._clock = clock
        self._voice: Voice | None = None
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._turn = 0
        self._spans: tuple[tuple[float, float], ...] = ()  # own speech: begin, end, clock seconds
        self._troubles: set[str] = set()  # "voice", "speaker": warned of, not yet over
        self._renderer = ThreadPoolExecutor(1, "render")
        self._thread = Supervised(self._run, "speak")
        self._thread.start()

    def say(self, reply: Reply, sound: Sound | None = None) -> None:
        if self._jobs.qsize() < _MOST_WAITING:
            self._jobs.put(_Job(reply, self._clock(), self._turn, sound))
            return
        log.warning("%d replies wait for the speaker already: “%s” is not said", _MOST_WAITING,
                    reply.text)  # fmt: skip
        self._over(reply, took_ms=0.0)

    def earcon(self, name: EarconName) -> None:
        if self._jobs.qsize() < _MOST_WAITING:
            self._jobs.put(_Job(name, self._clock(), self._turn))

    def stop(self) -> None:
        self._turn += 1

    def set_volume(self, percent: int) -> None:
        self._volume = percent

    def speaking_at(self, monotonic_s: float) -> bool:
        return any(start <= monotonic_s <= end + _ECHO_S for start, end in self._spans)

    def close(self) -> None:
        self.stop()
        self._jobs.put(None)
        self._thread.join(_HANG_S)
        self._renderer.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        self._load_voice()
        while (job := self._jobs.get()) is not None:
            if isinstance(job.what, Reply):
                self._answer_or_say_why(job.what, job)
            elif self._clock() - job.asked_at < _STALE_S:
                self._play(earcon(job.what), job)

    def _answer_or_say_why(self, reply: Reply, job: _Job) -> None:
        """Whatever happens, whoever waits for the end of the reply hears of it."""
        try:
            self._answer(reply, job)
        except Exception:
            self._over(reply, took_ms=(self._clock() - job.asked_at) * 1000)
            raise

    def _over(self, reply: Reply, *, took_ms: float, seconds: float = 0.0) -> None:
        id_, now = reply.utterance_id, self._clock()
        self._on_spoken(
            Spoken(utterance_id=id_, at=now, took_ms=took_ms, text=reply.text, seconds=seconds)
        )

    def _answer(self, reply: Reply, job: _Job) -> None:
        began = ended = self._clock()
        before, played, first = self._spans[1 - _REMEMBERED :], False, True
        for sound, speech in self._sounds(reply, job):
            now = self._clock()
            began, first = (now, False) if first else (began, first)
            if speech:
                # Replaced as a whole: other threads see the old stretches or the new ones.
                self._spans = (*before, (began, now + sound.seconds + _HANG_S))
            heard = self._play(sound, job)
            played = played or heard
            ended = self._clock()
            if job.turn == self._turn:  # played to its end: a device may take it all and play on
                ended = max(ended, now + sound.seconds)
            if speech:  # now it is known when it ended, or that it never began
                self._spans = (*before, (began, ended)) if played else before
            if not heard:
                break
        seconds = ended - began if played else 0.0
        self._over(reply, took_ms=(began - job.asked_at) * 1000, seconds=seconds)

    def _sounds(self, reply: Reply, job: _Job) -> Iterator[tuple[Sound, bool]]:
        """What is to be heard of a reply, and whether that is speech: an earcon where nothing can
        be said. While one piece is played the next is rendered."""
        stands_for_it = earcon(_EARCONS[reply.kind])
        if job.sound or job.turn != self._turn:
            yield job.sound or stands_for_it, bool(job.sound)
            return
        said = parts(spoken(reply.text))
        following = self._renderer.submit(self._render, said[0]) if said else None
        for number in range(len(said)):
            sound = following.result() if following else None
            rest = said[number + 1 : number + 2]
            following = self._renderer.submit(self._render, rest[0]) if sound and rest else None
            if sound:
                yield sound, True
            elif number == 0:
                yield stands_for_it, False
        if not said:
            yield stands_for_it, False

    def _load_voice(self) -> Voice | None:
        if self._open_voice and not self._voice:
            try:
                self._voice = self._open_voice()
            except AssistantError as error:
                self._warn("voice", error)
        return self._voice

    def _render(self, words: str) -> Sound | None:
        """The words as sound; None: there is no voice to say them with."""
        voice = self._load_voice()
        if not voice:
            return None
        try:
            sound = voice.synthesize(words)
        except AssistantError as error:
            self._warn("voice", error)
            return None
        self._mended("voice")
        return sound

    def _play(self, sound: Sound, job: _Job) -> bool:
        """Play unless stopped; returns whether anything was heard."""
        if job.turn != self._turn:
            return False
        try:
            self._output.play(sound.scaled(self._volume), lambda: job.turn != self._turn)
        except AssistantError as error:
            self._warn("speaker", error)
            return False
        if "speaker" in self._troubles:
            log.info("the speaker works again")
            self._mended("speaker")
        return True

    def _mended(self, what: str) -> None:
        if what in self._troubles:
            self._troubles.discard(what)
            health.mended(what)

    def _warn(self, what: str, error: AssistantError) -> None:
        level = logging.DEBUG if what in self._troubles else logging.WARNING
        self._troubles.add(what)
        health.note(what, error.problem)
        log.log(level, "%s; fix: %s", error.problem, error.fix)
