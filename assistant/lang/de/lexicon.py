"""German words that are matched. Everything is in matching form (understand/text.py)."""

from __future__ import annotations

from collections.abc import Mapping

# How text is written.

LETTERS = frozenset("äöü")
SIGNS: Mapping[str, str] = {"%": "prozent", "°": "grad", "&": "und", "-": "minus"}
SPELLINGS: Mapping[str, str] = {
    "weiss": "weiß", "gruen": "grün", "ok": "okay", "heiss": "heiß", "kueche": "küche",
    "tuer": "tür", "tueren": "türen", "fuer": "für", "oeffne": "öffne", "oeffnen": "öffnen",
    "schliess": "schließ", "schliesse": "schließe", "schliessen": "schließen", "zurueck": "zurück",
    "rolladen": "rollladen", "rolläden": "rollläden", "naechste": "nächste", "mach's": "mach es",
}  # fmt: skip
COMPOUNDS: Mapping[tuple[str, str], str] = {}
SPELLED_BOTH_WAYS: Mapping[str, str] = {}
HEADS: tuple[str, ...] = (
    "beleuchtung", "lichter", "licht", "lampen", "lampe", "leuchten", "leuchte", "rollladen",
    "rollläden", "rollos", "rollo", "jalousien", "jalousie", "heizung", "thermostat", "steckdosen",
    "steckdose", "ventilator", "vorhänge", "vorhang", "markise", "schalter", "timer", "wecker",
)  # fmt: skip
WHOLE = frozenset({
    "tageslicht", "kerzenlicht", "sonnenlicht", "mondlicht", "blitzlicht", "ausschalter",
    "einschalter", "nachtlicht",
})  # fmt: skip
JOINED: tuple[tuple[str, str], ...] = (("e", "en"), ("gang", "gangs"))
DECIMAL_COMMA = True

# What carries no command.

LEADING_FILLERS: tuple[str, ...] = (
    "hey jarvis", "hey mycroft", "okay nabu", "alexa", "jarvis", "mycroft", "nabu", "bitte", "hey",
    "hallo", "okay", "also", "so", "äh", "ähm", "hm", "na", "gut", "ja", "jetzt", "nun", "mal",
    "kannst du", "kannst du bitte", "könntest du", "könntest du bitte", "würdest du",
    "würdest du bitte", "kannst du mal", "könntest du mal", "kannst du bitte mal", "magst du",
    "ich möchte dass du", "ich will dass du", "sei so gut und", "sei so nett und",
    "sei so lieb und", "könnten wir", "können wir", "schnell", "eben", "dann", "und",
    "tu mir den gefallen und",
)  # fmt: skip
TRAILING_FILLERS: tuple[str, ...] = (
    "bitte", "danke", "danke schön", "vielen dank", "dankeschön", "bitte schön", "jetzt", "mal",
    "sofort", "gleich", "schnell", "für mich", "wenn du kannst", "wenn es geht", "okay", "ja",
    "äh", "ähm", "jetzt bitte", "bitte jetzt", "bitte mal", "mal bitte", "sei so gut",
    "sei so nett", "wärst du so nett", "kannst du das machen", "fürs erste",
)  # fmt: skip
INNER_FILLERS = frozenset({
    "bitte", "mal", "doch", "eben", "halt", "kurz", "schnell", "äh", "ähm", "jetzt", "einfach",
    "du",
})  # fmt: skip
THANKS = frozenset({"danke", "vielen", "dankeschön"})
NO_FILLERS: tuple[tuple[str, str], ...] = (("ab", "jetzt"), ("von", "jetzt"))
AGAIN = "wieder"

# Which devices.

ALL_WORDS: tuple[str, ...] = (
    "alle", "alles", "allen", "aller", "jede", "jedes", "jeden", "jeder", "sämtliche", "beide",
    "die beiden", "überall", "im ganzen haus", "im haus", "in der ganzen wohnung", "in der wohnung",
    "im gesamten haus",
)  # fmt: skip
BOTH = frozenset({"beide", "die beiden"})
PRONOUNS: tuple[str, ...] = (
    "es", "sie", "ihn", "das", "die", "den", "diese", "dieses", "diesen", "beide davon",
    "alle davon",
)  # fmt: skip
ARTICLES = frozenset({
    "der", "die", "das", "den", "dem", "des", "mein", "meine", "meinen", "meiner", "meinem",
    "unser", "unsere", "unseren", "unserer", "unserem", "ein", "eine", "einen", "einem", "einer",
})  # fmt: skip
PREPOSITIONS = frozenset({
    "in", "im", "ins", "an", "am", "auf", "bei", "beim", "von", "vom", "zu", "zum", "zur", "für",
    "um", "mit",
})  # fmt: skip
IN_PLACE: tuple[str, ...] = ("im", "in der", "in dem", "am", "an der", "auf dem", "auf der", "vom")
ADVERBS = frozenset({"oben", "unten", "draußen", "drinnen", "außen", "innen"})
EMPTY = frozenset({
    "der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer", "mein", "meine",
    "unser", "unsere", "dieser", "diese", "dieses", "zu", "von", "für", "bei", "in", "im", "an",
    "am", "auf", "mit", "und", "oder", "um",
})  # fmt: skip

# What devices are called.

GENERIC = frozenset({
    "licht", "lichter", "lampe", "lampen", "leuchte", "leuchten", "schalter", "steckdose",
    "steckdosen", "stecker", "thermostat", "heizkörper", "heizung", "klimaanlage", "player",
    "musik", "ventilator", "lüfter", "rollladen", "rollläden", "jalousie", "jalousien", "rollo",
    "rollos", "tür", "schloss", "fenster", "sensor", "eins", "zwei", "links", "rechts", "zimmer",
    "an", "aus", "ein", "auf", "zu", "hoch", "runter",
})  # fmt: skip
ALIKE: tuple[tuple[str, ...], ...] = (
    ("tv", "fernseher", "fernsehen", "glotze"),
    ("klima", "klimaanlage", "klimagerät"),
    ("pc", "computer", "rechner"),
    ("staubsauger", "saugroboter", "sauger"),
    ("lampe", "leuchte"),
    ("rollladen", "rollo"),
    ("ventilator", "lüfter"),
    ("steckdose", "stecker"),
)
MEASURED: tuple[str, ...] = (
    "temperatur", "luftfeuchtigkeit", "feuchtigkeit", "feuchte", "luftdruck", "druck", "leistung",
    "verbrauch", "stromverbrauch", "energie", "spannung", "strom", "batterie", "akku",
    "helligkeit", "co2", "kohlendioxid", "geschwindigkeit",
)  # fmt: skip
COOLING = frozenset({"klima", "klimaanlage", "klimagerät", "kühler"})
SENSOR = "sensor"
DETECTORS = frozenset({"sensor", "kontakt", "schloss", "melder"})
SAID_WITHOUT: Mapping[str, tuple[str, ...]] = {
    "lock": (" schloss", " türschloss"),
    "sensor": (" kontakt", " sensor", " türsensor", " fenstersensor", " melder"),
}

# How a sentence divides.

CONNECTIVES = frozenset({"und", "dann", "danach", "außerdem", "sowie"})
JOINTS: tuple[str, ...] = ("und", "dann", "und dann", "und danach", "außerdem")
CORRECTIONS: tuple[str, ...] = (
    "nein warte", "nein sorry", "nein ich meine", "ich meine", "ich meinte", "oder besser",
    "oder lieber", "beziehungsweise", "quatsch", "nein quatsch", "entschuldigung", "sorry",
    "nein doch", "ach nein", "vielmehr",
)  # fmt: skip
OPENINGS = frozenset({"ich", "es", "wir", "mir", "uns", "hier", "das", "jemand", "mich"})
REASONS = frozenset({"weil", "denn", "da"})
VERBS = frozenset({
    "mach", "mache", "schalt", "schalte", "stell", "stelle", "setz", "setze", "dreh", "drehe",
    "öffne", "schließ", "schließe", "fahr", "fahre", "spiel", "spiele", "stopp", "stoppe",
    "starte", "dimm", "dimme", "erhöhe", "senke", "verringere", "aktiviere", "sperr", "sperre",
    "verriegle", "entriegle", "kannst", "könntest", "bitte", "lösch", "lösche", "erinnere", "weck",
    "wecke", "lass", "zieh", "ziehe", "regle", "regel", "pausiere", "färbe", "färb",
})  # fmt: skip
STATES = frozenset({"an", "aus", "ein", "auf", "zu", "hoch", "runter", "herunter", "hinauf"})
DETERMINERS = frozenset({"der", "die", "das", "den", "dem", "mein", "meine", "unser", "unsere"})
AFTER_A_THING = frozenset({
    "auf", "um", "an", "aus", "ein", "ab", "zu", "hoch", "runter", "in", "im", "für", "von", "mit",
    "ist", "sind", "und", "bitte", "jetzt", "wieder",
})  # fmt: skip
CONDITIONS = frozenset({
    "wenn", "falls", "sobald", "solange", "bis", "bevor", "während", "sonnenuntergang",
    "sonnenaufgang", "gestern", "morgen", "später", "außer", "nachher",
})  # fmt: skip
BEFORE_PLACES = frozenset({"in", "im", "auf", "am", "bei"})
NO_TALK = frozenset({
    "wenn", "falls", "sobald", "solange", "bis", "während", "nicht", "nie", "niemals", "gesagt",
    "sagte", "sagt", "erzählt", "gefragt", "fragt", "warum", "wieso", "wie", "wer", "was",
    "welche", "welcher", "welches", "wo", "wann", "sollte", "sollten", "ob", "kein", "keine",
})  # fmt: skip
GOES_ON = frozenset({
    "zu", "der", "die", "das", "den", "dem", "ein", "eine", "einen", "und", "oder", "aber", "dass",
    "ich", "du", "er", "sie", "wir", "ihr", "werde", "will", "kann", "könnte", "muss", "habe",
    "hat", "im", "in", "am", "auf", "an", "für", "mit", "als", "so", "ist", "sind", "war", "sehr",
})  # fmt: skip

# What protects.

ANNOUNCING = frozenset({
    "code", "codes", "pin", "pins", "pincode", "passwort", "kennwort", "zahlencode", "türcode",
    "geheimzahl", "losung", "kombination", "passcode",
})  # fmt: skip
UNLOCKING = frozenset({
    "aufschließen", "aufsperren", "entriegeln", "entriegle", "entsperren", "entsperre",
    "entschärfen", "entschärfe", "schließe", "schließ", "sperr", "sperre",
})  # fmt: skip
SOUNDALIKES = frozenset({
    "ein", "eine", "einen", "zwo", "null", "nul", "frei", "fier", "für", "vier", "acht", "ach",
    "und", "doppel", "doppelt", "dreimal", "zweimal",
})  # fmt: skip
ENTRANCES: tuple[str, ...] = (
    "tür", "türe", "türen", "tuer", "tueren", "tor", "tore", "garage", "garagen", "pforte",
    "pforten", "schranke", "eingang", "gatter", "einfahrt",
)  # fmt: skip
HARMLESS = frozenset({
    "motor", "monitor", "ventilator", "reaktor", "generator", "rotor", "sektor", "projektor",
    "radiator", "detektor", "kompressor", "konvektor", "transistor", "aktor", "kühlschranktür",
    "duschtür", "ofentür",
})  # fmt: skip
RISKY_PHRASES: tuple[str, ...] = (
    "hauptwasser", "wasserhahn", "wasserventil", "hauptventil", "absperrhahn", "haupthahn",
    "gasventil", "gashahn", "alarmanlage", "alarmsystem", "einbruchmelder",
)  # fmt: skip
RELAYS = frozenset({
    "öffner", "relais", "schalter", "taster", "taste", "knopf", "impuls", "antrieb", "motor",
    "steuerung", "auslöser", "summer", "schloss", "riegel", "kontakt", "aktor",
})  # fmt: skip
OPENING = frozenset({
    "öffnen", "öffne", "aufschließen", "aufsperren", "entriegeln", "entsperren", "aufmachen",
    "entschärfen",
})  # fmt: skip
DOORS: tuple[str, ...] = (
    "tür", "türen", "schloss", "schlösser", "tor", "tore", "garage", "garagentor",
)  # fmt: skip

# Said in place of values: to be suggested.

SAMPLES: Mapping[str, tuple[str, ...]] = {
    "number": ("fünf", "12", "einundzwanzig"),
    "ordinal": ("erste", "dritte", "zweite"),
    "percent": ("vierzig prozent", "die hälfte", "75%"),
    "temperature": ("einundzwanzig grad", "19,5 grad", "zwanzig grad"),
    "duration": ("zehn minuten", "anderthalb stunden", "90 sekunden"),
    "time": ("viertel nach sieben", "halb acht", "8 uhr"),
    "date": ("morgen", "nächsten freitag", "am dritten mai"),
    "datetime": ("morgen um viertel nach sieben", "in zehn minuten", "heute abend um acht"),
    "color": ("rot", "grün", "blau", "gelb", "orange", "lila", "rosa", "weiß"),
    "color_temperature": ("kerzenlicht", "warmweiß", "neutralweiß", "tageslicht", "kaltweiß"),
    "digits": ("eins zwei drei vier", "2580"),
    "list": ("milch, eier und brot", "äpfel und birnen"),
    "command": ("mach das licht aus", "spiel jazz"),
    "text": ("irgendwas", "eine blaue giraffe"),
}  # fmt: skip
