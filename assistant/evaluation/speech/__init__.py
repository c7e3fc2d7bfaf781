"""How well spoken commands are understood: recordings against skills, several engines side by side.

recordings.py      labelled recordings, sound without commands, noise mixed in
engines.py         the recognizers that are compared, under the same graph of what can be said
pocketsphinx.py    PocketSphinx as a recognizer (extra `bench`)
verdicts.py        what a transcript leads to, at any threshold of acceptance
measure.py         one engine over all the sound, in a process of its own
figures.py         shares, rates, percentiles
published.py       figures of others
report.py          all of it as tables and as JSON
plot.py            acceptance against noise and against false actions (extra `bench`)
"""
