"""The time and the date, local."""

from datetime import datetime

from assistant.skill import Answer, Say
from assistant.skill.telling import date_in_words, exact_time


def time(now: datetime, say: Say) -> Answer:
    """ "It is 7:05 PM." """
    return Answer(say("is", what=exact_time(now.time())))


def date(now: datetime, say: Say) -> Answer:
    """ "It is Tuesday, November 24, 2026." """
    return Answer(say("is", what=date_in_words(now.date())))
