"""Run by test_microwakeword.py in a process of its own: what pymicro-wakeword's own loop says.

    reference.py WORD < pcm    16 kHz mono 16-bit samples; a JSON list of the score after every
                               10 ms goes to standard output

Its TFLite library and `tflite_runtime` cannot live in one process: the symbols of the one that
was loaded first are taken for the other's, and a transformer then ends in "stack smashing".
"""

import json
import sys

from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model


def main() -> None:
    model, features = MicroWakeWord.from_builtin(Model(sys.argv[1])), MicroWakeWordFeatures()
    scores, last = [], 0.0
    while pcm := sys.stdin.buffer.read(320):
        for slice_ in features.process_streaming(pcm):
            probability = model.process_streaming_prob(slice_)
            last = last if model._features else probability  # until the third slice it says 0
        scores.append(last)
    json.dump(scores, sys.stdout)


if __name__ == "__main__":
    main()
