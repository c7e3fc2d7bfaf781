"""Where in a stretch of phonemes each word of a vocabulary could have been said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.recognize.sound import difference, pronunciations, weight

_Costs = npt.NDArray[np.float32]

_FAR = 0.55
"""A word is not looked for where more than this share of it would be wrong."""

_SURE = 0.1
_LONGER = 4
"""Phonemes that may be heard beyond the word's own."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A word where it may have been said."""

    word: str
    end: int
    """Phonemes heard before its end."""

    cost: float
    """Summed difference of the phonemes; 0: it sounds just so."""


class Words:
    """A vocabulary, ready to be looked for."""

    def __init__(self, words: Collection[str], *, surely: Collection[str] = ()) -> None:
        """surely   words that are found only where they sound right"""
        ways = ((sound, word) for word in words for sound in pronunciations(word))
        sounds = sorted(ways, key=lambda pair: -len(pair[0]))
        self.words = [word for sound, word in sounds if sound]
        sounds = sounds[: len(self.words)]  # those without a sound came last
        self._alphabet = sorted({phoneme for sound, _ in sounds for phoneme in sound})
        number = {phoneme: at for at, phoneme in enumerate(self._alphabet)}
        self._lengths = np.array([len(sound) for sound, _ in sounds], np.intp)
        longest = int(self._lengths[0]) if sounds else 0
        self._sounds = np.zeros((len(sounds), longest), np.intp)
        for row, (sound, _) in enumerate(sounds):
            self._sounds[row, : len(sound)] = [number[phoneme] for phoneme in sound]
        self._left_out = np.array([weight(p) for p in self._alphabet], np.float32)
        self.weights: _Costs = np.array([sum(map(weight, s)) for s, _ in sounds], np.float32)
        shares = [_FAR if word not in surely else _SURE for word in self.words]
        self._limits = self.weights * np.array(shares, np.float32)

    def spots(self, heard: str) -> list[list[Spot]]:
        """The words that may begin at each phoneme of `heard`, index = phonemes before them."""
        found: list[list[Spot]] = [[] for _ in heard]
        if not heard or not self.words:
            return found
        differences = np.array(
            [[difference(p, h) for h in heard] for p in self._alphabet], np.float32
        )
        added = np.array([weight(h) for h in heard], np.float32)
        limits = self._limits
        rows = np.flatnonzero(self._anywhere(differences, added) <= limits)
        if not rows.size:
            return found
        costs = self._from_each(rows, differences, added)
        for row, start, length in np.argwhere(costs <= limits[rows, None, None]).tolist():
            if start + length <= len(heard):
                word, cost = self.words[rows[row]], float(costs[row, start, length])
                found[start].append(Spot(word, start + length, cost))
        return found

    def _anywhere(self, differences: _Costs, added: _Costs) -> _Costs:
        """Cost of each word at the place where it fits best."""
        every = np.arange(len(self.words))
        begun = np.zeros((every.size, added.size + 1), np.float32)
        costs = self._matched(every, begun, differences[:, None], _sums(added)[None])
        best: _Costs = costs.min((1, 2))
        return best

    def _from_each(self, rows: npt.NDArray[np.intp], differences: _Costs, added: _Costs) -> _Costs:
        """Costs (row, start, length) of the words from each start on, by what they end up with."""
        width = int(self._lengths[rows[0]]) + _LONGER
        starts = added.size
        index = np.minimum(np.arange(starts)[:, None] + np.arange(width), starts - 1)
        window = differences[:, index]  # (alphabet, start, phoneme after it)
        sums = np.concatenate([np.zeros((starts, 1)), np.cumsum(added[index], 1)], 1)
        sums = sums.astype(np.float32)
        begun = np.broadcast_to(sums, (rows.size, starts, width + 1)).copy()
        return self._matched(rows, begun, window, sums)

    def _matched(
        self, rows: npt.NDArray[np.intp], costs: _Costs, differences: _Costs, sums: _Costs
    ) -> _Costs:
        """Edit distances (Wagner & Fischer 1974) of many words at once, phoneme by phoneme.

        costs        (row, …, phonemes heard) before the word's first phoneme
        differences  (alphabet, …, phonemes heard)
        sums         (…, phonemes heard): weight of all that was heard so far
        returns      the costs after the last phoneme of each
        """
        costs = costs.reshape(rows.size, -1, costs.shape[-1])
        sums = sums.reshape(-1, sums.shape[-1])
        lengths = self._lengths[rows]
        for at in range(int(lengths[0])):
            going = int(np.searchsorted(-lengths, -at, side="left"))  # words longer than that
            phonemes = self._sounds[rows[:going], at]
            before = costs[:going]
            left_out = self._left_out[phonemes][:, None, None]
            after = before + left_out
            np.minimum(
                after[..., 1:],
                before[..., :-1] + differences[phonemes],
                out=after[..., 1:],
            )
            # What is heard besides: the cheapest of all places to begin to, in one pass.
            after -= sums
            np.minimum.accumulate(after, axis=-1, out=after)
            after += sums
            costs[:going] = after
        return costs


def _sums(added: _Costs) -> _Costs:
    return np.concatenate([np.zeros(1, np.float32), np.cumsum(added)]).astype(np.float32)
