"""The turns of several places: each in its own order, none waiting for another."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from assistant.bridge.hub import Hub
from assistant.bridge.turns import SITE, Turns
from assistant.events import Event, Reply, Source, Turn, Understanding

MEANT = Understanding("x", "accept", 1.0, (), source=Source.GRAMMAR)


class Place:
    """Somebody whose lamp answers when `go_on` is set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.go_on = threading.Event()
        self.heard: list[str] = []
        self.over = 0

    def turn(self, text: str) -> Iterator[Event]:
        yield MEANT
        yield Turn((), None)
        assert self.heard[-1] == "Turn", "who listens has heard it before the turn goes on"
        assert self.go_on.wait(10)
        yield Reply(f"{text} {SITE.get()}", "done")

    def hear(self, event: Event) -> None:
        self.heard.append(event.text if isinstance(event, Reply) else type(event).__name__)

    def end(self) -> None:
        self.over += 1

    def say(self, turns: Turns, text: str) -> None:
        turns.take(self.name, lambda: self.turn(text), self.hear, self.end)


def test_a_place_does_not_wait_for_another() -> None:
    hub = Hub("a")
    turns, silent, other = Turns(hub), Place("silent"), Place("other")
    silent.say(turns, "on")
    other.go_on.set()
    other.say(turns, "on")
    assert hub.serve_until(lambda: other.over == 1, 10)
    assert other.heard == ["Understanding", "Turn", "on other"]
    assert silent.heard == ["Understanding", "Turn"]
    silent.go_on.set()
    assert hub.serve_until(lambda: silent.over == 1, 10)
    assert silent.heard[-1] == "on silent"


def test_the_turns_of_a_place_come_one_after_the_other() -> None:
    hub = Hub("a")
    turns, place = Turns(hub), Place("place")
    for text in ("first", "second", "third"):
        place.say(turns, text)
    assert place.heard == ["Understanding", "Turn"]
    place.go_on.set()
    assert hub.serve_until(lambda: place.over == 3, 10)
    assert place.heard[2::3] == ["first place", "second place", "third place"]


def test_others_are_served_while_the_microphone_waits_for_its_lamp() -> None:
    hub = Hub("here")
    turns, here, other = Turns(hub), Place("here"), Place("other")
    other.go_on.set()
    mine = turns.follow("here", lambda: here.turn("on"))
    for event in (next(mine), next(mine)):
        here.hear(event)
    other_ended = threading.Event()

    def goes_on() -> None:
        """The lamp here answers only after the other place has had its turn."""
        assert other_ended.wait(10)
        here.go_on.set()

    threading.Thread(target=goes_on, daemon=True).start()
    hub.ask(lambda: turns.take("other", lambda: other.turn("on"), other.hear, other_ended.set))
    hub.ask(lambda: here.say(turns, "later"))
    for event in mine:
        here.hear(event)
    assert here.heard[:3] == ["Understanding", "Turn", "on here"]
    assert hub.serve_until(lambda: here.over == 1, 10), "what came meanwhile has its turn then"
    assert here.heard[-1] == "later here"


def test_a_turn_that_fails_does_not_keep_the_place() -> None:
    hub = Hub("a")
    turns, place = Turns(hub), Place("place")

    def broken() -> Iterator[Event]:
        yield MEANT
        raise RuntimeError("a bug")

    hub.ask(lambda: turns.take("place", broken, place.hear, place.end))
    place.go_on.set()
    hub.ask(lambda: place.say(turns, "on"))
    assert hub.serve_until(lambda: place.heard[-1:] == ["on place"], 10)
