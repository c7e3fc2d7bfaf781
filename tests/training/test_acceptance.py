"""What is learnt is used only where it is no worse, by more than accident."""

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.evaluation.tasks import Labelled
from assistant.training.acceptance import by_accident, check
from assistant.understand.tagger import Labels, Scores

LABELS = Labels(("none", "house.off", "shop.clear"), ("O",), {}, 32, 1.0, accept=0.9, confirm=0.5)
BEFORE = Labels(("none", "house.off"), ("O",), {}, 32, 1.0, accept=0.9, confirm=0.5)


class Says:
    """A model that answers what it is told to: the nth sentence is taken for `intents[n]`."""

    def __init__(self, labels: Labels, intents: list[str]) -> None:
        self.labels = labels
        self._intents = intents

    def score_all(self, sentences):
        found = []
        for (word,) in sentences:
            intents = np.zeros(len(self.labels.intents), np.float32)
            intents[self.labels.intents.index(self._intents[int(word)])] = 1
            found.append(Scores(intents, np.zeros((1, 1), np.float32)))
        return found


def spoken(intent: str, count: int) -> list[Labelled]:
    return [Labelled((str(number),), ("O",), intent) for number in range(count)]


def checked(wrong: int, count: int, was_wrong: int = 0, taken_for: str = "shop.clear") -> list[str]:
    """The check of "house": the last are wrong now, the first were wrong before."""
    right = ["house.off"] * count
    before = Says(BEFORE, ["none"] * was_wrong + right[was_wrong:])
    after = Says(LABELS, right[wrong:] + [taken_for] * wrong)
    return check(before, after, spoken("house.off", count))  # type: ignore[arg-type]


def test_two_of_fifty_may_be_an_accident_and_ten_are_none() -> None:
    assert checked(2, 50) == ["house: 96% of 50 sentences held out (before: 100%)"]
    with pytest.raises(ModelError, match="10 of 50 sentences of 'house'"):
        checked(10, 50)


def test_what_is_lost_here_and_won_there_is_no_loss() -> None:
    assert checked(8, 100, was_wrong=8)


def test_a_small_loss_is_borne_however_sure_it_is() -> None:
    assert checked(20, 1000)


def test_the_author_is_told_which_skill_takes_it_and_what_to_do() -> None:
    with pytest.raises(ModelError) as caught:
        checked(30, 150)
    assert "(house) is taken for shop" in caught.value.problem
    assert "what was learnt before stays" in caught.value.problem
    assert "skill.yaml of 'shop'" in (caught.value.fix or "")
    assert "'clear'" in (caught.value.fix or "")


def test_a_new_skill_has_to_be_learnt() -> None:
    before, right = Says(BEFORE, ["none"] * 100), ["shop.clear"] * 100
    after = Says(LABELS, right[:85] + ["none"] * 15)
    assert check(before, after, spoken("shop.clear", 100))  # type: ignore[arg-type]
    after = Says(LABELS, right[:70] + ["house.off"] * 30)
    with pytest.raises(ModelError, match="70% of the sentences of 'shop'") as caught:
        check(before, after, spoken("shop.clear", 100))  # type: ignore[arg-type]
    assert "words of 'house.off'" in (caught.value.fix or "")


@pytest.mark.parametrize(("lost", "gained", "likely"), [(0, 0, 1.0), (5, 0, 1 / 32), (3, 3, 0.656)])
def test_how_likely_an_accident_is(lost: int, gained: int, likely: float) -> None:
    assert by_accident(lost, gained) == pytest.approx(likely, abs=0.001)
