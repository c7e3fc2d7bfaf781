"""What a turn comes to: what the skills want done, what the devices made of it, what is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.events import Intent, Message, Reply
from assistant.home.model import Change
from assistant.lang import capitalized, language
from assistant.skill.answer import Answer


@dataclass(frozen=True, slots=True)
class Part:
    """One of the commands of a sentence."""

    intent: Intent | None
    """None: somebody else answered."""

    answer: Answer | None = None
    """None: `problem` says why nothing is done about it."""

    problem: str = ""
    kind: Literal["failed", "question", "confirm"] = "failed"
    """Of `problem`; confirm: nothing is done before a "yes"."""

    lets_in: frozenset[str] = frozenset()
    """Ids of what a yes to `problem` lets somebody in by."""

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.answer.changes if self.answer else ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.answer.messages if self.answer else ()

    def adding(self, text: str) -> Part:
        """The same, with `text` said after what is said about it."""
        if not self.answer or not text:
            return self
        said = f"{self.answer.text} {text}".strip()
        return replace(self, answer=replace(self.answer, text=said))

    def quietly(self) -> Part:
        """The same, with nothing said about it when it works."""
        return replace(self, answer=replace(self.answer, text="")) if self.answer else self


def joined(
    parts: Sequence[Part], failed: Mapping[str, str], names: Mapping[str, str], question: str | None
) -> Reply:
    """One reply to all parts, each with its own result; a question comes last.

    failed     device id → why it did not do what it was told
    names      device id → how it is called
    question   that goes back about something else in the sentence
    """
    said = [
        text for part in parts if part.kind == "failed" for text in [_result(part, failed, names)]
    ]
    risky = [part.problem for part in parts if part.kind == "confirm"]
    questions = [part.problem for part in parts if part.kind == "question"]
    questions += [question] if question else []
    text = " ".join([*_together(filter(None, said)), *(risky or questions[:1])])
    if risky or questions or any(part.answer and part.answer.question for part in parts):
        return Reply(text, "question")
    if any(part.problem for part in parts) or failed:
        return Reply(text, "failed")
    done = any(part.changes or part.messages for part in parts)
    return Reply(text, "done" if done else "answer")


def _together(said: Iterable[str]) -> list[str]:
    """What is said of the same thing in one sentence: "The floor lamp is on and red."."""
    wording = language().wording
    verbs = "|".join(wording.are(many=many) for many in (False, True))
    state = re.compile(rf"(.+?) ({verbs}) ([^.]+)\.")
    sentences: list[str] = []
    for text in dict.fromkeys(said):
        before, now = state.fullmatch(sentences[-1]) if sentences else None, state.fullmatch(text)
        if before and now and before[1] == now[1]:
            states = wording.listed((sentences[-1].removesuffix("."), now[3]))
            sentences[-1] = f"{states}."
        else:
            sentences.append(text)
    return sentences


def _result(part: Part, failed: Mapping[str, str], names: Mapping[str, str]) -> str:
    if part.answer is None:
        return part.problem
    wanted = dict.fromkeys(change.device_id for change in part.changes)
    missed = [id_ for id_ in wanted if id_ in failed]
    if not missed:
        return part.answer.text
    said = language()
    device = said.wording.NOUNS["any"][0]
    missing = [(said.wording.the(names.get(id_, device)), failed[id_]) for id_ in missed]
    problems = " ".join(
        f"{capitalized(said.wording.agree(name, said.predicate(problem)))}."
        for name, problem in missing
    )
    return problems if len(missed) == len(wanted) else said.say("not_everything", problems=problems)
