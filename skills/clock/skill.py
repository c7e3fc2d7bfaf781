"""The time and the date, local."""

from datetime import datetime

from assistant.skill import Answer


def time(now: datetime) -> Answer:
    """ "It is 7:05 PM." """
    return Answer(f"It is {now.strftime('%I:%M %p').removeprefix('0')}.")


def date(now: datetime) -> Answer:
    """ "It is Tuesday, November 24, 2026." """
    return Answer(f"It is {now:%A}, {now:%B} {now.day}, {now.year}.")
