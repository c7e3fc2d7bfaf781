"""A house that was announced, to talk to: what would be sent, and what is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from assistant.app import App, open_app
from assistant.config import Config, HouseSettings, SiteSettings
from assistant.events import Action, Reply
from assistant.home.discovery import sources
from assistant.home.discovery.announced import Announcement
from assistant.home.discovery.arrange import arrange
from assistant.home.model import State

EMPTY = HouseSettings()
Wires = Mapping[str, Any]
"""Topic → what is retained there."""


def told(wires: Wires) -> list[Announcement]:
    """What all sources make of it, in the order in which they are asked."""
    heard = tuple(sources(HouseSettings(), "assistant"))
    for topic, wire in wires.items():
        for source in heard:
            if any(_fits(topic, wanted) for wanted in source.topics):
                source.take(topic, json.dumps(wire).encode())
    return [one for source in heard for one in source.announced()]


def _fits(topic: str, wanted: str) -> bool:
    parts, asked = topic.split("/"), wanted.split("/")
    return len(parts) == len(asked) and all(
        b in ("+", a) for a, b in zip(parts, asked, strict=True)
    )


def furnished(
    wires: Wires, config: HouseSettings = EMPTY, seniority: Mapping[str, int] | None = None
) -> HouseSettings:
    """The house of `config` with what was announced."""
    return arrange(config, told(wires), seniority)


@contextmanager
def talking_to(house: HouseSettings, area: str | None = None) -> Iterator[Talk]:
    """Nothing is sent."""
    with open_app(Config(site=SiteSettings(area=area), house=house), dry_run=True) as app:
        yield Talk(app, area)


class Talk:
    """What is said to the house, one after the other."""

    def __init__(self, app: App, area: str | None) -> None:
        self._app = app
        self._area = area
        self._again = 0
        self._conversation = app.conversation
        self.sent: list[tuple[str, str]] = []
        """Topic and payload of what the last sentence sends."""

    def anew(self) -> Talk:
        """Somebody else talks to the same house: no question waits for an answer."""
        self._again += 1
        site = SiteSettings(f"another {self._again}", self._area)
        self._conversation = self._app.conversation.elsewhere(site)
        return self

    def suppose(self, states: Mapping[str, State]) -> None:
        """As if the devices had reported this."""
        self._app.house.suppose(states)

    def say(self, text: str) -> Reply:
        events = list(self._conversation.respond(text, "1"))
        actions = [one for one in events if isinstance(one, Action)]
        self.sent = [(m.topic, m.payload) for action in actions for m in action.messages]
        (reply,) = [one for one in events if isinstance(one, Reply)]
        return reply

    def topics(self, text: str) -> set[str]:
        """The topics that saying it sends to."""
        self.say(text)
        return {topic for topic, _ in self.sent}
