"""German values as people say and write them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lang.de import numbers, times, values
from assistant.skill.manifest import SlotSpec
from assistant.understand.phrases import phrases
from assistant.understand.text import matching_form
from assistant.understand.values import parse_value, word_fits

TODAY = date(2026, 11, 25)  # a Wednesday
NOW = datetime(2026, 11, 25, 14, 30)


pytestmark = pytest.mark.usefixtures("german")


NUMBERS = {
    "null": 0, "eins": 1, "ein": 1, "eine": 1, "zwei": 2, "zwo": 2, "drei": 3, "elf": 11,
    "zwölf": 12, "zwoelf": 12, "sechzehn": 16, "siebzehn": 17, "zwanzig": 20, "einundzwanzig": 21,
    "zweiundzwanzig": 22, "zwoundzwanzig": 22, "dreißig": 30, "dreissig": 30, "fünfunddreißig": 35,
    "fuenfunddreissig": 35, "siebenundsiebzig": 77, "neunundneunzig": 99, "hundert": 100,
    "einhundert": 100, "hunderteins": 101, "hundertundeins": 101, "einhundertfünf": 105,
    "hundertzwanzig": 120, "zweihundert": 200, "zweihundertfünfzig": 250, "tausend": 1000,
    "eintausend": 1000, "tausendfünfhundert": 1500, "zweitausendsiebenhundert": 2700,
    "zweitausendundeins": 2001, "sechstausendfünfhundert": 6500, "zwei hundert fünf": 205,
    "ein und zwanzig": 21, "zwei tausend sieben hundert": 2700, "21": 21, "21,5": 21.5, "0,5": 0.5,
    "1.000": 1000, "2.700": 2700, "12.500": 12500, "einundzwanzig komma fünf": 21.5,
    "null komma zwei fünf": 0.25, "null komma fünfundzwanzig": 0.25, "drei komma eins vier": 3.14,
    "minus fünf": -5, "minus zwei komma fünf": -2.5, "-3": -3, "anderthalb": 1.5, "eineinhalb": 1.5,
    "einundeinhalb": 1.5, "zweieinhalb": 2.5, "dreieinhalb": 3.5, "zwanzigeinhalb": 20.5,
    "einundzwanzigeinhalb": 21.5, "zwei einhalb": 2.5, "zwei ein halb": 2.5, "ein halb": 0.5,
    "ein Drittel": 1 / 3, "zwei Drittel": 2 / 3, "ein Viertel": 0.25, "drei Viertel": 0.75,
    "dreiviertel": 0.75, "die Hälfte": 0.5, "zweieinviertel": 2.25, "zweidreiviertel": 2.75,
}  # fmt: skip


@pytest.mark.parametrize("said", NUMBERS)
def test_numbers(said):
    assert numbers.parse_number(matching_form(said).split()) == pytest.approx(NUMBERS[said])


@pytest.mark.parametrize(
    "said",
    ["", "licht", "zwanzigein", "zwei drei", "komma fünf", "zwei komma", "hundert hundert",
     "eine lampe", "fünf vierteln", "zwanzig und", "und", "zehn komma elf zwei", "hunderttausende"],
)  # fmt: skip
def test_what_is_no_number_is_refused(said):
    with pytest.raises(ValueError, match=r"number|no"):
        numbers.parse_number(matching_form(said).split())


@given(number=st.integers(0, 999_999))
def test_a_number_is_read_as_it_is_spelled(number):
    assert numbers.parse_number(numbers.spell(number).split()) == number
    assert all(numbers.is_number_word(word) for word in numbers.spell(number).split())


ORDINALS = {
    "erste": 1, "erster": 1, "ersten": 1, "der erste": 1, "die zweite": 2, "das dritte": 3,
    "am vierten": 4, "siebte": 7, "siebente": 7, "achter": 8, "zehntes": 10, "elfte": 11,
    "zwanzigste": 20, "einundzwanzigsten": 21, "dem dreißigsten": 30, "hundertste": 100, "3.": 3,
    "21.": 21,
}  # fmt: skip


@pytest.mark.parametrize("said", ORDINALS)
def test_ordinals(said):
    assert parse_value(SlotSpec("ordinal"), said) == (ORDINALS[said], None)


CODES = {
    "eins zwei drei vier": "1234", "zwei fünf acht null": "2580", "zwölf vierunddreißig": "1234",
    "zwo null null sieben": "2007", "2580": "2580", "12 34": "1234", "null null neun": "009",
}  # fmt: skip


@pytest.mark.parametrize("said", CODES)
def test_codes(said):
    assert parse_value(SlotSpec("digits"), said) == (CODES[said], None)


DURATIONS = {
    "zehn Minuten": 600, "eine Minute": 60, "einer Minute": 60, "fünf Minuten": 300,
    "90 Sekunden": 90, "eine Stunde": 3600, "einer Stunde": 3600, "zwei Stunden": 7200,
    "eine halbe Stunde": 1800, "einer halben Stunde": 1800, "halbe Stunde": 1800,
    "eine Viertelstunde": 900, "einer Viertelstunde": 900, "eine Dreiviertelstunde": 2700,
    "drei Viertelstunden": 2700, "eine viertel Stunde": 900, "drei viertel Stunden": 2700,
    "anderthalb Stunden": 5400, "eineinhalb Stunden": 5400, "zweieinhalb Stunden": 9000,
    "zwei einhalb Stunden": 9000, "anderthalb Minuten": 90, "eine halbe Minute": 30,
    "fünf Minuten dreißig": 330, "fünf Minuten und dreißig Sekunden": 330,
    "fünf Minuten dreißig Sekunden": 330, "eine Stunde dreißig": 5400, "eine Stunde zwanzig": 4800,
    "eine Stunde und 20 Minuten": 4800, "zwei Stunden und fünfzehn Minuten": 8100,
    "eine Stunde, zehn Minuten und fünf Sekunden": 4205, "1h 30m": 5400, "30 min": 1800,
    "20 Sek": 20, "2 Std": 7200, "1,5 Stunden": 5400, "zweieinviertel Stunden": 8100,
    "ein Tag": 86400, "zwei Tage": 172800, "zwei Tagen": 172800, "eine Woche": 604800,
    "etwa zehn Minuten": 600, "ungefähr eine Stunde": 3600, "zehn Minuten lang": 600,
    "fünfundvierzig Minuten": 2700, "eine Sekunde": 1, "drei Minuten": 180, "12 Stunden": 43200,
    "eine Stunde und eine Viertelstunde": 4500,
}  # fmt: skip


@pytest.mark.parametrize("said", DURATIONS)
def test_durations(said):
    assert parse_value(SlotSpec("duration"), said) == (DURATIONS[said], "seconds")


@pytest.mark.parametrize(
    "said",
    ["zehn", "minuten", "zehn uhr", "eine lampe", "fünf minuten bitte licht", "stunde zwanzig uhr",
     "eine stunde neunzig", "halb"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(said):
    with pytest.raises(ValueError, match=r"duration|number|no"):
        times.parse_duration(matching_form(said).split())


CLOCKS = {
    "sieben Uhr": "07:00", "um sieben": "07:00", "sieben": "07:00", "7 Uhr": "07:00",
    "um 7": "07:00", "ein Uhr": "01:00", "um eins": "01:00", "halb acht": "07:30",
    "um halb acht": "07:30", "halb eins": "12:30", "halb zwölf": "11:30",
    "viertel nach sieben": "07:15", "Viertel vor acht": "07:45", "viertel acht": "07:15",
    "dreiviertel acht": "07:45", "drei viertel acht": "07:45", "zehn vor halb acht": "07:20",
    "fünf nach halb acht": "07:35", "fünf vor halb acht": "07:25", "zehn nach sieben": "07:10",
    "fünf vor acht": "07:55", "zwanzig nach sechs": "06:20", "fünf Minuten vor acht": "07:55",
    "zehn Minuten nach neun Uhr": "09:10", "acht Uhr dreißig": "08:30", "acht Uhr fünf": "08:05",
    "acht Uhr fünfzehn": "08:15", "20 Uhr 15": "20:15", "zwanzig Uhr fünfzehn": "20:15",
    "7:30": "07:30", "7:30 Uhr": "07:30", "um 7:05 Uhr": "07:05", "7.30 Uhr": "07:30",
    "19:45": "19:45", "0730": "07:30", "630": "06:30", "sieben dreißig": "07:30",
    "Mitternacht": "00:00", "Mittag": "12:00", "mittags": "12:00", "um Mitternacht": "00:00",
    "sieben Uhr morgens": "07:00", "sieben Uhr früh": "07:00", "sieben Uhr abends": "19:00",
    "acht Uhr abends": "20:00", "halb acht abends": "19:30", "drei Uhr nachmittags": "15:00",
    "drei Uhr nachts": "03:00", "elf Uhr nachts": "23:00", "zwölf Uhr nachts": "00:00",
    "zwölf Uhr mittags": "12:00", "ein Uhr mittags": "13:00", "sechs Uhr am Morgen": "06:00",
    "neun Uhr am Abend": "21:00", "um acht heute Abend": "20:00", "zwei Uhr in der Nacht": "02:00",
    "sechs Uhr in der Früh": "06:00", "gegen neun": "09:00", "24 Uhr": "00:00", "0 Uhr": "00:00",
    "null Uhr dreißig": "00:30", "viertel vor eins": "12:45", "zehn vor zwölf": "11:50",
    "dreizehn Uhr": "13:00", "einundzwanzig Uhr": "21:00", "zehn vor sieben abends": "18:50",
    "viertel nach 13 Uhr": "13:15", "halb zehn am Vormittag": "09:30", "fünf nach zwölf": "12:05",
    "zwanzig vor neun": "08:40", "halb sieben in der Früh": "06:30",
}  # fmt: skip


@pytest.mark.parametrize("said", CLOCKS)
def test_times_of_day(said):
    spec = SlotSpec("time")
    assert parse_value(spec, said)[0] == CLOCKS[said]
    assert all(word_fits(spec, word) for word in matching_form(said).split())


@pytest.mark.parametrize(
    "said",
    ["halb", "uhr", "25 uhr", "sieben uhr siebzig", "viertel", "zehn minuten", "morgen",
     "nach acht", "halb dreißig", "licht um acht", "fünf vor", "sieben uhr und uhr"],
)  # fmt: skip
def test_what_is_no_time_is_refused(said):
    with pytest.raises(ValueError, match=r"."):
        times.parse_clock(matching_form(said).split())


DAYS = {
    "heute": (2026, 11, 25), "morgen": (2026, 11, 26), "übermorgen": (2026, 11, 27),
    "uebermorgen": (2026, 11, 27), "gestern": (2026, 11, 24), "Freitag": (2026, 11, 27),
    "am Freitag": (2026, 11, 27), "am Mittwoch": (2026, 12, 2), "diesen Freitag": (2026, 11, 27),
    "diesen Mittwoch": (2026, 11, 25), "kommenden Freitag": (2026, 11, 27),
    "nächsten Montag": (2026, 11, 30), "nächsten Freitag": (2026, 12, 4),
    "Montag nächste Woche": (2026, 11, 30), "nächste Woche Dienstag": (2026, 12, 1),
    "am Sonnabend": (2026, 11, 28), "Samstag": (2026, 11, 28), "in drei Tagen": (2026, 11, 28),
    "in einer Woche": (2026, 12, 2), "in zwei Wochen": (2026, 12, 9), "in 14 Tagen": (2026, 12, 9),
    "in einem Monat": (2026, 12, 25), "in einem Jahr": (2027, 11, 25),
    "nächste Woche": (2026, 12, 2), "nächsten Monat": (2026, 12, 25),
    "nächstes Jahr": (2027, 11, 25), "heute in einer Woche": (2026, 12, 2),
    "der dritte Mai": (2027, 5, 3), "am dritten Mai": (2027, 5, 3), "3. Mai": (2027, 5, 3),
    "am 3. Mai": (2027, 5, 3), "am 24. Dezember": (2026, 12, 24),
    "am vierundzwanzigsten Dezember": (2026, 12, 24), "24.12.": (2026, 12, 24),
    "am 24.12.": (2026, 12, 24), "am 24.12.2027": (2027, 12, 24), "1. März 2027": (2027, 3, 1),
    "erster Jänner": (2027, 1, 1), "am dritten fünften": (2027, 5, 3),
    "der neunundzwanzigste Februar": (2028, 2, 29), "am dreißigsten": (2026, 11, 30),
    "am dritten": (2026, 12, 3), "am 3.": (2026, 12, 3), "der erste": (2026, 12, 1),
    "am ersten April zweitausendsiebenundzwanzig": (2027, 4, 1),
}  # fmt: skip


@pytest.mark.parametrize("said", DAYS)
def test_dates(said):
    spec = SlotSpec("date")
    assert parse_value(spec, said, now=lambda: NOW)[0] == date(*DAYS[said]).isoformat()
    assert all(word_fits(spec, word) for word in matching_form(said).split())


@pytest.mark.parametrize(
    "said", ["mai", "am", "dritter dreizehnter", "32. mai", "30. februar", "woche", "in tagen"]
)
def test_what_is_no_date_is_refused(said):
    with pytest.raises(ValueError, match=r"."):
        times.parse_day(matching_form(said).split(), TODAY)


MOMENTS = {
    "in zehn Minuten": (25, 14, 40), "in einer halben Stunde": (25, 15, 0),
    "in einer Viertelstunde": (25, 14, 45), "in anderthalb Stunden": (25, 16, 0),
    "in zwei Stunden": (25, 16, 30), "in einer Stunde und zehn Minuten": (25, 15, 40),
    "um acht": (25, 20, 0), "um drei": (25, 15, 0), "um zwei": (26, 2, 0),
    "um 20 Uhr": (25, 20, 0), "um acht Uhr morgens": (26, 8, 0), "halb acht": (25, 19, 30),
    "um sieben Uhr abends": (25, 19, 0), "morgen um sieben": (26, 7, 0),
    "morgen früh um sieben": (26, 7, 0), "morgen früh um halb sieben": (26, 6, 30),
    "morgen Abend um acht": (26, 20, 0), "heute Abend um acht": (25, 20, 0),
    "heute Abend": (25, 19, 0), "heute Nacht": (25, 22, 0), "morgen früh": (26, 7, 0),
    "morgen Nachmittag": (26, 15, 0), "morgen Mittag": (26, 12, 0),
    "um viertel nach sieben morgen": (26, 7, 15), "übermorgen um neun": (27, 9, 0),
    "am Freitag um halb acht": (27, 7, 30), "Freitagabend um acht": (27, 20, 0),
    "am Freitagabend": (27, 19, 0), "Freitag um zwei": (27, 14, 0),
    "nächsten Montag um acht Uhr": (30, 8, 0), "am 30. November um 9:15 Uhr": (30, 9, 15),
    "morgen um 6:45 Uhr": (26, 6, 45), "morgen um Mitternacht": (26, 0, 0),
    "in zwei Tagen um sechs": (27, 6, 0), "heute um 18 Uhr": (25, 18, 0),
    "morgen um zwanzig vor neun": (26, 8, 40), "um sieben Uhr früh": (26, 7, 0),
}  # fmt: skip


@pytest.mark.parametrize("said", MOMENTS)
def test_moments(said):
    spec = SlotSpec("datetime")
    expected = datetime(2026, 11, *MOMENTS[said]).isoformat(timespec="seconds")
    assert parse_value(spec, said, now=lambda: NOW)[0] == expected
    assert all(word_fits(spec, word) for word in matching_form(said).split())


def test_how_far_ahead():
    assert times.parse_ahead(["in", "zehn", "minuten"]) == timedelta(minutes=10)
    assert times.parse_ahead(["zehn", "minuten"], anyhow=True) == timedelta(minutes=10)
    assert times.parse_ahead(["in", "zwei", "tagen", "um", "sechs"]) is None


PERCENTS = {
    "vierzig Prozent": 40, "40 %": 40, "40%": 40, "vierzig": 40, "die Hälfte": 50, "halb": 50,
    "voll": 100, "maximal": 100, "Maximum": 100, "Minimum": 1, "ein Drittel": 33,
    "zwei Drittel": 67, "drei Viertel": 75, "ein Viertel": 25, "hundert Prozent": 100,
    "null Prozent": 0, "zwölf Komma fünf Prozent": 12.5, "12,5 Prozent": 12.5,
    "etwa 30 Prozent": 30,
    "volle Helligkeit": 100, "halbe Helligkeit": 50, "fünfundsiebzig": 75,
}  # fmt: skip


@pytest.mark.parametrize("said", PERCENTS)
def test_percent(said):
    assert parse_value(SlotSpec("percent"), said) == (PERCENTS[said], "percent")


TEMPERATURES = {
    "einundzwanzig Grad": 21, "21 Grad": 21, "21°": 21, "21,5 Grad": 21.5, "21,5": 21.5,
    "einundzwanzig Komma fünf Grad": 21.5, "einundzwanzigeinhalb Grad": 21.5,
    "zwanzig einhalb Grad": 20.5, "zwanzig Grad Celsius": 20, "20°C": 20, "minus zwei Grad": -2,
    "-2 Grad": -2, "siebzig Grad Fahrenheit": 21.11, "zwanzig": 20, "neunzehn Grad": 19,
    "zweiundzwanzig Komma zwei fünf Grad": 22.25,
}  # fmt: skip


@pytest.mark.parametrize("said", TEMPERATURES)
def test_temperatures(said):
    assert parse_value(SlotSpec("temperature"), said) == (TEMPERATURES[said], "celsius")


COLOURS = {
    "rot": "red", "Rot": "red", "rotes": "red", "roten": "red", "grün": "green", "gruen": "green",
    "grünes": "green", "blau": "blue", "dunkelblau": "dark blue", "hellblau": "light blue",
    "dunkelblaues": "dark blue", "himmelblau": "sky blue", "lila": "purple", "rosa": "pink",
    "zartes Rosa": "pink", "tiefblau": "blue", "tiefes Blau": "blue", "weiß": "white",
    "weiss": "white", "gelbes": "yellow", "türkis": "turquoise", "tuerkis": "turquoise",
    "orange": "orange", "violett": "violet", "lachsfarben": "salmon", "dunkelgrün": "dark green",
    "dunkelrot": "dark red", "knallrot": "red", "neongrün": "green", "weinrot": "maroon",
    "marineblau": "navy", "pastellgelb": "yellow", "kräftiges Rot": "red",
}  # fmt: skip


@pytest.mark.parametrize("said", COLOURS)
def test_colours(said):
    spec = SlotSpec("color")
    assert parse_value(spec, said) == (COLOURS[said], None)
    assert all(word_fits(spec, word) for word in matching_form(said).split())


WHITES = {
    "warmweiß": 2700, "warmweiss": 2700, "warm weiß": 2700, "warmes Weiß": 2700, "kaltweiß": 6500,
    "neutralweiß": 4000, "Tageslicht": 5500, "Kerzenlicht": 1900, "2700 Kelvin": 2700, "2700": 2700,
    "2.700 Kelvin": 2700, "zweitausendsiebenhundert Kelvin": 2700, "4000K": 4000, "warm": 2700,
    "kalt": 6500,
}  # fmt: skip


@pytest.mark.parametrize("said", WHITES)
def test_whites(said):
    assert parse_value(SlotSpec("color_temperature"), said) == (WHITES[said], "kelvin")


@pytest.mark.parametrize("said", ["kaputt", "lampe", "sehr", "licht", "hell"])
def test_what_is_no_colour_is_refused(said):
    with pytest.raises(ValueError, match="color"):
        values.color(said)


def test_lists():
    spec = SlotSpec("list")
    assert parse_value(spec, "Milch, Eier und Brot")[0] == ("milch", "eier", "brot")


SPECS = [
    SlotSpec("percent", min=0, max=100),
    SlotSpec("temperature", min=5, max=35),
    SlotSpec("color"),
    SlotSpec("color_temperature"),
    SlotSpec("number"),
    SlotSpec("number", min=-20, max=2_500),
    SlotSpec("ordinal"),
    SlotSpec("duration"),
    SlotSpec("time"),
    SlotSpec("date"),
    SlotSpec("datetime"),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.type)
@given(data=st.data())
def test_what_is_expected_to_be_said_is_read(spec: SlotSpec, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(list(phrases(spec))))
    phrase = "".join(data.draw(st.sampled_from(part)) for part in way)
    parse_value(spec, phrase)
    assert all(word_fits(spec, word) for word in matching_form(phrase).split()), phrase


def test_every_colour_has_a_word():
    from assistant.colors import COLORS

    assert set(values.COLORS.values()) == set(COLORS)
