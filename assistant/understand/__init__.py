"""Words → intents with typed slots: the grammar first, then the int8 model, then the decision.

text.py         words in matching form, without fillers
values.py       typed slot values, read by the language (phrases.py: how they are said)
number_forms.py names with numbers, said and written
secrets.py      what may be a code
names.py        the names of the house
tagger.py       the int8 intent and slot model
heads.py        what `assistant train` taught it of the skills installed here (head_network.py)
reading.py      the model's answer → an intent with values, or why there is none
negatives.py    sentences that are not meant
clauses.py      several commands in one sentence, a command beside other talk
interpreter.py  accept | confirm | reject, several commands in one sentence
judge.py        what was heard → what is meant, and how far to trust it
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from assistant.config import UnderstandSettings
from assistant.events import Understanding
from assistant.lang import ENGLISH, language
from assistant.skill.manifest import Manifest
from assistant.understand.names import HouseNames

if TYPE_CHECKING:
    from assistant.grammar.graph import Graph

__all__ = ["HouseNames", "Interpreter", "check_sentences", "open_interpreter"]


_MODEL_SPEAKS = ENGLISH
"""What the intent model has learnt; another language is understood by its sentences alone."""


class Interpreter(Protocol):
    """Finds out what is wanted."""

    @property
    def graph(self) -> Graph:
        """What can be said, for a recognizer to expect."""
        ...

    def interpret(self, text: str) -> Understanding:
        """What `text` means and whether to trust it; never raises on any text."""
        ...

    def suggest(self, text: str) -> str:
        """Something that can be said with most of the words of `text`; "" when nothing can."""
        ...

    def complete(self, text: str) -> bool:
        """Whether `text` is a whole command already: then a short silence ends it.

        Milliseconds; False when unsure, as with the open end of "play …".
        """
        ...


def check_sentences(manifest: Manifest) -> None:
    """Raise SkillError, with skill.yaml and the sentence, for one that cannot be parsed."""
    from assistant.grammar.templates import compile_templates, read_rules

    compile_templates([manifest], read_rules(), anything=False)


def open_interpreter(
    settings: UnderstandSettings, manifests: Sequence[Manifest], names: HouseNames
) -> Interpreter:
    """An interpreter for these skills and this house; no training, milliseconds.

    Where `assistant train` left heads for the installed skills, they answer in place of the
    model's own.

    Raises SkillError for a template that cannot be parsed, ModelError for a broken model.
    """
    from assistant.grammar.templates import compile_templates, read_rules
    from assistant.grammar.wordings import read_wordings
    from assistant.understand.heads import use_heads
    from assistant.understand.interpreter import HouseInterpreter
    from assistant.understand.negatives import negative_sentences
    from assistant.understand.reading import know
    from assistant.understand.tagger import Tagger

    rules = read_rules()
    templates = compile_templates(manifests, rules, anything=False)
    tagger = None
    if language().code == _MODEL_SPEAKS:
        heads = use_heads(settings, manifests, know(templates))
        tagger = Tagger(settings.model_folder, accelerator=settings.accelerator, heads=heads)
    wordings = partial(read_wordings, manifests, rules)
    negatives = compile_templates(negative_sentences(manifests), rules)
    telling = frozenset(
        f"{manifest.name}.{name}"
        for manifest in manifests
        for name, intent in manifest.intents.items()
        if intent.tells
    )
    return HouseInterpreter(settings, templates, names, tagger, negatives, wordings, telling)
