"""What skill authors import; the plugins themselves live in the folder skills/.

manifest.py      skill.yaml as typed data
checks.py        what is wrong with a skill.yaml beyond its form; functions.py, answers.py: with a
                 skill.py
answer.py        what a handler gets and returns
choices.py       what the owner switched off and chose: skills.yaml (edit.py: how it is written)
loader.py        finds skills, checks them
targets.py       "the kitchen lights" → devices
rooms.py         names of areas and floors; telling.py: devices and values in spoken words
aspects.py       what a device either is or is not: on, open, locked; describing.py: all it tells
prepare.py       an intent and the house → the call of a handler (call.py, topics.py)
declared.py      intents without Python; replies.py: wordings
host.py          runs handlers in this program; process.py, worker.py: in a process of their own
containment.py   what is taken away from such a process (landlock.py, syscalls.py)
guard.py         what a skill may do, enforced outside its process
policy.py        what unlocks or opens needs a yes, or the code, whosever answer it is
watcher.py       tells when a skill has changed
"""

from assistant.colors import COLORS
from assistant.events import Message
from assistant.home.model import Change, Device
from assistant.home.risk import lets_in
from assistant.skill.answer import Answer, AskFor, CannotDo, Targets, sentence
from assistant.skill.replies import Replies as Say
from assistant.skill.rooms import Rooms

__all__ = [
    "COLORS",
    "Answer",
    "AskFor",
    "CannotDo",
    "Change",
    "Device",
    "Message",
    "Rooms",
    "Say",
    "Targets",
    "lets_in",
    "sentence",
]
