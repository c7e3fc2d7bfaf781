"""How good an intent model is: the same figures for every model and task, without torch.
How well speech is understood is measured in speech/.

tasks.py       labelled sentences: SNIPS, CLINC150
answers.py     what a model answers to them, and what would be right
metrics.py     intent accuracy, slot F1 by span, out-of-scope recall, calibration, agreement
house.py       the product on its own test sentences, in the house of the tests
subjects.py    which models there are to measure
report.py      all that can be counted, as the text that models/intent-en/CARD.md holds
machine.py     time, memory and energy on this machine (memory.py, energy.py)
fidelity.py    whether a converted model says what the float network says
edgetpu.py     which operations an Edge TPU would run (operations.py reads them)
candidates.py  encoders that were tried, and which fits a budget
tables.py      figures as text that lines up
"""
