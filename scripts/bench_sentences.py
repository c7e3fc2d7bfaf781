"""How well the product understands tests/sentences: people's own words, in a house of 58 devices.

    .venv/bin/python scripts/bench_sentences.py [-v] [--domains lights covers …]

Two tables, by domain: of the half that may be looked at and improved on, and of the half that only
this figure is for. right: exactly what had to come of it. asked back: a question instead. rejected:
nothing happened. wrong: something else happened, or was answered.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

from assistant.config import Config
from assistant.evaluation.sentences import read_book
from assistant.evaluation.talks import figures, hold, misses

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Hold all conversations and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="list misses of develop")
    parser.add_argument("--domains", nargs="+", metavar="NAME", help="only these")
    options = parser.parse_args()
    book = read_book(ROOT / "tests" / "sentences")
    if options.domains:
        talks = tuple(t for t in book.talks if t.domain in options.domains)
        book = replace(book, talks=talks)
    since = time.monotonic()
    results = list(hold(book, Config()))
    print(figures(results, "develop"), figures(results, "held-out"), sep="\n\n")
    print(f"\n{len(results)} sentences in {time.monotonic() - since:.0f} s")
    if options.verbose:
        print(*misses(results), sep="\n")


if __name__ == "__main__":
    main()
