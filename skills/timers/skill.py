"""Timers, alarms, reminders, and commands for later."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from assistant.schedule.entry import DAYS, Entry
from assistant.skill import Answer, AskFor, CannotDo, Say, sentence
from assistant.skill.telling import clock_time, day_and_month, either, listed, spoken_duration

Schedule = tuple[Entry, ...]
SOON = timedelta(hours=1)
EVERY_DAY, WEEKDAYS, WEEKEND = DAYS, DAYS[:5], DAYS[5:]


# Timers.


def set_timer(duration: timedelta, say: Say, label: str = "") -> Answer:
    """A new timer, which runs at once."""
    seconds = duration.total_seconds()
    timer = Entry("timer", name=label, seconds=seconds, left=seconds)
    key = "named_timer_set" if label else "timer_set"
    text = say(key, label=label, length=spoken_duration(duration))
    return Answer(text, schedule=(timer,))


def left(schedule: Schedule, say: Say, label: str = "", length: timedelta | None = None) -> Answer:
    """How long a timer still runs; all of them when none is named."""
    timers = _timers(schedule)
    if not timers:
        raise CannotDo(say("no_timer"))
    if label or length:
        timers = (_one(say, schedule, label, length),)
    return Answer(" ".join(f"{sentence(_left(say, timer))}." for timer in timers))


def list(schedule: Schedule, say: Say) -> Answer:
    """All timers."""
    timers = _timers(schedule)
    if not timers:
        return Answer(say("no_timers"))
    told = listed([sentence(_left(say, timer)) for timer in timers])
    key = "one_timer" if len(timers) == 1 else "timers"
    return Answer(say(key, count=len(timers), told=told))


def pause(schedule: Schedule, say: Say, label: str = "", length: timedelta | None = None) -> Answer:
    """Stop the time."""
    timer = _one(say, schedule, label, length)
    return Answer(_told(say, timer, "paused"), schedule=(replace(timer, paused=True),))


def resume(
    schedule: Schedule, say: Say, label: str = "", length: timedelta | None = None
) -> Answer:
    """Let the time go on."""
    timer = _one(say, schedule, label, length)
    return Answer(_told(say, timer, "goes_on"), schedule=(replace(timer, paused=False),))


def restart(
    schedule: Schedule, say: Say, label: str = "", length: timedelta | None = None
) -> Answer:
    """From the beginning."""
    timer = _one(say, schedule, label, length)
    return _run(say, timer, timer.seconds)


def add(
    schedule: Schedule,
    say: Say,
    duration: timedelta | None = None,
    more: float = 0,
    label: str = "",
    length: timedelta | None = None,
) -> Answer:
    """Longer, by `duration` or `more` minutes; one that rings begins anew with so much."""
    timer = _one(say, schedule, label, length)
    longer = duration or timedelta(minutes=more)
    if not longer:
        return Answer(say("how_much_longer"), asks="duration")
    return _run(say, timer, timer.left + longer.total_seconds())


def reduce(
    duration: timedelta,
    schedule: Schedule,
    say: Say,
    label: str = "",
    length: timedelta | None = None,
) -> Answer:
    """Shorter."""
    timer = _one(say, schedule, label, length)
    if (rest := timer.left - duration.total_seconds()) <= 0:
        raise CannotDo(say("not_that_much", left=_left(say, timer)))
    return _run(say, timer, rest)


def change(duration: timedelta, schedule: Schedule, say: Say, label: str = "") -> Answer:
    """So long from now on; a new one where there is none."""
    if not any(timer.name == label or not label for timer in _timers(schedule)):
        return set_timer(duration, say, label)
    timer = _one(say, schedule, label, None)
    return _run(say, replace(timer, seconds=duration.total_seconds()), duration.total_seconds())


def cancel(
    schedule: Schedule, say: Say, label: str = "", length: timedelta | None = None
) -> Answer:
    """One timer: the one that rings, the one that is named, or the only one."""
    timer = _one(say, schedule, label, length)
    done = "stopped" if timer.ringing else "cancelled"
    return Answer(_told(say, timer, done), cancel=(timer.id,))


def cancel_all(schedule: Schedule, say: Say) -> Answer:
    """All timers."""
    timers = _timers(schedule)
    if not timers:
        raise CannotDo(say("no_timer"))
    return Answer(say("all_cancelled"), cancel=tuple(timer.id for timer in timers))


def _run(say: Say, timer: Entry, seconds: float) -> Answer:
    running = replace(timer, left=seconds, paused=False)
    return Answer(f"{sentence(_left(say, running))}.", schedule=(running,))


def _timers(schedule: Schedule) -> Schedule:
    found = [entry for entry in schedule if entry.kind == "timer"]
    return tuple(sorted(found, key=lambda timer: timer.left))


def _one(say: Say, schedule: Schedule, label: str, length: timedelta | None) -> Entry:
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
        key = "no_named_timer" if label else "no_such_timer" if length else "no_timer"
        raise CannotDo(say(key, label=label))
    ringing = tuple(timer for timer in timers if timer.ringing)
    if len(ringing or timers) > 1:
        raise _which(say, ringing or timers)
    return (ringing or timers)[0]


_NEAR = 30.0
"""Who says what a timer has left says it so exactly, seconds."""


def _of_length(timers: Schedule, seconds: float) -> Schedule:
    """Those that were set to so much; where there are none, those that have so much left."""
    same = tuple(timer for timer in timers if timer.seconds == seconds)
    return same or tuple(timer for timer in timers if abs(timer.left - seconds) <= _NEAR)


def _which(say: Say, timers: Schedule) -> AskFor:
    """The question by which they can be told apart: their names, their lengths, what is left."""
    names = [timer.name for timer in timers]
    lengths = [_length(timer) for timer in timers]
    if any(names) and len({*names}) == len(names):
        told = [name or length for name, length in zip(names, lengths, strict=True)]
        return AskFor(say("which_timer", told=either(told)), "label")
    key = "which_named_timer" if len({*names}) == 1 and names[0] else "which_timer"
    told = lengths
    if len({*lengths}) != len(lengths):
        told = [say("the_one_with", left=_rest(timer)) for timer in timers]
    return AskFor(say(key, label=names[0], told=either(told)), "length")


def _length(timer: Entry) -> str:
    return f"{spoken_duration(timedelta(seconds=timer.seconds))}"


def _called(say: Say, timer: Entry) -> str:
    return say("the_named_timer" if timer.name else "the_timer", label=timer.name)


def _told(say: Say, timer: Entry, key: str) -> str:
    return say(key, timer=_called(say, timer))


def _left(say: Say, timer: Entry) -> str:
    key = "done" if timer.ringing else "left_paused" if timer.paused else "left"
    return say(key, timer=_called(say, timer), left=_rest(timer))


def _rest(timer: Entry) -> str:
    return spoken_duration(timedelta(seconds=round(timer.left)))


# Alarms.


def set_alarm(
    now: datetime,
    say: Say,
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
        return Answer(say("when_alarm"), asks="when")
    if due <= now:
        raise CannotDo(say("over", when=_moment(say, due, now)))
    alarm = Entry("alarm", due=due, left=_seconds(duration))
    return Answer(say("alarm_set", when=_when(say, due, now)), schedule=(alarm,))


def repeat_alarm(
    time: time, now: datetime, say: Say, days: str = "", day: str = "", other_day: str = ""
) -> Answer:
    """An alarm that comes again."""
    chosen, at = _often(f"{days} {day} {other_day}", time)
    if not chosen:
        return Answer(say("which_days"), asks="days")
    alarm = Entry("alarm", due=_next(at, now), days=chosen)
    when = f"{clock_time(at)} {_days(say, chosen)}"
    return Answer(say("alarm_set", when=when), schedule=(alarm,))


def cancel_alarm(
    schedule: Schedule,
    now: datetime,
    say: Say,
    when: datetime | None = None,
    time: time | None = None,
) -> Answer:
    """The alarm that rings, the one at that time, or the only one."""
    alarms = _of_kind(schedule, "alarm")
    wanted = when.time() if when else time
    if wanted is not None and (same := _at(alarms, wanted)):
        alarms = same
    elif wanted is not None and time is not None:
        raise CannotDo(say("no_alarm_at", time=clock_time(wanted)))
    if not alarms:
        raise CannotDo(say("no_alarm"))
    ringing = tuple(alarm for alarm in alarms if alarm.ringing)
    if len(ringing or alarms) > 1:
        times = [_moment(say, alarm.due, now) for alarm in alarms if alarm.due]
        raise CannotDo(say("which_alarm", told=either(times)))
    alarm = (ringing or alarms)[0]
    if alarm.ringing and alarm.days:  # it comes again
        return Answer(say("good_morning"), schedule=(replace(alarm, ringing=False),))
    done = "alarm_stopped" if alarm.ringing else "alarm_cancelled"
    return Answer(say(done), cancel=(alarm.id,))


def cancel_alarms(schedule: Schedule, say: Say) -> Answer:
    """All alarms."""
    alarms = _of_kind(schedule, "alarm")
    if not alarms:
        raise CannotDo(say("no_alarm"))
    return Answer(say("alarms_cancelled"), cancel=tuple(alarm.id for alarm in alarms))


def list_alarms(schedule: Schedule, now: datetime, say: Say) -> Answer:
    """All alarms, the next one first."""
    alarms = _of_kind(schedule, "alarm")
    if not alarms:
        return Answer(say("no_alarm"))
    times = [
        f"{clock_time(alarm.due.time())} {_days(say, alarm.days)}" if alarm.days
        else _when(say, alarm.due, now)
        for alarm in alarms
        if alarm.due
    ]  # fmt: skip
    return Answer(say("one_alarm" if len(times) == 1 else "alarms", times=listed(times)))


def snooze(
    schedule: Schedule,
    say: Say,
    now: datetime,
    settings: Mapping[str, object],
    duration: timedelta | None = None,
) -> Answer:
    """What rings is quiet for a while."""
    ringing = [entry for entry in schedule if entry.ringing]
    if not ringing:
        raise CannotDo(say("nothing_rings"))
    pause = duration or timedelta(minutes=float(str(settings["snooze_minutes"])))
    again = tuple(
        replace(entry, id="" if entry.days else entry.id, ringing=False, days=(),
                due=now + pause, left=pause.total_seconds(), paused=False)
        for entry in ringing
    )  # fmt: skip
    quiet = tuple(replace(entry, ringing=False) for entry in ringing if entry.days)
    return Answer(say("again_in", length=spoken_duration(pause)), schedule=(*again, *quiet))


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


def _days(say: Say, days: tuple[str, ...]) -> str:
    known = {EVERY_DAY: "every_day", WEEKDAYS: "on_weekdays", WEEKEND: "on_weekends"}
    if key := known.get(days):
        return say(key)
    return say("every", days=listed([say(day) for day in days]))


# Reminders and commands.


def remind(
    now: datetime,
    say: Say,
    what: str | None = None,
    when: datetime | None = None,
    time: time | None = None,
    days: str = "",
    day: str = "",
    other_day: str = "",
) -> Answer:
    """Say something later, once or on certain days."""
    if what is None:
        return Answer(say("remind_of_what"), asks="what")
    if time is not None:
        chosen, at = _often(f"{days} {day} {other_day}", time)
        if not chosen:
            return Answer(say("which_days"), asks="days")
        again = Entry("reminder", text=what, due=_next(at, now), days=chosen)
        when_said = say("often", time=clock_time(at), days=_days(say, chosen))
        return Answer(say("reminder_set", when=when_said, what=what), schedule=(again,))
    if when is None:
        return Answer(say("remind_when"), asks="when")
    if when <= now:
        raise CannotDo(say("over", when=_moment(say, when, now)))
    reminder = Entry("reminder", text=what, due=when)
    return Answer(
        say("reminder_set", when=_moment(say, when, now, SOON), what=what), schedule=(reminder,)
    )


def list_reminders(schedule: Schedule, now: datetime, say: Say) -> Answer:
    """All reminders."""
    found = [
        f"{one.text} {_moment(say, one.due, now)}"
        for one in _of_kind(schedule, "reminder")
        if one.due
    ]
    return Answer(say("reminders", told=listed(found)) if found else say("no_reminders"))


def cancel_reminder(schedule: Schedule, say: Say, what: str | None = None) -> Answer:
    """Those with these words, or all."""
    found = _of_kind(schedule, "reminder")
    if what is not None:
        found = tuple(one for one in found if what in one.text or one.text in what)
    if not found:
        raise CannotDo(say("no_such_reminder" if what else "no_reminders"))
    return Answer(say("not_reminded"), cancel=tuple(one.id for one in found))


def later(
    command: str,
    now: datetime,
    say: Say,
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
        return Answer(say("do_when"), asks="when")
    due = when or now + (duration or timedelta())
    left = 0.0 if when else _seconds(duration)
    if time is not None:
        chosen, at = _often(f"{days} {day} {other_day} {part}", time)
        if not chosen and not ahead:
            return Answer(say("which_days"), asks="days")
        due = datetime.combine(_date(ahead, now), at) if ahead else _next(at, now)
        if chosen:
            again = Entry("command", text=command, due=due, days=chosen)
            often = say("often", time=clock_time(at), days=_days(say, chosen))
            return Answer(say("done_later", when=often), schedule=(again,))
    if due <= now:
        raise CannotDo(say("over", when=_moment(say, due, now)))
    return Answer(
        say("done_later", when=_moment(say, due, now, SOON)),
        schedule=(Entry("command", text=command, due=due, left=left),),
    )


def _date(ahead: str, now: datetime) -> date:
    """Of "tomorrow", "overmorrow", or the next "mon" that is not today."""
    fixed = {"tomorrow": 1, "overmorrow": 2}
    days = fixed.get(ahead) or (DAYS.index(ahead) - now.weekday() - 1) % 7 + 1
    return (now + timedelta(days=days)).date()


_OPPOSITES = {"on": "off", "open": "close", "lock": "unlock", "mute": "unmute"}
_OPPOSITES |= {after: before for before, after in _OPPOSITES.items()}


def for_a_while(command: str, duration: timedelta, now: datetime, say: Say) -> Answer:
    """Carry a command out, and its opposite later."""
    words = command.lower().split()
    turned = [word for word in words if word in _OPPOSITES]
    if len(turned) != 1:
        raise CannotDo(say("not_for_a_while"))
    back = " ".join(_OPPOSITES.get(word, word) for word in words)
    return Answer(
        say("and_back", how=_OPPOSITES[turned[0]], length=spoken_duration(duration)),
        schedule=(Entry("command", text=back, due=now + duration, left=_seconds(duration)),),
        commands=(command,),
    )


def _seconds(duration: timedelta | None) -> float:
    """Of what happens after a while; 0: at a time of day."""
    return duration.total_seconds() if duration else 0.0


def _of_kind(schedule: Schedule, kind: str) -> Schedule:
    found = [entry for entry in schedule if entry.kind == kind]
    return tuple(sorted(found, key=lambda entry: entry.due or datetime.max))


def _moment(say: Say, due: datetime, now: datetime, soon: timedelta = timedelta()) -> str:
    """ "at 7:30 tomorrow"; within `soon`, "in 10 minutes"."""
    if due - now < soon:
        length = timedelta(seconds=round((due - now).total_seconds()))
        return say("in", length=spoken_duration(length))
    return say("at", when=_when(say, due, now))


def _when(say: Say, due: datetime, now: datetime) -> str:
    """ "7:30 tomorrow"."""
    at, days = clock_time(due.time()), (due.date() - now.date()).days
    if days == 0:
        return at
    if days == 1:
        return say("tomorrow", time=at)
    if days < 7:
        return say("on_day", time=at, day=say(DAYS[due.weekday()]))
    return say("on_date", time=at, date=day_and_month(due.date()))
