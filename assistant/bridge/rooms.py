"""Several microphones, one house: of the rooms that hear the same wake word the nearest answers.

Each room tells the others how loud and how sure it heard the word, waits a moment for what they
say, and comes to the same verdict as they do. A room that is alone does not wait.

    assistant/<site id>/wake     {"word": "alexa", "score": 0.98, "loudness_dbfs": -31.2}

All of it happens on the pipeline's thread and in the time of the frames.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

from assistant.bridge.hub import Hub
from assistant.config import SiteSettings
from assistant.events import Message, Wake
from assistant.home.dialects.payload import number, read_json
from assistant.mqtt.connection import Connection

log = logging.getLogger(__name__)

SCORE_DB = 20.0
"""What a score of 1 is worth in decibels: 0.1 of score decides where loudness differs by 2 dB."""

LOUDNESS_DBFS = (-150.0, 10.0)
"""What can be meant: of silence `level_dbfs` says -120."""

MOST_ROOMS = 64

TAKEN_S = 1.0
"""Whoever heard the word so long before us has begun to answer already."""


@dataclass(frozen=True, slots=True)
class Claim:
    """How near somebody was to a room."""

    site_id: str
    score: float
    """Of the wake word, 0 to 1."""

    loudness_dbfs: float
    heard_at: float
    """Seconds, in the time of our own frames."""

    @property
    def nearness(self) -> tuple[float, str]:
        """Greater is nearer; never equal for two rooms."""
        return self.loudness_dbfs + SCORE_DB * self.score, self.site_id


class Rooms:
    """The other rooms, and what is heard there."""

    def __init__(self, connection: Connection, hub: Hub, site: SiteSettings, wait_s: float) -> None:
        """
        wait_s    how long the others' claims are waited for, seconds
        """
        self.wait_s = wait_s
        self._connection = connection
        self._hub = hub
        self._site = site
        self._topic = connection.settings.topic
        self._others: set[str] = set()
        self._claims: dict[str, Claim] = {}
        self._now = 0.0
        connection.subscribe(f"{self._topic}/+/status", self._on_status)
        connection.subscribe(f"{self._topic}/+/wake", self._on_wake)

    @property
    def alone(self) -> bool:
        """No other room is listening."""
        return not self._others

    def tick(self, now: float) -> None:
        """The time of the frame that is heard, seconds."""
        self._now = now

    def claim(self, wake: Wake, loudness_dbfs: float) -> Claim:
        """Tell the others that the word was heard here."""
        # Rounded, so that we compare with what the others compare with.
        score, loudness_dbfs = round(wake.score, 4), round(loudness_dbfs, 2)
        told = {"word": wake.word, "score": score, "loudness_dbfs": loudness_dbfs}
        self._connection.send(Message(f"{self._topic}/{self._site.id}/wake", json.dumps(told)))
        return Claim(self._site.id, score, loudness_dbfs, wake.heard_at)

    def won(self, own: Claim) -> bool | None:
        """Whether this room is to answer; None: that is not known yet."""
        rivals = [
            claim
            for claim in self._claims.values()
            if abs(claim.heard_at - own.heard_at) <= TAKEN_S
        ]
        if taken := [c for c in rivals if c.heard_at < own.heard_at - self.wait_s]:
            log.info("%s answers", taken[0].site_id)
            return False
        waited = self._now - own.heard_at >= self.wait_s
        if not waited and not self._others <= {claim.site_id for claim in rivals}:
            return None
        nearest = max([own, *rivals], key=lambda claim: claim.nearness)
        if nearest is not own:
            log.info("%s is nearer and answers", nearest.site_id)
        return nearest is own

    def _on_status(self, topic: str, payload: bytes, _retained: bool) -> None:
        site_id = topic.rsplit("/", 2)[1]
        if site_id != self._site.id:
            self._hub.ask(lambda: self._come_or_gone(site_id, payload == b"online"))

    def _come_or_gone(self, site_id: str, online: bool) -> None:
        if online and len(self._others) < MOST_ROOMS:
            self._others.add(site_id)
        elif not online:
            self._others.discard(site_id)
            self._claims.pop(site_id, None)

    def _on_wake(self, topic: str, payload: bytes, retained: bool) -> None:
        site_id = topic.rsplit("/", 2)[1]
        if site_id == self._site.id or retained:
            return
        try:
            told = read_json(payload)
            score = number(told.get("score"), 0, 1)
            loudness = number(told.get("loudness_dbfs"), *LOUDNESS_DBFS)
        except ValueError as error:
            log.debug("%s: %r ignored: %s", topic, payload[:80], error)
            return
        self._hub.ask(lambda: self._claimed(site_id, score, loudness))

    def _claimed(self, site_id: str, score: float, loudness_dbfs: float) -> None:
        if site_id in self._others:
            self._claims[site_id] = Claim(site_id, score, loudness_dbfs, self._now)
