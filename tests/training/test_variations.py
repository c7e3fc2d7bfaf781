import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.tasks import Labelled
from assistant.training.variations import Neighbours, Values

SONG = Labelled(("play", "red", "moon", "now"), ("O", "B-song", "I-song", "O"), "music.play")
CITY = Labelled(("rain", "in", "rome"), ("O", "O", "B-city"), "weather.ask")


def test_the_only_value_of_a_slot_stays():
    assert Values([SONG, CITY]).swap(CITY, random.Random(1), share=1.0) == CITY


def test_values_come_from_the_same_slot():
    other = Labelled(("play", "blue"), ("O", "B-song"), "music.play")
    values = Values([SONG, other, CITY])
    found = {values.swap(SONG, random.Random(seed), share=1.0).words for seed in range(20)}
    assert found == {("play", "red", "moon", "now"), ("play", "blue", "now")}


def test_share_zero_changes_nothing():
    assert Values([SONG, CITY]).swap(SONG, random.Random(0), share=0.0) == SONG


@given(st.lists(st.sampled_from(["O", "B-a", "B-b", "I-a", "I-b"]), max_size=12))
def test_what_is_not_swapped_stays_in_its_place(drawn):
    tags = []
    for tag in drawn:
        continues = tags and tags[-1][2:] == tag[2:]
        tags.append(tag if continues or not tag.startswith("I-") else "O")
    sentence = Labelled(tuple(f"w{at}" for at in range(len(tags))), tuple(tags), "some.intent")
    assert Values([sentence]).swap(sentence, random.Random(0), share=0.0) == sentence


def test_neighbours_are_the_nearest_words():
    words = ["red", "blue", *(f"w{n}" for n in range(20))]
    rows = np.zeros((22, 3), np.float32)
    rows[:2] = [[1, 0, 0], [0.99, 0.1, 0]]
    rows[2:] = [0, 0.1, 1]
    near = Neighbours(words, rows)
    sentence = Labelled(("red", "unheard"), ("O", "O"), "none")
    found = {near.replace(sentence, random.Random(seed), 1.0).words for seed in range(60)}
    assert ("blue", "unheard") in found
    assert all(words[1] == "unheard" and words[0] != "red" for words in found)
