"""What others can have the assistant do, whatever protocol they speak."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.bridge.ears import USUAL_SENSITIVITY, Attention, Ear
from assistant.bridge.hub import Hub, Listener
from assistant.bridge.presses import Presses
from assistant.bridge.rooms import Rooms
from assistant.bridge.turns import Patient, Turns
from assistant.config import SiteSettings
from assistant.conversation import Conversation
from assistant.events import Adjusted, Event, Reply, Spoken, Transcript, Wake
from assistant.pipeline import Stages
from assistant.speak import Speaker
from assistant.speak.sound import Sound
from assistant.utterance import Stamp, new_id

log = logging.getLogger(__name__)

AUDIBLE = 10
"""Percent of volume from which the sound can be heard that says that it listens."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What can be set while it runs."""

    muted: bool = False
    sensitivity: int = USUAL_SENSITIVITY
    volume: int = 80


class Desk:
    """Takes orders: on the pipeline's thread, so `Hub.ask` brings them here."""

    def __init__(
        self,
        hub: Hub,
        site: SiteSettings,
        conversation: Conversation,
        speaker: Speaker,
        volume: int,
    ) -> None:
        self.hub = hub
        self.site = site
        self.conversation = conversation
        self.controls = Controls(volume=volume)
        self.earcons = True
        """Whether the wake word is answered by a sound. What makes it listen without one always is:
        nobody is to be heard who does not know it."""

        self.sounds: dict[str, Sound] = {}
        """Utterance → the sound of its reply, where somebody else has spoken it already."""

        self.rival: Callable[[], str] = lambda: ""
        """Where another assistant of this site runs that was here first: we keep quiet then."""

        self._turns = Turns(hub)
        self._speaker = speaker
        self._ear: Ear | None = None
        self._attention: Attention | None = None
        self._presses = Presses()
        self._saying: set[str] = set()
        """Utterances of others that are spoken or played, or wait for it."""

        hub.subscribe(self._sound)

    def attend(self, stages: Stages) -> Stages:
        """The stages of a microphone, with our hand on them."""
        patient = Patient(stages.conversation, self.site.id, self._turns, self._quiet)
        stages = replace(stages, conversation=patient)
        if isinstance(stages.wake, Ear):
            self._ear = stages.wake
            self._attention = Attention(stages.listener, stages.wake)
            return replace(stages, listener=self._attention)
        return stages

    def share(self, rooms: Rooms) -> None:
        """Leave a command to another room that is nearer."""
        if self._ear:
            self._ear.rooms = rooms

    @property
    def woken_by(self) -> str:
        """The last wake word; empty when it was none."""
        return self._ear.woken_by if self._ear else ""

    def listen(self, by: str, *, continues: bool = False) -> bool:
        """Wake as if the wake word had been said, with a sound that says so.

        by           who wants that, for people
        continues    a dialogue, in which nobody waits who has just been answered
        returns      False: no microphone, it is muted, cannot be heard, or was asked just now
        """
        if self._ear is None:
            return self._presses.refuse(by, "there is no microphone")
        if self.controls.muted:
            return self._presses.refuse(by, "it is muted")
        if self.controls.volume < AUDIBLE:
            return self._presses.refuse(by, f"nobody would hear that at a volume below {AUDIBLE}")
        if not self._presses.allow(by, continues=continues):
            return False
        if self._saying:  # or our sound would wait behind an hour of silence
            self._speaker.stop()
        self._ear.summoned = True
        return True

    def finish(self) -> None:
        """What was said until now is the command."""
        if self._attention:
            self._attention.finish()

    def stop(self) -> None:
        """Fall silent, and drop the command that is being said."""
        self._speaker.stop()
        if self._ear and self._attention:
            self._ear.summoned = False
            self._attention.stop()

    def wakes(self, reason: str, wakes: bool) -> None:
        """Whether wake words wake, as far as `reason` is concerned."""
        if self._ear:
            (self._ear.open if wakes else self._ear.close)(reason)

    def adjust(
        self,
        *,
        muted: bool | None = None,
        sensitivity: int | None = None,
        volume: int | None = None,
    ) -> None:
        """Set what is given, and tell everybody what is set now."""
        if muted is not None:
            self._mute(muted)
        if sensitivity is not None:
            self.controls = replace(self.controls, sensitivity=sensitivity)
            if self._ear:
                self._ear.tune(sensitivity)
        if volume is not None:
            self._set_volume(volume)
        now = self.controls
        self.emit(Adjusted(now.muted, now.sensitivity, now.volume))

    def _set_volume(self, volume: int) -> None:
        if volume < AUDIBLE and (self._presses.listening or (self._ear and self._ear.summoned)):
            log.warning("volume: %d, not %d, while it listens unasked", AUDIBLE, volume)
            volume = AUDIBLE
        self.controls = replace(self.controls, volume=volume)
        self._speaker.set_volume(volume)

    def _mute(self, muted: bool) -> None:
        self.controls = replace(self.controls, muted=muted)
        self.wakes("muted", not muted)
        if muted and self._ear and self._attention:
            self._ear.summoned = False
            self._attention.stop()

    def say(self, text: str, utterance_id: str) -> None:
        """Speak; a `Spoken` event with that id says when it is over."""
        self._saying.add(utterance_id)
        self._speaker.say(Reply(text, "answer", utterance_id=utterance_id))

    def play(self, sound: Sound, utterance_id: str) -> None:
        """Play a sound; a `Spoken` event with that id says when it is over."""
        self._saying.add(utterance_id)
        self._speaker.say(Reply("", "answer", utterance_id=utterance_id), sound)

    def command(
        self,
        text: str,
        site: SiteSettings,
        answer: Callable[[Reply], None],
        *,
        may_open: bool = True,
        confirmed: bool = False,
    ) -> None:
        """Carry out words that came in otherwise; calls `answer` once, on this thread, later.

        site        where they were said: ours is answered aloud, another one is not
        may_open    whether they may open what lets somebody in
        confirmed   somebody has said yes to them already
        """
        if quiet := self._quiet():
            answer(Reply(quiet, "failed"))
            return
        here = site.id == self.site.id
        conversation = self.conversation if here else self.conversation.elsewhere(site)
        utterance_id = new_id()
        reply = Reply("", "failed")

        def turn() -> Iterator[Event]:
            conversation.may_open = may_open
            try:
                yield Stamp(utterance_id, mask=conversation.masked)(Transcript(text, 1.0, "text"))
                yield from conversation.respond(text, utterance_id, confirmed=confirmed)
            finally:
                conversation.may_open = True

        def tell(event: Event) -> None:
            nonlocal reply
            self.hub.emit(replace(event, site_id=site.id))
            reply = event if isinstance(event, Reply) else reply

        def over() -> None:
            if reply.kind == "question" and here and self._ear:
                self.listen("a question")
            answer(reply)

        self._turns.take(site.id, turn, tell, over)

    def tell_outside(self, listener: Listener) -> None:
        """Have other programs hear of what happens here, unless another assistant tells them."""
        self.hub.subscribe(lambda event: None if self.rival() else listener(event))

    def _quiet(self) -> str:
        """Why nothing is done here at this moment; empty: it is."""
        rival = self.rival()
        return f"Another assistant is {self.site.id} already, so I keep quiet." if rival else ""

    def emit(self, event: Event) -> None:
        """Tell everybody, outside any utterance."""
        self.hub.emit(Stamp("")(event))

    def _sound(self, event: Event) -> None:
        """What is to be heard of an event of this site."""
        if event.site_id != self.site.id:
            return
        self._presses(event)
        if isinstance(event, Wake) and (self.earcons or not event.word):
            self._speaker.earcon("wake")
        elif isinstance(event, Reply):
            self._speaker.say(event, self.sounds.pop(event.utterance_id, None))
        elif isinstance(event, Spoken):
            self._saying.discard(event.utterance_id)
