"""Making models: needs the extra `train`, and is never imported by the running assistant.

wordings.yaml   more ways to say it, and what is no command
corpus.py       words, phrases and example sentences of WordNet
fill.py         random names, rooms, numbers, songs for the slots
sentences.py    templates → labelled sentences
noise.py        what a recognizer makes of them
vocabulary.py   the small tokenizer
network.py      the network and its training (torch)
convert.py      → int8 TFLite (litert-torch, ai-edge-quantizer)
build.py        all of it in order, then temperature and thresholds
report.py       measurements; figures.py puts them into words, card.py into CARD.md
"""
