"""From a teacher to a shipped folder, small; needs the extra `train`."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")
pytest.importorskip("litert_torch", reason="NOT TESTED: pip install '.[train]'")

from assistant.errors import ModelError  # noqa: E402
from assistant.evaluation.answers import answer_all, gold  # noqa: E402
from assistant.evaluation.metrics import measure  # noqa: E402
from assistant.training import weights  # noqa: E402
from assistant.training.batches import Head  # noqa: E402
from assistant.training.build import Student  # noqa: E402
from assistant.training.distil import Lessons, Recipe, distil, soften  # noqa: E402
from assistant.training.export import export, first_head  # noqa: E402
from assistant.training.fine_tune import fine_tune  # noqa: E402
from assistant.training.loop import silent  # noqa: E402
from assistant.training.network import Network, Shape  # noqa: E402
from assistant.training.predict import ask_student  # noqa: E402
from assistant.training.teacher import Lesson, Plan, teach  # noqa: E402
from assistant.training.teacher import fine_tune as fine_tune_teacher  # noqa: E402
from assistant.training.vocabulary import build_tokenizer  # noqa: E402
from assistant.understand.tagger import Tagger  # noqa: E402
from tests.training.tiny import HEAD, WORDS, checkpoint, course  # noqa: E402

# The converters' own.
pytestmark = pytest.mark.filterwarnings("ignore")

SHAPE = Shape(length=12, channels=32, hidden=32, dilations=(1, 2), dropout=0.0)


def untrained(tiny, heads):
    torch.manual_seed(1)
    pieces = ["[PAD]", "[UNK]", *WORDS]
    counts = [sum(len(getattr(head, part)) for head in heads) for part in ("intents", "slots")]
    network = Network(torch.randn(len(pieces), 16), SHAPE, *counts)
    return Student(network, build_tokenizer(pieces), replace(tiny, heads=heads))


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    """Distilled with a second head beside the one that is shipped, and the labels ignored."""
    work = tmp_path_factory.mktemp("work")
    tiny = course()
    second = Head(("list.add", "list.remove"), ("O", "B-item", "I-item"), only_commands)
    heads = [HEAD, second]
    encoder = checkpoint(work / "bert", "bert")
    plan = Plan(epochs=12, batch=16, encoder_rate=3e-3, head_rate=1e-2)
    teacher = fine_tune_teacher(encoder, tiny.labelled, heads, plan, work, silent)
    sentences = [*tiny.labelled, *tiny.varied]
    lesson = teach([teacher], sentences, silent)
    student = untrained(tiny, heads)
    lessons = Lessons(sentences, torch.zeros(len(sentences), dtype=torch.bool), lesson)
    recipe = Recipe(epochs=15, batch=32, label_weight=0.0)
    distil(student.network, lessons, student.frame, heads, recipe, None, silent)
    return student


def only_commands(sentence):
    return None if sentence.intent == "none" else sentence


def right(tiny):
    return [gold(sentence) for sentence in tiny.test]


def test_a_student_learns_from_the_teacher_alone(student):
    tiny = student.course
    figures = measure(right(tiny), ask_student(student, tiny.test), 0.0)
    assert figures.intent > 0.9
    assert figures.slot_f1 > 0.8


def empty_lesson(tiny, states):
    """Teachers that know nothing of intents and slots; `states`: word → what they think of it."""
    words = [word for sentence in tiny.labelled for word in sentence.words]
    ends = torch.tensor([0, *(len(sentence.words) for sentence in tiny.labelled)]).cumsum(dim=0)
    return Lesson(
        torch.zeros(len(tiny.labelled), len(HEAD.intents)),
        torch.zeros(len(words), len(HEAD.slots)),
        torch.stack([states[word] for word in words]),
        ends,
    )


@pytest.mark.parametrize("trusted", [True, False])
def test_tags_teach_only_where_they_are_to_be_trusted(trusted):
    tiny = course(200)
    lesson = empty_lesson(tiny, dict.fromkeys(WORDS, torch.zeros(4)))
    student = untrained(tiny, [HEAD])
    lessons = Lessons(tiny.labelled, torch.full((200,), trusted), lesson)
    recipe = Recipe(epochs=8, batch=32, label_weight=50.0)
    distil(student.network, lessons, student.frame, [HEAD], recipe, None, silent)
    found = measure(right(tiny), ask_student(student, tiny.test), 0.0)
    assert found.intent > 0.8
    assert (found.slot_f1 > 0.8) is trusted


def test_a_student_comes_to_think_of_words_as_the_teacher_does():
    tiny = course(200)
    torch.manual_seed(2)
    lesson = empty_lesson(tiny, {word: torch.randn(8) for word in WORDS})
    student = untrained(tiny, [HEAD])
    lessons = Lessons(tiny.labelled, torch.ones(200, dtype=torch.bool), lesson)
    recipe = Recipe(epochs=8, batch=32, label_weight=0.0, slot_weight=0.0)
    said = []
    distil(student.network, lessons, student.frame, [HEAD], recipe, None, said.append)
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in said]
    assert losses[0] > 0.4  # 1: at random; 2: the opposite
    assert 0 <= losses[-1] < 0.15


def test_the_shipped_file_answers_as_the_network_does(student, tmp_path):
    export(student, tmp_path / "model")
    tagger = Tagger(tmp_path / "model")
    test = student.course.test
    pairs = list(zip(answer_all(tagger, test), ask_student(student, test), strict=True))
    same = sum(ours.intent == its.intent and ours.spans == its.spans for ours, its in pairs)
    assert same >= 0.97 * len(test)
    assert tagger.labels.slots == HEAD.slots  # the second head is gone
    assert tagger.labels.slots_of["list.add"] == {"item"}
    assert 0.3 <= tagger.labels.accept <= 0.99
    commands = [answer for answer, _ in pairs if answer.intent != "none"]
    assert sum(answer.confidence >= tagger.labels.confirm for answer in commands) > 0


def test_a_fine_tune_adds_an_intent_and_keeps_the_others(student, tmp_path):
    base = tmp_path / "base"
    export(student, base)
    weights.save(first_head(student.network, HEAD), HEAD, base)
    tiny = student.course
    more = [
        replace(s, words=("play", *s.words[1:]), intent="list.play")
        for s in tiny.labelled
        if s.intent == "list.add"
    ]
    head = Head((*HEAD.intents, "list.play"), HEAD.slots)
    slots_of = {**tiny.slots_of, "list.play": frozenset({"item"})}
    grown = replace(tiny, heads=[head], labelled=[*tiny.labelled, *more], slots_of=slots_of)
    tuned = fine_tune(base, grown, seed=1, say=silent)
    figures = measure([gold(s) for s in more], ask_student(tuned, more), 0.0)
    assert figures.sentence > 0.9
    kept = measure(right(tiny), ask_student(tuned, tiny.test), 0.0)
    assert kept.intent > 0.9


def test_weights_that_are_damaged_are_named(student, tmp_path):
    (tmp_path / "weights.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0garbage!")
    with pytest.raises(ModelError, match=r"weights\.safetensors: not the weights"):
        weights.load(tmp_path, HEAD)


def test_saved_weights_know_their_labels_in_any_order(student, tmp_path):
    network = first_head(student.network, HEAD)
    weights.save(network, HEAD, tmp_path)
    turned = Head(HEAD.intents[::-1], HEAD.slots)
    found = weights.load(tmp_path, turned)
    assert torch.allclose(found.intents.weight, network.intents.weight.flip(0), atol=2e-3)


def test_softened_divergence_is_zero_only_between_equals():
    logits = torch.tensor([[1.0, 2.0, 3.0]])
    assert soften(logits, logits, 2.0).item() == pytest.approx(0.0, abs=1e-6)
    assert soften(logits, logits.flip(1), 2.0).item() > 0.1


def test_softening_hardly_changes_how_much_a_small_difference_weighs():
    """For small differences T² × KL tends to the same value (Hinton et al. 2015, section 2.1)."""
    logits = torch.zeros(1, 5)
    near = torch.tensor([[0.02, -0.01, 0.0, 0.01, -0.02]])
    warm, hot = (soften(logits, near, temperature).item() for temperature in (2.0, 4.0))
    assert warm == pytest.approx(hot, rel=0.02)
