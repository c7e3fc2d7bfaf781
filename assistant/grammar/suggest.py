"""For those whose words made no sense: something with most of these words that does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches

from assistant.grammar.samples import Echo
from assistant.grammar.templates import Template
from assistant.lang import language
from assistant.understand.names import HouseNames
from assistant.understand.text import split_words

_COVERED = 0.5
"""Share of the words, weighed by how much each tells, that a sentence must have to be like it."""

_LIKE = 0.8
"""SequenceMatcher ratio from which a word is a misspelling of another."""

_TEMPLATES = 8
"""So many are tried, the likeliest."""


class Suggester:
    """Knows which words tell what is spoken of: those that few sentences have."""

    def __init__(self, templates: Sequence[Template], names: HouseNames) -> None:
        self._templates = templates
        self._names = names
        counted = Counter(word for template in templates for word in template.words)
        total = len(templates) + 1
        self._weights = {word: math.log(total / count) for word, count in counted.items()}
        # A word that nobody can say here tells as much as any other.
        self._unknown = sum(self._weights.values()) / max(1, len(self._weights))
        spoken = [names.spoken("name", "any"), names.spoken("area", None)]
        self._named = {word for said in spoken for name in said for word in name.split()}

    def nearest(self, text: str) -> str:
        """A sentence that can be said in this house; "" when nothing is like `text`.

        Words that are nearly right count as right: "lihgts".
        """
        spelled = [self._spelled(word.text) for word in split_words(text)]
        said = set(spelled)
        total = sum(self._weights.get(word, self._unknown) for word in said - self._named)
        if len(said) < 2 or not total:
            return ""
        scored = [(self._covered(said, template), template) for template in self._templates]
        likely = [found for found in scored if found[0] >= _COVERED * total]
        likely = sorted(likely, key=lambda found: found[0], reverse=True)[:_TEMPLATES]
        echo = Echo(self._names, said)
        sentences = filter(None, (echo.say(template) for _, template in likely))
        return max(sentences, key=lambda s: (_alike(spelled, s.split()), -len(s)), default="")

    def _covered(self, said: set[str], template: Template) -> float:
        return sum(self._weights[word] for word in said & template.words)

    def _spelled(self, word: str) -> str:
        if word in self._weights or word in self._named:
            return word
        (near, *_) = get_close_matches(word, [*self._weights, *self._named], 1, _LIKE) or [word]
        return near


def _alike(said: Sequence[str], sentence: Sequence[str]) -> float:
    """How many of the words of either both have, and in the same order; small ones do not count.

    The mean of Jaccard's share and of difflib's: words in another order make another sentence.
    """
    small = language().lexicon.PREPOSITIONS | language().lexicon.ARTICLES
    one, other = ([word for word in words if word not in small] for words in (said, sentence))
    shared = len({*one} & {*other}) / max(1, len({*one} | {*other}))
    return (shared + SequenceMatcher(None, one, other, autojunk=False).ratio()) / 2
