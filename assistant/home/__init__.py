"""The house in its own units, and the way to it.

model        `Device`, `Change`: what skills, dialogue and tests see
risk         what lets somebody in; entrances: whether a message does
attributes   the attributes with their limits, and when a report counts as "done"
dialects/    one file per way of speaking MQTT; brightness is 255, 254 or 100 only there
readings     what sensors measure, and in which units
followed     one device as its reports tell it
carrier      what carries messages: MQTT, or something in its place
mpd          carries commands to music players that speak MPD's protocol (extra `mpd`)
discovery/   devices that announce themselves
house        `House`: plans changes, carries them out, waits until the devices say so
simulate     `SimulatedHouse`: every device of a configuration as a real MQTT client
"""
