"""The wheel as who installs it meets it: nobody's rights, an empty folder, an empty home."""

import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from repository import ROOT

# Root may write what nobody may write; without its capabilities it may not.
UNPRIVILEGED = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


@dataclass(frozen=True)
class User:
    """Somebody with an installed assistant."""

    python: Path
    home: Path
    here: Path

    def types(self, *words: str, code: int = 0, **more: str) -> str:
        """What `assistant …` prints; it must end with `code`."""
        drop = UNPRIVILEGED if os.geteuid() == 0 and shutil.which("setpriv") else []
        done = subprocess.run(
            [*drop, self.python.with_name("assistant"), *words],
            cwd=self.here,
            env={"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout


def pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, ROOT)
    (file,) = folder.iterdir()
    return file


@pytest.fixture(
    scope="module",
    params=["this environment", pytest.param("registry", marks=pytest.mark.registry)],
)
def python(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """An environment that holds the wheel and what it needs, which nobody may write."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    found = folder / "bin" / "python"
    if request.param == "registry":
        pip("--python", found, "install", wheel)
    else:
        pip("--python", found, "install", "--no-deps", wheel)
        (packages,) = folder.glob("lib/python*/site-packages")
        (packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    places = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    for path in places:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o555)
    yield found
    for path in places:
        path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IWUSR)


@pytest.fixture
def user(python: Path, tmp_path: Path) -> User:
    for name in ("home", "here"):
        (tmp_path / name).mkdir()
    return User(python, tmp_path / "home", tmp_path / "here")


def left_behind(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_the_wheel_carries_what_git_has_and_no_tests(wheel: Path) -> None:
    command = ["git", "ls-files", "assistant", "models", "skills", "config.yaml"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("NOT TESTED: this is no clone of the repository")
    only_here = ("models/benchmark/", "models/intent-en/weights.safetensors")
    wanted = {
        name if name.startswith("assistant/") else f"assistant/shipped/{name}"
        for name in listed.stdout.splitlines()
        if not name.startswith(only_here) and (ROOT / name).is_file()
    }
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert wanted - carried == set()
    assert not [name for name in carried if not name.startswith("assistant/")]


def test_the_demo_has_its_effects_and_tells_nobody(user: User) -> None:
    assert "12 of 12 spoken commands had their effect." in user.types("demo")
    assert left_behind(user.home) == left_behind(user.here) == set()


def test_a_typed_command_is_understood_without_a_broker(user: User) -> None:
    said = user.types("say", "--dry-run", "turn on the kitchen lights")
    assert "lights.turn_on area=kitchen" in said
    assert "The kitchen lights are on." in said
    assert left_behind(user.home) == left_behind(user.here) == set()


def test_a_new_skill_and_what_is_chosen_lie_in_the_home(user: User) -> None:
    folder = user.home / ".local/share/assistant/skills/hello"
    assert f"{folder} is ready" in user.types("skill", "new", "hello")
    assert user.types("skill", "test", "hello") == "3 passed, 0 failed\n"
    assert "anna has 4 letters" in user.types("say", "--dry-run", "hello how long is anna").lower()
    user.types("skill", "settings", "locks", "code", "2580")
    assert user.types("skill", "settings", "locks", "code").startswith("code = set")
    assert left_behind(user.here) == set()
    assert left_behind(user.home) == {
        ".config/assistant/.skills.yaml.last",
        ".config/assistant/skills.yaml",
        ".local/share/assistant/skills/hello/skill.py",
        ".local/share/assistant/skills/hello/skill.yaml",
    }


def test_the_configuration_is_the_users_or_the_one_in_the_folder(user: User) -> None:
    house = "house: {{ devices: [ {{ id: a, kind: light, name: {} lamp, mqtt: {{ {} }} }} ] }}\n"
    topics = "command_topic: a/set, state_topic: a"
    (user.home / "conf/assistant").mkdir(parents=True)
    mine = user.home / "conf/assistant/config.yaml"
    mine.write_text(house.format("star", topics))
    there = {"XDG_CONFIG_HOME": str(user.home / "conf")}
    assert "star lamp is on" in user.types("say", "--dry-run", "turn on the star lamp", **there)
    (user.here / "config.yaml").write_text(house.format("moon", topics))
    assert "moon lamp is on" in user.types("say", "--dry-run", "turn on the moon lamp", **there)


def test_the_doctor_says_where_everything_lies(user: User) -> None:
    report = user.types("doctor", code=1)
    assert "site-packages/assistant/shipped/config.yaml, the example" in report
    for place in (
        f"cp {user.python.parent.parent}",
        f"schedule.file: {user.home}/.local/state/assistant/schedule.json\n",
        f"skills.choices: {user.home}/.config/assistant/skills.yaml\n",
        f"skills.folders: {user.home}/.local/share/assistant/skills\n",
    ):
        assert place in report
    assert not [name for name in left_behind(user.home) if "assistant" in name]


def test_a_home_that_cannot_be_written_is_named_in_one_line(user: User) -> None:
    user.home.chmod(0o555)
    report = user.types("doctor", code=1)
    assert "skills.yaml cannot be written: I may not write there" in report
    user.types("skill", "new", "hello", code=2)


def test_a_home_that_cannot_be_looked_into_is_named_in_one_line(user: User) -> None:
    closed = user.home / "closed"
    closed.mkdir(mode=0o000)
    there = {"XDG_DATA_HOME": str(closed), "XDG_STATE_HOME": str(closed)}
    report = user.types("skill", "list", code=1, **there)
    assert f"NOT LOADED  {closed}/assistant/skills: cannot be read: Permission denied" in report
    assert f"{closed}/assistant/models/asr: cannot be read" in user.types("doctor", code=1, **there)
