"""Spoken durations, times of day, dates and moments; Tuesday, 24 November 2026, 15:00."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lang.en.times import (
    CLOCK_WORDS,
    DAY_WORDS,
    DURATION_WORDS,
    parse_clock,
    parse_day,
    parse_duration,
    parse_moment,
)
from assistant.skill.manifest import SlotSpec
from assistant.skill.telling import spoken_duration
from assistant.understand.text import matching_form
from assistant.understand.values import parse_value

NOW = datetime(2026, 11, 24, 15, 0)


def words(said: str) -> list[str]:
    return matching_form(said).split()


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("an hour and a half", 90),
        ("one and a half hours", 90),
        ("1.5 hours", 90),
        ("two hours and fifteen minutes", 135),
        ("1h 30m", 90),
        ("half an hour", 30),
        ("three quarters of an hour", 45),
        ("ninety seconds", 1.5),
        ("a couple of minutes", 2),
        ("a minute", 1),
        ("five minutes and thirty seconds", 5.5),
        ("two days", 2880),
        ("an hour and fifteen", 75),
        ("1 hour 30", 90),
        ("five minutes thirty", 5.5),
    ],
)
def test_durations(said: str, minutes: float) -> None:
    assert parse_duration(words(said)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("quarter past seven", "07:15"),
        ("a quarter to eight", "07:45"),
        ("twenty to nine", "08:40"),
        ("five minutes past ten", "10:05"),
        ("half past six in the evening", "18:30"),
        ("half seven", "07:30"),
        ("seven fifteen", "07:15"),
        ("twenty one oh five", "21:05"),
        ("7:15 pm", "19:15"),
        ("7 p.m.", "19:00"),
        ("7pm", "19:00"),
        ("12 am", "00:00"),
        ("12 pm", "12:00"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
        ("five o'clock", "05:00"),
        ("two at night", "02:00"),
        ("eleven at night", "23:00"),
        ("quarter to one", "12:45"),
        ("630", "06:30"),
        ("at 0700", "07:00"),
        ("715 am", "07:15"),
        ("836pm", "20:36"),
        ("1930", "19:30"),
        ("0700 hours", "07:00"),
        ("fifteen hundred hours", "15:00"),
        ("oh seven thirty", "07:30"),
    ],
)
def test_times_of_day(said: str, when: str) -> None:
    assert parse_clock(words(said)).time == time.fromisoformat(when)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", "2026-11-24"),
        ("the day after tomorrow", "2026-11-26"),
        ("friday", "2026-11-27"),
        ("on tuesday", "2026-12-01"),
        ("this tuesday", "2026-11-24"),
        ("next friday", "2026-12-04"),
        ("in two weeks", "2026-12-08"),
        ("three days from now", "2026-11-27"),
        ("next month", "2026-12-24"),
        ("the third of may", "2027-05-03"),
        ("may 3rd", "2027-05-03"),
        ("december twenty fourth", "2026-12-24"),
        ("24 december 2027", "2027-12-24"),
        ("january first twenty twenty eight", "2028-01-01"),
        ("february 29th", "2028-02-29"),
        ("the thirty first", "2026-12-31"),
    ],
)
def test_dates(said: str, day: str) -> None:
    assert parse_day(words(said), NOW.date()) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("tomorrow at quarter past seven", "2026-11-25 07:15"),
        ("quarter past seven tomorrow morning", "2026-11-25 07:15"),
        ("tonight at eight", "2026-11-24 20:00"),
        ("8 tonight", "2026-11-24 20:00"),
        ("friday evening at half past six", "2026-11-27 18:30"),
        ("tomorrow at two", "2026-11-25 14:00"),
        ("tomorrow at six thirty", "2026-11-25 06:30"),
        ("at four", "2026-11-24 16:00"),
        ("at two", "2026-11-25 02:00"),
        ("16:30", "2026-11-24 16:30"),
        ("noon tomorrow", "2026-11-25 12:00"),
        ("in an hour and a half", "2026-11-24 16:30"),
        ("in two days at noon", "2026-11-26 12:00"),
        ("tomorrow morning", "2026-11-25 09:00"),
        ("this evening", "2026-11-24 19:00"),
        ("today at five", "2026-11-24 17:00"),
        ("december 31st at 11 pm", "2026-12-31 23:00"),
        # A leading zero says that the day has 24 hours.
        ("9:05", "2026-11-24 21:05"),
        ("09:05", "2026-11-25 09:05"),
        ("0905", "2026-11-25 09:05"),
        ("tomorrow at 03:15", "2026-11-25 03:15"),
        ("oh six hundred", "2026-11-25 06:00"),
    ],
)
def test_moments(said: str, moment: str) -> None:
    assert parse_moment(words(said), NOW) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "said",
    ["", "in", "the", "may", "twenty five o'clock", "seven seventy", "february thirtieth", "hour",
     "a and half", "next", "in minutes", "the zeroth", "tomorrow", "quarter past", "past seven",
     "670", "2460", "12345", "7 hours", "an hour 90", "two hours and"],
)  # fmt: skip
def test_what_is_no_moment_says_so(said: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(words(said), NOW)


@given(st.lists(st.sampled_from(sorted(CLOCK_WORDS | DAY_WORDS | DURATION_WORDS)), max_size=7))
def test_any_row_of_such_words_is_a_value_or_a_valueerror(said: list[str]) -> None:
    for parse in (
        parse_duration,
        parse_clock,
        lambda row: parse_day(row, NOW.date()),
        lambda row: parse_moment(row, NOW),
    ):
        try:
            parse(said)
        except ValueError:
            continue


@given(st.datetimes(datetime(2027, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(second=0)))
def test_a_written_moment_is_that_moment(moment: datetime) -> None:
    said = f"{moment:%B} {moment.day} {moment.year} at {moment:%H:%M}"
    found = parse_moment(words(said), NOW)
    assert found == moment.replace(microsecond=0)


def test_slots_hold_iso_8601_and_seconds() -> None:
    def value(kind, said):
        return parse_value(SlotSpec(kind), said, now=lambda: NOW)

    assert value("time", "quarter past seven") == ("07:15", None)
    assert value("date", "tomorrow") == ("2026-11-25", None)
    assert value("datetime", "in ninety seconds") == ("2026-11-24T15:01:30", None)
    assert value("duration", "half an hour") == (1800, "seconds")


def test_a_duration_is_spoken() -> None:
    assert spoken_duration(timedelta(minutes=90)) == "1 hour and 30 minutes"
    assert spoken_duration(timedelta(days=1, hours=2, seconds=1)) == "1 day, 2 hours and 1 second"
