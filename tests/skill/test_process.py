"""A skill in its own process: what goes wrong there stays there. Each claim by a skill that tries.

The same claims are in README.md, "What a skill cannot do".
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.config import ROOT, SkillsSettings
from assistant.errors import SkillError
from assistant.home.model import Device
from assistant.skill import Answer, CannotDo, Change, Message, Targets, landlock
from assistant.skill.call import (
    Call,
    Said,
    answer_from_json,
    answer_to_json,
    call_from_json,
    call_to_json,
)
from assistant.skill.containment import bubblewrap_works, what_is_missing
from assistant.skill.loader import Skill, load_skill
from assistant.skill.rooms import Rooms
from tests.skill.write import NOW, call, write_skill

MANIFEST = """
name: {name}
version: 1.0.0
description: Tries things.
replies: {{ tried: ["It said: {{what}}"] }}
permissions: {{ network: NETWORK }}
intents:
  go: {{ sentences: ["go"] }}
  good: {{ sentences: ["good"], reply: ["Fine."] }}
"""
TRIES = """
import os, socket, subprocess, sys, threading
from pathlib import Path
from assistant.skill import Answer, CannotDo, Change, Message

def attempt(what):
    try:
        return Answer(f"did it: {{what()}}")
    except BaseException as error:
        return Answer(f"refused: {{type(error).__name__}}: {{error}}")

def good():
    return Answer("still here")

def go(now, say):
    {body}
"""


@pytest.fixture(params=["bubblewrap", "Landlock"])
def box(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What takes the files away, one after the other."""
    works = bubblewrap_works() if request.param == "bubblewrap" else landlock.version() > 0
    if not works:
        pytest.skip(f"NOT TESTED: {request.param} is missing or may not work here")
    if request.param == "Landlock":
        for module in ("containment", "process"):
            monkeypatch.setattr(f"assistant.skill.{module}.bubblewrap_works", lambda: False)
    return request.param


@pytest.fixture
def skill_of(tmp_path: Path) -> Iterator:
    """A skill whose handler go() has this body; closed at the end."""
    made: list[Skill] = []

    def make(body: str, *, network: bool = False, **settings: object) -> Skill:
        folder = write_skill(
            tmp_path,
            f"tries{len(made)}",
            manifest=MANIFEST.replace("NETWORK", str(network).lower()),
            code=TRIES.format(body=body),
        )
        made.append(load_skill(folder, SkillsSettings(**settings)))
        return made[-1]

    yield make
    for skill in made:
        skill.host.close()


def go(skill: Skill, deadline_s: float = 20.0) -> str:
    return skill.call(call("go"), deadline_s).text


def good(skill: Skill) -> str:
    return skill.call(call("good"), 20.0).text


def test_it_answers_from_a_process_that_is_kept(skill_of):
    skill = skill_of("return Answer(str(os.getpid()))")
    assert not skill.built_in
    first = go(skill)
    assert first == go(skill)


def test_what_it_prints_is_logged_and_disturbs_no_answer(skill_of, caplog):
    caplog.set_level("INFO")
    skill = skill_of("""print('{"answer": 1}'); os.write(1, b'loud'); return Answer("fine")""")
    assert go(skill) == "fine"
    skill.host.close()
    assert '{"answer": 1}' in caplog.text


def test_it_says_one_of_its_wordings(skill_of):
    assert go(skill_of("return Answer(say('tried', what='yes'))")) == "It said: yes"


def test_it_does_not_talk_for_ever(skill_of):
    assert len(go(skill_of("return Answer('bla ' * 10_000)"))) == 1000


def test_once_closed_it_starts_no_process_again(skill_of):
    skill = skill_of("return Answer('fine')")
    skill.host.close()
    with pytest.raises(CannotDo, match="did not work"):
        go(skill)


def test_a_text_of_its_own_is_said(skill_of):
    with pytest.raises(CannotDo, match="The moon is out of reach"):
        go(skill_of("raise CannotDo('The moon is out of reach.')"))


@pytest.mark.parametrize(
    "body",
    [
        "raise KeyError('lost')",
        "sys.exit(3)",
        "return 'no answer'",
        "return Answer(5)",
        "return Answer('', (Change('l', {'level': float('nan')}),))",
        "return Answer('', (), (Message('a', 'b', 'c'),))",
        "return Answer('x' * 2_000_000)",
    ],
)
def test_a_mistake_costs_that_answer(skill_of, body, caplog):
    skill = skill_of(body)
    with pytest.raises(CannotDo, match="did not work"):
        go(skill)
    assert skill.manifest.name in caplog.text
    assert good(skill) == "still here"


def test_a_crash_of_the_process_costs_that_answer(skill_of, caplog):
    skill = skill_of("import ctypes; ctypes.string_at(0)")
    with pytest.raises(CannotDo, match="did not work"):
        go(skill)
    assert "ended with code" in caplog.text
    assert good(skill) == "still here"


@pytest.mark.parametrize("body", ["while True: pass", "threading.Event().wait()"])
def test_an_endless_loop_costs_that_answer(skill_of, box, body):
    skill = skill_of(body)
    skill.host.start()
    with pytest.raises(CannotDo, match="took too long"):
        go(skill, deadline_s=0.2)
    assert good(skill) == "still here"


def test_an_endless_loop_while_it_is_imported_costs_its_answers(tmp_path):
    folder = write_skill(tmp_path, "slow", code="while True: pass\ndef greet(who): ...")
    skill = load_skill(folder, SkillsSettings(deadline_s=0.2))
    with pytest.raises(SkillError, match="takes too long"):
        skill.host.start()
    with pytest.raises(CannotDo, match="took too long"):
        skill.call(call(who="anna"), 0.2)


def test_memory_is_limited(skill_of, box):
    skill = skill_of("return attempt(lambda: len(bytearray(200 * 2**20)))", memory_mb=128)
    assert go(skill) == "refused: MemoryError: "
    assert good(skill) == "still here"


def test_an_error_in_its_file_is_named_with_the_line(tmp_path):
    code = "from assistant.skill import Answer\n\n1 / 0\ndef greet(who): ..."
    skill = load_skill(write_skill(tmp_path, "broken", code=code))
    with pytest.raises(SkillError, match=r"skill\.py:3: cannot be imported: ZeroDivisionError"):
        skill.host.start()


@pytest.mark.parametrize(
    "body",
    [
        "return attempt(lambda: subprocess.run(['true'], check=True))",
        "return attempt(lambda: os.fork())",
        "return attempt(lambda: os.posix_spawn('/bin/true', ['true'], {}))",
        "return attempt(lambda: os.execv('/bin/true', ['true']))",
        "return attempt(lambda: os.kill(os.getppid(), 0))",
    ],
)
def test_it_starts_and_touches_no_other_process(skill_of, box, body):
    assert "libseccomp" not in what_is_missing()
    assert go(skill_of(body)).startswith("refused: PermissionError")


def test_it_may_have_threads(skill_of):
    body = "t = threading.Thread(target=print); t.start(); t.join(); return Answer('joined')"
    assert go(skill_of(body)) == "joined"


@pytest.mark.parametrize(
    "kind",
    [
        "AF_INET, socket.SOCK_STREAM",
        "AF_INET, socket.SOCK_DGRAM",
        "AF_UNIX, socket.SOCK_STREAM",
        "AF_NETLINK, socket.SOCK_RAW",
    ],
)
def test_it_has_no_sockets(skill_of, box, kind):
    text = go(skill_of(f"return attempt(lambda: socket.socket(socket.{kind}))"))
    assert text.startswith("refused: PermissionError")


def test_with_the_permission_it_has_the_network(skill_of, box):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        body = f"return attempt(lambda: socket.create_connection(('127.0.0.1', {port})).close())"
        assert go(skill_of(body)).startswith("refused")
        assert go(skill_of(body, network=True)) == "did it: None"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", ROOT / "config.yaml", Path.home() / ".bashrc", ROOT / ".git" / "config"]
)
def test_it_reads_no_files_but_its_own(skill_of, box, path):
    body = f"return attempt(lambda: Path({str(path)!r}).read_bytes())"
    assert go(skill_of(body)).startswith("refused")


def test_it_sees_no_other_process(skill_of, box):
    body = "return attempt(lambda: len([p for p in os.listdir('/proc') if p.isdigit()]))"
    text = go(skill_of(body))
    assert text.startswith("refused") or int(text.removeprefix("did it: ")) <= 3


def test_it_reads_no_secret_of_another_process(skill_of, box):
    body = f"return attempt(lambda: Path('/proc/{os.getpid()}/environ').read_bytes())"
    assert go(skill_of(body)).startswith("refused")


def test_it_reads_what_lies_beside_it(skill_of, box):
    body = (
        "return attempt(lambda: 'Tries things' in Path(__file__).with_suffix('.yaml').read_text())"
    )
    assert go(skill_of(body)) == "did it: True"


@pytest.mark.parametrize("place", ["Path(__file__).parent", "Path('/tmp')", "Path('/dev/shm')"])
def test_it_writes_nothing(skill_of, box, place):
    text = go(skill_of(f"return attempt(lambda: ({place} / 'assistant-was-here').write_text('x'))"))
    assert text.startswith("refused")
    assert not list(Path("/tmp").glob("assistant-was-here"))


def test_nothing_of_the_environment_reaches_it(skill_of, monkeypatch):
    monkeypatch.setenv("BROKER_PASSWORD", "secret")
    assert "secret" not in go(skill_of("return Answer(str(dict(os.environ)))"))


def test_its_process_ends_with_the_program(skill_of, box):
    skill = skill_of("return Answer(str(os.getpid()))")
    skill.host.start()
    process = skill.host._process
    skill.host.close()
    assert process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    # What ran in the box is gone too: nobody holds the other end of its pipe any more.
    assert process.stderr.closed


def test_a_start_from_a_thread_that_ends_does_not_end_the_process(skill_of):
    skill = skill_of("return Answer(str(os.getpid()))")
    starter = threading.Thread(target=skill.host.start)
    starter.start()
    starter.join()
    process = skill.host._process
    assert go(skill)
    assert skill.host._process is process


def test_a_call_and_an_answer_survive_the_way():
    lamp = Device("l", "light", "lamp", ("a",), "kitchen", frozenset({"on"}), True, {"on": True})
    targets = Targets((lamp,), "the lamp", plural=False, area_name="kitchen")
    whole = Call(
        "do",
        NOW,
        {"n": Said("number", 3), "l": Said("list", ["a"]), "d": Said("device", targets)},
        targets,
        (lamp,),
        {"t": "p"},
        {"s": 1},
        Rooms({"kitchen": "kitchen"}, {"ground": "ground floor"}, {"kitchen": "ground"}, "kitchen"),
    )
    assert call_from_json(json.loads(json.dumps(call_to_json(whole)))) == whole
    answer = Answer("x", (Change("l", {"on": True}),), (Message("t", "p", 2, True),), True)
    assert answer_from_json(answer_to_json(answer)) == answer


@pytest.mark.parametrize(
    "content",
    [None, [], {}, {"text": 1, "changes": [], "messages": []},
     {"text": "", "changes": [{"device_id": "l", "attributes": {"on": []}}], "messages": []},
     {"text": "", "changes": [], "messages": [{"topic": "t"}]}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(content):
    with pytest.raises(ValueError, match="not an answer"):
        answer_from_json(content)
