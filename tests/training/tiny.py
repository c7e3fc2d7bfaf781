"""A course of four intents and a random encoder to teach it: everything in seconds."""

import random
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from assistant.evaluation.tasks import Labelled
from assistant.training.batches import Head
from assistant.training.calibrate import by_false_accepts
from assistant.training.courses import Course
from assistant.understand.tagger import NONE

THINGS = ["milk", "bread", "salt", "tea", "rice", "soap", "corn", "fish"]
WORDS = ["buy", "drop", "play", "please", "now", "the", "some", "rain", "sun", "cold", *THINGS]
HEAD = Head((NONE, "list.add", "list.remove"), ("O", "B-item", "I-item"))


def sentences(count: int, seed: int) -> list[Labelled]:
    """ "buy some milk now", "drop the tea", and weather that is no command."""
    rng = random.Random(seed)
    return [_sentence(rng) for _ in range(count)]


def _sentence(rng: random.Random) -> Labelled:
    verb = rng.choice(["buy", "drop", "rain"])
    before = rng.choice([[], ["the"], ["some"], ["please", "the"]])
    after = rng.choice([[], ["now"], ["please"]])
    if verb == "rain":
        words = ["rain", *before, rng.choice(["sun", "cold"]), *after]
        return Labelled(tuple(words), ("O",) * len(words), NONE)
    item = rng.sample(THINGS, rng.choice([1, 1, 2]))
    tags = ["O"] * (1 + len(before)) + ["B-item", "I-item"][: len(item)] + ["O"] * len(after)
    intent = "list.add" if verb == "buy" else "list.remove"
    return Labelled((verb, *before, *item, *after), tuple(tags), intent)


def course(count: int = 400) -> Course:
    return Course(
        "tiny",
        [HEAD],
        {"list.add": frozenset({"item"}), "list.remove": frozenset({"item"})},
        sentences(count, 1),
        sentences(count // 4, 2),
        sentences(100, 3),
        by_false_accepts,
        sentences(100, 4),
    )


def checkpoint(folder: Path, kind: str) -> Path:
    """A random BERT-like encoder of that kind, as transformers saves one."""
    import torch
    from transformers import (
        BertConfig,
        BertModel,
        DistilBertConfig,
        DistilBertModel,
        MobileBertConfig,
        MobileBertModel,
    )

    torch.manual_seed(3)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    size = len(vocabulary)
    sizes = {"vocab_size": size, "num_hidden_layers": 2, "num_attention_heads": 2}
    wide = {"hidden_size": 32, "intermediate_size": 64}
    model = {
        "bert": lambda: BertModel(BertConfig(**sizes, **wide)),
        "distilbert": lambda: DistilBertModel(
            DistilBertConfig(vocab_size=size, dim=32, n_layers=2, n_heads=2, hidden_dim=64)
        ),
        "mobilebert": lambda: MobileBertModel(
            MobileBertConfig(**sizes, **wide, embedding_size=16, intra_bottleneck_size=16)
        ),
    }[kind]()
    model.save_pretrained(str(folder))
    tokenizer = Tokenizer(
        WordPiece({word: at for at, word in enumerate(vocabulary)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
