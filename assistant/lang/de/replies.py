"""What is said in German: key → sentence, as in English."""

from __future__ import annotations

from collections.abc import Mapping

REPLIES: Mapping[str, str] = {
    # Words that came to nothing.
    "nothing_heard": "Das habe ich nicht verstanden.",
    "too_much": "Das war zu viel auf einmal.",
    "enough": "Lassen wir es dabei.",
    "went_wrong": "Entschuldigung, dabei ist etwas schiefgegangen.",
    "failed": "Entschuldigung, das hat nicht geklappt.",
    "too_long": "Entschuldigung, das hat zu lange gedauert.",
    "nobody": "Niemand ist verbunden, der das tun könnte.",
    "okay": "Okay.",
    "no_sense": "Entschuldigung, mit {said} kann ich nichts anfangen.",
    "no_sense_away": (
        "Entschuldigung, mit {said} kann ich nichts anfangen, und ich erreiche das Haus nicht."
    ),
    "that": "dem",
    "quoted": "„{text}“",
    "can_say": "Du kannst sagen: „{near}“.",
    "meant_what": "Ich weiß nicht, was mit „{text}“ gemeint ist.",
    "pointed_nowhere": "Ich weiß nicht, was gemeint ist.",
    "none_known": "{what} kenne ich hier nicht.",
    "unknown_command": "Ich weiß nicht, wie ich „{text}“ machen soll.",
    "unsupported": "Ich kenne {the_name}, aber {a_kind} kann ich noch nicht steuern.",
    "another_assistant": "Ein anderer Assistent heißt schon {id}, also bleibe ich still.",
    # What is asked.
    "wanted": "Soll ich {wish}?",
    "sure": "{Wish}?",
    "later": "{Wish}, und zwar später?",
    "which": "{what}: {rooms}?",
    "which_one": "Welches Gerät: {what}?",
    "out_of_range": "{Slot} geht von {low} bis {high}{unit}, nicht {value}. Was soll es sein?",
    "out_of_range_above": "{Slot} geht bis {high}{unit}, nicht {value}. Was soll es sein?",
    "out_of_range_below": "{Slot} fängt bei {low}{unit} an, nicht {value}. Was soll es sein?",
    "unlock": "{what} aufschließen",
    "open": "{what} öffnen",
    # What is taken back.
    "undo": "das rückgängig machen",
    "nothing_to_undo": "Es gibt nichts rückgängig zu machen.",
    "not_undone": "Das kann ich nicht rückgängig machen.",
    "cancelled": "Abgebrochen.",
    "as_before": "Es ist wie vorher.",
    "targets_as_before": "{Targets} {are} wie vorher.",
    # What devices cannot do, or did not.
    "house_away": "Ich erreiche das Haus nicht.",
    "no_device": "Es gibt kein Gerät mit dem Namen {name}.",
    "none_there": "{what} gibt es{where} nicht.",
    "none_in_house": "{what} gibt es im Haus nicht.",
    "not_two": "Es sind {count}, nicht zwei.",
    "nothing_left": "Dann bleibt nichts übrig.",
    "has_no": "{Targets} {have} das nicht: {what}.",
    "tells_nothing": "{Targets} sagt nichts, was ich weitergeben könnte.",
    "cannot": "{Name} {cannot}.",
    "only_knows": "{Name} kennt nur {choices}, nicht {value}.",
    "takes": "{Name} nimmt {low} bis {high} {unit}.",
    "finds_nothing": "Ich finde nichts zu {query}.",
    "not_everything": "Nicht alles hat geklappt. {problems}",
    "unsaved": "Aber ich kann das nicht speichern: {why}; nach einem Neustart ist es weg.",
    "unsaved_change": (
        "Aber ich kann das nicht speichern: {why}; nach einem Neustart ist es wieder da."
    ),
    # What protects.
    "code_later": "Was einen Code braucht, wird nicht später gemacht.",
    "code_unchecked": "Ich kann den Türcode nicht prüfen: {why}.",
    "code_wanted": "{Names}: dafür brauche ich den Code. Sag „aufschließen“ und den Code.",
    "not_for_programs": (
        "{Name} lässt jemanden herein: das öffne ich nicht für ein anderes Programm."
    ),
    "not_allowed": "Die Skill {name} darf das nicht: {what}.",
    "command_it": "{what} steuern",
    "send_to": "an {topic} senden",
    "empty_topic": "ein leeres Topic",
    "send_with": "mit QoS {qos} senden",
    # What is due.
    "timer_done": "Dein Timer ist abgelaufen.",
    "timer_done_ago": "Dein Timer ist vor {ago} abgelaufen.",
    "named_timer_done": "Dein Timer {name} ist abgelaufen.",
    "named_timer_done_ago": "Dein Timer {name} ist vor {ago} abgelaufen.",
    "alarm": "Dein Wecker.",
    "alarm_at": "Es ist {time}.",
    "reminder": "Erinnerung: {text}.",
    "reminder_ago": "Erinnerung, fällig vor {ago}: {text}.",
    "command": "Jetzt: {text}.",
    "missed": "{kind} verpasst: da war ich nicht an.",
    "missed_at": "{kind} um {time} verpasst: da war ich nicht an.",
    "missed_command": "„{text}“ habe ich nicht gemacht: da war ich nicht an.",
    "missed_command_at": "„{text}“ um {time} habe ich nicht gemacht: da war ich nicht an.",
}

PREDICATES: Mapping[str, str] = {
    "not_available": "ist nicht erreichbar",
    "not_reached": "ist nicht zu erreichen",
    "no_answer": "hat nicht geantwortet",
    "not_done": "hat es nicht getan",
    "not_known": "hat nicht geantwortet, war aber schon so, als ich zuletzt davon gehört habe",
    "not_back": "hat sich nicht gemeldet, seit die Verbindung zum Haus verloren ging",
    "lost": "hat den Befehl bekommen, aber dann habe ich das Haus verloren",
    "held": "hat den Befehl bekommen und nicht geantwortet; es kann noch passieren",
    "untold": "hat mir seinen Zustand nicht gesagt",
    "was": "war {state}",
    "was_when_heard": "war {state}, als ich zuletzt davon gehört habe",
    "not_available_was": "ist nicht erreichbar; zuletzt gehört: {state}",
}
"""What follows the name of a device."""

CANNOT: Mapping[str, str] = {
    "on": "lässt sich nicht ein- oder ausschalten",
    "brightness": "lässt sich nicht dimmen",
    "hue": "hat keine Farben",
    "saturation": "hat keine Farben",
    "color_temperature": "kann die Farbtemperatur nicht ändern",
    "mode": "hat keine Betriebsarten",
    "target_temperature": "lässt sich nicht auf eine Temperatur stellen",
    "playback": "kann keine Musik spielen",
    "volume": "hat keine Lautstärke",
    "query": "kann keine Musik spielen",
    "skip": "kann nichts überspringen",
    "muted": "lässt sich nicht stumm schalten",
    "source": "hat keine Quellen zur Auswahl",
    "transition": "kann sich nicht langsam ändern",
    "preset": "hat keine Voreinstellungen",
    "fan_mode": "hat keine Lüfterstufen",
    "open": "lässt sich nicht öffnen oder schließen",
    "position": "lässt sich nicht auf eine Position stellen",
    "tilt": "lässt sich nicht kippen",
    "stop": "lässt sich nicht anhalten",
    "speed": "hat keine Stufen",
    "oscillating": "kann nicht schwenken",
    "direction": "kann die Richtung nicht ändern",
    "locked": "lässt sich nicht auf- oder abschließen",
    "activate": "lässt sich nicht aktivieren",
    "": "kann das nicht",
}
"""Attribute → what a device without it cannot do, to follow its name; "": any other."""
