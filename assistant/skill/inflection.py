"""English singular and plural, as far as names of devices need them."""

from __future__ import annotations


def is_plural(phrase: str) -> bool:
    """Whether one thing is called as if it were several: "the curtains", "the fairy lights"."""
    last = phrase.lower().split()[-1:] or [""]
    return len(last[0]) > 3 and last[0].endswith("s") and not last[0].endswith(("ss", "us", "is"))


_MANY = {
    "is": "are",
    "has": "have",
    "was": "were",
    "does": "do",
    "doesn't": "don't",
    "its": "their",
}


def agree(phrase: str, predicate: str, *, plural: bool = False) -> str:
    """ "the curtains", "has not told me its state" → "the curtains have not told me their state".

    plural    it is several things, however it is called
    """
    if plural or is_plural(phrase):
        predicate = " ".join(_MANY.get(word, word) for word in predicate.split())
    return f"{phrase} {predicate}"


def other_number(noun: str) -> str:
    """The plural of a singular noun and the other way round: "light" ↔ "lights".

    Only regular ones: what a device is called by ends so.
    """
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("ches", "shes", "xes", "sses")):
        return noun[:-2]
    if noun.endswith("s") and not noun.endswith("ss"):
        return noun[:-1]
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return noun + ("es" if noun.endswith(("ch", "sh", "x", "ss")) else "s")
