"""The dtypes that operands of all pairs of dtypes meet in, in every mode, as TensorFlow has them.

The record has a row for each mode, function and first operand: the dtypes of the results with every second operand in
turn. A trailing w is a weak dtype; ! stands before the initials of an exception.
"""

import inspect
from typing import Any

import numpy as np
import pytest

from tests import facts as base
from tests.experimental.numpy.facts import enabled

MODES = {
    "off": {"dtype_conversion_mode": "off"},
    "legacy": {"dtype_conversion_mode": "legacy"},
    "legacy, float32": {"dtype_conversion_mode": "legacy", "prefer_float32": True},
    "safe": {"dtype_conversion_mode": "safe"},
    "all": {"dtype_conversion_mode": "all"},
}


def table(tf: Any, mode: str) -> dict[str, str]:
    """The rows of one mode, which is enabled: {"mode function operand": "dtype dtype ..."}."""
    tnp = tf.experimental.numpy
    kinds = (
        "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 complex64 complex128"
    )
    operands = {kind: tf.cast(np.ones([1]), kind) for kind in kinds.split()}
    operands |= {"True": True, "1": 1, "1.5": 1.5, "1j": 1j, "np.int8": np.int8(1), "np.float64": np.float64(1)}
    operands["np.float32[]"] = np.ones([1], np.float32)
    if mode in ("safe", "all"):
        operands |= {"int32 weak": tf.constant([1]), "float32 weak": tf.constant([1.5])}
        operands |= {"float64 weak": tf.constant([1.5]) + tf.zeros([1], tf.int8) if mode == "all" else 1}
        operands["complex128 weak"] = tf.constant([1j])
    functions = {
        "tnp.add": tnp.add,
        "tnp.equal": tnp.equal,
        "tnp.where": lambda a, b: tnp.where([True], a, b),
        "tnp.result_type": tnp.result_type,
    }
    if mode != "off":
        functions |= {"+": lambda a, b: a + b, "/": lambda a, b: a / b, "<": lambda a, b: a < b}
    if mode in ("safe", "all"):
        functions |= {"tf.add": tf.add, "tf.maximum": tf.maximum, "tf.truediv": tf.truediv}

    def told(name: str, function: Any, a: Any, b: Any) -> str:
        # No matters of promotion: TensorFlow makes tensors of True in some dtypes only, and where its operator fails
        # numpy's gets its turn.
        theirs = isinstance(a, (np.generic, np.ndarray)) or isinstance(b, (np.generic, np.ndarray))
        plain = not name.startswith("tnp.") and (a is True or b is True or (theirs and mode == "safe"))
        if plain or (not tf.is_tensor(a) and not tf.is_tensor(b)):
            return "-"
        try:
            result = function(a, b)
        except Exception as e:
            return "!" + "".join(letter for letter in type(e).__name__ if letter.isupper())
        dtype = result if isinstance(result, tf.DType) else result.dtype
        for long, short in {"bfloat": "bf", "uint": "u", "int": "i", "float": "f", "complex": "c"}.items():
            if dtype.name.startswith(long):
                return short + dtype.name[len(long) :] + "w" * ("weak=True" in repr(result))
        return dtype.name

    return {
        f"{mode}: {name} {first}": " ".join(told(name, function, a, b) for b in operands.values())
        for name, function in functions.items()
        for first, a in operands.items()
    }


class Facts(base.Facts):
    """The tables: a case is a mode."""

    def ask(self) -> dict[str, Any]:
        from tests.oracle import ask_tensorflow

        source = (
            f"from typing import Any\ntf.get_logger().setLevel('ERROR')\n{inspect.getsource(table)}\nrows = {{}}\n"
            f"for mode, options in {MODES!r}.items():\n"
            "    tf.experimental.numpy.experimental_enable_numpy_behavior(**options)\n"
            "    rows |= table(tf, mode)\n"
            "answer(rows)"
        )
        return ask_tensorflow(source, timeout=600)

    def check(self, case: str) -> None:
        import tfcompat

        with enabled(**MODES[case]):
            rows = table(tfcompat, case)
        assert rows == {row: dtypes for row, dtypes in self._recorded().items() if row.startswith(f"{case}: ")}

    def check_live(self) -> None:
        assert self.ask() == self._recorded()


facts = Facts(__file__, "\n".join(MODES))


@pytest.mark.parametrize("mode", facts.cases)
def test_as_recorded(mode: str) -> None:
    facts.check(mode)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
