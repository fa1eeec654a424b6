"""Cases, one expression a line, whose results under the real TensorFlow lie recorded beside the test.

A test module makes `facts = Facts(__file__, cases)`, checks each of `facts.cases` against the record, and all of them
live under the `oracle` mark. An expression has `tf`, `np` and the makers below; what `f`, `c` and `sparse` make is
differentiated by. A result is every tensor's dtype, shape and values and every gradient, or the class of the exception.

    TFCOMPAT_ORACLE_PYTHON=... python tests/facts.py tests/math/test_elementwise.py    (records anew)
"""

import inspect
import json
import math
import pathlib
import runpy
import sys
from typing import Any

import numpy as np

_TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 3e-5, "complex64": 3e-5}


def evaluate(tf, source):
    """What the expression `source` gives under `tf`: {"values": [...], "gradients": [...]} or {"error": class}."""
    made = []

    def numbers(shape, dtype, low, high):
        count = int(np.prod(shape, dtype=np.int64))
        share = np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898 + 3 * len(made)) * 43758.5453))[0]
        return (low + (high - low) * share).reshape(shape).astype(getattr(tf, dtype).as_numpy_dtype)

    def f(*shape, dtype="float32", low=-2.0, high=2.0):
        made.append(tf.constant(numbers(shape, dtype, low, high)))
        tape.watch(made[-1])
        return made[-1]

    def c(*shape, dtype="complex64"):
        made.append(
            tf.constant((numbers(shape, "float64", -2, 2) + 1j * numbers(shape, "float64", -1.5, 2.5)).astype(dtype))
        )
        tape.watch(made[-1])
        return made[-1]

    def x(values, dtype="float32"):
        made.append(tf.constant(values, getattr(tf, dtype)))
        if made[-1].dtype.is_floating or made[-1].dtype.is_complex:
            tape.watch(made[-1])
        return made[-1]

    def i(*shape, dtype="int32", low=0, high=10):
        return tf.constant(np.floor(numbers(shape, "float64", low, high)).astype(dtype))

    def sparse(*shape, dtype="float32", every=2, first=0, low=-2.0, high=2.0):
        places = np.argwhere(np.arange(np.prod(shape, dtype=np.int64)).reshape(shape) % every == first)
        values = numbers((len(places),), "float64", low, high)
        values = np.floor(values) if "int" in dtype else values
        return tf.SparseTensor(places.reshape(-1, len(shape)), x(values, dtype), shape)

    def plain(t):
        array = np.asarray(t.numpy() if hasattr(t, "numpy") else t)
        name = array.dtype.name
        if name == "bfloat16":
            array = array.astype(np.float32)
        flat = array.ravel()
        if array.dtype.kind == "c":
            data = [[float(v.real), float(v.imag)] for v in flat]
        elif array.dtype == object:
            data = [v.decode("latin-1") for v in flat]
        else:
            data = flat.tolist()
        return [name if name != "object" else "string", list(array.shape), data]

    with tf.GradientTape(persistent=True) as tape:
        try:
            makers = {"f": f, "c": c, "x": x, "i": i, "sparse": sparse}
            result = eval(source, {"tf": tf, "np": np, "inf": np.inf, "nan": np.nan, **makers})
        except Exception as e:
            return {"error": type(e).__name__}
        flat = tf.nest.flatten(result)
        parts = [[t.indices, t.values, t.dense_shape] if isinstance(t, tf.SparseTensor) else t for t in flat]
        outputs = [t for t in tf.nest.flatten(parts) if t is not None]
    sources = [m for m in made if m.dtype.is_floating or m.dtype.is_complex]
    targets = [t for t in outputs if hasattr(t, "dtype") and (t.dtype.is_floating or t.dtype.is_complex)]
    weights = [tf.constant(np.cos(np.arange(t.numpy().size)).reshape(t.shape), t.dtype) for t in targets]
    gradients = []
    if targets and sources:
        try:
            gradients = tape.gradient(targets, sources, output_gradients=weights)
        except Exception as e:
            return {"values": [plain(t) for t in outputs], "gradients": type(e).__name__}
    return {
        "values": [plain(t) for t in outputs],
        "gradients": [None if g is None else plain(tf.convert_to_tensor(g)) for g in gradients],
    }


def _close(a: Any, b: Any, tolerance: float, scale: float) -> bool:
    if isinstance(a, list):
        return all(_close(p, q, tolerance, scale) for p, q in zip(a, b, strict=True))
    if not isinstance(a, float) or not isinstance(b, float):
        return a == b
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return a == b or (math.isnan(a) and math.isnan(b))
    return abs(a - b) <= tolerance * max(abs(a), scale)


def _differences(got: Any, want: Any, what: str) -> list[str]:
    if got is None or want is None or isinstance(got, str) or isinstance(want, str):
        return [] if got == want else [f"{what} is {got}, TensorFlow's {want}"]
    if got[:2] != want[:2]:
        return [f"{what} is {got[0]} {got[1]}, TensorFlow's {want[0]} {want[1]}"]
    finite = [abs(v) for v in np.ravel(want[2]).tolist() if isinstance(v, float) and math.isfinite(v)]
    scale = max(finite, default=1.0) or 1.0
    same = _close(got[2], want[2], _TOLERANCE.get(want[0], 1e-7), min(scale, 1.0) if scale < 1 else scale)
    return [] if same else [f"{what} is {got[2]}, TensorFlow's {want[2]}"]


def compare(got: dict[str, Any], want: dict[str, Any]) -> list[str]:
    """What differs between two results, in words."""
    if "error" in got or "error" in want:
        return [] if got.get("error") == want.get("error") else [f"{_told(got)}, TensorFlow {_told(want)}"]
    if len(got["values"]) != len(want["values"]):
        return [f"{len(got['values'])} tensors, TensorFlow {len(want['values'])}"]
    found = [d for k, (a, b) in enumerate(zip(got["values"], want["values"])) for d in _differences(a, b, f"value {k}")]
    a, b = got["gradients"], want["gradients"]
    if isinstance(b, str):  # TensorFlow lacks a kernel for them
        return found
    if isinstance(a, str) or len(a) != len(b):
        return found if a == b else [*found, f"gradients {a}, TensorFlow's {b}"]
    return [*found, *(d for k, (p, q) in enumerate(zip(a, b)) for d in _differences(p, q, f"gradient {k}"))]


def _told(result: dict[str, Any]) -> str:
    return f"raises {result['error']}" if "error" in result else f"gives {result['values']}"


class Facts:
    """The cases of a test module, and their recorded results in the .json file of the same name."""

    def __init__(self, module: str, cases: str) -> None:
        self.path = pathlib.Path(module).with_suffix(".json")
        self.cases = [line.strip() for line in cases.splitlines() if line.strip() and not line.strip().startswith("#")]

    def check(self, case: str) -> None:
        """Fails where tfcompat's result for `case` is not the recorded one."""
        import tfcompat

        recorded = self._recorded()
        assert case in recorded, f"{case} is not in {self.path.name}: record it (see tests/facts.py)"
        found = compare(evaluate(tfcompat, case), recorded[case])
        assert not found, f"{case}: " + "; ".join(found)

    def check_live(self) -> None:
        """Fails where a real TensorFlow disagrees with the record, or with tfcompat."""
        import tfcompat

        live = self.ask()
        recorded = self._recorded()
        found = {
            case: compare(recorded.get(case, {"error": "not recorded"}), live[case])
            or compare(evaluate(tfcompat, case), live[case])
            for case in self.cases
        }
        assert not any(found.values()), {case: differences for case, differences in found.items() if differences}

    def ask(self) -> dict[str, Any]:
        """The results under the real TensorFlow."""
        from tests.oracle import ask_tensorflow

        source = (
            f"{inspect.getsource(evaluate)}\ncases = {self.cases!r}\nanswer([evaluate(tf, case) for case in cases])"
        )
        return dict(zip(self.cases, ask_tensorflow(source, timeout=600), strict=True))

    def _recorded(self) -> dict[str, Any]:
        if not hasattr(self, "_record"):
            self._record = json.loads(self.path.read_text(encoding="utf-8"))
        return self._record

    def record(self) -> None:
        """Writes what the real TensorFlow gives."""
        rows = (f"{json.dumps(case)}: {json.dumps(result)}" for case, result in self.ask().items())
        self.path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
    for name in sys.argv[1:]:
        for value in runpy.run_path(name).values():
            if type(value).__name__ == "Facts":
                value.record()
