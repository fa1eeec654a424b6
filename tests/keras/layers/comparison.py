"""Layers against the real Keras: one construction a line, in `tables/NAME.txt`, with what to call the layer on.

    Conv2D(4, 3, padding="same") | (2, 5, 6, 3)
    Add() | [(2, 3), (2, 3)]
    Embedding(7, 4, mask_zero=True) | i(2, 5, high=7)
    BatchNormalization() | (4, 3) | training=True
    Dropout(0.5) | (4, 3) | training=True | shapes

The first part is evaluated with the names of tf.keras.layers, `tf`, `np`, `keras` and the makers `f` (floats), `i`
(integers) and `b` (booleans), which take a shape; so are the others. The second part is the argument of the call, in
which tuples of integers stand for float32 tensors of that shape; "-" calls nothing. The third holds the call's keyword
arguments. The word `shapes` in a fourth keeps values out of it, for layers that draw random numbers.

Both sides get equal weights. What is compared: the class of an exception; get_config (keys, their order, values) and
its round trip; the weights' names, paths, shapes, dtypes and constant initial values, in their order; the outputs, the
gradients by inputs and weights, the losses, the non-trainable weights after the call and the masks of the outputs;
compute_output_shape; and the shapes and dtypes of a symbolic call.

To add layers: write tables/NAME.txt, record what TensorFlow gives, and commit both files. test_tables.py finds them.

    TFCOMPAT_ORACLE_PYTHON=... python tests/keras/layers/comparison.py NAME...    (records tables/NAME.json anew)
"""

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings
from typing import Any

import numpy as np

TABLES = pathlib.Path(__file__).with_name("tables")
_SAME_ERROR = {"AbortedError": "InvalidArgumentError"}  # oneDNN's kernels, which few CPUs run by default, raise it
_TOLERANCE = {"float16": 8e-3, "bfloat16": 6e-2, "float64": 1e-9}


def lines_of(name: str) -> list[str]:
    """The lines of a table, without comments and empty ones."""
    text = (TABLES / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def numbers(shape: Any, seed: int, low: float = -1.0, high: float = 1.0) -> np.ndarray:
    """Numbers that look random and are the same everywhere."""
    count = int(np.prod(shape, dtype=np.int64))
    share = np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898 + 3 * seed) * 43758.5453))[0]
    return (low + (high - low) * share).reshape(shape)


class _Names(dict):
    """The names that a line may use; what it lacks is one of tf.keras.layers."""

    def __init__(self, tf: Any) -> None:
        super().__init__(tf=tf, np=np, keras=tf.keras, f=self.f, i=self.i, b=self.b)
        self.tf = tf
        self.made = 0

    def __missing__(self, name: str) -> Any:
        if name in __builtins__ if isinstance(__builtins__, dict) else hasattr(__builtins__, name):
            raise KeyError(name)
        return getattr(self.tf.keras.layers, name)

    def _numbers(self, shape: Any, low: float, high: float) -> np.ndarray:
        self.made += 1
        return numbers(shape, self.made, low, high)

    def f(self, *shape: int, dtype: str = "float32", low: float = -1.0, high: float = 1.0) -> Any:
        return self.tf.cast(self.tf.constant(self._numbers(shape, low, high).astype("float32")), dtype)

    def i(self, *shape: int, dtype: str = "int32", low: int = 0, high: int = 10) -> Any:
        return self.tf.constant(np.floor(self._numbers(shape, low, high)).astype(dtype))

    def b(self, *shape: int) -> Any:
        return self.tf.constant(self._numbers(shape, 0, 1) > 0.4)

    def tensors(self, x: Any) -> Any:
        """`x` with tensors for tuples of integers."""
        if isinstance(x, tuple) and all(isinstance(n, int) for n in x):
            return self.f(*x)
        if isinstance(x, (list, tuple)):
            return type(x)(self.tensors(y) for y in x)
        return {key: self.tensors(y) for key, y in x.items()} if isinstance(x, dict) else x


def _set_weights(layer: Any) -> None:
    """Gives a layer's weights the same values on both sides; variances and deviations positive ones."""
    for number, weight in enumerate(layer.weights):
        if "float" not in str(weight.dtype):
            continue
        positive = any(word in weight.name for word in ("variance", "stddev", "std"))
        values = numbers(tuple(weight.shape), 100 + number, 0.5 if positive else -0.7, 1.5 if positive else 0.7)
        weight.assign(values.astype("float32"))


def _array(x: Any) -> Any:
    """A tensor as [dtype, shape, values], None for None."""
    if x is None:
        return None
    if hasattr(x, "to_tensor"):
        x = x.to_tensor()
    if hasattr(x, "dense_shape"):
        import importlib

        x = importlib.import_module(type(x).__module__.partition(".")[0]).sparse.to_dense(x)
    a = np.asarray(x)
    name = a.dtype.name
    if name == "object":
        return ["string", list(a.shape), [str(v) for v in a.ravel()]]
    a = a.astype(np.float32) if name == "bfloat16" else a
    return [name, list(a.shape), a.ravel().tolist()]


def _text(x: Any) -> str:
    """A config in words, in its order; a serialized object as its path and its own config."""
    if isinstance(x, dict):
        if {"module", "class_name", "config"} <= x.keys():
            return f"{x['module']}.{x['class_name']}({_text(x['config'])})"
        return "{" + ", ".join(f"{key}: {_text(value)}" for key, value in x.items()) + "}"
    if isinstance(x, (list, tuple)):
        return ("[{}]" if isinstance(x, list) else "({})").format(", ".join(_text(y) for y in x))
    if isinstance(x, float):
        return f"{x:.6g}" + ".0" * x.is_integer()
    if isinstance(x, (str, int, bool, type(None))):
        return repr(x)
    if isinstance(x, np.ndarray) or hasattr(x, "numpy"):
        return str(_array(x))
    return type(x).__name__


def _shape(x: Any) -> Any:
    if isinstance(x, dict):
        return {key: _shape(y) for key, y in x.items()}
    if isinstance(x, (list, tuple)) and any(isinstance(y, (list, tuple)) for y in x):
        return [_shape(y) for y in x]
    return [None if n is None else int(n) for n in x]


def _symbolic(tf: Any, layer: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """The shapes and dtypes of a call on Inputs of an unknown batch size."""

    def stand_in(x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return type(x)(stand_in(y) for y in x)
        if isinstance(x, dict):
            return {key: stand_in(y) for key, y in x.items()}
        return tf.keras.Input(tuple(x.shape)[1:], dtype=x.dtype.name) if hasattr(x, "shape") else x

    plain = {key: value for key, value in kwargs.items() if not hasattr(value, "shape")}
    outputs = tf.keras.tree.flatten(layer(stand_in(args), **plain))
    return [[list(y.shape), str(y.dtype)] for y in outputs]


def _attempt(function: Any) -> Any:
    try:
        return function()
    except Exception as error:
        return {"error": type(error).__name__}


def evaluate(tf: Any, line: str) -> dict[str, Any]:
    """What a line of a table gives under `tf`."""
    parts = [part.strip() for part in line.split(" | ")]
    source, call, options = parts[0], parts[1] if len(parts) > 1 else "-", parts[2] if len(parts) > 2 else ""
    tf.keras.backend.clear_session(free_memory=False)  # collecting garbage takes long
    names = _Names(tf)
    scope = {"__name__": "table"}
    try:
        layer = eval(source, scope, names)
    except Exception as error:
        return {"error": type(error).__name__}
    found: dict[str, Any] = {"config": _attempt(lambda: _text(layer.get_config()))}
    again = _attempt(lambda: _text(type(layer).from_config(layer.get_config()).get_config()))
    found["again"] = "same" if again == found["config"] else again
    if call == "-":
        return found
    args = names.tensors(eval(call, scope, names))
    kwargs = eval(f"dict({options})", scope, names)
    try:
        layer(args, **kwargs)
    except Exception as error:
        return {**found, "call": _SAME_ERROR.get(type(error).__name__, type(error).__name__)}
    found["weights"] = [
        [w.name, w.path, list(w.shape), str(w.dtype), bool(w.trainable), _constant(w)] for w in layer.weights
    ]
    _set_weights(layer)
    found |= _run(tf, layer, args, kwargs)
    inputs_shape = tf.keras.tree.map_structure(lambda x: tuple(x.shape), args)
    found["shape"] = _attempt(lambda: _shape(layer.compute_output_shape(inputs_shape)))
    found["symbolic"] = _attempt(lambda: _symbolic(tf, layer, args, kwargs))
    return found


def _constant(weight: Any) -> Any:
    values = np.asarray(weight).astype("float32") if weight.dtype == "bfloat16" else np.asarray(weight)
    return values.ravel()[0].item() if values.size and (values == values.ravel()[0]).all() else "varies"


def _run(tf: Any, layer: Any, args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The outputs of a call and what it did to the layer, and the gradients."""
    leaves = [x for x in tf.keras.tree.flatten(args) if hasattr(x, "dtype")]
    sources = [x for x in leaves if x.dtype.is_floating and not hasattr(x, "dense_shape")]
    variables = list(layer.trainable_variables)
    with tf.GradientTape() as tape:
        for x in sources:
            tape.watch(x)
        outputs = [y for y in tf.keras.tree.flatten(layer(args, **kwargs)) if y is not None]
        targets = [y for y in outputs if hasattr(y, "dtype") and y.dtype.is_floating]
        targets = [y for y in targets if not hasattr(y, "dense_shape")]
        weights = [tf.cast(np.cos(np.arange(np.asarray(y).size)).reshape(y.shape), y.dtype) for y in targets]
        total = sum(tf.reduce_sum(tf.cast(y * w, "float32")) for y, w in zip(targets, weights))
    found: dict[str, Any] = {"outputs": [_array(y) for y in outputs]}
    found["masks"] = [_array(getattr(y, "_keras_mask", None)) for y in outputs]
    found["losses"] = [_array(x) for x in layer.losses]
    found["state"] = [_array(v) for v in layer.non_trainable_variables if "seed_generator" not in v.path]
    if targets:
        gradients = _attempt(lambda: tape.gradient(total, [*sources, *(v.value for v in variables)]))
        if isinstance(gradients, dict):
            return {**found, "gradients": gradients}
        found["gradients"] = [None if g is None else _array(tf.convert_to_tensor(g)) for g in gradients]
    return found


# ---- comparing ----


def _digest(values: list[Any]) -> Any:
    """A long list of numbers in short: the first, some weighted sums, and the norm."""
    if len(values) <= 12 or not all(isinstance(v, (int, float)) for v in values):
        return values
    a = np.asarray(values, dtype=np.float64)
    if not np.isfinite(a).all():
        return values
    sums = [float(a @ np.cos(k * np.arange(len(a)) + k)) for k in (0.7, 1.9, 2.8)]
    return {"first": values[:3], "sums": sums, "norm": float(np.linalg.norm(a))}


def _short(x: Any) -> Any:
    if isinstance(x, float):
        return float(f"{x:.7g}")
    if isinstance(x, dict):
        return {key: _short(y) for key, y in x.items()}
    return [_short(y) for y in x] if isinstance(x, list) else x


def digest(found: dict[str, Any]) -> dict[str, Any]:
    """A result, short enough to be recorded."""
    short = dict(found)
    for key in ("outputs", "gradients", "state", "masks", "losses"):
        if isinstance(short.get(key), list):
            short[key] = [a and [a[0], a[1], _digest(a[2])] for a in short[key]]
    return _short(short)


def _close(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, dict) or isinstance(b, dict):
        if not (isinstance(a, dict) and isinstance(b, dict)):
            return False
        reach = tolerance * max(b["norm"], 1e-3)
        flat = [*zip(a["first"], b["first"]), *zip(a["sums"], b["sums"]), (a["norm"], b["norm"])]
        return all(abs(x - y) <= reach for x, y in flat)
    if any(isinstance(v, str) for v in (*a, *b)):
        return a == b
    p, q = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if p.shape != q.shape or (np.isfinite(p) != np.isfinite(q)).any():
        return False
    fine = np.isfinite(q)
    scale = max(np.abs(q[fine]).max(initial=0.0), 1e-2)
    same = (p[~fine] == q[~fine]) | (np.isnan(p[~fine]) & np.isnan(q[~fine]))
    return bool(same.all() and (np.abs(p - q)[fine] <= tolerance * scale).all())


def _same(a: Any, b: Any, values: bool, loose: float) -> bool:
    if a is None or b is None:
        return a == b
    if a[:2] != b[:2]:
        return False
    return not values or _close(a[2], b[2], max(_TOLERANCE.get(b[0], 5e-5), loose))


def _equal(a: Any, b: Any) -> bool:
    """Whether configs and the like are equal, floats within their precision."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-7)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


def compare(line: str, got: dict[str, Any], want: dict[str, Any]) -> list[str]:
    """What differs between two results of a line, in words."""
    values = "shapes" not in line.split(" | ")[3:]
    loose = 8e-3 if "float16" in line and "bfloat16" not in line else 6e-2 if "bfloat16" in line else 0.0
    found = []
    for key in sorted({*got, *want}):
        a, b = got.get(key), want.get(key)
        if key in ("outputs", "gradients", "state", "masks", "losses") and isinstance(a, list) and isinstance(b, list):
            if len(a) == len(b) and all(_same(x, y, values, loose) for x, y in zip(a, b)):
                continue
        elif _equal(a, b):
            continue
        found.append(f"{key}: tfcompat {json.dumps(a)[:1500]}\n{' ' * len(key)}  TensorFlow {json.dumps(b)[:1500]}")
    return found


def under_tensorflow(name: str) -> list[dict[str, Any]]:
    """The whole results of a table's lines under the TensorFlow of TFCOMPAT_ORACLE_PYTHON."""
    with tempfile.TemporaryDirectory() as directory:
        answer = pathlib.Path(directory, "answer.json")
        done = subprocess.run(
            [os.environ["TFCOMPAT_ORACLE_PYTHON"], str(pathlib.Path(__file__).resolve()), "--run", name, str(answer)],
            env={
                **os.environ,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "TF_ENABLE_ONEDNN_OPTS": "1",
                "CUDA_VISIBLE_DEVICES": "",
                "PYTHONPATH": "",
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(answer.read_text(encoding="utf-8"))


def _main(arguments: list[str]) -> None:
    if arguments[0] != "--run":
        for name in arguments:
            rows = [{"line": line, **digest(row)} for line, row in zip(lines_of(name), under_tensorflow(name))]
            text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
            (TABLES / f"{name}.json").write_text(text, encoding="utf-8")
        return
    import tensorflow

    warnings.simplefilter("ignore")
    rows = [evaluate(tensorflow, line) for line in lines_of(arguments[1])]
    pathlib.Path(arguments[2]).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    _main(sys.argv[1:])
