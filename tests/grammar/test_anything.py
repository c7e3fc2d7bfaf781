"""A skill hears what its sentences say, not everything."""

import pytest

from assistant.config import SkillsSettings
from assistant.errors import SkillError
from assistant.skill.loader import load_skills
from assistant.skill.manifest import IntentSpec, Manifest, SlotSpec
from assistant.understand import check_sentences

SLOTS = {
    "any": SlotSpec("text"),
    "more": SlotSpec("list"),
    "what": SlotSpec("command"),
    "count": SlotSpec("number"),
}
RULES = {"polite": "[please|could you]", "it_all": "<polite> ({any}|{more})", "deep": "<it_all>"}


def check(sentence: str) -> None:
    intents = {"go": IntentSpec((sentence,), where="skill.yaml:7")}
    check_sentences(Manifest("hears", "1", "", intents, SLOTS, RULES))


@pytest.mark.parametrize(
    "sentence",
    [
        "{any}",
        "{more}",
        "{what}",
        "[please] {any}",
        "please {any}",
        "could you please {any} [now]",
        "({any}|{more})",
        "(tell {any}|{any})",
        "{any} {more}",
        "[tell] [me] {any}",
        "[{count}] {any}",
        "<it_all>",
        "<deep> [thanks]",
        "um, {any}!",
        "[(tell|show)] {any} [at] [home]",
        "({any};please)",
    ],
)
def test_free_text_alone_is_refused_with_its_line(sentence):
    with pytest.raises(SkillError, match=r"skill\.yaml:7: go: .*free text alone") as error:
        check(sentence)
    assert error.value.fix


@pytest.mark.parametrize(
    "sentence",
    ["tell {any}", "i need {any}", "to {any}", "you {any}", "{any} timer", "please tell {any}",
     "[please] (tell|say) {any}",
     "{count} {any}", "({any} please show|tell {any})"],
)  # fmt: skip
def test_words_beside_it_are_enough(sentence):
    check(sentence)


def test_all_shipped_skills_have_words():
    for manifest in load_skills(SkillsSettings()).manifests:
        check_sentences(manifest)
