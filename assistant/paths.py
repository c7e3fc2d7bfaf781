"""Where files lie: those that come with the assistant, and those of its user.

                     in a checkout    installed by pip
    shipped          the checkout     assistant/shipped/, which nobody may write
    the user's       the checkout     the XDG folders: ~/.config/assistant and the like

A checkout is whole in itself: what is tried there neither reads nor changes what the user's other
assistant knows. config.yaml may name other places for each of the user's files.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

_INSTALLED = PACKAGE / "shipped"  # pyproject.toml puts it there
_IN_CHECKOUT = not _INSTALLED.is_dir()

SHIPPED = PACKAGE.parent if _IN_CHECKOUT else _INSTALLED
"""The folder of models/, skills/ and config.yaml."""

SHIPPED_MODELS = SHIPPED / "models"
SHIPPED_SKILLS = SHIPPED / "skills"


def user_config() -> Path:
    """The folder of config.yaml and of what was chosen for the skills."""
    return SHIPPED if _IN_CHECKOUT else _xdg("config")


def user_data() -> Path:
    """The folder of the user's own skills/ and of models/ that were pulled or trained."""
    return SHIPPED if _IN_CHECKOUT else _xdg("data")


def user_state() -> Path:
    """The folder of what the assistant has to remember: timers, known devices."""
    return SHIPPED if _IN_CHECKOUT else _xdg("state")


def how_to_add(extra: str) -> str:
    """What to type to have an extra of pyproject.toml as well."""
    if _IN_CHECKOUT:
        return f"scripts/setup {extra}"
    return f"pip install 'home-voice-assistant[{extra}]'"


def _xdg(kind: str) -> Path:
    from platformdirs import PlatformDirs  # not needed in a checkout

    folders = PlatformDirs("assistant", appauthor=False)
    folder: Path = getattr(folders, f"user_{kind}_path")
    return folder
