"""What is spoken or matched stands in the folder of a language, and nowhere else in the code.

Looked at is the code that carries out commands, apart from docstrings and from what is raised,
logged or printed: the terminal speaks English. English is told by its small words.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import lang

PACKAGE = Path(lang.__file__).parent.parent
FOLDERS = ("understand", "grammar", "dialogue", "skill", "schedule", "speak", "home", "recognize")
FILES = ("conversation", "perform", "outcome", "unsupported", "naming", "redact", "pipeline")

TERMINAL = {
    # what authors of skills and owners of the house read when something is wrong
    "understand/heads.py", "understand/judge.py", "understand/tagger.py", "grammar/cost.py",
    "skill/answers.py", "skill/call.py", "skill/checks.py", "skill/choices.py",
    "skill/containment.py", "skill/loader.py", "skill/manifest.py", "skill/process.py",
    "skill/worker.py", "schedule/file.py", "speak/espeak.py", "speak/output.py", "speak/piper.py",
    "speak/windowed.py",
    "recognize/moonshine.py", "recognize/moonshine_model.py", "recognize/vosk.py",
    "home/dialects/sandbox.py", "home/dialects/template_expressions.py",
    "home/dialects/template_lists.py", "home/dialects/template_dates.py", "home/entities/api.py",
    "home/entities/exposure.py", "home/simulate.py",
    # what makers announce, which is English whatever is spoken here
    "home/discovery/folders.py", "home/discovery/homeassistant.py",
}  # fmt: skip
NAMES = {"not muted"}
"""Of states, for skills."""

_SAID_BY = re.compile(r"(warning|info|error|debug|exception|critical|print|Error)$")
_SMALL_WORDS = """
the a an my our and or them every each both are was not don't no of at for with you what which half
percent degrees minutes hours please yes
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_ALONE = frozenset({"the", "an", "my", "our", "and", "or", "them", "please", "every", "don't"})
"""Those that are nothing but words: "percent" is a type of slot as well."""


def texts(code: str) -> Iterator[tuple[int, str]]:
    """Line and text of what may be spoken or matched."""
    tree = ast.parse(code)
    apart: set[int] = set()
    for node in ast.walk(tree):
        logged = isinstance(node, ast.Call) and _SAID_BY.search(ast.unparse(node.func))
        raised = isinstance(node, ast.Raise) and "CannotDo" not in ast.unparse(node)
        documents = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if logged or raised or documents or isinstance(node, ast.Assert):
            apart |= {id(each) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.lineno, node.value


def is_english(text: str) -> bool:
    """A small word alone, or among others."""
    words = re.findall(r"[a-z']+", text.lower())
    if len(words) == 1:
        return text in _ALONE
    return " " in text.strip() and bool(_SMALL.intersection(words))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise CannotDo(f"There is no {what} here at all.")', True),
        ('WORDS = frozenset({"the", "my"})', True),
        ('return Answer("You said yes.")', True),
        ('"""The lamp and the fan."""', False),
        ('log.warning("the broker is away")', False),
        ('raise ValueError("not a number")', False),
        ('topic = "home/kitchen/set"', False),
    ],
)
def test_it_tells_what_is_spoken(code, found):
    assert any(is_english(text) for _, text in texts(code)) is found


def test_no_spoken_word_stands_in_the_code():
    files = [file for folder in FOLDERS for file in sorted((PACKAGE / folder).rglob("*.py"))]
    files += [PACKAGE / f"{name}.py" for name in FILES]
    found = [
        f"{file.relative_to(PACKAGE)}:{line}: {text!r}"
        for file in files
        if str(file.relative_to(PACKAGE)) not in TERMINAL
        for line, text in texts(file.read_text(encoding="utf-8"))
        if is_english(text) and text not in NAMES
    ]
    assert not found, "\n".join(found)
