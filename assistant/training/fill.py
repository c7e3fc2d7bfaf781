"""Random slot contents: names no house has yet, rooms, numbers, songs."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from assistant.grammar.templates import FIXED_SLOTS, fixed_words
from assistant.lang.en.numbers import spell
from assistant.lang.en.values import COLORS, WHITES
from assistant.skill.manifest import SlotSpec, SlotType
from assistant.training.corpus import Corpus
from assistant.understand.values import choice_words

ROOMS = (
    "kitchen", "living room", "bedroom", "bathroom", "hallway", "hall", "office", "dining room",
    "garage", "basement", "attic", "garden", "balcony", "terrace", "patio", "guest room", "study",
    "nursery", "kids room", "children's room", "playroom", "laundry room", "utility room",
    "master bedroom", "lounge", "den", "entrance", "entryway", "porch", "corridor", "stairs",
    "stairwell", "cellar", "workshop", "library", "conservatory", "pantry", "closet", "gym",
    "family room", "sitting room", "toilet", "shower", "shed", "studio", "sunroom", "loft",
    "front yard", "backyard", "driveway", "guest bathroom", "tv room", "music room", "foyer",
    "anna's room", "tom's room", "mia's room", "leo's bedroom", "game room", "craft room",
    "wardrobe", "landing", "veranda", "winter garden", "greenhouse", "home office", "spare room",
)  # fmt: skip
FLOORS = (
    "upstairs", "downstairs", "ground floor", "first floor", "second floor", "top floor",
    "third floor", "basement floor", "lower floor", "upper floor", "main floor", "attic floor",
)  # fmt: skip
_EXAMPLES = 0.5
"""Share of free texts that are an example of skill.yaml."""

_NOUNS = {
    "cover": (
        "blinds", "blind", "curtains", "curtain", "shutter", "shutters", "shade", "shades",
        "garage door", "gate", "awning", "roller blind", "drapes", "skylight", "window", "door",
        "roller shutter", "screen", "canopy", "sunshade", "velux", "pergola", "driveway gate",
    ),
    "fan": (
        "fan", "ceiling fan", "ventilator", "extractor fan", "tower fan", "desk fan", "extractor",
        "exhaust fan", "ventilation", "air purifier", "purifier", "cooker hood", "range hood",
    ),
    "lock": (
        "front door", "back door", "door", "lock", "door lock", "side door", "garden gate", "safe",
        "patio door", "garage side door", "smart lock", "deadbolt", "cellar door", "shed",
    ),
    "switch": (
        "plug", "outlet", "socket", "coffee machine", "coffee maker", "kettle", "tv", "television",
        "washing machine", "dishwasher", "dryer", "pump", "fountain", "heater", "printer", "boiler",
        "computer", "christmas tree", "aquarium", "charger", "towel rail", "electric blanket",
        "router", "sprinkler", "doorbell", "projector", "fridge", "humidifier", "game console",
    ),
    "light": (
        "light", "lamp", "lights", "lamps", "bulb", "lantern", "chandelier", "strip", "led strip",
        "sconce", "spotlight", "downlight", "spot", "floodlight", "pendant", "night light",
        "light strip", "uplight", "candle", "light bar", "mood light", "string lights",
    ),
    "climate": (
        "thermostat", "heater", "radiator", "heating", "air conditioner", "ac", "heat pump",
        "underfloor heating", "towel rail", "boiler", "climate", "panel heater", "fan heater",
    ),
    "media_player": (
        "speaker", "speakers", "radio", "stereo", "tv", "player", "sound bar", "soundbar",
        "receiver", "music player", "hi fi", "amplifier", "jukebox", "record player", "echo",
    ),
    "sensor": (
        "motion sensor", "door sensor", "window sensor", "window", "door", "contact", "sensor",
        "thermometer", "hygrometer", "leak sensor", "smoke detector", "temperature", "humidity",
        "door contact", "window contact", "battery", "gate", "mailbox", "plant", "weather station",
    ),
    "scene": (
        "movie night", "good night", "party", "dinner", "relax", "good morning", "bedtime",
        "cinema", "reading", "romantic dinner", "night", "morning routine", "evening", "cleaning",
        "homework", "sleep", "wake up", "goodbye", "leaving home", "welcome home", "i'm home",
        "breakfast", "focus", "gaming", "vacation mode", "energize", "candle light", "sunset",
        "concentrate", "chill", "yoga", "work", "guests", "birthday party", "date night",
    ),
}  # fmt: skip
_QUALIFIERS = (
    "ceiling", "floor", "table", "desk", "wall", "corner", "window", "big", "small", "left",
    "right", "main", "reading", "bed", "counter", "mirror", "sofa", "couch", "shelf", "front",
    "back", "outdoor", "old", "new", "tall", "round", "red", "blue", "bar", "island", "cabinet",
    "door", "stair", "tree", "garden", "tv", "star", "globe", "paper", "standing", "hanging",
)  # fmt: skip
_BARE = (
    "hue", "lava lamp", "fairy lights", "aurora", "sunrise", "moon", "spider", "cloud", "tado",
    "ecobee", "honeywell", "danfoss", "bose", "heos", "denon", "chromecast", "homepod", "marshall",
    "yamaha", "big bertha", "christmas tree", "aquarium", "r2d2", "pixar", "tolomeo", "arco",
)  # fmt: skip
_PEOPLE = ("anna", "tom", "mia", "leo", "john", "emma", "grandma", "dad", "mom", "max", "sara")
_GENRES = (
    "jazz", "rock", "classical music", "hip hop", "techno", "blues", "folk", "country", "metal",
    "soul", "funk", "disco", "ambient", "indie", "punk", "salsa", "house music", "opera", "pop",
    "reggaeton", "lo fi", "piano music", "guitar music", "christmas songs", "lullabies",
    "dinner music", "workout music", "party music", "nineties hits", "80s music", "film music",
    "white noise", "rain sounds", "meditation music", "an audiobook", "the radio", "a podcast",
    "bbc radio four", "jazz radio", "my favorites", "my playlist", "my morning playlist",
)  # fmt: skip
_ARTISTS = (
    "queen", "the beatles", "mozart", "bach", "taylor swift", "pink floyd", "nirvana", "abba",
    "bob dylan", "madonna", "coldplay", "beyonce", "drake", "eminem", "johnny cash", "u2",
    "led zeppelin", "the rolling stones", "david bowie", "elton john", "billie eilish", "prince",
    "michael jackson", "ed sheeran", "metallica", "chopin", "ella fitzgerald", "louis armstrong",
    "simon and garfunkel", "fleetwood mac", "kraftwerk", "rihanna", "ac dc", "depeche mode",
)  # fmt: skip

_SPOKEN: Mapping[SlotType, Sequence[str]] = {
    "digits": ("one two three four", "2580", "nine oh two one", "twelve thirty four", "0 0 0 7"),
    "ordinal": ("first", "second", "third", "fourth", "tenth", "twenty first", "3rd"),
    "duration": (
        "ten minutes", "an hour", "half an hour", "an hour and a half", "ninety seconds",
        "two hours and fifteen minutes", "5 minutes", "a minute", "twenty minutes", "45 seconds",
    ),
    "time": (
        "seven", "quarter past seven", "half past six", "7:15", "noon", "eight pm", "six thirty",
        "twenty to nine", "5 o'clock", "nine in the evening",
    ),
    "date": (
        "tomorrow", "today", "on friday", "next monday", "the third of may", "in two days",
        "the day after tomorrow", "december 24th",
    ),
    "datetime": (
        "tomorrow at seven", "tomorrow morning at half past six", "tonight at eight", "at noon",
        "in ten minutes", "on friday at quarter past seven", "at six thirty", "in an hour",
    ),
    "list": ("milk and eggs", "bread", "apples and pears and cheese", "some butter"),
}  # fmt: skip


class Filler:
    """Makes up slot contents. Everything random comes from `rng`."""

    def __init__(self, corpus: Corpus, rng: random.Random) -> None:
        self._corpus = corpus
        self._rng = rng
        self._typed: dict[str, Callable[[SlotSpec], str]] = {
            "number": lambda spec: self._number(spec.min or 0, spec.max or 60),
            "percent": lambda spec: self._percent(),
            "temperature": lambda spec: self._temperature(spec.min or 5, spec.max or 35),
            "color": lambda spec: self._color(),
            "color_temperature": lambda spec: self._white(),
            "choice": lambda spec: rng.choice(choice_words(spec) or list(spec.choices)),
            "text": self._words,
            "command": self._words,
        }

    def fill(self, slot: str, spec: SlotSpec | None, kind: str | None) -> str:
        """Words for a slot; `kind` is that of the devices, for `name`."""
        if spec is not None and spec.type in _SPOKEN:
            return self._rng.choice(spec.examples or _SPOKEN[spec.type])
        if spec is not None:
            return self._typed[spec.type](spec)
        if slot in FIXED_SLOTS:
            return self._rng.choice(fixed_words(slot))
        if slot == "floor":
            return self._rng.choice(FLOORS)
        return self.area() if slot == "area" else self.name(kind)

    def area(self) -> str:
        if self._rng.random() < 0.85:
            return self._rng.choice(ROOMS)
        return f"{self._corpus.word(self._rng)} room"

    def name(self, kind: str | None) -> str:
        """A device's name: "arco", "anna's lamp", "left kitchen spot", "piano light two"."""
        rng = self._rng
        nouns = _NOUNS.get(kind or rng.choice(list(_NOUNS)), ("device",))
        noun, roll = rng.choice(nouns), rng.random()
        if kind == "scene" and roll < 0.7:
            return noun  # it is called for what it is for
        if roll < 0.1:
            return rng.choice(_BARE)
        if roll < 0.2:
            return self._corpus.word(rng)
        if roll < 0.3:
            return f"{rng.choice(_PEOPLE)}'s {noun}"
        if roll < 0.5:
            return f"{rng.choice(ROOMS)} {noun}"
        if roll < 0.75:
            return f"{rng.choice(_QUALIFIERS)} {noun}"
        if roll < 0.93:
            return f"{self._corpus.word(rng)} {noun}"
        return f"{noun} {self._integer(rng.randint(1, 6))}"

    def _words(self, spec: SlotSpec) -> str:
        """What the skill's author thought of, or else what people play."""
        if spec.examples and (spec.type == "command" or self._rng.random() < _EXAMPLES):
            return self._rng.choice(spec.examples)
        return self._query(spec)

    def _integer(self, number: int) -> str:
        return spell(number) if self._rng.random() < 0.65 else str(number)

    def _number(self, low: float, high: float) -> str:
        number = self._rng.randint(max(1, int(low)), int(high))
        if number == 1 and self._rng.random() < 0.5:
            return "a"
        half = self._rng.random()
        if half < 0.06:
            return f"{spell(number)} and a half"
        return f"{number}.5" if half < 0.1 else self._integer(number)

    def _percent(self) -> str:
        rng = self._rng
        if rng.random() < 0.18:
            return rng.choice(
                ["half", "full", "maximum", "minimum", "a quarter", "a third", "three quarters",
                 "the maximum", "max", "two thirds", "the minimum", "fifty", "low", "medium"]
            )  # fmt: skip
        number = rng.choice([rng.randint(0, 20) * 5, rng.randint(0, 10) * 10, rng.randint(0, 100)])
        return self._integer(number) + (" percent" if rng.random() < 0.75 else "")

    def _temperature(self, low: float, high: float) -> str:
        rng = self._rng
        number = (
            self._number(max(low, 2), high) if rng.random() < 0.85 else str(rng.randint(60, 80))
        )
        scale = rng.choice([" celsius", " fahrenheit"]) if rng.random() < 0.1 else ""
        return number + (" degrees" + scale if rng.random() < 0.7 else "")

    def _color(self) -> str:
        name = self._rng.choice(list(COLORS))
        if self._rng.random() < 0.15:
            return f"{self._rng.choice(['light', 'dark', 'soft', 'bright', 'deep', 'pale'])} {name}"
        return name

    def _white(self) -> str:
        if self._rng.random() < 0.7:
            return self._rng.choice(list(WHITES))
        kelvin = self._rng.randint(20, 65) * 100
        return f"{self._integer(kelvin)} kelvin"

    def _query(self, spec: SlotSpec) -> str:
        rng, roll = self._rng, self._rng.random()
        if roll < 0.3 and spec.examples:
            return rng.choice(spec.examples)
        if roll < 0.4:
            return rng.choice(_GENRES)
        if roll < 0.5:
            return rng.choice(_ARTISTS)
        if roll < 0.6:
            return f"{rng.choice(['something', 'songs', 'music', 'an album'])} by {self._artist()}"
        if roll < 0.75:
            return f"{self._corpus.phrase(rng, 3)} by {self._artist()}"
        return self._corpus.phrase(rng, 4)

    def _artist(self) -> str:
        if self._rng.random() < 0.6:
            return self._rng.choice(_ARTISTS)
        return f"{self._rng.choice(_PEOPLE)} {self._corpus.word(self._rng)}"
