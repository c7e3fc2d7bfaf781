"""The conversations of conversations.yaml, for the tests by text and by voice."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.config import Config, DialogueSettings, load_config
from assistant.demo import HOUSE
from assistant.events import Action, Event, Reply
from assistant.schema import read_yaml

FILE = Path(__file__).with_name("conversations.yaml")
SPOKEN = FILE.with_name("spoken")


@dataclass(frozen=True)
class Said:
    """One turn."""

    says: str
    does: Mapping[str, Any] = field(default_factory=dict)
    reply: str = ""

    def check(self, events: list[Event]) -> None:
        """Assert that what was said led to what it has to."""
        (reply,) = [event for event in events if isinstance(event, Reply)]
        done = {e.device_id: dict(e.change) for e in events if isinstance(e, Action)}
        assert done.keys() == self.does.keys(), f"“{self.says}”: {reply.text}"
        for device, attributes in self.does.items():
            assert attributes.items() <= done[device].items(), f"“{self.says}”: {reply.text}"
        assert self.reply in reply.text


@dataclass(frozen=True)
class Talk:
    """One conversation."""

    name: str
    turns: tuple[Said, ...]
    confirm: tuple[str, ...] = ()
    voice: str = "slt"
    """Of flite."""

    @property
    def config(self) -> Config:
        """The house of the demo."""
        return replace(load_config(HOUSE), dialogue=DialogueSettings(confirm=self.confirm))


@dataclass(frozen=True)
class _Talks:
    conversations: tuple[Talk, ...]


CONVERSATIONS = read_yaml(_Talks, FILE).conversations
