"""Cases, one expression a line, whose results under the real TensorFlow lie recorded beside the test.

A test module makes `facts = Facts(__file__, cases)`, checks each of `facts.cases` against the record, and all of them
live under the `oracle` mark. An expression has `tf`, `np` and the makers below; what `f`, `c` and `s` make is
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


def evaluate(tf, source, live=False, prelude=""):
    """What the expression `source` gives under `tf`: {"values": [...], "gradients": [...]} or {"error": class}.

    `live` adds what only two live libraries are compared by: "kind", the result's class, and "seconds", the gradients
    of the gradients. `prelude` is run first: it defines what `source` uses.
    """
    made = []
    tape, outer = tf.GradientTape(persistent=True), tf.GradientTape()

    def watched(t):
        made.append(t)
        if t.dtype.is_floating or t.dtype.is_complex:
            tape.watch(t)
            if live:
                outer.watch(t)
        return t

    def numbers(shape, dtype, low, high):
        count = int(np.prod(shape, dtype=np.int64))
        share = np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898 + 3 * len(made)) * 43758.5453))[0]
        return (low + (high - low) * share).reshape(shape).astype(getattr(tf, dtype).as_numpy_dtype)

    def f(*shape, dtype="float32", low=-2.0, high=2.0):
        return watched(tf.constant(numbers(shape, dtype, low, high)))

    def c(*shape, dtype="complex64"):
        value = numbers(shape, "float64", -2, 2) + 1j * numbers(shape, "float64", -1.5, 2.5)
        return watched(tf.constant(value.astype(dtype)))

    def x(values, dtype="float32"):
        return watched(tf.constant(values, getattr(tf, dtype)))

    def i(*shape, dtype="int32", low=0, high=10):
        return tf.constant(np.floor(numbers(shape, "float64", low, high)).astype(dtype))

    def s(*shape, dtype="float32", every=2, first=0, low=-2.0, high=2.0):
        places = np.argwhere(np.arange(np.prod(shape, dtype=np.int64)).reshape(shape) % every == first)
        values = numbers((len(places),), "float64", low, high)
        values = np.floor(values) if "int" in dtype else values
        return tf.SparseTensor(places.reshape(-1, len(shape)), x(values, dtype), shape)

    def plain(t):
        value = t.numpy() if hasattr(t, "numpy") else t
        array = np.asarray(value, object if isinstance(value, bytes) else None)
        name = array.dtype.name
        if name == "bfloat16":
            array = array.astype(np.float32)
        flat = array.ravel()
        if array.dtype.kind == "c":
            data = [[float(v.real), float(v.imag)] for v in flat]
        elif array.dtype == object:
            data = [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in flat]
        else:
            data = flat.tolist()
        return [name if name != "object" else "string", list(array.shape), data]

    names = {"tf": tf, "np": np, "f": f, "c": c, "x": x, "i": i, "s": s, "inf": np.inf, "nan": np.nan}
    names["__name__"] = "facts"
    exec(prelude, names)

    def gradients_of(tape, targets, weights):
        return tape.gradient(targets, sources, output_gradients=weights) if targets and sources else []

    def described(gradients):
        return [None if g is None else plain(tf.convert_to_tensor(g)) for g in gradients]

    try:
        if live:
            outer.__enter__()
        with tape:
            try:
                result = eval(source, names)
            except Exception as e:
                return {"error": type(e).__name__}
            outputs = [t for t in tf.nest.flatten(result, expand_composites=True) if t is not None]
        sources = [m for m in made if m.dtype.is_floating or m.dtype.is_complex]
        targets = [t for t in outputs if tf.is_tensor(t) and (t.dtype.is_floating or t.dtype.is_complex)]
        weights = [tf.constant(np.cos(np.arange(t.numpy().size)).reshape(t.shape), t.dtype) for t in targets]
        found = {"values": [plain(t) for t in outputs]}
        if live:
            found["kind"] = type(result).__name__
        try:
            gradients = gradients_of(tape, targets, weights)
        except Exception as e:
            return {**found, "gradients": type(e).__name__}
        found["gradients"] = described(gradients)
    finally:
        if live:
            outer.__exit__(None, None, None)
    if live:
        try:
            found["seconds"] = described(gradients_of(outer, [g for g in gradients if g is not None], None))
        except Exception as e:
            found["seconds"] = type(e).__name__
    return found


_SAME_ERROR = {"AbortedError": "InvalidArgumentError"}  # oneDNN's kernels, which few CPUs run by default, raise it


def _close(a: Any, b: Any, tolerance: float, scale: float) -> bool:
    if isinstance(a, list):
        return all(_close(p, q, tolerance, scale) for p, q in zip(a, b, strict=True))
    if not isinstance(a, float) or not isinstance(b, float):
        return a == b
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return a == b or (math.isnan(a) and math.isnan(b))
    return abs(a - b) <= tolerance * max(abs(a), scale)


def _differences(got: Any, want: Any, what: str, noise: float = 0.0) -> list[str]:
    if got is None or want is None or isinstance(got, str) or isinstance(want, str):
        return [] if got == want else [f"{what} is {got}, TensorFlow's {want}"]
    if got[:2] != want[:2]:
        return [f"{what} is {got[0]} {got[1]}, TensorFlow's {want[0]} {want[1]}"]
    finite = [abs(v) for v in np.ravel(want[2]).tolist() if isinstance(v, float) and math.isfinite(v)]
    scale = max(max(finite, default=1.0) or 1.0, noise)
    same = _close(got[2], want[2], _TOLERANCE.get(want[0], 1e-7), scale)
    return [] if same else [f"{what} is {got[2]}, TensorFlow's {want[2]}"]


def _zeros(like: Any) -> Any:
    return like and [like[0], like[1], np.zeros(np.shape(like[2])).tolist()]


def compare(got: dict[str, Any], want: dict[str, Any]) -> list[str]:
    """What differs between two results, in words."""
    if "error" in got or "error" in want:
        a, b = (_SAME_ERROR.get(r.get("error"), r.get("error")) for r in (got, want))
        return [] if a == b else [f"{_told(got)}, TensorFlow {_told(want)}"]
    if len(got["values"]) != len(want["values"]):
        return [f"{len(got['values'])} tensors, TensorFlow {len(want['values'])}"]
    found = [d for k, (a, b) in enumerate(zip(got["values"], want["values"])) for d in _differences(a, b, f"value {k}")]
    if got.get("kind") != want.get("kind"):
        found.append(f"a {got.get('kind')}, TensorFlow's a {want.get('kind')}")
    for order, what in (("gradients", "gradient"), ("seconds", "second gradient")):
        a, b = got.get(order, []), want.get(order, [])
        if isinstance(b, str):  # TensorFlow lacks a kernel for them
            return found
        if isinstance(a, str) or len(a) != len(b):
            return found if a == b else [*found, f"{order} {a}, TensorFlow's {b}"]
        if order == "seconds":  # whether one of zeros counts as connected is up to each library
            a, b = ([_zeros(q) if p is None else p for p, q in zip(s, t)] for s, t in ((a, b), (b, a)))
        noise = {"gradient": 1.0, "second gradient": 4.0}[what] if "kind" in want else 0.0
        found += [d for k, (p, q) in enumerate(zip(a, b)) for d in _differences(p, q, f"{what} {k}", noise)]
    return found


def _told(result: dict[str, Any]) -> str:
    return f"raises {result['error']}" if "error" in result else f"gives {result['values']}"


class Facts:
    """The cases of a test module, and their recorded results in the .json file of the same name.

    prelude: Python code that runs before each case, as the definitions of classes.
    """

    def __init__(self, module: str, cases: str, prelude: str = "") -> None:
        self.prelude = prelude
        self.path = pathlib.Path(module).with_suffix(".json")
        self.cases = [line.strip() for line in cases.splitlines() if line.strip() and not line.strip().startswith("#")]

    def check(self, case: str) -> None:
        """Fails where tfcompat's result for `case` is not the recorded one."""
        import tfcompat

        recorded = self._recorded()
        assert case in recorded, f"{case} is not in {self.path.name}: record it (see tests/facts.py)"
        found = compare(evaluate(tfcompat, case, self.prelude), recorded[case])
        assert not found, f"{case}: " + "; ".join(found)

    def check_live(self) -> None:
        """Fails where a real TensorFlow disagrees with the record, or with tfcompat."""
        import tfcompat

        live = self.ask()
        recorded = self._recorded()
        found = {
            case: compare(recorded.get(case, {"error": "not recorded"}), live[case])
            or compare(evaluate(tfcompat, case, self.prelude), live[case])
            for case in self.cases
        }
        assert not any(found.values()), {case: differences for case, differences in found.items() if differences}

    def ask(self) -> dict[str, Any]:
        """The results under the real TensorFlow."""
        from tests.oracle import ask_tensorflow

        source = (
            f"{inspect.getsource(evaluate)}\ncases, prelude = {self.cases!r}, {self.prelude!r}\n"
            "answer([evaluate(tf, case, prelude) for case in cases])"
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
