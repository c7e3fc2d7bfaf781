"""Names with numbers in them, said and written: "lamp two", "lamp 2"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.lang import language


def both_forms(phrase: str) -> tuple[str, ...]:
    """`phrase` (matching form) as it is, with its numbers spelled, and with them in digits.

    "twelve ounce" → "twelve ounce", "12 ounce"; "lamp 2" → "lamp 2", "lamp two".
    """
    words, numbers = phrase.split(), language().numbers
    spelled = [numbers.spell(int(w)) if w.isdecimal() and w.isascii() else w for w in words]
    return tuple(dict.fromkeys((phrase, " ".join(spelled), " ".join(_digits(words)))))


def _digits(words: list[str]) -> Iterator[str]:
    """The words with the longest runs that spell a whole number replaced by its digits."""
    at = 0
    while at < len(words):
        for end in range(len(words), at, -1):
            if (number := _spelled(words[at:end])) is not None:
                yield str(number)
                at = end
                break
        else:
            yield words[at]
            at += 1


def _spelled(words: list[str]) -> int | None:
    numbers = language().numbers
    if not all(map(numbers.is_number_word, words)) or words[0] in numbers.GLUE:
        return None
    try:
        number = numbers.parse_number(words)
    except ValueError:
        return None
    return int(number) if number >= 0 and number == int(number) else None
