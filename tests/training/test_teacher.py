"""Teachers from checkpoints in a folder; needs the extra `train`."""

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")

from assistant.errors import ModelError  # noqa: E402
from assistant.evaluation.answers import gold  # noqa: E402
from assistant.evaluation.metrics import measure  # noqa: E402
from assistant.training.loop import silent  # noqa: E402
from assistant.training.predict import ask_teachers  # noqa: E402
from assistant.training.teacher import Plan, fine_tune, read_frame, teach  # noqa: E402
from tests.training.tiny import HEAD, checkpoint, course  # noqa: E402

PLAN = Plan(epochs=12, batch=16, encoder_rate=3e-3, head_rate=1e-2)


@pytest.mark.parametrize("kind", ["bert", "distilbert", "mobilebert"])
def test_a_checkpoint_learns_by_its_path_alone(tmp_path, kind):
    tiny = course()
    encoder = checkpoint(tmp_path / kind, kind)
    teacher = fine_tune(encoder, tiny.labelled, [HEAD], PLAN, tmp_path / "work", silent)
    found = ask_teachers([teacher], tiny.test, tiny.slots_of)
    figures = measure([gold(sentence) for sentence in tiny.test], found, 0.0)
    assert figures.intent > 0.7  # of three: far from chance
    assert figures.slot_f1 > 0.6


def test_what_is_taught_does_not_depend_on_the_company_of_a_sentence(tmp_path):
    """Batches are padded and sorted by length: each answer must come back to its own sentence."""
    tiny = course(60)
    encoder = checkpoint(tmp_path / "bert", "bert")
    teacher = fine_tune(encoder, tiny.labelled, [HEAD], Plan(epochs=1), tmp_path / "work", silent)
    together = teach([teacher], tiny.labelled, silent)
    for at in (0, 17, 59):
        alone = teach([teacher], [tiny.labelled[at]], silent)
        words = together.starts[at], together.starts[at + 1]
        assert words[1] - words[0] == len(tiny.labelled[at].words)
        # bfloat16 sums differ a little with the shape of the batch.
        assert torch.allclose(alone.intents[0], together.intents[at], atol=0.05)
        assert torch.allclose(alone.slots, together.slots[slice(*words)], atol=0.05)


def test_a_second_call_finds_the_teacher(tmp_path):
    tiny = course(60)
    encoder = checkpoint(tmp_path / "bert", "bert")
    said = []
    first = fine_tune(encoder, tiny.labelled, [HEAD], PLAN, tmp_path / "work", silent)
    second = fine_tune(encoder, tiny.labelled, [HEAD], PLAN, tmp_path / "work", said.append)
    assert said == []
    assert torch.equal(first.slots.weight, second.slots.weight)


def test_a_folder_that_is_no_checkpoint_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"no tokenizer\.json there"):
        read_frame(tmp_path)
