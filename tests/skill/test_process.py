"""A skill in its own process: what goes wrong there stays there. Each claim by a skill that tries.

The same claims are in README.md, "What a skill cannot do".
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from repository import ROOT

from assistant.config import SkillsSettings
from assistant.errors import SkillError
from assistant.home.model import Device
from assistant.skill import Answer, AskFor, CannotDo, Change, Message, Targets, landlock
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
from assistant.skill.syscalls import others
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
import fcntl, os, resource, socket, subprocess, sys, threading, time
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


@pytest.fixture(params=["bubblewrap", "Landlock", "neither"])
def anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What holds with either of them, and without: what libseccomp and the limits see to."""
    if request.param != "bubblewrap":
        for module in ("containment", "process"):
            monkeypatch.setattr(f"assistant.skill.{module}.bubblewrap_works", lambda: False)
    if request.param == "neither":  # what its process is told to confine itself to
        monkeypatch.setattr("assistant.skill.process.readable", lambda *_, **__: [])
    elif not (landlock.version() if request.param == "Landlock" else bubblewrap_works()):
        pytest.skip(f"NOT TESTED: {request.param} is missing or may not work here")
    assert "libseccomp" not in what_is_missing()
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


def test_of_a_skill_that_is_told_a_secret_the_log_has_no_numbers(tmp_path, caplog):
    manifest = (
        MANIFEST.replace("NETWORK", "false")
        + "slots: {{ pin: {{ type: digits, secret: true }} }}\n"
    )
    code = TRIES.format(body="print('it is 2580', flush=True); raise ValueError('2580?')")
    skill = load_skill(write_skill(tmp_path, "told", manifest=manifest, code=code))
    caplog.set_level("DEBUG")
    with pytest.raises(CannotDo):
        go(skill)
    skill.host.close()
    assert "ValueError" in caplog.text
    assert "it is" in caplog.text
    assert "2580" not in caplog.text


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
        "return Answer(len('five'))",
        "return Answer('', (Change('l', {'level': float('nan')}),))",
        "return Answer('', (), (Message('a', 'b', 'c'),))",
        "return Answer('x' * 2_000_000)",
        "return Answer('', (), (Message('a', 'b'),) * 101)",
        "return Answer('', (), (Message('a' * 65536, 'b'),))",
        "return Answer('', (), (Message('a', chr(0xd800)),))",
        "return Answer('Which?', asks='nothing')",
        # What comes without any Answer, on the pipe itself.
        "os.write(3, b'no JSON' + bytes(10) + bytes([10])); threading.Event().wait()",
        "os.write(3, b'[' * 500_000 + bytes([10])); threading.Event().wait()",
        "os.write(3, b'9' * 10_000 + bytes([10])); threading.Event().wait()",
        "os.write(3, b'{}' + bytes([10])); threading.Event().wait()",
        "os.write(3, b'x' * 1_000_000); os.write(3, b'x' * 1_000_000); threading.Event().wait()",
        "import pickle; os.write(3, pickle.dumps(Answer('x')) + bytes([10])); time.sleep(9)",
        "os.close(3); return Answer('x')",
    ],
)
def test_a_mistake_costs_that_answer(skill_of, body, caplog):
    skill = skill_of(body)
    with pytest.raises(CannotDo, match="did not work"):
        go(skill)
    assert skill.manifest.name in caplog.text
    assert good(skill) == "still here"


def test_what_it_says_is_nothing_that_a_terminal_obeys(skill_of):
    assert go(skill_of("return Answer('a' + chr(27) + '[2J' + chr(0xd800) + chr(10) + 'b')")) == (
        "a [2J  b"
    )
    with pytest.raises(CannotDo, match=r"^a b$"):
        go(skill_of("raise CannotDo('a' + chr(7) + 'b')"))


def test_it_may_ask_for_a_slot_of_its_own(skill_of, tmp_path):
    manifest = (
        "name: {name}\nversion: 1.0.0\ndescription: Asks.\nslots: {{ who: {{ type: text }} }}\n"
        "intents: {{ go: {{ sentences: [go, 'go {{who}}'] }} }}\n"
    )
    code = TRIES.format(body="raise AskFor('Who?', 'who')").replace("CannotDo", "AskFor, CannotDo")
    skill = load_skill(write_skill(tmp_path, "asks", manifest=manifest, code=code))
    with pytest.raises(AskFor, match="Who") as asked:
        go(skill)
    assert asked.value.slot == "who"
    skill.host.close()


def test_what_nobody_asked_for_is_no_answer_to_the_next_question(skill_of, caplog):
    late = '{"answer": {"text": "lie", "changes": [], "messages": [], "question": false, '
    late += '"asks": "", "confirm": ""}}'
    skill = skill_of(f"os.write(3, {late.encode()!r} + bytes([10]) * 2); return Answer('said')")
    assert go(skill) == "lie"
    with pytest.raises(CannotDo, match="did not work"):
        good(skill)
    assert "sent what nobody had asked for" in caplog.text
    assert good(skill) == "still here"


def test_a_flood_of_prints_is_cut_and_holds_up_nothing(skill_of, caplog):
    caplog.set_level("INFO")
    skill = skill_of("[print('x' * 100) for _ in range(20_000)]; return Answer('done')")
    assert go(skill, 20.0) == "done"
    skill.host.close()
    lines = [record for record in caplog.records if "xxx" in record.getMessage()]
    assert len(lines) == 200
    assert "prints too much" in caplog.text


def test_a_crash_of_the_process_costs_that_answer(skill_of, caplog):
    skill = skill_of("import ctypes; ctypes.string_at(0)")
    with pytest.raises(CannotDo, match="did not work"):
        go(skill)
    assert "ended with code" in caplog.text
    assert good(skill) == "still here"


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "threading.Event().wait()",
        "while True: attempt(lambda: threading.Event().wait())",  # catches everything
    ],
)
def test_an_endless_loop_costs_that_answer(skill_of, anywhere, body):
    skill = skill_of(body)
    skill.host.start()
    with pytest.raises(CannotDo, match="took too long"):
        go(skill, deadline_s=0.3)
    assert good(skill) == "still here"


def test_an_answer_that_never_ends_costs_that_answer(skill_of, anywhere):
    skill = skill_of("while True: (os.write(3, b'x'), threading.Event().wait(0.01))")
    with pytest.raises(CannotDo, match=r"took too long|did not work"):
        go(skill, deadline_s=0.5)
    assert good(skill) == "still here"


def test_a_thread_that_it_leaves_behind_stands_still_until_the_next_call(skill_of, anywhere):
    skill = skill_of(
        "threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start(); "
        "return Answer(str(time.process_time()))"
    )
    before = float(go(skill))
    time.sleep(0.5)
    assert float(go(skill)) - before < 0.25


def test_an_endless_loop_is_named_with_its_line(skill_of, caplog):
    skill = skill_of("while True: pass")
    with pytest.raises(CannotDo, match="took too long"):
        go(skill, deadline_s=1.0)
    line = 1 + TRIES.replace("{{", "").partition("{body}")[0].count("\n")
    assert f"did not answer within 1 s ({skill.folder}/skill.py:{line})" in caplog.text


def test_an_endless_loop_while_it_is_imported_costs_its_answers(tmp_path):
    code = "import os\nwhile True: pass\ndef greet(who): ..."
    folder = write_skill(tmp_path, "slow", code=code)
    skill = load_skill(folder, SkillsSettings(deadline_s=2.0))
    with pytest.raises(
        SkillError, match=r"skill\.py:2: cannot be imported: it takes longer than 2 s"
    ):
        skill.host.start()
    with pytest.raises(CannotDo, match="took too long"):
        skill.call(call(who="anna"), 0.2)


def test_memory_is_limited(skill_of, anywhere):
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
        "return attempt(lambda: os.kill(1, 9))",
        "return attempt(lambda: os.killpg(0, 9))",
        "return attempt(lambda: os.setsid())",
        "return attempt(lambda: os.pidfd_open(os.getppid()))",
        "return attempt(lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19))",
        "return attempt(lambda: os.sched_setaffinity(os.getppid(), [0]))",
        "return attempt(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)))",
        "return attempt(lambda: fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid()))",
        "return attempt(lambda: fcntl.fcntl(os.pipe()[0], 10, 9))",  # F_SETSIG, SIGKILL
    ],
)
def test_it_starts_and_touches_no_other_process(skill_of, anywhere, body):
    assert go(skill_of(body)).startswith("refused: PermissionError")


@pytest.mark.parametrize(
    ("number", "arguments"),
    [
        ("ptrace", "16, os.getppid(), 0, 0"),  # PTRACE_ATTACH
        ("process_vm_readv", "os.getppid(), 0, 0, 0, 0, 0"),
        ("process_vm_writev", "os.getppid(), 0, 0, 0, 0, 0"),
        ("rt_tgsigqueueinfo", "os.getppid(), os.getppid(), 9, 0"),
        ("tgkill", "os.getppid(), os.getppid(), 9"),
        ("tgkill", "2**32 + os.getpid(), os.getpid(), 9"),
        ("unshare", "0x10000000"),  # CLONE_NEWUSER: root in a world of its own
        ("clone", "17, 0, 0, 0, 0"),  # fork
        ("add_key", "0, 0, 0, 0, 0"),
        ("bpf", "0, 0, 0"),
        ("userfaultfd", "0"),
        ("io_uring_setup", "1, 0"),
        ("shmget", "0, 4096, 0o1666"),
        ("prctl", "1, 0, 0, 0, 0"),  # PR_SET_PDEATHSIG: to outlive the program
        ("prctl", "2**32 + 1, 0, 0, 0, 0"),  # the same in 64 bits, of which the kernel sees 32
        ("prctl", "0x59616d61, -1, 0, 0, 0"),  # PR_SET_PTRACER
        ("fcntl", "0, 2**32 + 8, 1"),
        ("fcntl", "0, 1024, 0"),  # F_SETLEASE: whoever opens the file waits
        ("fcntl", "0, 1026, 1"),  # F_NOTIFY
        ("fcntl", "0, 1031, 4096"),  # F_SETPIPE_SZ
        ("fcntl", "0, 6, 0"),  # F_SETLK, and F_SETLKW, F_OFD_SETLKW: others wait
        ("fcntl", "0, 7, 0"),
        ("fcntl", "0, 38, 0"),
        ("fcntl", "0, 1033, 0"),  # F_ADD_SEALS
        ("fcntl", "0, 5000, 0"),  # what a later kernel may bring
        ("flock", "0, 2"),
        ("ioctl", "0, 0x5412, b'x'"),  # TIOCSTI: types for others
        ("ioctl", "0, 0x40086602, 0"),  # FS_IOC_SETFLAGS, of a file that is open for reading
        ("ioctl", "0, 2**32 + 0x8901, 0"),
        ("inotify_init", ""),
        ("inotify_init1", "0"),
        ("inotify_add_watch", "0, b'/', 256"),
        ("fanotify_init", "0, 0"),
        ("memfd_create", "b'x', 0"),
        ("mlockall", "1"),
        ("mlock", "0, 0"),
        ("sync", ""),
        ("syncfs", "0"),
        ("shmat", "0, 0, 0"),  # memory that somebody else shares: it only has to guess a number
        ("shmctl", "0, 0, 0"),
        ("semctl", "0, 0, 0, 0"),
        ("msgrcv", "0, 0, 0, 0, 0"),
        ("mq_unlink", "b'x'"),
        ("io_uring_enter", "0, 0, 0, 0, 0, 0"),
        ("keyctl", "0, 0, 0, 0, 0"),
        ("sched_setattr", "0, 0, 0"),
        ("pidfd_open", "1, 0"),
        ("prlimit64", "os.getppid(), 0, 0, 0"),
        ("personality", "0"),
        ("syslog", "3, 0, 0"),
        ("openat", "-100, b'/tmp/assistant-was-here', 2**32 + 0o101, 0o600"),
    ],
)
def test_the_kernel_refuses_it(skill_of, anywhere, number, arguments):
    library = ctypes.CDLL("libseccomp.so.2")
    call = library.seccomp_syscall_resolve_name(number.encode())
    if call < 0:
        pytest.skip(f"NOT TESTED: this machine has no {number}")
    body = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True); "
        "as_longs = [ctypes.c_char_p(a) if isinstance(a, bytes) else ctypes.c_long(a) "
        f"for a in [{arguments}]]; "
        f"result = libc.syscall(ctypes.c_long({call}), *as_longs); "
        "return Answer(f'{result} {ctypes.get_errno()}')"
    )
    assert go(skill_of(body)) == "-1 1"


def test_it_does_not_raise_its_own_limits(skill_of, anywhere):
    body = "return attempt(lambda: resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40)))"
    assert go(skill_of(body)).startswith("refused")


def test_it_gets_no_more_threads_than_memory(skill_of, anywhere):
    body = (
        "threads = [threading.Thread(target=threading.Event().wait, daemon=True) "
        "for _ in range(1000)]; text = attempt(lambda: [t.start() for t in threads]); return text"
    )
    assert go(skill_of(body)).startswith("refused: RuntimeError: can't start new thread")


def test_all_numbers_but_the_allowed_are_refused_and_each_once():
    for allowed in ({0, 1, 5, 7}, set(), {15}, set(range(16))):
        rules = list(others(allowed, 4))
        found = [n for mask, value in rules for n in range(16) if n & mask == value]
        assert sorted(found) == sorted(set(range(16)) - allowed)


def test_it_may_do_with_files_and_threads_what_python_does(skill_of, anywhere):
    body = (
        "import subprocess, random, sqlite3, queue; "
        "copy = os.dup(os.pipe()[0]); os.set_blocking(copy, False); "
        "os.set_inheritable(copy, True); os.isatty(copy); "
        "t = threading.Thread(target=lambda: None, name='mine'); t.start(); t.join(); "
        "random.SystemRandom().random(); sqlite3.connect(':memory:').execute('select 1'); "
        "return Answer('fine')"
    )
    assert go(skill_of(body)) == "fine"


def test_what_others_do_with_files_it_is_not_told(skill_of, box):
    """With Landlock it may ask for one name after the other, and README.md says so."""
    body = "return attempt(lambda: os.stat('/etc/passwd').st_size > 0)"
    text = go(skill_of(body))
    assert text == "did it: True" if box == "Landlock" else text.startswith("refused")
    body = "return attempt(lambda: os.listdir('/etc'))"
    assert go(skill_of(body)).startswith("refused") or box == "bubblewrap"


def test_it_may_use_asyncio_and_numpy(skill_of, anywhere):
    body = (
        "import asyncio, numpy; asyncio.run(asyncio.sleep(0)); "
        "return Answer(str(numpy.ones((3, 3)).dot(numpy.ones(3)).sum()))"
    )
    assert go(skill_of(body)) == "9.0"


@pytest.mark.parametrize(
    ("bubblewrap", "with_landlock", "seccomp", "says"),
    [
        (True, 0, True, ""),
        (False, 1, True, "whether files of other names are there (bubblewrap is missing)"),
        (False, 0, True, "files (neither bubblewrap nor Landlock works here)"),
        (True, 1, False, "other programs, writing and sockets (libseccomp is missing)"),
    ],
)
def test_what_is_missing_is_said(monkeypatch, bubblewrap, with_landlock, seccomp, says):
    monkeypatch.setattr("assistant.skill.containment.bubblewrap_works", lambda: bubblewrap)
    monkeypatch.setattr("assistant.skill.landlock.version", lambda: with_landlock)
    monkeypatch.setattr("assistant.skill.syscalls.library", lambda: seccomp or None)
    assert what_is_missing() == says


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
def test_it_has_no_sockets(skill_of, anywhere, kind):
    text = go(skill_of(f"return attempt(lambda: socket.socket(socket.{kind}))"))
    assert text.startswith("refused: PermissionError")


def test_with_the_permission_it_has_the_network(skill_of, box):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        body = f"return attempt(lambda: socket.create_connection(('127.0.0.1', {port})).close())"
        assert go(skill_of(body)).startswith("refused")
        assert go(skill_of(body, network=True)) == "did it: None"


@pytest.mark.parametrize("kind", ["AF_UNIX, socket.SOCK_STREAM", "AF_NETLINK, socket.SOCK_RAW"])
def test_with_the_permission_it_has_the_internet_and_no_other_sockets(skill_of, anywhere, kind):
    body = f"return attempt(lambda: socket.socket(socket.{kind}))"
    assert go(skill_of(body, network=True)).startswith("refused: PermissionError")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", ROOT / "config.yaml", Path.home() / ".bashrc", ROOT / ".git" / "config"]
)
def test_it_reads_no_files_but_its_own(skill_of, box, path):
    body = f"return attempt(lambda: Path({str(path)!r}).read_bytes())"
    assert go(skill_of(body)).startswith("refused")


def test_what_only_reads_yaml_is_not_loaded_into_the_process_of_a_skill(skill_of):
    assert go(skill_of("return Answer(str('yaml' in sys.modules))")) == "False"


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
@pytest.mark.parametrize(
    "how",
    ["write_text('x')", "touch()", "mkdir()", "symlink_to('/etc')", "hardlink_to(__file__)"],
)
def test_it_writes_nothing(skill_of, anywhere, place, how):
    text = go(skill_of(f"return attempt(lambda: ({place} / 'assistant-was-here').{how})"))
    assert text.startswith("refused")
    assert not Path("/tmp/assistant-was-here").exists()


@pytest.mark.parametrize(
    "how",
    [
        "Path(__file__).unlink()",
        "Path(__file__).rename('/tmp/gone')",
        "Path(__file__).chmod(0)",
        "open(__file__, 'r+b')",
        "os.open(__file__, os.O_TRUNC)",
        "os.truncate(__file__, 0)",
        "os.utime(__file__)",
        "os.setxattr(__file__, 'user.x', b'y')",
        "os.rmdir(Path(__file__).parent)",
    ],
)
def test_it_changes_nothing(skill_of, anywhere, how):
    skill = skill_of(f"return attempt(lambda: {how})")
    assert go(skill).startswith("refused")
    assert (skill.folder / "skill.py").stat().st_size


def test_nothing_of_the_environment_reaches_it(skill_of, monkeypatch):
    monkeypatch.setenv("BROKER_PASSWORD", "secret")
    assert "secret" not in go(skill_of("return Answer(str(dict(os.environ)))"))


def test_its_process_ends_with_the_program(skill_of, box):
    skill = skill_of("return Answer(str(os.getpid()))")
    skill.host.start()
    process = skill.host._process
    skill.host.close()
    assert process.returncode is not None
    until = time.monotonic() + 5.0
    while any(map(_runs, _group(process.pid))) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(_runs, _group(process.pid)))
    # What ran in the box is gone too: nobody holds the other end of its pipe any more.
    assert process.stderr.closed


PROGRAM = """
import sys, time
from pathlib import Path
from assistant.config import SkillsSettings
from assistant.skill import containment, process
from assistant.skill.syscalls import others
from assistant.skill.loader import load_skill
if sys.argv[2] == "Landlock":
    containment.bubblewrap_works = process.bubblewrap_works = lambda: False
skill = load_skill(Path(sys.argv[1]))
skill.host.start()
print(skill.host._process.pid, flush=True)
time.sleep(60)
"""


def test_its_process_ends_with_a_program_that_is_killed(skill_of, box):
    skill = skill_of("return Answer('x')")
    code = "import threading; threading.Thread(target=threading.Event().wait).start()\n"
    file = skill.folder / "skill.py"
    file.write_text(code + file.read_text(encoding="utf-8"), encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(skill.folder), box], stdout=subprocess.PIPE, cwd=ROOT
    )
    with program:
        pid = int(program.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        program.send_signal(signal.SIGKILL)
        program.wait()
    until = time.monotonic() + 5.0
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _runs(pid)


def _group(leader: int) -> list[int]:
    """The processes of a group, as far as they are still there."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            after = (entry / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        except OSError:
            continue
        if int(after[2]) == leader:
            found.append(int(entry.name))
    return found


def _runs(pid: int) -> bool:
    try:  # a zombie that nobody has buried yet does not run
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False


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
