"""The Moonshine tiny English model: raw audio → encoder states → one token after the other.

Paper: Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and Voice
Commands", arXiv:2410.15608. The three files lie in the wheel `moonshine-voice` 0.0.73 (MIT); they
are run with onnxruntime itself, so that the search over tokens is ours: `moonshine.py` decodes
greedily on top of `encode` and `step`, another search can do the same.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError
from assistant.onnx_sessions import give_back_memory, open_session

START, END = 1, 2  # token ids, from the model's generation_config

FloatArray = npt.NDArray[np.float32]
Cache = dict[str, FloatArray]
"""Keys and values of the tokens so far and of the states, under the decoder's input names; each
(batch, 8 heads, length, 36). A beam search picks, repeats and reorders rows of axis 0; keys and
values of the states have one row, which serves all of a batch."""

_WIDTH = 288  # of an encoder state
_STRIDE = 384  # samples per encoder state: the three convolutions step by 64, 3 and 2
_SHORTEST = 1_200  # samples, 75 ms: with less the convolutions have nothing to put out
_WORD_START = "\u2581".encode()
_FIX = "run: pip install --force-reinstall moonshine-voice==0.0.73"


def packaged_folder() -> Path:
    """The English tiny model inside the wheel, found without importing the package.

    Importing it loads its own C++ library with a second onnxruntime.
    """
    spec = importlib.util.find_spec("moonshine_voice")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the package moonshine-voice is not installed", fix=_FIX)
    return Path(spec.submodule_search_locations[0]) / "assets" / "tiny-en"


class Tokenizer:
    """Token ids → text.

    The file is a list of byte strings, index = id, each after its length: one byte up to 127,
    else the low seven bits and then a byte that counts 128s. A length of zero is an id that has
    no text.
    """

    def __init__(self, file: Path) -> None:
        self.tokens = _read_tokens(_read(file), file)

    def text(self, ids: Sequence[int]) -> str:
        """The text of `ids`; words are separated by single blanks, special tokens left out."""
        kept = (self.tokens[i] for i in ids if i > END and not self.tokens[i].startswith(b"<<ST_"))
        spaced = b"".join(kept).replace(_WORD_START, b" ")
        return " ".join(spaced.decode("utf-8", errors="ignore").split())


class Moonshine:
    """Encoder and decoder, ready to run on `threads` cores."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.tokenizer = Tokenizer(folder / "tokenizer.bin")
        self._encoder = _session(folder / "encoder_model.ort", threads)
        self._decoder = _session(folder / "decoder_model_merged.ort", threads)
        inputs = [i.name for i in self._decoder.get_inputs()]
        self._past = [name for name in inputs if name.startswith("past_key_values.")]
        give_back_memory()

    def encode(self, samples: FloatArray) -> FloatArray:
        """Encoder states (1, time, 288) of `samples`, 16 kHz, -1 to 1, any length.

        Every state attends to every other one, before and after it: audio that grew has to be
        encoded anew from its beginning, there is nothing to keep from the last time.
        """
        padded = np.pad(samples, (0, max(0, _SHORTEST - samples.size)))[None]
        feed = {"input_values": padded, "attention_mask": np.ones(padded.shape, np.int64)}
        states: FloatArray = self._encoder.run(["last_hidden_state"], feed)[0]
        return states

    def step(
        self, tokens: npt.NDArray[np.int64], states: FloatArray, cache: Cache | None
    ) -> tuple[FloatArray, Cache]:
        """Scores of the next token after `tokens`, and the cache that knows them.

        tokens    (batch, n): those the cache has not seen; the first is `START`
        states    (1, time, 288), the same for the whole batch
        cache     of the step before; None: the first step, of one row
        returns   logits (batch, 32768) after the last of `tokens`, the new cache
        """
        feed: dict[str, Any] = dict(cache) if cache else self._empty()
        feed["input_ids"] = tokens
        feed["encoder_hidden_states"] = states
        # The decoder thins the mask of the samples out to one of the states by itself.
        feed["encoder_attention_mask"] = np.ones((1, states.shape[1] * _STRIDE), np.int64)
        feed["use_cache_branch"] = np.array([cache is not None])
        # What the states contribute never changes: it is put out once, by the first step.
        fresh = [name for name in self._past if cache is None or ".decoder." in name]
        wanted = [name.replace("past_key_values", "present") for name in fresh]
        logits, *present = self._decoder.run(["logits", *wanted], feed)
        return logits[:, -1], {**(cache or {}), **dict(zip(fresh, present, strict=True))}

    def _empty(self) -> Cache:
        heads, size = 8, _WIDTH // 8
        return {name: np.zeros((1, heads, 0, size), np.float32) for name in self._past}


def _session(file: Path, threads: int) -> Any:
    from onnxruntime.capi import onnxruntime_pybind11_state as ort  # type: ignore[import-untyped,unused-ignore]

    if not file.is_file():
        raise ModelError(f"there is no file {file}", fix=_FIX)
    try:
        return open_session(file, threads=threads)
    except (ort.Fail, ort.InvalidArgument, ort.InvalidProtobuf, ort.InvalidGraph) as error:
        raise ModelError(f"{file} is damaged: {_first_line(error)}", fix=_FIX) from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {file}: {error.strerror}", fix=_FIX) from error


def _read_tokens(raw: bytes, file: Path) -> tuple[bytes, ...]:
    tokens, at = [], 0
    while at < len(raw):
        length, at = raw[at], at + 1
        if length >= 128 and at < len(raw):
            length, at = (length & 127) + raw[at] * 128, at + 1
        tokens.append(raw[at : at + length])
        at += length
    if at != len(raw) or len(tokens) <= END:
        raise ModelError(f"{file} is damaged: its last token is cut off", fix=_FIX)
    return tuple(tokens)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
