"""One engine over all the sound. `measure_apart` gives it a process of its own: its memory then is
that of a program that has this engine alone.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from assistant.audio import read_file
from assistant.audio.framing import frames
from assistant.config import Config
from assistant.conversation import Conversation, understand_speech
from assistant.errors import AudioError
from assistant.evaluation.speech.engines import EngineName, open_engine, open_skills
from assistant.evaluation.speech.recordings import Recording, Sound, noisy, read_noise, to_pcm
from assistant.evaluation.speech.verdicts import Verdict, is_right, verdict
from assistant.events import FRAME_S, SAMPLE_RATE_HZ, Event, Frame, Transcript, Wake
from assistant.home.house import House
from assistant.listen import PreRoll, open_listener
from assistant.pipeline import Pipeline, Stages
from assistant.recognize import Recognizer
from assistant.skill.loader import Skills
from assistant.understand import HouseNames, Interpreter, open_interpreter
from assistant.wake import open_wake

CLEAN = None
"""In place of a signal-to-noise ratio: the recording as it is."""

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be measured."""

    config: Config
    skills: tuple[Path, ...]
    """Folders; none: the house's."""

    recordings: tuple[Recording, ...]
    noise: Path | None = None
    snrs: tuple[float | None, ...] = (CLEAN,)
    """Decibels; the order of the tables."""

    seed: int = 0
    negatives: tuple[Path, ...] = ()
    """Sound files that hold no command."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording at one signal-to-noise ratio."""

    recording: Recording
    snr_db: float | None
    verdict: Verdict
    sound_s: float
    answer_ms: float
    """From the last sample to the decision: the decoding that is left, and understanding."""

    answer_cpu_ms: float
    """The same in processor time, which other programs do not lengthen."""

    cpu_s: float
    """Processor time of all of recognizing it."""


@dataclass(slots=True)
class Talk:
    """What sound without commands led to."""

    hours: float = 0.0
    verdicts: list[Verdict] = field(default_factory=list)
    """Of every stretch of speech, as if always awake."""

    wakes: int = 0
    after_wake: list[Verdict] = field(default_factory=list)
    """Of what was said after something was taken for the wake word."""


@dataclass(frozen=True, slots=True)
class Measured:
    """All that one engine made of a job."""

    engine: EngineName
    heard: tuple[Heard, ...]
    talk: Talk
    peak_mib: float | None
    """Most memory that the process ever occupied; None where there is no /proc."""

    left_out: tuple[str, ...]
    """Why, for each sound file that cannot be read."""


def measure_apart(engine: EngineName, job: Job) -> Measured:
    """`measure` in a fresh process; raises what it raises."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measure, engine, job).result()


def measure(engine: EngineName, job: Job) -> Measured:
    """Raises ModelError without the engine, others for what is wrong with skills or noise."""
    skills = open_skills(job.config, job.skills)
    names = HouseNames.of(job.config.house)
    interpreter = open_interpreter(job.config.understand, skills.manifests, names)
    recognizer = open_engine(engine, job.config, skills)
    left_out: list[str] = []
    heard = tuple(_commands(job, recognizer, interpreter, left_out))
    talk = _talk(job, skills, recognizer, interpreter, left_out)
    return Measured(engine, heard, talk, _peak_mib(), tuple(dict.fromkeys(left_out)))


def _commands(
    job: Job, recognizer: Recognizer, interpreter: Interpreter, left_out: list[str]
) -> Iterator[Heard]:
    noise = read_noise(job.noise) if job.noise else None
    for snr_db in job.snrs:
        for recording in job.recordings:
            try:
                sound = noisy(recording, noise, snr_db, job.seed)
            except AudioError as error:
                left_out.append(error.problem)
                continue
            yield _hear(recording, snr_db, sound, recognizer, interpreter)


def _hear(
    recording: Recording,
    snr_db: float | None,
    sound: Sound,
    recognizer: Recognizer,
    interpreter: Interpreter,
) -> Heard:
    recognizer.reset(interpreter.graph)
    started = time.process_time()
    for frame in frames([to_pcm(sound)]):
        recognizer.feed(frame)
    fed, fed_cpu = time.perf_counter(), time.process_time()
    heard = recognizer.transcribe()
    recognized = time.process_time()
    understand_speech(heard, interpreter)
    answered, answered_cpu = time.perf_counter(), time.process_time()
    found = verdict(heard, interpreter, lambda understood: is_right(understood, recording))
    return Heard(
        recording=recording,
        snr_db=snr_db,
        verdict=found,
        sound_s=len(sound) / SAMPLE_RATE_HZ,
        answer_ms=1000 * (answered - fed),
        answer_cpu_ms=1000 * (answered_cpu - fed_cpu),
        cpu_s=recognized - started,
    )


class _Silent(Conversation):
    """Says when a command is complete, like any; does and answers nothing."""

    def respond(self, said: str | Transcript, utterance_id: str) -> Iterator[Event]:
        return iter(())


def _talk(
    job: Job,
    skills: Skills,
    recognizer: Recognizer,
    interpreter: Interpreter,
    left_out: list[str],
) -> Talk:
    """Hear every file twice through the assistant's own loop: always awake, and asleep."""
    talk = Talk()
    if not job.negatives:
        return talk
    house = House(job.config.house, None)
    stages = [
        Stages(
            wake=wake,
            pre_roll=PreRoll(),
            listener=open_listener(job.config.listen),
            recognizer=recognizer,
            conversation=_Silent(job.config, interpreter, skills, house, dry_run=True),
        )
        for wake in (None, open_wake(job.config.wake))
    ]
    for file in job.negatives:
        for asleep, some in enumerate(stages):
            try:
                for event in Pipeline(some).run(_counted(read_file(file), talk, asleep=asleep)):
                    _note(event, talk, interpreter, asleep=bool(asleep))
            except AudioError as error:
                left_out.append(error.problem)
    return talk


def _counted(sound: Iterable[Frame], talk: Talk, *, asleep: int) -> Iterator[Frame]:
    """`sound`, its length counted the first time."""
    for frame in sound:
        if not asleep:
            talk.hours += FRAME_S / 3600
        yield frame


def _note(event: Event, talk: Talk, interpreter: Interpreter, *, asleep: bool) -> None:
    if isinstance(event, Wake):
        talk.wakes += 1
    elif isinstance(event, Transcript):
        found = verdict(event, interpreter, lambda understood: False)
        (talk.after_wake if asleep else talk.verdicts).append(found)


def _peak_mib() -> float | None:
    if not _STATUS.exists():
        return None
    (line,) = (x for x in _STATUS.read_text(encoding="ascii").splitlines() if "VmHWM" in x)
    return int(line.split()[1]) / 1024
