"""The loop, with scripted stages: which frame goes where, and what follows what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from assistant.events import (
    FRAME_S,
    Completeness,
    Event,
    Frame,
    Reply,
    SpeechEnded,
    SpeechStarted,
    Transcript,
    Understanding,
    Wake,
)
from assistant.listen import Pause, PreRoll, Resume
from assistant.pipeline import Pipeline, Stages

# A recording is a string, one letter for each frame:
#   . silence   w the wake word is decided   s speech begins   a b c d words  p the pause is noticed
#   t talk, no command   r speech resumes   e the command ends   n nobody spoke
DONE = Reply("Done.", "done")


def frames(letters: str) -> Iterator[Frame]:
    return (Frame(letter.encode(), i * FRAME_S) for i, letter in enumerate(letters))


class Detector:
    def __init__(self) -> None:
        self.resets = 0

    def process(self, frame: Frame) -> Wake | None:
        return Wake("alexa", 1.0, frame.at, frame.at) if frame.pcm == b"w" else None

    def reset(self) -> None:
        self.resets += 1


class Listener:
    def __init__(self) -> None:
        self.speech_s, self.in_one_breath = 1.0, False
        self.paused = self.speaking = False
        self.expected: list[Completeness] = []
        self.windows: list[float | None] = []

    def begin(
        self,
        pre_roll: Iterable[Frame] = (),
        earliest: float = 0.0,
        window_s: float | None = None,
    ) -> tuple[Frame, ...]:
        self.paused = self.speaking = False
        self.windows.append(window_s)
        return tuple(pre_roll)

    def process(self, frame: Frame) -> object:
        self.speaking |= frame.pcm == b"s"
        self.paused = {b"p": True, b"r": False}.get(frame.pcm, self.paused)
        return {
            b"s": SpeechStarted(frame.at),
            b"p": Pause(frame.at, self.speech_s, self.in_one_breath),
            b"r": Resume(frame.at),
            b"e": SpeechEnded("complete", frame.at, 1.0, 300),
            b"n": SpeechEnded("nothing_said", frame.at, 0.0, 5000),
        }.get(frame.pcm)

    def expect(self, complete: Completeness) -> None:
        self.expected.append(complete)

    def end_of_input(self) -> SpeechEnded:
        return SpeechEnded("end_of_input" if self.speaking else "nothing_said", 0.0, 1.0, 0)


class Recognizer:
    def __init__(self) -> None:
        self.heard = b""
        self.graphs: list[object] = []

    def feed(self, frame: Frame) -> str | None:
        self.heard += frame.pcm
        return None

    def transcribe(self) -> Transcript:
        return Transcript(self.heard.decode(), 1.0, "scripted")

    def reset(self, graph: object = None) -> None:
        self.heard = b""
        self.graphs.append(graph)


@dataclass
class Conversation:
    """Answers with the replies it was given, in turn."""

    replies: list[Reply] = field(default_factory=lambda: [DONE])
    heard: list[str] = field(default_factory=list)
    follow_up_s: float = 0.0
    thinks_s: float = 0.0
    took_s: float = 0.0
    """All that it took to answer so far, seconds."""

    awaited: int = 0
    """How often the time for an answer began anew."""

    def is_command(self, heard: Transcript) -> bool:
        return "t" not in heard.text

    def expect_answer(self) -> None:
        self.awaited += 1

    def listens_on_s(self, reply: Reply) -> float:
        return 6.0 if reply.kind == "question" else self.follow_up_s

    def begin(self) -> object:
        return "what can be said"

    def masked(self, event: Event) -> Event:
        return event

    def complete(self, heard: Transcript) -> Completeness:
        return {"c": "yes", "d": "nothing can follow"}.get(heard.text[-1:], "no")

    def respond(self, heard: Transcript, utterance_id: str) -> Iterator[Event]:
        self.heard.append(heard.text)
        self.took_s += self.thinks_s
        reply = self.replies[min(len(self.heard), len(self.replies)) - 1]
        yield Understanding(heard.text, "accept", 1.0, (), "scripted", utterance_id=utterance_id)
        yield reply


@dataclass
class Bench:
    """A pipeline of scripted stages."""

    wake: bool = True
    replies: tuple[Reply, ...] = (DONE,)
    own_voice: str = ""
    follow_up_s: float = 0.0

    def __post_init__(self) -> None:
        self.detector, self.listener, self.recognizer = Detector(), Listener(), Recognizer()
        self.conversation = Conversation(list(self.replies), follow_up_s=self.follow_up_s)

    def play(self, letters: str) -> list[Event]:
        stages = Stages(
            self.detector if self.wake else None,
            PreRoll(),
            self.listener,
            self.recognizer,
            self.conversation,
        )
        pipeline = Pipeline(
            stages,
            own_voice=lambda frame: frame.pcm.decode() in self.own_voice,
            clock=lambda: self.conversation.took_s,
        )
        return list(pipeline.run(frames(letters)))


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_without_the_wake_word_nothing_is_heard():
    bench = Bench()
    assert bench.play("..sabce..") == []
    assert bench.conversation.heard == []


def test_from_the_wake_word_to_the_reply():
    bench = Bench()
    events = bench.play("..wsabce..")
    assert names(events) == [
        *("Wake", "SpeechStarted", "SpeechEnded", "Transcript", "Understanding", "Reply")
    ]
    assert bench.conversation.heard == ["..wsabc"]


def test_the_events_of_an_utterance_carry_its_id_and_time_in_order():
    events = Bench().play("wsae..wsbe")
    ids = [event.utterance_id for event in events if not isinstance(event, Reply)]
    assert len(set(ids)) == 2
    assert ids == sorted(ids, key=ids.index)
    times = [event.at for event in events if not isinstance(event, Understanding | Reply)]
    assert times == sorted(times)


def test_in_a_pause_the_words_decide_how_long_the_silence_must_be():
    bench = Bench()
    bench.play("wsabp.rcp..rdpe")
    assert bench.listener.expected == ["no", "yes", "nothing can follow"]


def test_the_silence_at_the_end_is_not_fed_but_that_of_a_pause_within_is():
    bench = Bench()
    bench.play("wsabp.r.cp...e")
    assert bench.conversation.heard == ["wsabp.r.c"]


def test_the_rest_of_the_wake_word_is_no_command():
    bench = Bench()
    bench.listener.speech_s, bench.listener.in_one_breath = 0.3, True
    bench.play("wsap...sbcp.e")
    assert bench.conversation.heard == ["p...sbc"]


def test_every_command_is_recognized_under_what_can_be_said_then():
    bench = Bench(replies=(Reply("Which room?", "question"), DONE))
    bench.listener.speech_s, bench.listener.in_one_breath = 0.3, True
    bench.play("wsap..sbce.sce")  # the rest of the wake word, a question, its answer
    assert bench.recognizer.graphs == ["what can be said"] * 3


def test_a_short_command_in_one_breath_is_one():
    bench = Bench()
    bench.listener.speech_s, bench.listener.in_one_breath = 0.3, True
    bench.play("wscp.e")
    assert bench.conversation.heard == ["wsc"]


def test_after_the_command_it_sleeps_again():
    bench = Bench()
    bench.play("wsae..sbe")
    assert bench.conversation.heard == ["wsa"]
    assert bench.detector.resets == 2, "before the first frame, and after the command"


def test_nobody_spoke_asks_nobody():
    bench = Bench()
    assert names(bench.play("w...n...")) == ["Wake", "SpeechEnded"]
    assert bench.conversation.heard == []


def test_the_answer_to_a_question_needs_no_wake_word():
    bench = Bench(replies=(Reply("Which room?", "question"), DONE))
    bench.play("wsae.sbe.sce")
    assert bench.conversation.heard == ["wsa", ".sb"], "and after its answer it sleeps"


def test_after_a_command_another_needs_no_wake_word():
    bench = Bench(follow_up_s=4.0)
    events = bench.play("wsae..sbe..sce..n..sde")
    assert bench.conversation.heard == ["wsa", "..sb", "..sc"], "until nobody follows"
    assert bench.listener.windows == [None, 4.0, 4.0, 4.0]
    assert "Partial" not in names(events)


def test_talk_after_a_command_is_nobodys_business():
    bench = Bench(follow_up_s=4.0)
    events = bench.play("wsae..stttpe..sbe")
    assert bench.conversation.heard == ["wsa"], "and then it sleeps"
    after = names(events)[names(events).index("Reply") + 1 :]
    assert after == []


def test_the_wake_word_where_it_is_not_needed_begins_afresh():
    bench = Bench(follow_up_s=4.0)
    events = bench.play("wsae..swsbe")
    assert names(events).count("Wake") == 2
    assert bench.conversation.heard == ["wsa", "..swsb"]


def test_its_own_voice_neither_wakes_nor_commands_it():
    assert Bench(own_voice="wsab").play("wsabe") == []


def test_its_own_voice_after_a_question_is_not_the_answer():
    bench = Bench(replies=(Reply("Which room?", "question"), DONE), own_voice="xyz")
    bench.play("wsae.xyzyx.sbe")
    assert bench.conversation.heard == ["wsa", ".sb"]


def test_the_time_for_an_answer_is_not_shortened_by_what_came_before_it():
    bench = Bench(replies=(Reply("Which room?", "question"), DONE), own_voice="xyz")
    bench.conversation.thinks_s = 3.0
    bench.play("wsae.xyzyx.sbe")
    assert bench.listener.windows[1:3] == [9.0, 9.0], "sound of the 3 s before is heard first"
    assert bench.conversation.awaited == 3, "with the question, at its end, when somebody speaks"


def test_without_a_wake_stage_every_utterance_is_a_command():
    bench = Bench(wake=False)
    bench.play("sabe..sbce")
    assert bench.conversation.heard == ["sab", "..sbc"]


@pytest.mark.parametrize("letters", ["wsab", "wsabp.."])
def test_a_file_that_ends_within_the_command_ends_it(letters):
    bench = Bench()
    events = bench.play(letters)
    assert names(events)[-1] == "Reply"
    assert bench.conversation.heard
