"""What the house is like: what is on, open or locked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.skill import Answer, CannotDo, Device, Rooms, Targets, sentence
from assistant.skill.aspects import (
    PRESENT,
    STATES,
    SWITCHED,
    Aspect,
    has,
    is_quiet,
)
from assistant.skill.describing import described, moving, was, word_for
from assistant.skill.telling import (
    MOST_NAMES,
    agree,
    counted,
    listed,
    named,
    named_all,
    related,
    silent,
    untold,
)

_AFTER = {
    "turn on": "on", "turned on": "on", "turn off": "off", "turned off": "off",
    "open": "open", "opened": "open", "close": "closed", "closed": "closed",
    "lock": "locked", "locked": "locked", "unlock": "unlocked", "unlocked": "unlocked",
}  # fmt: skip
"""What was done → what it then is."""


def _asked(state: str | None, done: str | None, forgot: str | None) -> str:
    """The word for the state that makes the answer a yes."""
    if forgot:
        aspect, wanted = STATES[_AFTER[forgot]]
        return aspect.no if wanted else aspect.yes
    return state or _AFTER.get(done or "", "on")


# --- one device ----------------------------------------------------------------------------------


def is_device(
    targets: Targets,
    devices: tuple[Device, ...],
    rooms: Rooms,
    state: str | None = None,
    did: str | None = None,
    done: str | None = None,
    forgot: str | None = None,
) -> Answer:
    """ "Is the back door locked?", "did I lock the back door?" """
    state = _asked(state, did or done, forgot)
    aspect, wanted = STATES[state]
    asked = [one for one in targets if has(one, aspect)] or related(
        targets, devices, lambda one: has(one, aspect)
    )
    if not asked:
        problem = f"I can't tell whether {targets.phrase} {targets.are} {state}."
        raise CannotDo(silent(targets, rooms) or problem)
    told = [one for one in asked if one.available and aspect.read(one) is not None]
    if not told:
        raise CannotDo(untold(asked, rooms, was(aspect)))
    right = all(aspect.read(one) is wanted for one in told)
    phrase = targets.phrase
    if len(told) == 1 and phrase == f"the {told[0].name.lower()}":
        phrase = named(told[0], devices, rooms)
    phrase = told[0].name.title() if aspect is PRESENT else phrase
    return Answer(f"{'Yes' if right else 'No'}, {_so(told, aspect, phrase)}.")


def _so(told: Sequence[Device], aspect: Aspect, phrase: str) -> str:
    """ "the garage door is opening", "the floor lamp is on"."""
    first = told[0]
    if len(told) == 1 and (passing := moving(first, aspect)):
        return agree(phrase, f"is {passing}")
    truths = {aspect.read(one) for one in told}
    if len(truths) > 1:
        return f"only some are {aspect.yes}"
    return agree(phrase, f"is {word_for(first, aspect)}", plural=len(told) > 1)


# --- several devices -----------------------------------------------------------------------------


def _called(*words: str) -> Callable[[Device], bool]:
    """Devices that are called one of `words`."""
    return lambda device: any(
        word in f"{name.lower()} ".replace("s ", " ").split()
        for name in (device.name, *device.aliases)
        for word in words
    )


_is_window, _is_door, _is_gate = _called("window", "skylight"), _called("door"), _called("gate")
_is_garage = _called("garage")


def _kind(kind: str) -> Callable[[Device], bool]:
    return lambda device: device.kind == kind


def _cover(*words: str) -> Callable[[Device], bool]:
    """Covers called so; other covers that are no doors, gates or windows go by any name."""
    own = _called(*words)
    other = _called("blind", "shutter", "curtain", "shade", "awning", "roller", "drape")

    def fits(device: Device) -> bool:
        if device.kind != "cover" or not (own(device) or not other(device)):
            return False
        return own(device) or not (_is_door(device) or _is_gate(device) or _is_window(device))

    return fits


def _contact(what: Callable[[Device], bool]) -> Callable[[Device], bool]:
    return lambda device: device.kind in ("sensor", "cover", "lock") and what(device)


_THINGS: Mapping[str, tuple[str, str, Callable[[Device], bool]]] = {
    "lights": ("light", "lights", _kind("light")),
    "lamps": ("lamp", "lamps", _kind("light")),
    "switches": ("switch", "switches", _kind("switch")),
    "plugs": ("plug", "plugs", _kind("switch")),
    "fans": ("fan", "fans", _kind("fan")),
    "heating": ("thermostat", "thermostats", _kind("climate")),
    "players": ("player", "players", _kind("media_player")),
    "windows": ("window", "windows", lambda d: d.kind in ("sensor", "cover") and _is_window(d)),
    "doors": ("door", "doors", _contact(_is_door)),
    "gates": ("gate", "gates", _contact(_is_gate)),
    "garage": ("garage door", "garage doors", _contact(_is_garage)),
    "blinds": ("blind", "blinds", _cover("blind", "roller")),
    "shutters": ("shutter", "shutters", _cover("shutter", "roller")),
    "curtains": ("curtain", "curtains", _cover("curtain", "drape")),
    "shades": ("shade", "shades", _cover("shade")),
    "covers": ("cover", "covers", _kind("cover")),
    "locks": ("lock", "locks", _kind("lock")),
    "devices": ("device", "devices", lambda device: True),
}
"""What is asked about → its noun, its nouns, which devices that are."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The devices that a question is about, and what they tell."""

    one: str
    many: str
    told: tuple[Device, ...]
    quiet: tuple[Device, ...]
    aspect: Aspect
    wanted: bool
    place: str
    area: str | None
    rooms: Rooms

    @property
    def right(self) -> tuple[Device, ...]:
        """Those that are what was asked for."""
        return tuple(one for one in self.told if self.aspect.read(one) is self.wanted)

    @property
    def wrong(self) -> tuple[Device, ...]:
        return tuple(one for one in self.told if self.aspect.read(one) is not self.wanted)

    def word(self, *, wanted: bool = True) -> str:
        """ "open", or the opposite of what was asked for."""
        if self.aspect is SWITCHED and self.many == "players":
            return "playing" if self.wanted is wanted else "not playing"
        return self.aspect.yes if self.wanted is wanted else self.aspect.no

    def are(self, chosen: Sequence[Device], word: str) -> str:
        """ "the hall window and the kitchen window are open"."""
        if len(chosen) > MOST_NAMES:
            return f"{counted(len(chosen), self.one, self.many)} are {word}{self._rooms(chosen)}"
        names = named_all(chosen, self.told, self.rooms, self.area)
        return agree(names, f"is {word}", plural=len(chosen) > 1)

    def _rooms(self, chosen: Sequence[Device]) -> str:
        """ ", in the kitchen, in the hall and upstairs" where they are few."""
        places = list(dict.fromkeys(self.rooms.phrase(one.area).strip() for one in chosen))
        if self.area or not all(places) or len(places) > MOST_NAMES:
            return self.place
        return f", {listed(places)}"

    def answer(self, text: str, *, about_all: bool = False) -> Answer:
        """The sentence, and who did not tell.

        about_all    it is only true when it is so of them, too
        """
        if not self.quiet:
            return Answer(f"{sentence(text)}.")
        if about_all:
            text = f"as far as I know, {text.removeprefix('yes, ').removeprefix('no, ')}"
        return Answer(f"{sentence(text)}. {untold(self.quiet, self.rooms, was(self.aspect))}")


def _group(
    devices: Iterable[Device],
    rooms: Rooms,
    what: str | None,
    state: str | None,
    area: str | None,
    floor: str | None,
) -> _Group:
    """Raises CannotDo, to be said, when there is nothing that could tell."""
    one, many, fits = _THINGS[what or "devices"]
    aspect, wanted = STATES[state or "on"]
    within, place = rooms.within(area, floor), rooms.phrase(area, floor)
    found = [
        device
        for device in devices
        if fits(device)
        and (within is None or device.area in within)
        and has(device, aspect)
        and (what is not None or not is_quiet(device))
    ]
    if not found:
        raise CannotDo(f"I know of no {many}{place} that can be {aspect.yes} or {aspect.no}.")
    told = [device for device in found if device.available and aspect.read(device) is not None]
    quiet = [device for device in found if device not in told]
    if not told:
        raise CannotDo(untold(quiet, rooms, was(aspect)))
    return _Group(one, many, tuple(told), tuple(quiet), aspect, wanted, place, area, rooms)


def are_they(
    devices: tuple[Device, ...],
    rooms: Rooms,
    state: str | None = None,
    did: str | None = None,
    done: str | None = None,
    forgot: str | None = None,
    quantity: str | None = None,
    whole: str | None = None,
    what: str | None = None,
    music: str | None = None,
    area: str | None = None,
    floor: str | None = None,
) -> Answer:
    """ "Are any windows open?", "is everything locked?", "are the kitchen lights on?" """
    group = _group(devices, rooms, what or music, _asked(state, did or done, forgot), area, floor)
    right, wrong, state = group.right, group.wrong, group.word()
    quantity = quantity or whole or ("all" if did or done else None)
    if quantity == "all":
        if wrong:
            return group.answer(f"no, {group.are(wrong, group.word(wanted=False))}")
        yes = f"yes, {_everything(group)} {state}{group.place}"
        return group.answer(yes, about_all=True)
    if right and (quantity == "any" or wrong):
        return group.answer(f"yes, {group.are(right, state)}")
    if right:
        return group.answer(f"yes, {_those(group)} {state}{group.place}", about_all=True)
    if quantity == "any":
        return group.answer(f"no, {_nothing(group)} {state}{group.place}", about_all=True)
    no = f"no, {_those(group)} {group.word(wanted=False)}{group.place}"
    return group.answer(no, about_all=True)


def _everything(group: _Group) -> str:
    return "everything is" if group.many == "devices" else f"all the {group.many} are"


def _nothing(group: _Group) -> str:
    return "nothing is" if group.many == "devices" else f"no {group.one} is"


def _those(group: _Group) -> str:
    one, device = len(group.told) == 1, group.told[0]
    if not one:
        return f"the {group.many} are"
    name = named(device, group.told, group.rooms, device.area)
    return f"{name} {'are' if name.endswith('s') else 'is'}"


def which(
    devices: tuple[Device, ...],
    rooms: Rooms,
    what: str | None = None,
    state: str | None = None,
    opened: str | None = None,
    area: str | None = None,
    floor: str | None = None,
) -> Answer:
    """ "Which lights are on?", "what's on in the living room?" """
    group = _group(devices, rooms, what, state or opened, area, floor)
    right = group.right
    if not right:
        nothing = "nothing is" if group.many == "devices" else f"no {group.many} are"
        return group.answer(f"{nothing} {group.word()}{group.place}", about_all=True)
    if len(right) == len(group.told) > MOST_NAMES:
        everything = f"{_everything(group)} {group.word()}{group.place}"
        return group.answer(everything, about_all=True)
    return group.answer(group.are(right, group.word()))


def where_is(
    devices: tuple[Device, ...], rooms: Rooms, what: str | None = None, state: str | None = None
) -> Answer:
    """ "Where is the light on?" """
    group = _group(devices, rooms, what, state, None, None)
    if not group.right:
        return group.answer(f"{_nothing(group)} {group.word()}", about_all=True)
    spots = dict.fromkeys(rooms.phrase(one.area).strip() for one in group.right)
    return group.answer(listed([spot for spot in spots if spot] or ["I don't know in which room"]))


def how_many(
    devices: tuple[Device, ...],
    rooms: Rooms,
    what: str | None = None,
    state: str | None = None,
    area: str | None = None,
    floor: str | None = None,
) -> Answer:
    """ "How many lights are on upstairs?", "how many lights are there?" """
    if state is None:
        return _count(devices, rooms, what, area, floor)
    group = _group(devices, rooms, what, state, area, floor)
    right = group.right
    number = counted(len(right), group.one, group.many) if right else f"no {group.many}"
    text = f"{number} {'is' if len(right) == 1 else 'are'} {group.word()}{group.place}"
    if 0 < len(right) <= MOST_NAMES:
        text += f": {named_all(right, group.told, rooms, area)}"
    return group.answer(text, about_all=True)


def _count(
    devices: Iterable[Device], rooms: Rooms, what: str | None, area: str | None, floor: str | None
) -> Answer:
    one, many, fits = _THINGS[what or "devices"]
    within = rooms.within(area, floor)
    number = sum(fits(d) and (within is None or d.area in within) for d in devices)
    there = f"There {'is' if number == 1 else 'are'} {counted(number, one, many)}"
    return Answer(f"{there if number else f'There are no {many}'}{rooms.phrase(area, floor)}.")


# --- whatever it is ------------------------------------------------------------------------------


def state_of(targets: Targets, rooms: Rooms) -> Answer:
    """Whatever devices tell of themselves: "the blind is 40 percent open"."""
    return Answer(described(targets, rooms))
