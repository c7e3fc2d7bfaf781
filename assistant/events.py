"""What flows through the assistant: one frozen dataclass per fact, nothing of ours imported.

    Frame → Wake → SpeechStarted … SpeechEnded → Partial … Transcript → Understanding → Turn
          → Action → Published → Confirmed → Reply → Spoken

A stage returns the event without its stamp; the pipeline fills in `utterance_id`, `at` and
`took_ms` (see `Event`) and hands it to everyone who listens: console, MQTT, speaker, log, test.
The events of one `utterance_id` are the record of why the house did what it did.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 160  # 10 ms, the step of the wake-word features
FRAME_BYTES = FRAME_SAMPLES * 2  # 16-bit
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ

Decision = Literal["accept", "confirm", "reject"]
Completeness = Literal["no", "yes", "nothing can follow"]
"""Whether what was said so far is a whole command."""

Value = str | int | float | bool
"""What a device attribute can hold."""

SlotValue = Value | tuple[str, ...]
"""What a typed slot can hold; times and dates are ISO 8601 text."""


@dataclass(frozen=True, slots=True)
class Frame:
    """10 ms of sound, always the same length."""

    pcm: bytes
    """16 kHz mono signed 16-bit little-endian: 320 bytes = 160 samples."""

    at: float
    """Seconds from the opening of the source to the first sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The stamp every event carries; the pipeline sets it, a stage leaves it alone."""

    utterance_id: str = ""
    at: float = 0.0
    """`time.monotonic()` when the event left its stage, seconds."""

    took_ms: float = 0.0
    """Milliseconds that the stage worked (or, for `Confirmed`, waited) for this event."""

    site_id: str = ""
    """Where it was said: this microphone's `site.id`, another room's, or a bridge's name."""


@dataclass(frozen=True, slots=True)
class Wake(Event):
    """The wake word was said."""

    word: str
    score: float
    """Mean probability over the model's sliding window, 0 to 1."""

    heard_at: float
    """`Frame.at` of the frame that decided it, seconds."""

    word_ended_at: float
    """`Frame.at` where the word itself ended, as far as its model tells; what follows may be the
    command, said in the same breath."""


@dataclass(frozen=True, slots=True)
class SpeechStarted(Event):
    """Somebody began to speak after the wake word (or in the same breath)."""

    heard_at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded(Event):
    """The command is over, as far as the sound tells."""

    reason: Literal["complete", "silence", "too_long", "nothing_said", "end_of_input", "stopped"]
    """stopped: somebody did not want it any more; nothing of it is carried out."""

    heard_at: float
    speech_s: float
    """From the start of speech to its last voiced frame."""

    waited_ms: float
    """Silence that was waited for after the last voiced frame: the price of endpointing."""


@dataclass(frozen=True, slots=True)
class Partial(Event):
    """The words so far, while the person is still speaking."""

    text: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Words that may have been said, and how well they go with the sound."""

    text: str
    log_probability: float
    """Natural logarithm: of all its tokens and the end."""

    tokens: int
    """How many, the end included."""

    @property
    def confidence(self) -> float:
        """Geometric mean of the tokens' probabilities, 0 to 1."""
        return math.exp(self.log_probability / self.tokens) if self.tokens else 0.0


@dataclass(frozen=True, slots=True)
class Transcript(Event):
    """The words of the finished command; empty when there were none."""

    text: str
    """As recognized freely, whatever they say."""

    confidence: float
    """0 to 1; 1.0 for typed text. What it means depends on the engine: compare within one."""

    engine: str
    free: Hypothesis | None = None
    """Where `text` comes from; None: the engine gives no such scores."""

    sayable: tuple[Hypothesis, ...] = ()
    """Of all that the skills and the house let one say, what comes nearest to the sound, the
    likeliest first. Comparable with `free`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One filled slot: the words, and the value they stand for."""

    name: str
    raw: str
    value: SlotValue
    unit: str | None = None
    """Unit of `value`: "percent", "celsius", "kelvin", "seconds"; None where there is none."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What one command asks for."""

    name: str
    """`skill.verb`, for example `lights.set_brightness`."""

    confidence: float
    slots: Mapping[str, Slot] = field(default_factory=dict)
    rivals: tuple[Intent, ...] = field(default=(), compare=False)
    """What the same words ask for as well as this, "turn it off" the fan or the lamp: what was
    spoken of before decides."""

    @property
    def skill(self) -> str:
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        """Its name within the skill."""
        return self.name.partition(".")[2]


class Source(StrEnum):
    """What found out what words mean."""

    GRAMMAR = "grammar"
    MODEL = "model"
    REPAIRED = "repaired"
    """A sentence of the grammar that sounds like it."""

    ANSWER = "answer"
    YES = "yes"
    NO = "no"
    FOLLOW_UP = "follow-up"
    ALSO = "also"
    """Something else joins what was spoken of: "and the bedroom too"."""

    NOTHING = "nothing"


class Because(StrEnum):
    """Why words are not acted upon, or not without asking."""

    NO_WORDS = "no words"
    TOO_LONG = "too long"
    NO_COMMAND = "no command"
    """They are about something else."""

    NO_SKILL = "no skill for it"
    NOT_LEARNT = "no sentence says that"
    """Nothing but the grammar speaks the language."""

    TOO_UNSURE = "too unsure"
    AMBIGUOUS = "ambiguous"
    FREE_TEXT = "free text"
    """The grammar takes any words there, and the model does not see why."""

    NO_SUCH = "there is no"
    MISSING = "not said"
    SEVERAL = "several"
    UNREADABLE = "not understood"
    NOT_MEANT = "is not meant by it"
    UNLIKE = "unlike the sound"
    NOTHING_SPOKEN_OF = "nothing spoken of"
    """ "Turn it off" can be many things, and none was spoken of."""

    NOT_ASKED_FOR = "not asked for"
    RIVAL = "another assistant"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, and what it is about: a slot, a thing, an intent."""

    code: Because
    what: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.what}" if self.what else str(self.code)


@dataclass(frozen=True, slots=True)
class Understanding(Event):
    """What the words mean, and whether to trust it."""

    text: str
    decision: Decision
    confidence: float
    intents: tuple[Intent, ...]
    """The commands of the sentence in the order said; for a reject the nearest guess, if any."""

    source: Source
    reason: Reason | None = None
    """Why it is not simply done."""


@dataclass(frozen=True, slots=True)
class Turn(Event):
    """What the dialogue makes of it: the commands to carry out, or a question back."""

    intents: tuple[Intent, ...]
    area: str | None
    """Area where it was said: "the lights" means the lights here."""

    question: str | None = None
    confirmed: bool = False
    """Somebody has said yes to this: it is not asked for again."""

    allowed: frozenset[str] = frozenset()
    """Ids of what lets somebody in and was named in the question that was answered with yes."""

    may_open: bool = True
    """Whether who speaks may open what lets somebody in: not every program may."""


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message."""

    topic: str
    payload: str
    qos: int = 1
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Action(Event):
    """What is to happen to one device, in the house's units, with the messages that say so."""

    device_id: str
    """Empty for messages that a skill sends by itself."""

    change: Mapping[str, Value]
    """Attributes to set, normalised (see assistant/home/model.py)."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Published(Event):
    """The broker has the message."""

    device_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class Confirmed(Event):
    """The device's own state says that it happened, or why we cannot say so."""

    device_id: str
    done: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reply(Event):
    """What the assistant answers."""

    text: str
    kind: Literal["done", "answer", "question", "failed", "rejected"]


@dataclass(frozen=True, slots=True)
class Spoken(Event):
    """The reply is over: it was played, as speech or as an earcon."""

    text: str
    seconds: float
    """0.0: nothing was heard of it: no speaker, `replies: off`, stopped before it began."""


@dataclass(frozen=True, slots=True)
class Rang(Event):
    """Something that was planned is due."""

    kind: Literal["timer", "alarm", "reminder", "command"]
    name: str
    """Of a timer; empty when it has none."""

    text: str
    """What is said about it."""


@dataclass(frozen=True, slots=True)
class Adjusted(Event):
    """What can be set while it runs has been set, or is told for the first time."""

    muted: bool
    sensitivity: int
    """Of the wake words, percent; 50: each at its own cutoff."""

    volume: int
    """Of the replies, percent."""


@dataclass(frozen=True, slots=True)
class Troubled(Event):
    """Other parts of the assistant do not work than before."""

    problems: tuple[str, ...]
    """What does not work, and why, for people; empty: everything works again."""
