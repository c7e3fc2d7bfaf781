"""assistant train --full: a model of one's own, all of it trained; needs the extra `train`."""

import random
from functools import partial
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="NOT TESTED: torch is missing: pip install '.[train]'")
pytest.importorskip("litert_torch", reason="NOT TESTED: pip install '.[train]'")

from assistant.cli import main  # noqa: E402
from assistant.evaluation.subjects import PRODUCT  # noqa: E402
from assistant.training import installed  # noqa: E402
from assistant.training.fine_tune import fine_tune  # noqa: E402
from assistant.training.installed import Amount  # noqa: E402
from assistant.training.loop import silent  # noqa: E402
from assistant.understand.tagger import Tagger  # noqa: E402
from tests.cli.test_train import SKILL, UNHEARD, make_home  # noqa: E402
from tests.training.tiny import course  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # the converters' own


def train(config: Path, folder: Path, sentences: int) -> int:
    """`assistant train --full`, with less to learn than it would take."""
    amount = Amount(commands=sentences, each=0, none=sentences // 4, quiet=sentences // 4, check=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installed, "gather", partial(installed.gather, amount=amount))
        return main(["train", "--full", str(folder), "--config", str(config)])


def test_the_folder_holds_a_model_that_knows_the_skill(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert train(make_home(tmp_path), folder, 1000) == 0
    tagger = Tagger(folder)
    intents = tagger.score(UNHEARD.split()).intents
    assert tagger.labels.intents[int(intents.argmax())] == "garden.water"
    assert not list(tmp_path.glob(".mine*"))


def test_a_model_that_fails_its_check_leaves_the_old_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.tflite").write_bytes(b"the old one")
    water = SKILL.split('- "')[1:3]  # both intents are said alike
    twice = '", "'.join(sentence.split('"')[0] for sentence in water)
    same = SKILL.replace("(stop|end) [the] watering", twice)
    assert train(make_home(tmp_path, same), tmp_path / "mine", 1000) == 2
    assert "what was learnt before stays" in capsys.readouterr().err
    assert (tmp_path / "mine" / "model.tflite").read_bytes() == b"the old one"


def test_the_same_seed_gives_the_same_network() -> None:
    tiny = course(60)
    first = fine_tune(PRODUCT, tiny, seed=1, say=silent).network.state_dict()
    random.seed(2)
    torch.manual_seed(2)
    second = fine_tune(PRODUCT, tiny, seed=1, say=silent).network.state_dict()
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())
