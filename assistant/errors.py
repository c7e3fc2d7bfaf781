"""What the user is told when something cannot work.

    AssistantError            problem + fix, printed as two lines without a traceback, exit code 2
    ├── ConfigError           config.yaml, skill.yaml: file, line, key
    ├── AudioError            microphone, speaker, sound file
    ├── ModelError            a model is missing, damaged or of another kind
    ├── SkillError            a skill cannot be loaded
    └── HouseError            the broker or a device does not answer; its text can be spoken
        └── SentError         the command is out, and nobody knows whether it is carried out

Everything else that is raised is a bug and keeps its traceback.
"""


class AssistantError(Exception):
    """Something the user can mend."""

    def __init__(self, problem: str, *, fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.problem}\n  fix: {self.fix}" if self.fix else self.problem


class ConfigError(AssistantError):
    """A setting that cannot be used: says file, line, key, what was found, what would be right."""


class AudioError(AssistantError):
    """Sound cannot be recorded, read or played."""


class ModelError(AssistantError):
    """A model cannot be loaded or is not what it should be."""


class SkillError(AssistantError):
    """A skill cannot be loaded or used."""


class HouseError(AssistantError):
    """The broker or a device cannot be reached."""


class SentError(HouseError):
    """The broker has the command; whether it was passed on is not known."""

    def __init__(self, problem: str, *, fix: str = "", hangs: bool = True) -> None:
        super().__init__(problem, fix=fix)
        self.hangs = hangs
        """It may still be passed on; else it was by now, or is lost."""
