"""What skill authors import; the plugins themselves live in the folder skills/.

manifest.py   skill.yaml as typed data
answer.py     what a handler gets and returns
loader.py     finds skills, checks them, imports their handlers
targets.py    "the kitchen lights" → devices
runner.py     one call, with a deadline
"""

from assistant.home.model import Change, Device
from assistant.skill.answer import Answer, CannotDo, Targets, sentence
from assistant.understand.colors import COLORS

__all__ = ["COLORS", "Answer", "CannotDo", "Change", "Device", "Targets", "sentence"]
