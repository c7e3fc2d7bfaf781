"""What is wished for, as the devices can take it."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.errors import HouseError
from assistant.events import Value
from assistant.home.attributes import COMMAND_ONLY
from assistant.home.followed import Followed
from assistant.home.model import Change


def merged(changes: Iterable[Change]) -> list[Change]:
    """One change per device, the later wish winning; "skip, skip" stays two."""
    found: list[Change] = []
    for change in changes:
        for i, earlier in enumerate(found):
            both = COMMAND_ONLY & earlier.attributes.keys() & change.attributes.keys()
            if earlier.device_id == change.device_id and not both:
                found[i] = Change(change.device_id, {**earlier.attributes, **change.attributes})
                break
        else:
            found.append(change)
    return found


def fit(attributes: dict[str, Value], device: Followed) -> dict[str, Value]:
    """The attributes as this device can take them."""
    features = device.dialect.features
    white = attributes.get("color_temperature")
    if "color_temperature" in device.dialect.limits and isinstance(white, int | float):
        # "Warm white" means the warmest a lamp has, not a refusal.
        low, high = device.dialect.limits["color_temperature"]
        attributes["color_temperature"] = round(min(max(white, low), high))
    if "saturation" in attributes and "hue" not in attributes:
        if "hue" not in device.state:
            raise HouseError(f"I don't know the colour of the {device.settings.name}.")
        attributes["hue"] = device.state["hue"]
    if "transition" not in features:  # it then changes at once, which is better than not at all
        attributes.pop("transition", None)
    if "position" not in features and attributes.get("position") in (0, 100) and "open" in features:
        del attributes["position"]  # all the way is what it can do
    return attributes
