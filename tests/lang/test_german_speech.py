"""German as it is spoken: what a voice reads, gender and case, how words sound."""

from datetime import date, time, timedelta

import pytest

from assistant import lang
from assistant.lang.de import wording
from assistant.recognize.sound import distance, nearest, pronounce_word
from assistant.speak.spoken import spoken

pytestmark = pytest.mark.usefixtures("german")


READ = {
    "21,5 °C": "21 Komma 5 Grad",
    "Das Thermostat steht auf 21,5 Grad.": "Das Thermostat steht auf 21 Komma 5 Grad.",
    "Es ist 7:30 Uhr.": "Es ist 7 Uhr 30.",
    "Es ist 7:05 Uhr.": "Es ist 7 Uhr 5.",
    "Es ist 19:00 Uhr.": "Es ist 19 Uhr.",
    "40 %": "40 Prozent",
    "2.700 K": "2700 Kelvin",
    "-3 °C": "minus 3 Grad",
    "10-20 %": "10 bis 20 Prozent",
    "1 Stunde und 5 Minuten": "eine Stunde und 5 Minuten",
    "Licht & Musik": "Licht und Musik",
}


@pytest.mark.parametrize("text", READ)
def test_what_is_written_is_read(text):
    assert spoken(text) == READ[text]


THE = {
    "stehlampe": "die Stehlampe", "deckenlicht": "das Deckenlicht", "fernseher": "der Fernseher",
    "lichterkette": "die Lichterkette", "lampen": "die Lampen", "rollladen": "der Rollladen",
    "rollläden": "die Rollläden", "kaffeemaschine": "die Kaffeemaschine", "haustür": "die Haustür",
    "garagentor": "das Garagentor", "heizung": "die Heizung", "thermostat": "das Thermostat",
    "ventilator": "der Ventilator", "steckdose": "die Steckdose", "wandleuchte": "die Wandleuchte",
    "fenster": "das Fenster", "hue go": "hue Go", "kleine lampe": "die kleine Lampe",
    "vorhang": "der Vorhang", "jalousien": "die Jalousien", "spot": "der Spot",
}  # fmt: skip


@pytest.mark.parametrize("name", THE)
def test_a_name_has_its_article(name):
    assert wording.the(name) == THE[name]


IN = {
    "küche": " in der Küche", "wohnzimmer": " im Wohnzimmer", "bad": " im Bad", "flur": " im Flur",
    "balkon": " auf dem Balkon", "terrasse": " auf der Terrasse", "keller": " im Keller",
    "garage": " in der Garage", "büro": " im Büro", "obergeschoss": " im Obergeschoss",
    "garten": " im Garten", "oben": " oben", "dachboden": " auf dem Dachboden",
    "werkstatt": " in der Werkstatt", "gästezimmer": " im Gästezimmer",
}  # fmt: skip


@pytest.mark.parametrize("place", IN)
def test_a_place_has_its_case(place):
    assert wording.in_place(place) == IN[place]


def test_kinds_of_devices():
    assert wording.the_kind("light", many=True, place="küche") == "die Lichter in der Küche"
    assert wording.the_kind("light", many=False) == "das Licht"
    assert wording.the_kind("cover", many=True, whole=True) == "alle Rollläden"
    assert wording.the_kind("fan", many=False, place="bad") == "der Ventilator im Bad"
    assert wording.as_object("der Ventilator im Bad") == "den Ventilator im Bad"
    assert wording.as_object("die Stehlampe") == "die Stehlampe"


def test_a_verb_agrees():
    assert wording.agree("die Jalousien", "ist zu") == "die Jalousien sind zu"
    assert wording.agree("die Stehlampe", "hat nicht geantwortet") == (
        "die Stehlampe hat nicht geantwortet"
    )
    assert wording.agree("die Lampen", "lässt sich nicht dimmen") == (
        "die Lampen lassen sich nicht dimmen"
    )


def test_times_and_lengths():
    assert wording.duration(timedelta(minutes=90)) == "1 Stunde und 30 Minuten"
    assert wording.clock_time(time(19, 5)) == "19:05 Uhr"
    assert wording.time_on(time(7), date(2026, 11, 30)) == "7 Uhr am Montag"
    assert wording.degrees(21.5) == "21,5 Grad"
    assert wording.listed(["der Flur", "die Küche", "das Bad"]) == "der Flur, die Küche und das Bad"
    assert wording.counted(1, "Lampe", "Lampen") == "eine Lampe"
    assert wording.counted(0, "Licht", "Lichter") == "kein Licht"


def test_one_and_several():
    for one, many in (("lampe", "lampen"), ("licht", "lichter"), ("rollladen", "rollläden")):
        assert (wording.other_number(one), wording.other_number(many)) == (many, one)


def test_words_that_sound_alike_are_near():
    assert distance("küche", "küsche") < distance("küche", "keller")
    assert pronounce_word("tag") == pronounce_word("tak")
    assert nearest("stehlanpe", ["stehlampe", "esstisch", "flur"], within=0.3)
    assert pronounce_word("21") == pronounce_word("einundzwanzig")


@pytest.mark.parametrize("code", [code for code in lang.languages() if code != "en"])
def test_a_language_says_all_that_english_says(code):
    import string

    english, other = lang.Language("en"), lang.Language(code)
    for table in ("REPLIES", "PREDICATES", "CANNOT"):
        ours, theirs = getattr(english.sentences, table), getattr(other.sentences, table)
        assert ours.keys() == theirs.keys()
        for key, text in theirs.items():
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            known = {name for _, name, _, _ in string.Formatter().parse(ours[key]) if name}
            assert {n.lower() for n in names} <= {n.lower() for n in known} | {"what", "rooms"}
    for table in ("NOUNS", "STATES", "FLAGS", "SAYINGS", "ATTRIBUTE_UNITS", "ENTRIES"):
        assert getattr(english.wording, table).keys() == getattr(other.wording, table).keys()
