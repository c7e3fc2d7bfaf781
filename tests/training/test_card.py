"""The shipped model's card tells of the file beside it."""

import hashlib
import shutil

import pytest

from assistant.evaluation.subjects import PRODUCT
from assistant.tflite import runtimes
from assistant.training.card import write_card

CARD = (PRODUCT / "CARD.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "file", [f for f in PRODUCT.iterdir() if f.name not in ("CARD.md", "facts.json")], ids=str
)
def test_the_card_has_the_checksum_of_every_file(file):
    content = file.read_bytes()
    row = f"| {file.name} | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |"
    assert row in CARD


def test_the_card_says_what_eval_prints(shared_data, tmp_path):
    if len(runtimes()) < 2:
        pytest.skip(f"NOT TESTED: the card tells of two runtimes, only {runtimes()} is installed")
    folder = tmp_path / PRODUCT.name
    shutil.copytree(PRODUCT, folder)
    (folder / "CARD.md").unlink()
    write_card(folder, shared_data)
    assert (folder / "CARD.md").read_text(encoding="utf-8") == CARD
