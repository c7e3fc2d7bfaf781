"""Make assistant/training/corpus.txt.gz again, the extract of WordNet that training reads.

    sudo apt-get install wordnet-base
    .venv/bin/python scripts/make_corpus.py            # ten seconds

Input: Princeton WordNet 3.0 as Debian packs it, and the words of models/intent-en/tokenizer.json,
which say what nouns are no rarities. Output: corpus.txt.gz, and its licence in corpus.LICENSE.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.training.corpus import CORPUS, extract, write_corpus

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Extract, write, say how much it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--output", type=Path, default=CORPUS, help="default: %(default)s")
    options = parser.parse_args()
    tokenizer = json.loads((ROOT / "models" / "intent-en" / "tokenizer.json").read_text())
    corpus = extract(options.wordnet, frozenset(tokenizer["model"]["vocab"]))
    write_corpus(corpus, options.output)
    lines = (options.wordnet / "data.noun").read_text(encoding="utf-8").splitlines()
    licence = [line[2:].partition(" ")[2].rstrip() for line in lines if line.startswith("  ")]
    options.output.with_name("corpus.LICENSE").write_text("\n".join(licence) + "\n")
    print(
        f"{options.output}: {options.output.stat().st_size} bytes,"
        f" {len(corpus.examples)} examples, {len(corpus.definitions)} definitions,"
        f" {len(corpus.nouns)} nouns"
    )


if __name__ == "__main__":
    main()
