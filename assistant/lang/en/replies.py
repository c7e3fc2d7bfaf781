"""What is said in English: key → sentence, {name} stands for what is said about.

{Name} is {name} with a capital letter; {are} and {have} agree with {targets}.
"""

from __future__ import annotations

from collections.abc import Mapping

REPLIES: Mapping[str, str] = {
    # Words that came to nothing.
    "nothing_heard": "I didn't catch that.",
    "too_much": "That was too much at once.",
    "enough": "Let's leave it at that.",
    "went_wrong": "Sorry, something went wrong with that.",
    "failed": "Sorry, that did not work.",
    "too_long": "Sorry, that took too long.",
    "nobody": "Nobody is connected who could do that.",
    "okay": "Okay.",
    "no_sense": "Sorry, I can't make sense of {said}.",
    "no_sense_away": "Sorry, I can't make sense of {said}, and I can't reach the house.",
    "that": "that",
    "can_say": "You can say “{near}”.",
    "meant_what": "I don't know what you mean in “{text}”.",
    "pointed_nowhere": "I don't know what you mean.",
    "none_known": "There is no {what} here that I know of.",
    "unknown_command": "I don't know how to “{text}”.",
    "unsupported": "I know {the_name}, but I can't control {a_kind} yet.",
    "another_assistant": "Another assistant is {id} already, so I keep quiet.",
    # What is asked.
    "wanted": "Did you want me to {wish}?",
    "sure": "{Wish}?",
    "later": "{Wish} later?",
    "which": "Which {what}: {rooms}?",
    "which_one": "Which {what}?",
    "out_of_range": "{Slot} goes from {low} to {high}{unit}, not {value}. Which should it be?",
    "out_of_range_above": "{Slot} goes up to {high}{unit}, not {value}. Which should it be?",
    "out_of_range_below": "{Slot} starts at {low}{unit}, not {value}. Which should it be?",
    "unlock": "unlock {what}",
    "open": "open {what}",
    # What is taken back.
    "undo": "undo that",
    "nothing_to_undo": "There is nothing to undo.",
    "not_undone": "I can't undo that.",
    "cancelled": "Cancelled.",
    "as_before": "It is as before.",
    "targets_as_before": "{Targets} {are} as before.",
    # What devices cannot do, or did not.
    "house_away": "I can't reach the house.",
    "no_device": "There is no device called {name}.",
    "none_there": "There is no {what}{where}.",
    "none_in_house": "There is no {what} in the house.",
    "not_two": "There are {count}, not two.",
    "nothing_left": "Then nothing is left.",
    "has_no": "{Targets} {have} no {what}.",
    "tells_nothing": "{Targets} tells nothing that I could say.",
    "cannot": "{Name} {cannot}.",
    "only_knows": "{Name} only knows {choices}, not {value}.",
    "takes": "{Name} takes {low} to {high} {unit}.",
    "finds_nothing": "I can't find any {query}.",
    "not_everything": "Not everything worked. {problems}",
    "unsaved": "But I can't save that: {why}; it is lost if I restart.",
    "unsaved_change": "But I can't save that: {why}; it is back if I restart.",
    # What protects.
    "code_later": "What needs a code is not done later.",
    "code_unchecked": "I can't check the door code: {why}.",
    "code_wanted": "{Names} wants its code: say “unlock” and it.",
    "not_for_programs": "{Name} lets somebody in: I don't open it for another program.",
    # What is due.
    "timer_done": "Your timer is done.",
    "timer_done_ago": "Your timer was done {ago} ago.",
    "named_timer_done": "Your {name} timer is done.",
    "named_timer_done_ago": "Your {name} timer was done {ago} ago.",
    "alarm": "Your alarm.",
    "alarm_at": "It is {time}.",
    "reminder": "Reminder: {text}.",
    "reminder_ago": "Reminder, due {ago} ago: {text}.",
    "command": "Now: {text}.",
    "missed": "I missed your {kind}: I was not running then.",
    "missed_at": "I missed your {kind} at {time}: I was not running then.",
    "missed_command": "I did not “{text}”: I was not running then.",
    "missed_command_at": "I did not “{text}” at {time}: I was not running then.",
}

PREDICATES: Mapping[str, str] = {
    "not_available": "is not available",
    "not_reached": "can't be reached",
    "no_answer": "did not answer",
    "not_done": "did not do it",
    "not_known": "did not answer, but it was already so when I last heard from it",
    "not_back": "has not been heard since the connection to the house was lost",
    "lost": "was sent the command, but then I lost the house",
    "held": "was sent the command and has not answered; it may still do it",
    "untold": "has not told me its state",
    "was": "was {state}",
    "was_when_heard": "was {state} when I last heard from {them}",
    "not_available_was": "is not available; {they} was {state} when I last heard from {them}",
}
"""What follows the name of a device."""

CANNOT: Mapping[str, str] = {
    "on": "can't be switched on or off",
    "brightness": "can't be dimmed",
    "hue": "has no colour",
    "saturation": "has no colour",
    "color_temperature": "can't change its colour temperature",
    "mode": "has no modes",
    "target_temperature": "can't be set to a temperature",
    "playback": "can't play music",
    "volume": "has no volume",
    "query": "can't play music",
    "skip": "can't skip",
    "muted": "can't be muted",
    "source": "has no sources to choose from",
    "transition": "can't change slowly",
    "preset": "has no presets",
    "fan_mode": "has no fan modes",
    "open": "can't be opened or closed",
    "position": "can't be set to a position",
    "tilt": "can't be tilted",
    "stop": "can't be stopped",
    "speed": "has no speeds",
    "oscillating": "can't oscillate",
    "direction": "can't change its direction",
    "locked": "can't be locked or unlocked",
    "activate": "can't be activated",
    "": "can't do that",
}
"""Attribute → what a device without it cannot do, to follow its name; "": any other."""
