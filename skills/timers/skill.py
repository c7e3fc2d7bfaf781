"""Timers, alarms, reminders, and commands for later."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from assistant.schedule.entry import DAYS, Entry
from assistant.skill import Answer, AskFor, CannotDo, sentence
from assistant.skill.telling import clock_time, either, listed, spoken_duration

Schedule = tuple[Entry, ...]
SOON = timedelta(hours=1)
EVERY_DAY, WEEKDAYS, WEEKEND = DAYS, DAYS[:5], DAYS[5:]
_DAY_NAMES = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip


# Timers.


def set_timer(duration: timedelta, label: str = "") -> Answer:
    """A new timer, which runs at once."""
    seconds = duration.total_seconds()
    timer = Entry("timer", name=label, seconds=seconds, left=seconds)
    named = f"{sentence(label)} timer" if label else "Timer"
    return Answer(f"{named} set for {spoken_duration(duration)}.", schedule=(timer,))


def left(schedule: Schedule, label: str = "", length: timedelta | None = None) -> Answer:
    """How long a timer still runs; all of them when none is named."""
    timers = _timers(schedule)
    if not timers:
        raise CannotDo("There is no timer.")
    if label or length:
        timers = (_one(schedule, label, length),)
    return Answer(" ".join(f"{_left(timer)}." for timer in timers))


def list(schedule: Schedule) -> Answer:
    """All timers."""
    timers = _timers(schedule)
    if not timers:
        return Answer("There are no timers.")
    one = len(timers) == 1
    found = "There is one timer" if one else f"There are {len(timers)} timers"
    return Answer(f"{found}: {listed([_left(timer) for timer in timers])}.")


def pause(schedule: Schedule, label: str = "", length: timedelta | None = None) -> Answer:
    """Stop the time."""
    timer = _one(schedule, label, length)
    return Answer(f"{_called(timer)} is paused.", schedule=(replace(timer, paused=True),))


def resume(schedule: Schedule, label: str = "", length: timedelta | None = None) -> Answer:
    """Let the time go on."""
    timer = _one(schedule, label, length)
    return Answer(f"{_called(timer)} goes on.", schedule=(replace(timer, paused=False),))


def restart(schedule: Schedule, label: str = "", length: timedelta | None = None) -> Answer:
    """From the beginning."""
    timer = _one(schedule, label, length)
    return _run(timer, timer.seconds)


def add(
    schedule: Schedule,
    duration: timedelta | None = None,
    more: float = 0,
    label: str = "",
    length: timedelta | None = None,
) -> Answer:
    """Longer, by `duration` or `more` minutes; one that rings begins anew with so much."""
    timer = _one(schedule, label, length)
    longer = duration or timedelta(minutes=more)
    if not longer:
        return Answer("How much longer?", asks="duration")
    return _run(timer, timer.left + longer.total_seconds())


def reduce(
    duration: timedelta, schedule: Schedule, label: str = "", length: timedelta | None = None
) -> Answer:
    """Shorter."""
    timer = _one(schedule, label, length)
    if (rest := timer.left - duration.total_seconds()) <= 0:
        raise CannotDo(f"{_left(timer)}, which is not that much.")
    return _run(timer, rest)


def change(duration: timedelta, schedule: Schedule, label: str = "") -> Answer:
    """So long from now on; a new one where there is none."""
    if not any(timer.name == label or not label for timer in _timers(schedule)):
        return set_timer(duration, label)
    timer = _one(schedule, label, None)
    return _run(replace(timer, seconds=duration.total_seconds()), duration.total_seconds())


def cancel(schedule: Schedule, label: str = "", length: timedelta | None = None) -> Answer:
    """One timer: the one that rings, the one that is named, or the only one."""
    timer = _one(schedule, label, length)
    done = "stopped" if timer.ringing else "cancelled"
    return Answer(f"{_called(timer)} is {done}.", cancel=(timer.id,))


def cancel_all(schedule: Schedule) -> Answer:
    """All timers."""
    timers = _timers(schedule)
    if not timers:
        raise CannotDo("There is no timer.")
    return Answer("All timers are cancelled.", cancel=tuple(timer.id for timer in timers))


def _run(timer: Entry, seconds: float) -> Answer:
    running = replace(timer, left=seconds, paused=False)
    return Answer(f"{_left(running)}.", schedule=(running,))


def _timers(schedule: Schedule) -> Schedule:
    found = [entry for entry in schedule if entry.kind == "timer"]
    return tuple(sorted(found, key=lambda timer: timer.left))


def _one(schedule: Schedule, label: str, length: timedelta | None) -> Entry:
    """The timer that is meant; raises CannotDo when there is none, or it cannot be told which."""
    timers = _timers(schedule)
    if label:
        wanted = label.casefold().removeprefix("the ").removesuffix(" timer")
        timers = tuple(
            timer
            for timer in timers
            if wanted == _length(timer)
            or (timer.name and (wanted in timer.name or timer.name in wanted))
        )
    if length:
        timers = _of_length(timers, length.total_seconds())
    if not timers:
        what = f"{label} timer" if label else "such timer" if length else "timer"
        raise CannotDo(f"There is no {what}.")
    ringing = tuple(timer for timer in timers if timer.ringing)
    if len(ringing or timers) > 1:
        raise _which(ringing or timers)
    return (ringing or timers)[0]


_NEAR = 30.0
"""Who says what a timer has left says it so exactly, seconds."""


def _of_length(timers: Schedule, seconds: float) -> Schedule:
    """Those that were set to so much; where there are none, those that have so much left."""
    same = tuple(timer for timer in timers if timer.seconds == seconds)
    return same or tuple(timer for timer in timers if abs(timer.left - seconds) <= _NEAR)


def _which(timers: Schedule) -> AskFor:
    """The question by which they can be told apart: their names, their lengths, what is left."""
    names = [timer.name for timer in timers]
    lengths = [_length(timer) for timer in timers]
    if any(names) and len({*names}) == len(names):
        told = [name or length for name, length in zip(names, lengths, strict=True)]
        return AskFor(f"Which timer, {either(told)}?", "label")
    what = f"{names[0]} timer" if len({*names}) == 1 and names[0] else "timer"
    if len({*lengths}) == len(lengths):
        return AskFor(f"Which {what}, {either(lengths)}?", "length")
    left = [f"the one with {_rest(timer)} left" for timer in timers]
    return AskFor(f"Which {what}, {either(left)}?", "length")


def _length(timer: Entry) -> str:
    return f"{spoken_duration(timedelta(seconds=timer.seconds))}"


def _called(timer: Entry) -> str:
    return f"The {timer.name} timer" if timer.name else "The timer"


def _left(timer: Entry) -> str:
    if timer.ringing:
        return f"{_called(timer)} is done"
    return f"{_called(timer)} has {_rest(timer)} left" + (" and is paused" if timer.paused else "")


def _rest(timer: Entry) -> str:
    return spoken_duration(timedelta(seconds=round(timer.left)))


# Alarms.


def set_alarm(
    now: datetime,
    when: datetime | None = None,
    duration: timedelta | None = None,
    time: time | None = None,
    ahead: str = "",
    part: str = "",
) -> Answer:
    """An alarm, once."""
    if time is not None:
        clock = _often(part, time)[1]
        when = datetime.combine(_date(ahead, now), clock) if ahead else _next(clock, now)
    due = now + duration if duration else when
    if due is None:
        return Answer("For what time?", asks="when")
    if due <= now:
        raise CannotDo(f"{sentence(_moment(due, now))} is over.")
    at = _moment(due, now).removeprefix("at ")
    alarm = Entry("alarm", due=due, left=_seconds(duration))
    return Answer(f"Alarm set for {at}.", schedule=(alarm,))


def repeat_alarm(
    time: time, now: datetime, days: str = "", day: str = "", other_day: str = ""
) -> Answer:
    """An alarm that comes again."""
    chosen, at = _often(f"{days} {day} {other_day}", time)
    if not chosen:
        return _which_days()
    alarm = Entry("alarm", due=_next(at, now), days=chosen)
    return Answer(f"Alarm set for {clock_time(at)} {_days(chosen)}.", schedule=(alarm,))


def cancel_alarm(
    schedule: Schedule, now: datetime, when: datetime | None = None, time: time | None = None
) -> Answer:
    """The alarm that rings, the one at that time, or the only one."""
    alarms = _of_kind(schedule, "alarm")
    wanted = when.time() if when else time
    if wanted is not None and (same := _at(alarms, wanted)):
        alarms = same
    elif wanted is not None and time is not None:
        raise CannotDo(f"There is no alarm at {clock_time(wanted)}.")
    if not alarms:
        raise CannotDo("There is no alarm.")
    ringing = tuple(alarm for alarm in alarms if alarm.ringing)
    if len(ringing or alarms) > 1:
        times = [_moment(alarm.due, now) for alarm in alarms if alarm.due]
        raise CannotDo(f"Which alarm, {either(times)}?")
    alarm = (ringing or alarms)[0]
    if alarm.ringing and alarm.days:  # it comes again
        return Answer("Good morning.", schedule=(replace(alarm, ringing=False),))
    done = "stopped" if alarm.ringing else "cancelled"
    return Answer(f"The alarm is {done}.", cancel=(alarm.id,))


def cancel_alarms(schedule: Schedule) -> Answer:
    """All alarms."""
    alarms = _of_kind(schedule, "alarm")
    if not alarms:
        raise CannotDo("There is no alarm.")
    return Answer("All alarms are cancelled.", cancel=tuple(alarm.id for alarm in alarms))


def list_alarms(schedule: Schedule, now: datetime) -> Answer:
    """All alarms, the next one first."""
    alarms = _of_kind(schedule, "alarm")
    if not alarms:
        return Answer("There is no alarm.")
    times = [
        f"{clock_time(alarm.due.time())} {_days(alarm.days)}" if alarm.days
        else _moment(alarm.due, now).removeprefix("at ")
        for alarm in alarms
        if alarm.due
    ]  # fmt: skip
    return Answer(
        f"There {'is an alarm' if len(times) == 1 else 'are alarms'} for {listed(times)}."
    )


def snooze(
    schedule: Schedule,
    now: datetime,
    settings: Mapping[str, object],
    duration: timedelta | None = None,
) -> Answer:
    """What rings is quiet for a while."""
    ringing = [entry for entry in schedule if entry.ringing]
    if not ringing:
        raise CannotDo("Nothing is ringing.")
    pause = duration or timedelta(minutes=float(str(settings["snooze_minutes"])))
    again = tuple(
        replace(entry, id="" if entry.days else entry.id, ringing=False, days=(),
                due=now + pause, left=pause.total_seconds(), paused=False)
        for entry in ringing
    )  # fmt: skip
    quiet = tuple(replace(entry, ringing=False) for entry in ringing if entry.days)
    return Answer(f"Again in {spoken_duration(pause)}.", schedule=(*again, *quiet))


def _next(wanted: time, now: datetime) -> datetime:
    due = datetime.combine(now, wanted)
    return due if due > now else due + timedelta(days=1)


def _at(entries: Schedule, wanted: time) -> Schedule:
    """Those at that time; "seven" is the one in the evening where there is none in the morning."""
    noon = timedelta(hours=12)
    for shift in (timedelta(), noon, -noon):
        moment = (datetime.combine(datetime.min.replace(day=2), wanted) + shift).time()
        if found := tuple(entry for entry in entries if entry.due and entry.due.time() == moment):
            return found
    return ()


def _often(said: str, at: time) -> tuple[tuple[str, ...], time]:
    """The days, and the time on them: "every evening at eight" is not in the morning."""
    words = said.split()
    if "evening" in words and at.hour < 12:
        at = at.replace(hour=at.hour + 12)
    return tuple(day for day in DAYS if day in words), at


def _which_days() -> Answer:
    """A time that comes again, on days that nobody understood."""
    return Answer("On which days?", asks="days")


def _days(days: tuple[str, ...]) -> str:
    known = {EVERY_DAY: "every day", WEEKDAYS: "on weekdays", WEEKEND: "on weekends"}
    return known.get(days) or f"every {listed([_DAY_NAMES[day] for day in days])}"


# Reminders and commands.


def remind(
    now: datetime,
    what: str | None = None,
    when: datetime | None = None,
    time: time | None = None,
    days: str = "",
    day: str = "",
    other_day: str = "",
) -> Answer:
    """Say something later, once or on certain days."""
    if what is None:
        return Answer("What should I remind you of?", asks="what")
    if time is not None:
        chosen, at = _often(f"{days} {day} {other_day}", time)
        if not chosen:
            return _which_days()
        again = Entry("reminder", text=what, due=_next(at, now), days=chosen)
        return Answer(
            f"I'll remind you at {clock_time(at)} {_days(chosen)}: {what}.", schedule=(again,)
        )
    if when is None:
        return Answer("When should I remind you?", asks="when")
    if when <= now:
        raise CannotDo(f"{sentence(_moment(when, now))} is over.")
    reminder = Entry("reminder", text=what, due=when)
    return Answer(f"I'll remind you {_moment(when, now, SOON)}: {what}.", schedule=(reminder,))


def list_reminders(schedule: Schedule, now: datetime) -> Answer:
    """All reminders."""
    found = [
        f"{one.text} {_moment(one.due, now)}" for one in _of_kind(schedule, "reminder") if one.due
    ]
    return Answer(f"There is {listed(found)}." if found else "There are no reminders.")


def cancel_reminder(schedule: Schedule, what: str | None = None) -> Answer:
    """Those with these words, or all."""
    found = _of_kind(schedule, "reminder")
    if what is not None:
        found = tuple(one for one in found if what in one.text or one.text in what)
    if not found:
        raise CannotDo("There is no such reminder." if what else "There are no reminders.")
    return Answer("I won't remind you.", cancel=tuple(one.id for one in found))


def later(
    command: str,
    now: datetime,
    when: datetime | None = None,
    duration: timedelta | None = None,
    time: time | None = None,
    ahead: str = "",
    part: str = "",
    days: str = "",
    day: str = "",
    other_day: str = "",
) -> Answer:
    """Carry a command out later, once or on certain days."""
    if when is None and time is None and not duration:
        return Answer("When should I do that?", asks="when")
    due = when or now + (duration or timedelta())
    left = 0.0 if when else _seconds(duration)
    if time is not None:
        chosen, at = _often(f"{days} {day} {other_day} {part}", time)
        if not chosen and not ahead:
            return _which_days()
        due = datetime.combine(_date(ahead, now), at) if ahead else _next(at, now)
        if chosen:
            again = Entry("command", text=command, due=due, days=chosen)
            return Answer(f"I'll do that at {clock_time(at)} {_days(chosen)}.", schedule=(again,))
    if due <= now:
        raise CannotDo(f"{sentence(_moment(due, now))} is over.")
    return Answer(
        f"I'll do that {_moment(due, now, SOON)}.",
        schedule=(Entry("command", text=command, due=due, left=left),),
    )


def _date(ahead: str, now: datetime) -> date:
    """Of "tomorrow", "overmorrow", or the next "mon" that is not today."""
    fixed = {"tomorrow": 1, "overmorrow": 2}
    days = fixed.get(ahead) or (DAYS.index(ahead) - now.weekday() - 1) % 7 + 1
    return (now + timedelta(days=days)).date()


_OPPOSITES = {"on": "off", "open": "close", "lock": "unlock", "mute": "unmute"}
_OPPOSITES |= {after: before for before, after in _OPPOSITES.items()}


def for_a_while(command: str, duration: timedelta, now: datetime) -> Answer:
    """Carry a command out, and its opposite later."""
    words = command.lower().split()
    turned = [word for word in words if word in _OPPOSITES]
    if len(turned) != 1:
        raise CannotDo("For a while I can only turn things on or off, or open or close them.")
    back = " ".join(_OPPOSITES.get(word, word) for word in words)
    return Answer(
        f"And {_OPPOSITES[turned[0]]} again in {spoken_duration(duration)}.",
        schedule=(Entry("command", text=back, due=now + duration, left=_seconds(duration)),),
        commands=(command,),
    )


def _seconds(duration: timedelta | None) -> float:
    """Of what happens after a while; 0: at a time of day."""
    return duration.total_seconds() if duration else 0.0


def _of_kind(schedule: Schedule, kind: str) -> Schedule:
    found = [entry for entry in schedule if entry.kind == kind]
    return tuple(sorted(found, key=lambda entry: entry.due or datetime.max))


def _moment(due: datetime, now: datetime, soon: timedelta = timedelta()) -> str:
    """ "at 7:30 tomorrow"; within `soon`, "in 10 minutes"."""
    if due - now < soon:
        return f"in {spoken_duration(timedelta(seconds=round((due - now).total_seconds())))}"
    at = f"at {clock_time(due.time())}"
    days = (due.date() - now.date()).days
    if days == 0:
        return at
    if days == 1:
        return f"{at} tomorrow"
    return f"{at} on {due:%A}" if days < 7 else f"{at} on {due:%B} {due.day}"
