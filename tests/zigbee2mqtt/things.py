"""A house of devices that people buy, as Zigbee sees them."""

from __future__ import annotations

from emulated import Endpoint, Thing

BASIC = (0x0000, 0x0003)
ON_OFF, LEVEL, COLOR = 0x0006, 0x0008, 0x0300
SWITCHED = (*BASIC, 0x0004, 0x0005, ON_OFF)

LAMP = Thing(
    "living room/floor lamp",
    "TRADFRI bulb E27 CWS 806lm",
    "IKEA of Sweden",
    (Endpoint(1, (*SWITCHED, LEVEL, COLOR), 269),),
)
PLUG = Thing(
    "kettle", "TRADFRI control outlet", "IKEA of Sweden", (Endpoint(1, (*SWITCHED, LEVEL), 266),)
)
SOCKETS = Thing(
    "desk",
    "DoubleSocket50AU",
    "Aurora",
    (Endpoint(1, (*SWITCHED, LEVEL), 81), Endpoint(2, (*SWITCHED, LEVEL), 81)),
)
BLIND = Thing(
    "study blind",
    "FYRTUR block-out roller blind",
    "IKEA of Sweden",
    (Endpoint(1, (*BASIC, 0x0001, 0x0102), 514),),
    battery=True,
)
THERMOSTAT = Thing(
    "hall thermostat",
    "Zen-01",
    "Zen Within",
    (Endpoint(1, (*BASIC, 0x0001, 0x0201, 0x0202, 0x0204), 769),),
)
LOCK = Thing(
    "front door", "V3-BTZB", "Danalock", (Endpoint(1, (*BASIC, 0x0001, 0x0101), 10),), battery=True
)
PURIFIER = Thing(
    "air purifier",
    "STARKVIND Air purifier",
    "IKEA of Sweden",
    (Endpoint(1, (*BASIC, 0x0202, 0xFC7D), 7),),
)
SENSOR = Thing(
    "cellar sensor",
    "TH01",
    "eWeLink",
    (Endpoint(1, (*BASIC, 0x0001, 0x0402, 0x0405), 770),),
    battery=True,
)
CURTAINS = Thing(
    "bay window",
    "E8332SCN300ZB",
    "Schneider Electric",
    tuple(Endpoint(number, (*BASIC, 0x0102), 514) for number in (1, 10, 11)),
)
WAND = Thing("loft blind", "E-Wand", "Current Products Corp", (Endpoint(1, (*BASIC, 0x0102), 514),))
CEILING_FAN = Thing(
    "ceiling fan",
    "HDC52EastwindFan",
    "King Of Fans,  Inc.",
    (Endpoint(1, (*SWITCHED, LEVEL, 0x0202), 14),),
)
ALL = (LAMP, PLUG, SOCKETS, BLIND, THERMOSTAT, LOCK, PURIFIER, SENSOR, CURTAINS, WAND, CEILING_FAN)
