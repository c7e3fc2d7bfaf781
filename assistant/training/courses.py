"""What a model learns: its heads, its sentences, and those that nobody has labelled.

snips, clinc   benchmarks, from sets that are not part of the repository
house          the shipped model: the skills' own sentences, the curriculum of invented skills,
               and what is no command; all of it can be made again from the repository
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file

from assistant.evaluation.house import held_out
from assistant.evaluation.tasks import Labelled, read_clinc, read_snips
from assistant.grammar.templates import read_rules
from assistant.paths import SHIPPED_SKILLS
from assistant.skill.manifest import load_manifest
from assistant.training.batches import Head
from assistant.training.calibrate import Decide, always, by_false_accepts, by_false_rejection
from assistant.training.corpus import read_corpus
from assistant.training.curriculum import read_curriculum
from assistant.training.sentences import Sampler, draw_many, read_grammar
from assistant.training.variations import Neighbours, Values
from assistant.training.vocabulary import PLACEHOLDERS, minilm_folder
from assistant.understand.reading import know
from assistant.understand.tagger import NONE

_WORD_TABLE = "embeddings.word_embeddings.weight"
_SWAPPED, _FOREIGN, _REPLACED = 0.7, 0.4, 0.1
"""Of a variation: slots that are filled otherwise, with another kind of thing; words replaced."""

_STRANGERS = 20_000
"""Sentences of the invented skills whose values join those of a set."""

_CHATTER = 10_000
"""Sentences of WordNet that stand for what is out of scope."""

_PER_INTENT, _NO_COMMAND, _INVENTED = 500, 24_000, 40_000
"""Sentences of the house: of each intent, of none, of the invented skills."""

_RARE = 4

_INVENTED_SKILL = "invented."
"""Before the intents of the invented skills, some of which are called like real ones."""

_NEAR = frozenset(
    {"fans", "plugs", "scenes", "radio", "tv", "songs", "playlists", "podcasts", "books", "films",
     "games", "assistant", "phone", "stopwatch", "blinds", "locks", "garage", "timers", "alarms",
     "reminders", "clock"}
)  # fmt: skip
"""Invented skills whose requests ("louder", "turn on the fan") are no clear case of `none`."""


@dataclass(frozen=True)
class Course:
    """What one model learns from."""

    name: str
    heads: Sequence[Head]
    """The first is what is shipped; the others only make the encoder know more."""

    slots_of: Mapping[str, frozenset[str]]
    """Intent of the first head → slots it can have."""

    labelled: Sequence[Labelled]
    varied: Sequence[Labelled]
    """Not to be trusted in their labels; the teachers say what they are."""

    validation: Sequence[Labelled]
    decide: Decide
    """How the thresholds are chosen."""

    test: Sequence[Labelled] = ()
    extra_words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Words of the vocabulary that MiniLM does not know → those they resemble."""

    rare: int = 1
    """Words of fewer labelled sentences need no place of their own in the vocabulary."""

    @property
    def fingerprint(self) -> str:
        """Ten characters that change when a sentence or a label does."""
        learnt = repr([(h.intents, h.slots) for h in self.heads]) + repr(
            [(s.words, s.tags, s.intent) for s in (*self.labelled, *self.varied)]
        )
        return sha256(learnt.encode()).hexdigest()[:10]

    @property
    def words(self) -> frozenset[str]:
        """Words that the vocabulary should have, where MiniLM knows them."""
        counted = Counter(word for sentence in self.labelled for word in sentence.words)
        return frozenset(word for word, count in counted.items() if count >= self.rare)


def snips(data: Path, copies: int, seed: int) -> Course:
    """SNIPS with `copies` variations of each sentence."""
    task = read_snips(data)
    head = Head(task.intents, task.slots)
    varied = _vary(task.train, copies, seed)
    return Course(
        "snips", [head], task.slots_of, task.train, varied, task.validation, always, task.test
    )


def clinc(data: Path, copies: int, seed: int) -> Course:
    """CLINC150 with `copies` variations of each sentence, chatter that is out of scope, and what
    the teachers make of the invented skills.
    """
    task = read_clinc(data)
    intents = (NONE, *task.intents)
    head = Head(intents, task.slots, lambda s: s if s.intent in intents else None)
    rng = random.Random(seed)
    examples = rng.sample(read_corpus().examples, _CHATTER)
    labelled = [*task.train, *(chatter(text) for text in examples)]
    varied = [*_vary(task.train, copies, seed), *read_curriculum().draw(rng, _INVENTED)]
    return Course(
        "clinc150", [head], task.slots_of, labelled, varied, task.validation, by_false_rejection,
        task.test,
    )  # fmt: skip


def chatter(text: str) -> Labelled:
    """A sentence that is out of scope."""
    words = tuple(text.split())
    return Labelled(words, ("O",) * len(words), NONE)


def house(seed: int) -> Course:
    """The skills of this repository; the invented ones make the encoder a general one."""
    rng = random.Random(seed)
    manifests = [load_manifest(f.parent) for f in sorted(SHIPPED_SKILLS.glob("*/skill.yaml"))]
    grammar = read_grammar(manifests, read_rules())
    curriculum = read_curriculum()
    main = Head((NONE, *grammar.own), grammar.slots, _for_the_house)
    invented = Head(
        tuple(_INVENTED_SKILL + intent for intent in curriculum.intents),
        ("O", *(f"{mark}-{slot}" for slot in curriculum.slots for mark in "BI")),
        lambda sentence: sentence if sentence.intent.startswith(_INVENTED_SKILL) else None,
    )
    sampler = Sampler(grammar, read_corpus(), rng)
    tested = held_out()
    drawn = draw_many(sampler, main.intents, _PER_INTENT, _NO_COMMAND)
    drawn = [sentence for sentence in drawn if sentence.words not in tested]
    rng.shuffle(drawn)
    checked = len(drawn) // 8
    known = know([template for templates in grammar.own.values() for template in templates])
    return Course(
        "house",
        [main, invented],
        {intent: about.slots for intent, about in known.items()},
        [*drawn[checked:], *map(_apart, curriculum.draw(rng, _INVENTED))],
        [],
        drawn[:checked],
        by_false_accepts,
        extra_words=PLACEHOLDERS,
        rare=_RARE,
    )


def _for_the_house(sentence: Labelled) -> Labelled | None:
    """What the house's skills make of a sentence; None of those they might well have meant."""
    if not sentence.intent.startswith(_INVENTED_SKILL):
        return sentence
    skill = sentence.intent.removeprefix(_INVENTED_SKILL).partition(".")[0]
    return None if skill in _NEAR else chatter(" ".join(sentence.words))


def _apart(sentence: Labelled) -> Labelled:
    return replace(sentence, intent=_INVENTED_SKILL + sentence.intent)


def _vary(sentences: Sequence[Labelled], copies: int, seed: int) -> list[Labelled]:
    """`copies` of each with other values and with words replaced by neighbours."""
    rng = random.Random(seed)
    # Names that the set does not have: a student must not learn its names by heart.
    values = Values([*sentences, *read_curriculum().draw(rng, _STRANGERS)])
    neighbours = _neighbours({word for sentence in sentences for word in sentence.words})
    return [
        neighbours.replace(values.swap(sentence, rng, _SWAPPED, _FOREIGN), rng, _REPLACED)
        for _ in range(copies)
        for sentence in sentences
    ]


def _neighbours(words: set[str]) -> Neighbours:
    """By MiniLM's word embeddings."""
    lines = (minilm_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    rows = {piece: row for row, piece in enumerate(lines)}
    known = sorted(word for word in words if word in rows and word.isalpha())
    table = word_table()[[rows[word] for word in known]]
    floats: npt.NDArray[np.float32] = table.float().numpy()
    return Neighbours(known, floats)


def word_table() -> torch.Tensor:
    """MiniLM's word embeddings (30522, 384)."""
    return load_file(str(minilm_folder() / "model.safetensors"))[_WORD_TABLE]
