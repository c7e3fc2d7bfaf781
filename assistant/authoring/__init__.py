"""What `assistant skill` does for those who write skills.

scaffold.py    a new skill that works and whose tests pass at once
lint.py        sentences that collide, are never reached or are not tested
samples.py     random sentences of a template
routines.py    the routines of config.yaml that will not work
scenarios.py   the tests in skill.yaml, through the real interpreter, as text and as sound
"""
