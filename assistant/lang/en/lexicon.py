"""English words that are matched. Everything is in matching form (understand/text.py)."""

from __future__ import annotations

from collections.abc import Mapping

# How text is written.

LETTERS = frozenset[str]()
SIGNS: Mapping[str, str] = {"%": "percent", "°": "degrees", "&": "and", "-": "minus"}
SPELLINGS: Mapping[str, str] = {
    "colour": "color", "colours": "colors", "grey": "gray", "ok": "okay",
}  # fmt: skip
COMPOUNDS: Mapping[tuple[str, str], str] = {("per", "cent"): "percent"}
SPELLED_BOTH_WAYS: Mapping[str, str] = {"colo[u]r": "color"}
HEADS: tuple[str, ...] = ()
WHOLE = frozenset[str]()
JOINED: tuple[tuple[str, str], ...] = ()
DECIMAL_COMMA = False

# What carries no command.

LEADING_FILLERS: tuple[str, ...] = (
    "hey jarvis", "hey mycroft", "okay nabu", "alexa", "jarvis", "mycroft", "nabu",
    "could you", "can you", "would you", "will you", "i would like you to", "i'd like you to",
    "i want you to", "go ahead and", "please", "hey", "hi", "hello", "okay", "now", "um", "uh",
    "uhm", "er", "erm", "so", "well", "just", "right", "oh", "actually", "then", "and", "kindly",
    "i need you to", "could we", "can we", "can you go ahead and", "do me a favor and", "all right",
    "alright", "be so kind as to", "would you be so kind as to", "yo", "would you kindly",
    "could you kindly", "you can", "you could", "go on and", "quickly",
)  # fmt: skip
TRAILING_FILLERS: tuple[str, ...] = (
    "thank you very much", "thank you", "thanks a lot", "thanks", "for me", "right now", "please",
    "now", "um", "uh", "uhm", "er", "erm", "okay", "would you", "will you", "if you can",
    "if you could", "immediately", "at once", "if you would", "if you don't mind", "mate", "buddy",
    "dude", "cheers", "ta", "for the night", "when you can", "when you get a chance", "quickly",
    "real quick", "straight away", "right away", "will you please", "if you please",
    "as soon as you can", "would you please", "could you", "can you", "pretty please", "for now",
)  # fmt: skip
INNER_FILLERS = frozenset({"please", "both", "um", "uh", "uhm", "er", "erm", "just", "kindly"})
THANKS = frozenset({"thank", "thanks"})
NO_FILLERS: tuple[tuple[str, str], ...] = (("from", "now"),)
AGAIN = "again"

# Which devices.

_WHOLE_HOUSE = (
    "everywhere", "in every room", "in every single room", "in each room", "in all rooms",
    "in all the rooms", "in all of the rooms",
    *(
        f"{where} {whose} {home}"
        for where in ("in", "around", "across", "throughout", "all over")
        for whose in ("the", "my", "our", "the whole", "the entire", "my whole", "our whole")
        for home in ("house", "home", "apartment", "flat", "place", "building")
    ),
)  # fmt: skip
ALL_WORDS: tuple[str, ...] = (
    "all", "every", "everything", "each", "both", "every single", "every one", "each one",
    "every single one", "each and every", "each and every one", *_WHOLE_HOUSE,
)  # fmt: skip
BOTH = frozenset({"both"})
PRONOUNS: tuple[str, ...] = (
    "it", "them", "those", "that one", "this one", "both of them", "all of them",
)  # fmt: skip
ARTICLES = frozenset({"the", "my", "our", "a", "an"})
PREPOSITIONS = frozenset({"in", "on", "at", "of", "to", "for", "by", "with"})
IN_PLACE: tuple[str, ...] = ("in", "in the", "on the", "at the", "of the")
ADVERBS = frozenset({"upstairs", "downstairs", "outside", "outdoors", "inside"})
EMPTY = frozenset({
    "a", "an", "the", "my", "our", "your", "this", "that", "these", "those", "to", "of", "for",
    "at", "in", "on", "by", "with", "and", "or",
})  # fmt: skip

# What devices are called.

GENERIC = frozenset({
    "light", "lights", "lamp", "lamps", "switch", "switches", "plug", "plugs", "socket", "sockets",
    "outlet", "outlets", "thermostat", "radiator", "heating", "conditioning", "conditioner",
    "player", "music", "fan", "blind", "blinds", "door", "lock", "window", "sensor", "one", "two",
    "left", "right", "room", "on", "off", "up", "down",
})  # fmt: skip
ALIKE: tuple[tuple[str, ...], ...] = (
    ("tv", "television", "telly"),
    ("ac", "air conditioner", "air conditioning", "air con", "aircon"),
    ("fridge", "refrigerator"),
    ("pc", "computer"),
    ("vacuum", "vacuum cleaner", "hoover"),
    ("outdoor", "outside", "outdoors"),
    ("indoor", "inside", "indoors"),
)
MEASURED: tuple[str, ...] = (
    "temperature", "temp", "humidity", "moisture", "pressure", "power", "power consumption",
    "energy", "energy consumption", "voltage", "current", "battery", "battery level",
    "illuminance", "light level", "co2", "carbon dioxide", "speed", "level",
)  # fmt: skip
COOLING = frozenset({"ac", "air", "cooler"})
SENSOR = "sensor"
DETECTORS = frozenset({"sensor", "contact", "lock", "detector"})
SAID_WITHOUT: Mapping[str, tuple[str, ...]] = {
    "lock": (" smart lock", " lock"),
    "sensor": (" contact sensor", " door sensor", " window sensor", " contact", " sensor"),
}

# How a sentence divides.

CONNECTIVES = frozenset({"and", "then", "also"})
JOINTS: tuple[str, ...] = ("and", "then", "and then")
CORRECTIONS: tuple[str, ...] = (
    "no wait", "no sorry", "no make that", "no make it", "no i mean", "i mean", "i meant",
    "or rather", "sorry i mean", "wait no", "make that", "actually", "sorry",
)  # fmt: skip
OPENINGS = frozenset({
    "i'm", "it's", "we're", "they're", "he's", "she's", "there's", "someone's", "somebody's",
    "everyone's", "everybody's", "that's", "i've", "we've",
})  # fmt: skip
REASONS = frozenset({"because", "cause", "since"})
VERBS = frozenset({
    "turn", "switch", "put", "set", "open", "close", "shut", "lock", "unlock", "play", "pause",
    "stop", "start", "dim", "brighten", "make", "lower", "raise", "activate", "resume", "skip",
    "mute", "kill", "bring", "light", "can", "could", "please", "would", "cancel", "remind", "wake",
})  # fmt: skip
STATES = frozenset({"on", "off", "open", "closed", "shut", "locked", "unlocked", "up", "down"})
DETERMINERS = frozenset({"the", "my", "our"})
AFTER_A_THING = frozenset({
    "to", "at", "by", "on", "off", "up", "down", "in", "for", "of", "from", "with", "is", "are",
    "and", "please", "now", "again",
})  # fmt: skip
CONDITIONS = frozenset({
    "if", "when", "whenever", "unless", "until", "till", "once", "while", "before", "sunset",
    "sunrise", "dawn", "dusk", "yesterday", "tomorrow", "tonight", "later", "except", "but",
})  # fmt: skip
BEFORE_PLACES = frozenset({"in", "on", "at", "inside"})
NO_TALK = frozenset({
    "if", "when", "whenever", "unless", "until", "till", "while", "not", "don't", "never", "said",
    "says", "say", "told", "tell", "tells", "asked", "ask", "asks", "asking", "remember", "why",
    "how", "who", "what", "which", "where", "should", "wouldn't", "can't", "won't", "didn't",
})  # fmt: skip
GOES_ON = frozenset({
    "to", "the", "a", "an", "my", "our", "your", "and", "or", "but", "that", "i", "you", "he",
    "she", "we", "they", "will", "would", "can", "could", "must", "might", "have", "has", "had",
    "gonna", "wanna", "just", "in", "on", "at", "of", "for", "with", "as", "than", "so", "is",
    "are", "was", "were", "be", "been", "being", "going", "trying", "about", "this", "his", "her",
})  # fmt: skip

# What protects.

ANNOUNCING = frozenset({
    "code", "codes", "pin", "pins", "pincode", "passcode", "passcodes", "password", "passwords",
    "passphrase", "keycode", "combination",
})  # fmt: skip
UNLOCKING = frozenset({"unlock", "unbolt", "unlatch", "disarm"})
SOUNDALIKES = frozenset({
    "to", "too", "for", "fore", "won", "want", "ate", "hate", "tree", "free", "sex", "sicks",
    "nein", "fife", "niner", "nil", "zero", "double", "triple", "and",
})  # fmt: skip
ENTRANCES: tuple[str, ...] = ("garage", "gate", "door")
HARMLESS = frozenset({"outdoor", "indoor"})
RISKY_PHRASES: tuple[str, ...] = (
    "main water", "water main", "water valve", "main valve", "stopcock",
    "alarm system", "alarm panel", "alarm control", "burglar alarm",
)  # fmt: skip
RELAYS = frozenset({
    "opener", "relay", "switch", "button", "trigger", "remote", "control", "controller", "motor",
    "release", "strike", "buzzer", "lock", "latch", "unlock", "open", "opening", "contact", "pulse",
})  # fmt: skip
OPENING = frozenset({"open", "unlock", "unlatch", "release", "disarm"})
DOORS: tuple[str, ...] = (
    "door", "doors", "lock", "locks", "gate", "gates", "garage", "garage door",
)  # fmt: skip

# Said in place of values: to be suggested.

SAMPLES: Mapping[str, tuple[str, ...]] = {
    "number": ("five", "12", "twenty one"),
    "ordinal": ("first", "third", "2nd"),
    "percent": ("forty percent", "half", "75%"),
    "temperature": ("twenty one degrees", "19.5", "twenty degrees"),
    "duration": ("ten minutes", "an hour and a half", "90 seconds"),
    "time": ("quarter past seven", "8 pm", "noon"),
    "date": ("tomorrow", "next friday", "the third of may"),
    "datetime": ("tomorrow at quarter past seven", "in ten minutes", "tonight at eight"),
    "color": ("red", "green", "blue", "yellow", "orange", "purple", "pink", "white"),
    "color_temperature": (
        "candlelight", "candle light", "very warm white", "warm white", "warm", "soft white",
    ),
    "digits": ("one two three four", "2580"),
    "list": ("milk, eggs and bread", "apples and pears"),
    "command": ("turn off the lights", "play some jazz"),
    "text": ("something", "a blue giraffe"),
}  # fmt: skip
