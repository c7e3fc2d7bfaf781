"""What a skill is given and what it returns; the whole interface of a skill.py.

A handler is a plain function named like its intent in skill.yaml. Its parameters are the slots
by name, with their typed values. A slot that was not said is left to the parameter's default; where
it has none, it is asked for, or None where its type allows that (or is not given):

    number int or float      ordinal int             percent int or float   temperature float, °C
    duration timedelta       time time               date date              datetime datetime, local
    color key of COLORS      color_temperature int   area, floor their ids  device Targets
    choice str               list tuple of str       digits str              text str

and, where it names them:

    targets    Targets: the devices that are meant, when the intent names a `target` kind
    devices    tuple[Device, ...]: every device that permissions let it read
    rooms      Rooms: names of the areas and floors, and where it was said
    topics     Mapping[str, str]: the last payload on each topic that permissions let it read
    settings   Mapping[str, Value]: what the owner chose
    say        say("name", slot=value) → one of the wordings under `replies`
    now        datetime, local
    schedule   tuple[Entry, ...]: what the skill has planned (built-in skills)

It returns an `Answer`: what to say and what should change. It never holds the MQTT client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.events import Message, Value
from assistant.home.model import Change, Device
from assistant.lang import capitalized, language
from assistant.schedule.entry import Entry


class CannotDo(Exception):
    """Raised by a handler; its text is spoken as it is."""


class AskFor(CannotDo):
    """Raised by a handler that has to know a slot first; its text is the question."""

    def __init__(self, question: str, slot: str) -> None:
        super().__init__(question)
        self.slot = slot


@dataclass(frozen=True, slots=True)
class Targets:
    """The devices a command is about, with their state at this moment."""

    devices: tuple[Device, ...]
    phrase: str
    """How to speak of them: "the floor lamp", "the kitchen lights", "all the lights"."""

    plural: bool
    area_name: str | None = None
    """Name of the room or floor that was said or meant; None for a named device or all."""

    def __iter__(self) -> Iterator[Device]:
        return iter(self.devices)

    @property
    def are(self) -> str:
        """ "is" or "are", to go with `phrase`."""
        return language().wording.are(many=self._many)

    @property
    def object(self) -> str:
        """`phrase` as something is done to it."""
        return language().wording.as_object(self.phrase)

    @property
    def have(self) -> str:
        """The same of what they have."""
        return language().wording.have(many=self._many)

    def _agree(self, predicate: str) -> str:
        return language().wording.agree(self.phrase, predicate, plural=self.plural)

    @property
    def _many(self) -> bool:
        return self.plural or language().wording.is_plural(self.phrase)

    def with_feature(self, attribute: str, what: str = "") -> Targets:
        """Only the devices that can take `attribute`.

        Raises CannotDo, naming them, when none can: "The hall lamp has no <what>.", "… can't be
        dimmed".
        """
        able = tuple(device for device in self.devices if attribute in device.features)
        if not able:
            if what:
                said = language().say("has_no", targets=self.phrase, have=self.have, what=what)
                raise CannotDo(said)
            cannot = language().cannot(attribute)
            raise CannotDo(f"{sentence(self._agree(cannot))}.")
        return Targets(able, self.phrase, self.plural, self.area_name)

    def without(self, others: Targets | None, area: str | None = None) -> Targets:
        """All but `others` and what stands in `area`, an id; raises CannotDo when none is left."""
        named = {device.id for device in others} if others else set()
        rest = tuple(d for d in self.devices if d.id not in named and d.area != (area or ""))
        if not rest:
            raise CannotDo(language().say("nothing_left"))
        if len(rest) == len(self.devices):
            return self
        return Targets(rest, language().wording.others(), True, self.area_name)

    def set(self, **attributes: Value) -> tuple[Change, ...]:
        """The same attributes for every device."""
        return tuple(Change(device.id, dict(attributes)) for device in self.devices)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the skill says, and what it wants changed or sent.

    `text` is said when every change is confirmed by its device; when one is not, the assistant
    says that instead. Without a text, one of the intent's `reply` wordings is said.
    """

    text: str = ""
    changes: tuple[Change, ...] = ()
    messages: tuple[Message, ...] = ()
    """MQTT messages, for topics that skill.yaml has under permissions."""
    question: bool = False
    """`text` asks back: what is said next needs no wake word."""

    asks: str = ""
    """The slot that `text` asks for: what is said next fills it, and the intent is called again."""

    confirm: str = ""
    """A question, "Open the garage door?": nothing of the answer is done before a "yes"."""

    schedule: tuple[Entry, ...] = ()
    """What is to happen later: new entries, and those of the parameter `schedule`, changed. For
    built-in skills, like `cancel` and `commands`."""

    cancel: tuple[str, ...] = ()
    """Ids of entries that are not to happen."""

    commands: tuple[str, ...] = ()
    """Sentences to be carried out as if they had been said here."""


BUILT_IN_ONLY = ("schedule", "cancel", "commands")
"""Fields of an Answer that only the skills of this repository may fill."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSEEN = re.compile("[\u115f\u1160\u3164\uffa0]")
"""Letters by name, of which nothing is seen or said."""


def has_words(text: str) -> bool:
    """Whether somebody who hears `text` hears words."""
    return bool(_WORD.search(_UNSEEN.sub(" ", text)))


def sentence(phrase: str) -> str:
    """`phrase` with a capital letter at its beginning."""
    return capitalized(phrase)
