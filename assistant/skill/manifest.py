"""skill.yaml: what a skill understands, may do and answers, as typed and checked data.

Sentences are templates of the hassil language: `(a|b)`, `[optional]`, `{slot}`, `<rule>`
(https://github.com/OHF-Voice/hassil). Slots that every skill can use without declaring them:

    {name}   a device of the intent's `target` kind      {area}  an area
    {floor}  a floor                                     {all}   "all", "every", "everything"
    {it}     "it", "them": what was spoken of last

and the rules of assistant/lang/en/rules.yaml. Every other slot is declared under `slots`.
`assistant.skill.checks` says what is wrong with a manifest beyond its form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from assistant.config import Kind
from assistant.errors import ConfigError, SkillError
from assistant.events import Value
from assistant.lang import ENGLISH, language
from assistant.schema import read_yaml

LARGEST_BYTES = 2**17
"""Of a skill.yaml or a skill.py; the largest of ours have 30,000."""

TARGET_SLOTS = ("name", "area", "floor", "all", "it")
"""Slots that together say which devices are meant."""

AnyKind = Kind | Literal["any"]

SlotType = Literal[
    "number", "ordinal", "percent", "temperature", "duration", "time", "date", "datetime",
    "color", "color_temperature", "area", "floor", "device", "choice", "digits", "list", "text",
    "command",
]  # fmt: skip
HOUSE_TYPES: tuple[SlotType, ...] = ("area", "floor", "device")
"""Types whose values are names of the house."""

OPEN_TYPES: tuple[SlotType, ...] = ("text", "list", "command")
"""Types that take any words: more may follow."""


def _check_range(low: float | None, high: float | None) -> None:
    for key, bound in (("min", low), ("max", high)):
        if bound is not None and not math.isfinite(bound):
            raise ValueError(f"{key}: {bound} is no number that can be said; leave it out")
    if low is not None and high is not None and low > high:
        raise ValueError(f"min: {low:g} is more than max: {high:g}")


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """What a slot holds: its type decides how words become a value and a unit."""

    type: SlotType
    min: float | None = None
    """Smallest value that makes sense, in the slot's unit; below it a question goes back."""

    max: float | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For `choice`: value → the words for it."""

    kind: AnyKind | None = None
    """For `device`: the class of the devices that can be named."""

    examples: tuple[str, ...] = ()
    """For `text` and `list`: things people say, to learn from; others are understood as well."""

    listen: Literal["anything", "examples"] = "anything"
    """For `text` and `list`, what the recognizer expects in its place. `examples` where the words
    that give the sentence away come later, as in "make the {label} timer longer": with anything in
    its place, "make the floor lamp blue" would be heard as its beginning."""

    secret: bool = False
    """Shown to nobody, wherever what was said is shown, sent or logged: a door code."""

    def __post_init__(self) -> None:
        if self.type == "choice" and not self.choices:
            raise ValueError("a slot of type choice needs choices: { value: [words for it] }")
        if self.type == "device" and self.kind is None:
            raise ValueError("a slot of type device needs the kind of device, e.g. kind: light")
        _check_range(self.min, self.max)


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """An MQTT message that an intent sends without any Python."""

    topic: str
    payload: Any = ""
    """Text, or a mapping or list that is sent as JSON. {slot} stands for the slot's value; where
    it is all of a JSON text, the value keeps its type."""

    qos: Literal[0, 1, 2] = 1
    retain: bool = False

    def __post_init__(self) -> None:
        if not self.topic or any(letter in self.topic for letter in "+#\0"):
            raise ValueError(f"topic: {self.topic!r} is no topic to send to")


@dataclass(frozen=True, slots=True)
class IntentSpec:
    """One thing the skill can be asked."""

    sentences: tuple[str, ...]
    target: AnyKind | None = None
    """Kind of the devices that {name}, {area}, {floor}, {all} and {it} stand for here."""

    summary: str = ""
    """The wish in words, to ask back with: "dim {target}[ by {step}]". {target} stands for the
    devices that are meant; a part in square brackets is left out when its slots were not said."""

    examples: tuple[str, ...] = ()
    """Sentences as people say them, beyond the templates."""

    negatives: tuple[str, ...] = ()
    """Sentences, templates like `sentences`, that sound like this and are not meant."""

    command: Mapping[str, Value] = field(default_factory=dict)
    """Attributes that the targets take (assistant/home/model.py); then no handler is needed.
    The text "{slot}" stands for the slot's value."""

    publish: tuple[MessageSpec, ...] = ()
    """MQTT messages to send; then no handler is needed."""

    confirm: bool = False
    """Risky: the wish is read back and done after a "yes"."""

    tells: bool = False
    """It only tells something: where it is not sure to be meant, better done than asked about."""

    more: str = ""
    """The intent of this skill that "a bit more" means after this one; empty: the same again."""

    less: str = ""
    """The same for "a bit less"; empty: makes no sense."""

    asks: Mapping[str, str] = field(default_factory=dict)
    """Slot → the question that goes back when it was not said: {duration: "For how long?"}."""

    reply: tuple[str, ...] = ()
    """What is said, in any of these wordings: {slot} stands for the words that were said, {targets}
    and {are} for the devices. Without a handler that is all; a handler's own text comes first."""

    where: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.sentences:
            raise ValueError("an intent needs sentences")
        if self.command and self.target is None:
            raise ValueError("command needs a target: the kind of device it is for")

    @property
    def needs_python(self) -> bool:
        """Whether skill.py has to have a function of the intent's name."""
        return not (self.command or self.publish or self.reply)


@dataclass(frozen=True, slots=True)
class Access:
    """Devices and topics."""

    devices: tuple[AnyKind, ...] = ()
    areas: tuple[str, ...] = ()
    """Ids of the areas whose devices these are; empty: all areas."""

    topics: tuple[str, ...] = ()
    """MQTT topics; + stands for one level, # for the rest."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a skill may do; nothing unless it says so."""

    command: Access = Access()
    """What it may change. What it may change it may also read."""

    read: Access = Access()
    network: bool = False
    """Whether its process may open connections."""


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """Something the owner of the house can choose: `assistant skill settings`."""

    type: Literal["text", "number", "switch", "choice"]
    default: Value
    description: str = ""
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    """It protects something: never shown, and not gone because a file was damaged."""

    def __post_init__(self) -> None:
        if self.type == "choice" and not self.choices:
            raise ValueError("a setting of type choice needs choices")
        _check_range(self.min, self.max)
        self.check(self.default)

    def check(self, value: Value) -> None:
        """Raise ValueError, with what would be right, for a value that does not fit."""
        kinds = {"number": (int, float), "switch": (bool,)}.get(self.type, (str,))
        if not isinstance(value, kinds) or (isinstance(value, bool) and self.type != "switch"):
            wanted = {"switch": "true or false", "number": "a number"}.get(self.type, "a text")
            raise ValueError(f"{self.shown(value)} is not {wanted}")
        if self.type == "choice" and value not in self.choices:
            raise ValueError(f"{self.shown(value)} is none of {', '.join(self.choices)}")
        if self.type == "number":
            low, high = self.min, self.max
            if low is not None and float(value) < low:
                raise ValueError(f"{value} is less than the smallest, {low:g}")
            if high is not None and float(value) > high:
                raise ValueError(f"{value} is more than the largest, {high:g}")

    def shown(self, value: Value) -> str:
        """The value as an error message may have it."""
        return "what stands there" if self.secret else repr(value)


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come of a test's sentence; what is not named is not looked at."""

    intent: str | None = None
    """Without the skill's name; `none`: nothing of this skill."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    reply: str | None = None
    """Words that the reply contains."""

    question: bool = False
    """Whether it is asked back."""

    publish: Mapping[str, Any] = field(default_factory=dict)
    """Topic → payload; a mapping is compared as JSON."""

    command: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Device id → attributes."""


@dataclass(frozen=True, slots=True)
class TurnSpec:
    """What is said next, in the same conversation."""

    say: str
    then: Expected
    where: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TestSpec:
    """ "When I say … then …"; the house is the skill's tests/house.yaml, or that of the demo."""

    __test__ = False  # not a test of ours, whatever pytest thinks of the name

    then: Expected
    say: str = ""
    audio: str = ""
    """A recording of the command without a wake word, beside skill.yaml, in place of `say`."""

    state: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """What devices have reported before: id → attributes."""

    topics: Mapping[str, Any] = field(default_factory=dict)
    """What was last sent to the topics that the skill reads: topic → payload; a mapping or a list
    as JSON."""

    turns: tuple[TurnSpec, ...] = ()
    """What is said after it, one after the other: the answer to a question, "and now off"."""

    where: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if bool(self.say) == bool(self.audio):
            raise ValueError("a test needs say: a sentence, or audio: a file")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One skill.yaml."""

    name: str
    version: str
    description: str
    intents: Mapping[str, IntentSpec]
    slots: Mapping[str, SlotSpec] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    """This skill's own hassil expansion rules."""

    permissions: Permissions = Permissions()
    settings: Mapping[str, SettingSpec] = field(default_factory=dict)
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name → wordings, for the `say` of handlers."""

    tests: tuple[TestSpec, ...] = ()
    answered_by: Literal["skill.py", "hermes"] = "skill.py"
    """hermes: an app that hears `hermes/intent/<intent>` answers; there is no skill.py."""

    where: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(
                f"name must be one word of letters, digits and _, not {str(self.name)!r}"
            )
        if taken := sorted(set(self.slots) & set(TARGET_SLOTS)):
            raise ValueError(f"slots: {', '.join(taken)} stands for devices already")
        for name, intent in self.intents.items():
            for other in filter(None, (intent.more, intent.less)):
                if other not in self.intents:
                    raise ValueError(f"intents.{name}: there is no intent {other!r}")

    @property
    def needs_python(self) -> bool:
        """Whether there has to be a skill.py."""
        own = self.answered_by == "skill.py"
        return own and any(intent.needs_python for intent in self.intents.values())


@dataclass(frozen=True, slots=True)
class IntentWords:
    """What one intent is in another language: as in `IntentSpec`."""

    sentences: tuple[str, ...]
    summary: str = ""
    examples: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    asks: Mapping[str, str] = field(default_factory=dict)
    reply: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotWords:
    """What the words of a slot are in another language."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """de.yaml beside skill.yaml: what the skill understands and says in that language."""

    intents: Mapping[str, IntentWords]
    """Intents that are not in it cannot be said."""

    slots: Mapping[str, SlotWords] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tests: tuple[TestSpec, ...] = ()
    where: str = field(default="", compare=False, repr=False)

    def of(self, manifest: Manifest) -> Manifest:
        """The skill in these words; raises ConfigError for words of what it does not have."""
        for kind, ours, known in (
            ("intents", self.intents, manifest.intents),
            ("slots", self.slots, manifest.slots),
        ):
            for name in set(ours) - set(known):
                raise ConfigError(
                    f"{self.where}: {kind}: skill.yaml has no {name!r}",
                    fix=f"one of: {', '.join(known)}",
                )
        intents = {
            name: _in_words(manifest.intents[name], words, self.intents)
            for name, words in self.intents.items()
        }
        slots = dict(manifest.slots)
        for name, words in self.slots.items():
            choices = words.choices or slots[name].choices
            slots[name] = replace(slots[name], choices=choices, examples=words.examples)
        return replace(
            manifest,
            intents=intents,
            slots=slots,
            rules=self.rules,
            replies=self.replies,
            tests=self.tests,
        )


def _in_words(spec: IntentSpec, words: IntentWords, said: Mapping[str, IntentWords]) -> IntentSpec:
    more, less = (name if name in said else "" for name in (spec.more, spec.less))
    own = {each.name: getattr(words, each.name) for each in fields(IntentWords)}
    return replace(spec, **own, more=more, less=less)


def load_manifest(folder: Path) -> Manifest:
    """Read `folder`/skill.yaml, and its words where another language than English is spoken.

    Raises ConfigError with file, line and key, SkillError when there is no such file.
    """
    file = folder / "skill.yaml"
    if not file.is_file():
        raise SkillError(f"{folder}: no skill.yaml in it", fix="every skill has one")
    check_size(file)
    manifest = read_yaml(Manifest, file)
    if language().code == ENGLISH:
        return manifest
    words = _words_file(folder)
    if not words.is_file():
        raise SkillError(f"{folder}: no {words.name} in it", fix="see skills/lights/de.yaml")
    check_size(words)
    return read_yaml(Words, words).of(manifest)


def speaks(folder: Path) -> bool:
    """Whether the skill has words in the language that is spoken."""
    return language().code == ENGLISH or _words_file(folder).is_file()


def _words_file(folder: Path) -> Path:
    return folder / f"{language().code}.yaml"


def check_size(file: Path) -> None:
    """Raise SkillError for a file that would keep the other skills waiting."""
    if (size := file.stat().st_size) > LARGEST_BYTES:
        raise SkillError(
            f"{file}: {size} bytes are too many", fix=f"put less than {LARGEST_BYTES} there"
        )
