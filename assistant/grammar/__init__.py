"""The grammar: what can be said with these skills, compiled once and read in two ways.

automaton.py    nodes, and what leads from one to the next
compiler.py     the sentences of the skills → an automaton
parser.py       words → every way to read them, with what fills each slot
"""
