"""What a model answers to labelled sentences, in a form that two models can be compared in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.understand.tagger import Labels, Scores, Span, Tagger, best_spans

_BOUNDS = ("B", "I")


@dataclass(frozen=True, slots=True)
class Answer:
    """The likeliest reading of one sentence."""

    intent: str
    spans: frozenset[Span]
    confidence: float = 1.0
    """Probability of the intent, 0 to 1; 1.0 where it is not known, as in labels."""


def answer_all(tagger: Tagger, sentences: Iterable[Labelled]) -> list[Answer]:
    """What the model says of each sentence, slots decoded as the product does it."""
    scores = tagger.score_all([sentence.words for sentence in sentences])
    return [read(tagger.labels, each) for each in scores]


def answer(tagger: Tagger, words: Sequence[str]) -> Answer:
    """The likeliest reading of `words` (matching form)."""
    return read(tagger.labels, tagger.score(words))


def read(labels: Labels, scores: Scores) -> Answer:
    """The likeliest intent, and the likeliest spans of the slots it can have."""
    best = int(scores.intents.argmax())
    intent = labels.intents[best]
    allowed = labels.slots_of.get(intent, frozenset())
    spans, _ = best_spans(scores.slots, labels.slots, allowed)
    return Answer(intent, frozenset(spans), float(scores.intents[best]))


def gold(sentence: Labelled) -> Answer:
    """The right answer."""
    return Answer(sentence.intent, spans_of(sentence.tags))


def spans_of(tags: Sequence[str]) -> frozenset[Span]:
    """Spans of BIO tags as conlleval reads them: an I- that continues nothing begins a span.

    Source: conlleval.pl of CoNLL-2000; the package seqeval does the same by default.
    """
    spans: list[Span] = []
    before = ""
    for at, tag in enumerate(tags):
        mark, slot = (tag[:1], tag[2:]) if tag[:1] in _BOUNDS else ("O", "")
        if mark == "I" and slot == before:
            spans[-1] = Span(slot, spans[-1].first, at)
        elif mark != "O":
            spans.append(Span(slot, at, at))
        before = slot
    return frozenset(spans)


def read_answers(file: Path) -> list[Answer]:
    """A teacher.json: [[intent, [[slot, first word, end word (exclusive)], …]], …].

    Raises ModelError.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return [
            Answer(str(intent), frozenset(Span(s, first, end - 1) for s, first, end in spans))
            for intent, spans in rows
        ]
    except OSError as error:
        raise ModelError(
            f"{file}: cannot be read: {error.strerror}", fix="make it again with scripts/train"
        ) from error
    except (ValueError, TypeError) as error:
        raise ModelError(
            f"{file}: not a teacher's answers: {error}", fix="make it again with scripts/train"
        ) from error
