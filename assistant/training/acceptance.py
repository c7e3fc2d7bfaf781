"""Whether what was learnt may be used: the check that new heads, or a new model, have to pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from assistant.errors import ModelError
from assistant.evaluation.answers import Answer, answer_all, gold
from assistant.evaluation.tasks import Labelled
from assistant.training.progress import Progress
from assistant.understand.tagger import NONE, Tagger

_LEAST_RIGHT = 0.8
"""Share of the held-out sentences of a new skill that must come out right in every part."""

_TOO_FEW = 10
"""Held-out sentences of a skill that prove nothing: it can only be said in a few ways."""

_MOST_LOST = 0.03
"""Share of the held-out sentences of skills that the shipped model knows, and may be lost."""

_ACCIDENT = 0.05
"""Probability from which a loss may be an accident: of 50 sentences two are 4 %."""


@dataclass(frozen=True)
class _Asked:
    """One held-out sentence, and what came out."""

    sentence: Labelled
    said: Answer
    right: bool
    was_right: bool


def check(before: Tagger, after: Tagger, sentences: Sequence[Labelled]) -> list[str]:
    """A line for each skill; raises ModelError when `after` does not do.

    before   the model as it is shipped: what is learnt may hardly lose what it knows
    """
    skills = sorted({_skill(s.intent) for s in sentences})
    lines = []
    progress = Progress("checking", len(skills))
    for number, skill in enumerate(skills, start=1):
        spoken = [s for s in sentences if _skill(s.intent) == skill]
        known = all(s.intent in before.labels.intents for s in spoken)
        asked = _ask(before, after, spoken)
        progress.done(number)
        if problem := (_lost if known else _not_learnt)(asked):
            progress.stop()
            raise ModelError(f"{problem}: what was learnt before stays", fix=_fix(asked, before))
        right, was = (sum(a.right for a in asked), sum(a.was_right for a in asked))
        earlier = f"before: {was / len(asked):.0%}" if known else "new"
        name = _name(spoken[0].intent)
        lines.append(
            f"{name}: {right / len(asked):.0%} of {len(asked)} sentences held out ({earlier})"
        )
    return lines


def _lost(asked: Sequence[_Asked]) -> str:
    """What a skill that was known has lost; empty where that is little, or may be an accident."""
    lost = [a for a in asked if a.was_right and not a.right]
    gained = sum(a.right and not a.was_right for a in asked)
    if len(asked) < _TOO_FEW or len(lost) - gained <= _MOST_LOST * len(asked):
        return ""
    if by_accident(len(lost), gained) > _ACCIDENT:
        return ""
    return (
        f"{len(lost)} of {len(asked)} sentences of {_name(lost[0].sentence.intent)!r} that were"
        f" understood before are not any more, {gained} are that were not; {_example(lost)}"
    )


def by_accident(lost: int, gained: int) -> float:
    """Probability that at least so many of those that changed are lost, were both as likely.

    McNemar's exact test, one-sided.
    """
    changed = lost + gained
    likely = sum(comb(changed, n) for n in range(lost, changed + 1))
    return float(likely / 2**changed)


def _not_learnt(asked: Sequence[_Asked]) -> str:
    """What a new skill falls short of."""
    wrong = [a for a in asked if not a.right]
    right = 1 - len(wrong) / len(asked)
    if len(asked) < _TOO_FEW or right >= _LEAST_RIGHT:
        return ""
    return (
        f"{right:.0%} of the sentences of {_name(asked[0].sentence.intent)!r} that were held out"
        f" came out right, {_LEAST_RIGHT:.0%} are needed; {_example(wrong)}"
    )


def _example(wrong: Sequence[_Asked]) -> str:
    """One sentence of those that come out wrong in the way that most do."""
    taken = _taken_for(wrong)
    one = next((a for a in wrong if a.said.intent == taken), wrong[0])
    text = " ".join(one.sentence.words)
    if one.said.intent == one.sentence.intent:
        return f"of {text!r} other words than meant are taken for the slots"
    return f"{text!r} ({_name(one.sentence.intent)}) is taken for {_name(one.said.intent)}"


def _fix(asked: Sequence[_Asked], before: Tagger) -> str:
    wrong = [a for a in asked if not a.right]
    taken, meant = _taken_for(wrong), wrong[0].sentence.intent
    if taken in ("", NONE):
        return f"more sentences in the skill.yaml of {_skill(meant)!r} help, and examples of slots"
    if taken not in before.labels.intents:
        return (
            f"in the skill.yaml of {_skill(taken)!r}, give {taken.partition('.')[2]!r} words that"
            " are its own, or list what it does not mean under its negatives"
        )
    return (
        f"it is said in the words of {taken!r}: say it in others, or list under the negatives of"
        " either what it does not mean"
    )


def _taken_for(wrong: Sequence[_Asked]) -> str:
    """The other intent that most are taken for; empty where only slots are wrong."""
    taken = Counter(a.said.intent for a in wrong if a.said.intent != a.sentence.intent)
    return max(taken, key=lambda intent: taken[intent], default="")


def _ask(before: Tagger, after: Tagger, spoken: Sequence[Labelled]) -> list[_Asked]:
    answers = zip(spoken, answer_all(before, spoken), answer_all(after, spoken), strict=True)
    return [
        _Asked(
            sentence,
            said,
            right=_fits(said, gold(sentence), after.labels.accept),
            was_right=_fits(was, gold(sentence), before.labels.accept),
        )
        for sentence, was, said in answers
    ]


def _fits(said: Answer, wanted: Answer, accept: float) -> bool:
    """The right intent and exactly the right slots, or not acted upon when `NONE`."""
    if wanted.intent == NONE:
        return said.intent == NONE or said.confidence < accept
    return said.intent == wanted.intent and said.spans == wanted.spans


def _skill(intent: str) -> str:
    return intent.partition(".")[0]


def _name(intent: str) -> str:
    """An intent's skill, or the intent itself, as it is called in a message."""
    return "no command" if intent == NONE else _skill(intent)
