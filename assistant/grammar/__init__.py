"""The grammar: what can be said with these skills in this house, compiled once and read by all.

templates.py    the sentences of the skills, parsed (rules that all can use: assistant/lang)
wordings.py     other wordings that the model understands (wordings.yaml of the language)
cost.py         what sentences may not be: too costly (stretches.py: joined; anything.py: free text
                alone); ways.py: a short template written out
compiler.py     the sentences → an automaton over letters (automaton.py)
parser.py       words → every way to read them, with what fills each slot
matcher.py      the readings as intents, the best first
graph.py        the automaton letter by letter, for a recognizer (vocabulary.py: its words)
samples.py      random sentences of a template
suggest.py      what can be said with words that made no sense
"""
