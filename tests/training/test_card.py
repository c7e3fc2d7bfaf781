"""The shipped model's card tells of the file beside it."""

import hashlib

import pytest

from assistant.evaluation.report import house_section
from assistant.evaluation.subjects import PRODUCT, read_subject
from assistant.tflite import runtimes

CARD = (PRODUCT / "CARD.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "file", [f for f in PRODUCT.iterdir() if f.name not in ("CARD.md", "facts.json")], ids=str
)
def test_the_card_has_the_checksum_of_every_file(file):
    content = file.read_bytes()
    row = f"| {file.name} | {len(content)} | `{hashlib.sha256(content).hexdigest()}` |"
    assert row in CARD


def test_the_card_says_what_eval_prints(shared_data):
    if len(runtimes()) < 2:
        pytest.skip(f"NOT TESTED: the card tells of two runtimes, only {runtimes()} is installed")
    assert house_section([read_subject(PRODUCT)], shared_data, runtimes()) in CARD
