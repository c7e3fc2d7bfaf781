"""The wire to the house: the assistant's connection, and a broker for a first run.

connection   `Connection`: in the background, back by itself, nothing sent late
commands     the second connection, on which no report is in a command's way
link         one TCP connection to the broker, from CONNECT to its end
approach     how the next attempt is made, after what came of the last
client       paho's client, reading faster and looking at what it ignores
terms        on which it is made: version, TLS, session; pauses between attempts
steady       a topic that floods is slowed down to its last word
presence     other assistants of the same site: who was first goes on
problems     why the broker cannot be reached, for people
broker       `EmbeddedBroker`: MQTT 3.1.1 inside this process (imports amqtt when it starts)
"""
