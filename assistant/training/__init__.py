"""Making models. Nothing here is imported by an assistant that only listens.

Without torch, on any device:
  installed.py     `assistant train`: the installed skills → heads that passed their check
  heads.py         fits heads on the frozen int8 encoder, in numpy; gradient.py does the learning
  sentences.py     skill.yaml and lang/en/wordings.yaml → labelled sentences; fill.py, noise.py
  curriculum.py    66 invented skills, curriculum/*.yaml: what makes the encoder a general one
  corpus.py        words and example sentences of WordNet
  variations.py    other slot values, words that mean nearly the same
  calibrate.py     temperature and thresholds
  card.py          CARD.md
  progress.py      how far it is, on a terminal

With the extra `train`, in an environment of its own (scripts/setup_training):
  plans.py         every number that was chosen; trials.py: the trials the choices rest on
  courses.py       what a model learns: SNIPS, CLINC150, the house
  vocabulary.py    the small tokenizer
  batches.py       sentences → tensors
  loop.py          the training loop: progress, checkpoints
  teacher.py       a pre-trained encoder, fine-tuned
  network.py       the student; transformer.py: a student of another kind
  distil.py        the student learns from the teacher
  prune.py         fewer units, heads, weights
  quantize.py      fewer bits, with training in the loop
  build.py         course → student; predict.py: what float models answer
  convert.py       → int8 TFLite; to_onnx.py, to_executorch.py; reference.py: what to compare with
  export.py        student → model folder; weights.py: its float weights
  fine_tune.py     `assistant train --full`
  make.py          all of it in order
"""
