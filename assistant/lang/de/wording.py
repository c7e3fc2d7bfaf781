"""German phrases: gender and case, plurals, lists, times and measures, as they are spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from assistant.lang.de.times import MONTHS, WEEKDAYS

NOUNS: Mapping[str, tuple[str, str]] = {
    "light": ("Licht", "Lichter"),
    "switch": ("Schalter", "Schalter"),
    "climate": ("Thermostat", "Thermostate"),
    "media_player": ("Lautsprecher", "Lautsprecher"),
    "cover": ("Rollladen", "Rollläden"),
    "fan": ("Ventilator", "Ventilatoren"),
    "lock": ("Schloss", "Schlösser"),
    "sensor": ("Sensor", "Sensoren"),
    "scene": ("Szene", "Szenen"),
    "any": ("Gerät", "Geräte"),
}
"""Kind of device → one, several."""

MORE_NOUNS = frozenset({
    "lampe", "lampen", "leuchte", "leuchten", "musik", "heizung", "temperatur", "lautstärke",
    "jalousie", "jalousien", "rollo", "rollos",
})  # fmt: skip

KINDS: Mapping[str, str] = {
    "alarm_control_panel": "Alarmanlage",
    "select": "Auswahlliste",
    "device_tracker": "Ortung",
    "notify": "Benachrichtigung",
    "device_automation": "Auslöser",
    "vacuum": "Staubsauger",
    "lawn_mower": "Rasenmäher",
    "valve": "Ventil",
    "humidifier": "Luftbefeuchter",
    "water_heater": "Warmwasserbereiter",
    "siren": "Sirene",
}

ENTRIES: Mapping[str, str] = {"timer": "Timer", "alarm": "Wecker", "reminder": "Erinnerung"}

STATES: Mapping[str, str] = {
    "on": "an", "off": "aus", "open": "offen", "closed": "zu", "locked": "abgeschlossen",
    "unlocked": "aufgeschlossen", "home": "zu Hause", "away": "weg", "muted": "stumm",
    "not muted": "nicht stumm", "opening": "am Öffnen", "closing": "am Schließen",
    "locking": "am Abschließen", "unlocking": "am Aufschließen", "playing": "am Spielen",
    "paused": "angehalten", "stopped": "gestoppt",
}  # fmt: skip

FLAGS: Mapping[str, tuple[str, str]] = {
    "occupied": ("von Bewegung ausgelöst", "ohne Bewegung"),
    "present": ("zu Hause", "weg"),
    "wet": ("nass", "trocken"),
    "smoke": ("von Rauch ausgelöst", "ohne Rauch"),
    "gas": ("von Gas ausgelöst", "ohne Gas"),
    "battery_low": ("fast leer", "gut geladen"),
    "problem": ("gestört", "ohne Störung"),
    "vibration": ("am Wackeln", "ruhig"),
}

SAYINGS: Mapping[str, str] = {
    "percent_open": "zu {position} Prozent offen",
    "at_percent": "auf {value} Prozent",
    "in_mode": "im Modus {mode}",
    "set_to": "auf {degrees} gestellt",
    "at": "bei {value}",
    "not": "nicht {what}",
}

UNITS: Mapping[str, str] = {
    "%": "Prozent", "°C": "Grad", "W": "Watt", "kWh": "Kilowattstunden", "V": "Volt",
    "A": "Ampere", "hPa": "Hektopascal", "lx": "Lux", "ppm": "Teile pro Million",
    "Hz": "Hertz", "km/h": "Kilometer pro Stunde", "µg/m³": "Mikrogramm pro Kubikmeter",
    "m": "Meter", "dBm": "Dezibel", "K": "Kelvin", "mmHg": "Millimeter Quecksilbersäule",
    "mm": "Millimeter", "cm": "Zentimeter", "km": "Kilometer", "in": "Zoll", "ft": "Fuß",
    "mi": "Meilen", "mm/h": "Millimeter pro Stunde", "mm/d": "Millimeter pro Tag",
    "in/h": "Zoll pro Stunde", "in/d": "Zoll pro Tag", "L": "Liter", "l": "Liter",
    "mL": "Milliliter", "gal": "Gallonen", "m³": "Kubikmeter", "ft³": "Kubikfuß",
    "L/min": "Liter pro Minute", "l/min": "Liter pro Minute", "L/h": "Liter pro Stunde",
    "m³/h": "Kubikmeter pro Stunde", "gal/min": "Gallonen pro Minute",
    "ft³/min": "Kubikfuß pro Minute", "g": "Gramm", "kg": "Kilogramm", "mg": "Milligramm",
    "lb": "Pfund", "oz": "Unzen", "m/s": "Meter pro Sekunde", "mph": "Meilen pro Stunde",
    "ft/s": "Fuß pro Sekunde", "kn": "Knoten", "VA": "Voltampere", "dB": "Dezibel",
    "dBA": "Dezibel", "W/m²": "Watt pro Quadratmeter", "°": "Grad", "s": "Sekunden",
    "ms": "Millisekunden", "min": "Minuten", "h": "Stunden", "d": "Tage", "B": "Byte",
    "kB": "Kilobyte", "MB": "Megabyte", "GB": "Gigabyte", "TB": "Terabyte",
    "g/m³": "Gramm pro Kubikmeter", "mg/m³": "Milligramm pro Kubikmeter",
    "µS/cm": "Mikrosiemens pro Zentimeter", "rpm": "Umdrehungen pro Minute",
}  # fmt: skip

THEY = ("es", "sie")
THEM = ("ihm", "ihnen")
"""One, several."""

ATTRIBUTE_UNITS: Mapping[str, str] = {
    "percent": "Prozent", "degrees": "Grad", "celsius": "Grad", "kelvin": "Kelvin",
    "seconds": "Sekunden",
}  # fmt: skip

_NUMBERS = (
    "kein", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
    "zwölf",
)  # fmt: skip
_MANY = {"ist": "sind", "hat": "haben", "war": "waren", "kann": "können", "wurde": "wurden",
         "ging": "gingen", "lässt": "lassen", "seinen": "ihren", "sagt": "sagen", "wird": "werden",
         "antwortet": "antworten", "kennt": "kennen"}  # fmt: skip

_NEUTER = (
    "licht", "fenster", "tor", "rollo", "radio", "thermostat", "schloss", "gerät", "plissee",
    "zimmer", "bad", "büro", "wc", "haus", "geschoss", "klima", "aquarium", "auto", "rad", "bett",
    "regal", "ventil", "studio", "dach", "lager", "bild", "netz", "band",
)  # fmt: skip
_MASCULINE = (
    "schalter", "ventilator", "lüfter", "strahler", "spot", "fernseher", "laden", "vorhang",
    "schrank", "sensor", "melder", "stecker", "drucker", "player", "lautsprecher", "router",
    "kontakt", "timer", "wecker", "flur", "keller", "garten", "balkon", "boden", "hof", "eingang",
    "raum", "stock", "carport", "schuppen", "herd", "ofen", "kocher", "trockner", "motor", "baum",
    "heizkörper", "projektor", "beamer", "computer", "stern", "kamin", "tisch", "spiegel", "pool",
    "rolladen", "ständer", "springbrunnen", "brunnen", "lader", "kreis", "streifen", "gang",
    "empfänger", "verstärker", "luftbefeuchter", "luftreiniger", "staubsauger", "saugroboter",
)  # fmt: skip
_FEMININE = (
    "tür", "heizung", "beleuchtung", "anlage", "uhr", "box", "bar", "musik", "pforte", "wand",
    "ung", "heit", "keit", "ion", "statt", "kamera", "treppe", "sauna", "veranda", "vitrine",
)  # fmt: skip
_PLURAL = (
    "lichter", "lampen", "leuchten", "jalousien", "läden", "rollos", "vorhänge", "türen", "tore",
    "spots", "steckdosen", "boxen", "heizkörper", "gardinen", "markisen", "ventilatoren",
    "schlösser", "sensoren", "geräte", "thermostate", "szenen", "ketten", "kerzen", "pumpen",
)  # fmt: skip
_ARTICLES = {"m": "der", "f": "die", "n": "das", "p": "die"}
_DATIVE = {"m": "dem", "f": "der", "n": "dem", "p": "den"}
_ON = ("balkon", "terrasse", "dachboden", "veranda", "etage", "hof", "dachterrasse")
"""Places that one is on, not in."""


def gender(name: str) -> str:
    """m, f, n or p (plural) of what a name ends with; "" for what nobody can tell."""
    last = name.lower().split()[-1:] or [""]
    for found, endings in (
        ("p", _PLURAL), ("m", _MASCULINE), ("n", _NEUTER), ("f", _FEMININE),
    ):  # fmt: skip
        if last[0].endswith(endings):
            return found
    if last[0].endswith("e"):
        return "f"
    return "m" if last[0].endswith("er") else ""


def the(name: str) -> str:
    """ "die Stehlampe"; a name of which nobody can tell the gender has no article: "Hue Go"."""
    article = _ARTICLES.get(gender(name), "")
    return f"{article} {_noun(name)}".strip()


def _noun(name: str) -> str:
    """Its last word with a capital letter: names are matched in small ones."""
    first, _, last = name.rpartition(" ")
    return f"{first} {last[:1].upper()}{last[1:]}".strip()


def as_object(phrase: str) -> str:
    """ "der Schalter" → "den Schalter"."""
    return f"den {phrase.removeprefix('der ')}" if phrase.startswith("der ") else phrase


def a(noun: str) -> str:
    """ "einen Staubsauger", "eine Sirene": as an object."""
    return f"{ {'m': 'einen', 'f': 'eine', 'n': 'ein'}.get(gender(noun), 'so etwas wie') } {noun}"


def the_kind(kind: str, *, many: bool, place: str = "", whole: bool = False) -> str:
    """ "die Lichter", "das Licht in der Küche", "alle Lichter"."""
    noun = NOUNS[kind][many]
    where = in_place(place) if place else ""
    if whole:
        return f"alle {noun}{where}"
    return f"{_ARTICLES['p'] if many else _ARTICLES[gender(noun) or 'n']} {noun}{where}"


def others() -> str:
    """What is left when some were named."""
    return "die anderen"


def in_place(place: str, *, floor: bool = False) -> str:
    """ " in der Küche", " im Bad", " auf dem Balkon", " oben"."""
    which = gender(place)
    if which == "":
        return f" {place}" if place in ("oben", "unten", "draußen", "drinnen") else f" in {place}"
    noun = _noun(place)
    if place.lower().endswith(_ON):
        return f" auf {_DATIVE[which]} {noun}"
    return f" im {noun}" if _DATIVE[which] == "dem" else f" in {_DATIVE[which]} {noun}"


def _joined(phrases: Sequence[str], joint: str) -> str:
    *most, last = phrases
    return f"{', '.join(most)}{joint}{last}" if most else last


def listed(phrases: Sequence[str]) -> str:
    """ "der Flur, die Küche und das Bad"."""
    return _joined(phrases, " und ")


def either(phrases: Sequence[str]) -> str:
    """ "die Küche oder der Flur"."""
    return _joined([_noun(phrase) for phrase in phrases], " oder ")


def which_of(names: Sequence[str]) -> str:
    """ "Die Schreibtischlampe oder die Stehlampe?"."""
    asked = _joined([the(name) for name in names], " oder ")
    return f"{asked[:1].upper()}{asked[1:]}?"


def counted(number: int, one: str, many: str) -> str:
    """ "zwei Lichter", "keine Lampe", "37 Lampen"."""
    if number > 1:
        return f"{_NUMBERS[number] if number < len(_NUMBERS) else number} {many}"
    return f"{_NUMBERS[number]}{'e' if gender(one) == 'f' else ''} {one}"


def number(value: float) -> str:
    """ "20,5"."""
    return f"{value:.15g}".replace(".", ",")


def degrees(value: float) -> str:
    """ "20,5 Grad"."""
    return f"{value:g} Grad".replace(".", ",")


_LENGTHS = (
    ("Tag", "Tage", 86400), ("Stunde", "Stunden", 3600), ("Minute", "Minuten", 60),
    ("Sekunde", "Sekunden", 1),
)  # fmt: skip


def duration(length: timedelta) -> str:
    """ "1 Stunde und 30 Minuten"."""
    left, parts = round(length.total_seconds()), []
    for one, many, size in _LENGTHS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return listed(parts) if parts else "0 Sekunden"


def clock_time(at: time) -> str:
    """ "7 Uhr", "19:05 Uhr"."""
    return f"{at.hour}:{at.minute:02} Uhr" if at.minute else f"{at.hour} Uhr"


def exact_time(at: time) -> str:
    """ "19:05 Uhr"."""
    return f"{at.hour}:{at.minute:02} Uhr"


def date_in_words(day: date) -> str:
    """ "Dienstag, der 24. November 2026"."""
    name = WEEKDAYS[day.weekday()].capitalize()
    return f"{name}, der {day.day}. {MONTHS[day.month - 1].capitalize()} {day.year}"


def day_and_month(day: date) -> str:
    """ "24. November"."""
    return f"{day.day}. {MONTHS[day.month - 1].capitalize()}"


def time_on(at: time, day: date) -> str:
    """ "7 Uhr am Montag"."""
    return f"{clock_time(at)} am {WEEKDAYS[day.weekday()].capitalize()}"


def is_plural(phrase: str) -> bool:
    """Whether one thing is called as if it were several: "die Jalousien"."""
    return gender(phrase) == "p"


def are(*, many: bool) -> str:
    """What goes with a subject."""
    return "sind" if many else "ist"


def have(*, many: bool) -> str:
    """The same of what it has."""
    return "haben" if many else "hat"


def agree(phrase: str, predicate: str, *, plural: bool = False) -> str:
    """ "die Jalousien", "ist nicht da" → "die Jalousien sind nicht da".

    plural    it is several things, however it is called
    """
    if plural or is_plural(phrase):
        predicate = " ".join(_MANY.get(word, word) for word in predicate.split())
    return f"{phrase} {predicate}"


_NUMBER_OF = (
    ("lampe", "lampen"), ("leuchte", "leuchten"), ("licht", "lichter"), ("jalousie", "jalousien"),
    ("laden", "läden"), ("rollo", "rollos"), ("vorhang", "vorhänge"), ("tür", "türen"),
    ("steckdose", "steckdosen"), ("spot", "spots"), ("tor", "tore"), ("kerze", "kerzen"),
    ("kette", "ketten"), ("markise", "markisen"), ("pumpe", "pumpen"), ("gardine", "gardinen"),
    ("ventilator", "ventilatoren"), ("sensor", "sensoren"), ("schloss", "schlösser"),
)  # fmt: skip


def other_number(noun: str) -> str:
    """The plural of a singular noun and the other way round: "lampe" ↔ "lampen"."""
    for one, many in sorted(_NUMBER_OF, key=lambda pair: -len(pair[1])):
        if noun.endswith(many):
            return noun.removesuffix(many) + one
        if noun.endswith(one):
            return noun.removesuffix(one) + many
    return noun
