"""What is written is there as a whole, or the old is; a disk that refuses is named in words."""

import errno
import stat

import pytest

from assistant.config import SkillsSettings
from assistant.disk import why, write_whole
from assistant.errors import ConfigError
from assistant.skill.choices import Choices, write_choices


def refuse(monkeypatch, number: int) -> None:
    """The disk takes the words, and not the end of them: as a full one does."""

    def fsync(_descriptor: int) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr("os.fsync", fsync)


def test_on_a_disk_that_refuses_the_old_is_left_and_nothing_half_written(tmp_path, monkeypatch):
    (file := tmp_path / "skills.yaml").write_text("old")
    refuse(monkeypatch, errno.ENOSPC)
    with pytest.raises(OSError):  # noqa: PT011  which one is what it is about
        write_whole(file, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["skills.yaml"]
    assert file.read_text() == "old"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "I may not write there"),
        (errno.ENOTDIR, "not a directory"),
    ],
)
def test_a_disk_that_refuses_is_named_in_words(number, said):
    assert why(OSError(number, "Not a directory")) == said


def test_choices_that_cannot_be_written_are_one_clear_line(tmp_path, monkeypatch):
    file = tmp_path / "skills.yaml"
    settings = SkillsSettings(choices=file)
    write_choices(settings, Choices(("music",)))
    before = file.read_text()
    refuse(monkeypatch, errno.ENOSPC)
    with pytest.raises(ConfigError, match="cannot be written: the disk is full"):
        write_choices(settings, Choices())
    assert file.read_text() == before


def test_permissions_and_links_stay(tmp_path):
    (real := tmp_path / "real").write_text("old")
    real.chmod(0o600)
    (link := tmp_path / "link").symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
