"""One model, two runtimes, one answer; and a broken file is an error, not a crash."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import ROOT

from assistant import tflite
from assistant.errors import ModelError
from assistant.flatbuffer import DamagedError, check_tflite
from assistant.tflite import Model, Tensor, dequantize, quantize, runtimes
from assistant.wake.models import builtin_models, read_model

WAKE = [read_model(word).tflite for word in builtin_models()]
SHIPPED = sorted((ROOT / "models").rglob("*.tflite"))
RUNS = 25
SHIPPED_STEPS = 8
"""Each runtime rounds at other places on the way through five blocks, and random words are worse
than any sentence. Seen: 3 steps in the logits, 6 in the 12,288 features of a sentence."""


def random_input(tensor: Tensor, rng: np.random.Generator) -> np.ndarray:
    """Token ids stay small enough for any vocabulary; masks are the ones of a whole sentence."""
    if tensor.dtype.kind == "f":
        return rng.standard_normal(tensor.shape).astype(tensor.dtype)
    if "mask" in tensor.name:
        return np.ones(tensor.shape, tensor.dtype)
    if tensor.dtype.itemsize > 1:
        return rng.integers(0, 100, tensor.shape).astype(tensor.dtype)
    limits = np.iinfo(tensor.dtype)
    return rng.integers(limits.min, limits.max + 1, tensor.shape).astype(tensor.dtype)


def needs_both_runtimes() -> None:
    if len(runtimes()) < 2:
        pytest.skip(f"NOT TESTED: only {runtimes()} is installed")


def outputs(model: Model) -> Iterator[tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(7)
    for _ in range(RUNS):
        yield model.run(*(random_input(tensor, rng) for tensor in model.inputs))


def differences(path: Path) -> np.ndarray:
    """Of every output of every run: by how much the runtimes differ, in quantization steps."""
    one, other = (Model(path, runtime=name) for name in runtimes())
    assert (one.inputs, one.outputs) == (other.inputs, other.outputs)
    found = []
    for a, b in zip(outputs(one), outputs(other), strict=True):
        for x, y, tensor in zip(a, b, one.outputs, strict=True):
            step = tensor.scale or float(np.abs(x).max()) / 128
            real = tensor.dequantize(x).astype(float) - tensor.dequantize(y)
            found.append(np.abs(real).max() / step)
    assert found
    return np.array(found)


@pytest.mark.parametrize("path", WAKE, ids=lambda path: path.stem)
def test_both_runtimes_run_every_wake_model_alike(path: Path) -> None:
    needs_both_runtimes()
    assert differences(path).max() <= 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_runtimes_run_every_shipped_model_alike(path: Path) -> None:
    needs_both_runtimes()
    assert differences(path).max() <= SHIPPED_STEPS + 1e-3


@pytest.fixture(params=runtimes())
def model(request: pytest.FixtureRequest) -> Model:
    return Model(WAKE[0], runtime=request.param)


def test_a_model_says_what_it_takes_and_gives(model: Model) -> None:
    (taken,), (given,) = model.inputs, model.outputs
    assert (taken.shape, taken.dtype, taken.zero_point) == ((1, 3, 40), np.int8, -128)
    assert taken.scale == pytest.approx(0.10196, abs=1e-4)
    assert (given.shape, given.dtype, given.scale) == ((1, 1), np.uint8, 1 / 256)


@pytest.mark.parametrize("path", WAKE, ids=lambda path: path.stem)
@pytest.mark.parametrize("runtime", runtimes())
def test_reset_is_as_just_loaded(path: Path, runtime: tflite.Runtime) -> None:
    """reset_all_variables leaves resource variables alone: hey_mycroft notices."""
    loud = np.full((1, 3, 40), 90, np.int8)
    quiet = np.full((1, 3, 40), -128, np.int8)
    model = Model(path, runtime=runtime)
    fresh = [model.run(quiet)[0].item() for _ in range(30)]
    for _ in range(100):
        model.run(loud)
    model.reset()
    assert [model.run(quiet)[0].item() for _ in range(30)] == fresh


def test_outputs_are_copies(model: Model) -> None:
    first = model.run(np.zeros((1, 3, 40), np.int8))[0]
    kept = first.copy()
    for _ in range(20):
        model.run(np.full((1, 3, 40), 100, np.int8))
    assert np.array_equal(first, kept)


def test_a_wrong_number_of_inputs_is_a_bug(model: Model) -> None:
    with pytest.raises(ValueError, match="1 inputs wanted, got 2"):
        model.run(np.zeros((1, 3, 40), np.int8), np.zeros(1))


@pytest.mark.parametrize("runtime", runtimes())
def test_loading_prints_nothing(runtime: tflite.Runtime, capfd: pytest.CaptureFixture[str]) -> None:
    Model(WAKE[0], runtime=runtime).reset()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("runtime", runtimes())
def test_what_is_no_model_is_named(tmp_path: Path, runtime: tflite.Runtime) -> None:
    whole = WAKE[0].read_bytes()
    for name, content, says in [
        ("empty.tflite", b"", "empty"),
        ("text.tflite", b"not a model, but long enough", "does not say TFL3"),
        ("cut.tflite", whole[:30_000], "damaged or cut off"),
        ("head.tflite", whole[:10], "cut off after 10 bytes"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError, match=says) as caught:
            Model(tmp_path / name, runtime=runtime)
        assert str(tmp_path / name) in caught.value.problem
    with pytest.raises(ModelError, match="No such file"):
        Model(tmp_path / "absent.tflite", runtime=runtime)


@given(st.data())
def test_no_truncation_of_a_model_passes_for_whole(data: st.DataObject) -> None:
    """tflite_runtime would crash the process on it."""
    whole = data.draw(st.sampled_from(WAKE + SHIPPED)).read_bytes()
    check_tflite(whole)
    length = data.draw(st.integers(0, len(whole) - 16))
    with pytest.raises(DamagedError):
        check_tflite(whole[:length])


def test_a_length_that_leads_outside_is_damage() -> None:
    content = bytearray(WAKE[0].read_bytes())
    text = content.index(b"MLIR Converted.")  # the description: its length stands before it
    for length in (len(content), 0x7FFF_FFFF, 0xFFFF_FFFF):
        content[text - 4 : text] = length.to_bytes(4, "little")
        with pytest.raises(DamagedError, match="lead beyond"):
            check_tflite(bytes(content))


@given(st.binary(max_size=400))
def test_bytes_at_random_are_no_model(content: bytes) -> None:
    with pytest.raises(DamagedError):
        check_tflite(content[:4] + b"TFL3" + content[4:])


def test_without_a_runtime_the_command_to_type_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tflite, "runtimes", lambda: ())
    with pytest.raises(ModelError, match="no TFLite runtime") as caught:
        Model(WAKE[0])
    assert "pip install ai-edge-litert" in caught.value.fix
    monkeypatch.setattr(tflite, "runtimes", lambda: ("tflite_runtime",))
    with pytest.raises(ModelError, match="ai_edge_litert is not installed"):
        Model(WAKE[0], runtime="ai_edge_litert")


def test_neither_runtime_is_imported_before_a_model_is_loaded() -> None:
    code = "import assistant.tflite, sys; print([m for m in sys.modules if 'lite' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['assistant.tflite']"


@given(st.floats(-1e30, 1e30), st.floats(1e-6, 10), st.integers(-128, 127), st.sampled_from("bB"))
def test_quantized_values_saturate_and_never_wrap(
    real: float, scale: float, zero_point: int, kind: str
) -> None:
    limits = np.iinfo(np.dtype(kind))
    grid = quantize([real], scale, zero_point, kind)
    exact = np.clip(np.round(real / scale) + zero_point, limits.min, limits.max)
    assert grid.dtype == np.dtype(kind)
    assert abs(int(grid[0]) - exact) <= 1
    if limits.min < grid[0] < limits.max:
        assert dequantize(grid, scale, zero_point)[0] == pytest.approx(real, abs=scale)


def test_a_tensor_that_is_not_quantized_is_only_cast() -> None:
    assert quantize([1.25], 0.0, 0, np.float32)[0] == np.float32(1.25)
    assert dequantize(np.array([1.25], np.float32), 0.0, 0)[0] == np.float32(1.25)


DELEGATE = """
    #include <stddef.h>
    #include <stdint.h>
    /* TfLiteDelegate of tensorflow/lite/core/c/common.h: this one takes no operation. */
    struct Delegate {
        void *data; int (*prepare)(void *, struct Delegate *);
        void *from, *to, *release; int64_t flags; void *builder;
    };
    static int prepared = 0;
    static int prepare(void *context, struct Delegate *it) { prepared++; return 0; }
    static struct Delegate delegate = {0, prepare, 0, 0, 0, 0, 0};
    int times_prepared(void) { return prepared; }
    void *tflite_plugin_create_delegate(char **keys, char **values, size_t count,
                                        void (*report)(const char *)) {
        if (!FOUND) report("no device");
        return FOUND ? &delegate : NULL;
    }
    void tflite_plugin_destroy_delegate(void *it) {}
"""


def compile_library(folder: Path, source: str, *options: str) -> Path:
    if not (compiler := shutil.which("gcc") or shutil.which("cc")):
        pytest.skip("NOT TESTED: there is no C compiler")
    code, library = folder / "it.c", folder / "it.so"
    code.write_text(source)
    subprocess.run([compiler, "-shared", "-fPIC", *options, "-o", library, code], check=True)
    return library


@pytest.mark.parametrize("runtime", runtimes())
def test_the_edge_tpu_delegate_is_handed_to_the_runtime(
    tmp_path: Path, runtime: tflite.Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = compile_library(tmp_path, DELEGATE, "-DFOUND=1")
    monkeypatch.setattr(tflite, "EDGETPU_LIBRARY", str(library))
    quiet = np.full((1, 3, 40), -128, np.int8)
    accelerated = Model(WAKE[0], runtime=runtime, accelerator="edgetpu")
    assert ctypes.CDLL(str(library)).times_prepared() >= 1
    (answer,), (wanted,) = accelerated.run(quiet), Model(WAKE[0], runtime=runtime).run(quiet)
    assert np.array_equal(answer, wanted)


@pytest.mark.parametrize("runtime", runtimes())
def test_an_edge_tpu_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, runtime: tflite.Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.so").write_text("no library at all")
    none, other = tmp_path / "none", tmp_path / "other"
    none.mkdir()
    other.mkdir()
    for library, says in [
        ("libedgetpu-absent.so.1", "libedgetpu-absent.so.1: cannot open shared object file"),
        (tmp_path / "text.so", "text.so: file too short"),
        (compile_library(other, "int nothing;"), "it.so is no TFLite delegate"),
        (compile_library(none, DELEGATE, "-DFOUND=0"), "finds no Edge TPU: .* no device"),
    ]:
        monkeypatch.setattr(tflite, "EDGETPU_LIBRARY", str(library))
        with pytest.raises(ModelError, match=f"^accelerator edgetpu: .*{says}") as caught:
            Model(WAKE[0], runtime=runtime, accelerator="edgetpu")
        assert "\n" not in caught.value.problem
        assert "libedgetpu1-std" in caught.value.fix
        assert "understand.accelerator: cpu" in caught.value.fix
