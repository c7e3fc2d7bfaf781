"""The arithmetic of silences: yes or no every 32 ms in, events out."""

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import ListenSettings
from assistant.events import Completeness, SpeechEnded, SpeechStarted
from assistant.listen.segment import CHUNK_S, Pause, Resume, Segmenter

SETTINGS = ListenSettings(
    pause_ms=200, complete_silence_ms=300, incomplete_silence_ms=900, no_speech_s=5.0, max_s=12.0
)


def hear(
    segmenter: Segmenter, speech: str, *, complete: Completeness | None = None, start: float = 0.0
) -> list[object]:
    """Feed one chunk for each letter, `#` for speech; answer pauses with `complete`."""
    found: list[object] = []
    for number, letter in enumerate(speech, start=1):
        heard = segmenter.process(start + number * CHUNK_S, letter == "#")
        if heard is not None:
            found.append(heard)
        if isinstance(heard, Pause) and complete is not None:
            segmenter.expect(complete)
        if isinstance(heard, SpeechEnded):
            break
    return found


def kinds(found: list[object]) -> list[str]:
    return [type(item).__name__ for item in found]


def test_a_complete_command_ends_after_a_short_silence() -> None:
    found = hear(Segmenter(SETTINGS), "...." + "#" * 30 + "." * 60, complete="yes")
    assert kinds(found) == ["SpeechStarted", "Pause", "SpeechEnded"]
    assert found[0] == SpeechStarted(pytest.approx(4 * CHUNK_S))
    assert found[-1].reason == "complete"
    assert found[-1].speech_s == pytest.approx(30 * CHUNK_S)
    assert found[-1].waited_ms == pytest.approx(320)  # 300 ms, in whole chunks


def test_a_command_that_nothing_can_follow_ends_at_the_pause() -> None:
    found = hear(Segmenter(SETTINGS), "#" * 30 + "." * 60, complete="nothing can follow")
    assert kinds(found) == ["SpeechStarted", "Pause", "SpeechEnded"]
    assert found[-1].reason == "complete"
    assert found[-1].waited_ms == pytest.approx(256)  # the chunk after the pause of 200 ms


@pytest.mark.parametrize("complete", ["no", None])
def test_an_incomplete_one_gets_more_time(complete: Completeness | None) -> None:
    found = hear(Segmenter(SETTINGS), "#" * 30 + "." * 60, complete=complete)
    assert found[-1].reason == "silence"
    assert found[-1].waited_ms == pytest.approx(928)


def test_speech_after_a_pause_belongs_to_the_command_and_asks_again() -> None:
    segmenter = Segmenter(SETTINGS)
    found = hear(segmenter, "#" * 10 + "." * 8 + "#" * 10, complete="yes")
    assert kinds(found) == ["SpeechStarted", "Pause", "Resume"]
    later = hear(segmenter, "." * 20, start=28 * CHUNK_S)
    assert kinds(later) == ["Pause"]  # "complete" was said of the words before the pause


def test_the_answer_may_come_late() -> None:
    """The recognizer took its time: silence counts from the voice, not from the answer."""
    segmenter = Segmenter(SETTINGS)
    hear(segmenter, "#" * 10 + "." * 15)  # 480 ms of silence
    segmenter.expect("yes")
    ended = segmenter.process(25 * CHUNK_S + 0.01, None)
    assert isinstance(ended, SpeechEnded)
    assert ended.waited_ms == pytest.approx(490)


def test_one_word_answers_wait_for_no_timeout() -> None:
    found = hear(Segmenter(SETTINGS), ".." + "#" * 8 + "." * 30, complete="yes")
    assert (found[-1].reason, round(found[-1].waited_ms)) == ("complete", 320)


def test_a_click_is_no_speech() -> None:
    found = hear(Segmenter(SETTINGS), "..##......#.........." * 8)
    assert kinds(found) == ["SpeechEnded"]
    assert (found[0].reason, found[0].speech_s) == ("nothing_said", 0.0)
    assert found[0].heard_at == pytest.approx(5.0, abs=CHUNK_S)


def test_a_click_in_a_pause_does_not_restart_the_waiting() -> None:
    found = hear(Segmenter(SETTINGS), "#" * 10 + "." * 8 + "#" + "." * 30, complete="no")
    assert kinds(found) == ["SpeechStarted", "Pause", "SpeechEnded"]
    assert found[-1].waited_ms == pytest.approx(928)


def test_the_rest_of_the_wake_word_starts_no_command() -> None:
    """Somebody says the wake word, waits for a second and speaks."""
    segmenter = Segmenter(SETTINGS)
    segmenter.begin(1.0, carried_since=0.8)
    assert hear(segmenter, "##" + "." * 30, start=1.0) == []
    found = hear(segmenter, "#" * 10, start=2.024)
    assert found == [SpeechStarted(pytest.approx(2.024))]


def test_a_command_in_one_breath_with_the_wake_word() -> None:
    segmenter = Segmenter(SETTINGS)
    segmenter.begin(1.0, carried_since=0.8)
    found = hear(segmenter, "#" * 20, start=1.0)
    assert found == [SpeechStarted(0.8)]


def test_noise_that_never_ends_does_end() -> None:
    found = hear(Segmenter(SETTINGS), "#" * 1000)
    assert kinds(found) == ["SpeechStarted", "SpeechEnded"]
    assert found[-1].reason == "too_long"
    assert found[-1].heard_at == pytest.approx(12.0, abs=CHUNK_S)


def test_the_end_of_the_input() -> None:
    segmenter = Segmenter(SETTINGS)
    assert segmenter.end_of_input(0.5).reason == "nothing_said"
    hear(segmenter, "#" * 20)
    ended = segmenter.end_of_input(20 * CHUNK_S)
    assert (ended.reason, ended.waited_ms) == ("end_of_input", 0.0)


@given(
    st.lists(st.tuples(st.sampled_from("#."), st.integers(1, 60)), max_size=60),
    st.sampled_from(get_args(Completeness)),
)
def test_whatever_is_heard_it_ends_in_time_and_in_order(
    runs: list[tuple[str, int]], complete: Completeness
) -> None:
    sound = "".join(letter * length for letter, length in runs) + "#." * 600
    found = hear(Segmenter(SETTINGS), sound, complete=complete)
    assert isinstance(found[-1], SpeechEnded)
    assert found[-1].heard_at <= SETTINGS.no_speech_s + SETTINGS.max_s + 3 * CHUNK_S
    middle = [item for item in found[:-1] if not isinstance(item, SpeechStarted)]
    for first, second in pairwise(middle):
        assert {type(first), type(second)} == {Pause, Resume}
    if found[-1].reason in ("complete", "silence"):
        assert (found[-1].reason == "silence") is (complete == "no")
        wanted = {
            "no": SETTINGS.incomplete_silence_ms,
            "yes": SETTINGS.complete_silence_ms,
            "nothing can follow": SETTINGS.pause_ms,
        }[complete]
        # Of a pause that ends the command, one chunk tells and the next one ends.
        late_s = 2 * CHUNK_S if complete == "nothing can follow" else CHUNK_S
        assert wanted - 0.01 <= found[-1].waited_ms <= wanted + 1000 * late_s
