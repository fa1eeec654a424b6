"""tf.experimental.numpy's choices of elements, as TensorFlow makes them."""

import pytest

from tests.experimental.numpy.facts import Facts

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tnp.take(f(3, 4), {a})"
            for a in ("[0, 2]", "1", "[[0, 5], [1, 30]]", "[0, 9], axis=1", "[-1, 1], 0", "[-1, 5], 1, mode='wrap'")
        ]
        + [
            f"tnp.take(f(3, 4), {a})"
            for a in ("1, axis=-1", "[0], mode='raise'", "[0], mode='x'", "[0], out=f(1)", "[0.5]", "[0], 7")
        ]
        + [
            "tnp.take([1, 2, 3], x([1, 2], 'int64'))",
            "tnp.take([1, 2, 3], x([1, 2], 'int8'))",
            "tnp.take(f(4), x([[0, 1], [2, 3]], 'int32'))",
        ]
        + [
            f"tnp.take_along_axis(f(2, 3), {a})"
            for a in ("[[0], [2]], 1", "[[-1, 0, 1]], axis=0", "[5, 0], None", "[[0, 1], [2, -3]], -1")
        ]
        + [
            "tnp.take_along_axis(f(2, 3), [[7]], 1)",
            "tnp.take_along_axis(f(2, 3, 4), [[[0]], [[1]]], 1)",
            "tnp.take_along_axis(f(3), [2, 0], 0)",
        ]
        + [
            f"tnp.where({a})"
            for a in (
                "[True, False, True], f(3), f(3)",
                "[1, 0], 1, 2.5",
                "f(2, 2), x([1, 2], 'int32'), f(2, 1)",
                "[True], 1",
            )
        ]
        + [
            f"tnp.where({a})"
            for a in (
                "[[0, 1], [2, 0]]",
                "f(2)",
                "True",
                "[True, False], [1, 2], [3, 4]",
                "False, x([1], 'int8'), 5",
                "[0, 0]",
            )
        ]
        + [
            f"tnp.nonzero({a})"
            for a in ("[[0, 1], [2, 0]]", "[0, 3]", "5", "0", "x([0.0, nan])", "c(2)", "[True, False]")
        ]
        + [
            f"tnp.select({a})"
            for a in (
                "[[True, False], [True, True]], [f(2), f(2)]",
                "[[False, False]], [[1, 2]]",
                "[[True]], [[1], [2]]",
                "[], []",
            )
        ]
        + ["tnp.select([x([1, 0, 0], 'int32'), [False, True, False]], [x([1, 2, 3], 'int32'), 2.5], default=9)"]
        + [
            f"tnp.compress({a})"
            for a in (
                "[True, False, True], f(3)",
                "[0, 1], f(2, 3), axis=0",
                "[True], f(2, 3)",
                "[1, 0, 1], f(2, 3), -1",
            )
        ]
        + [
            f"tnp.compress({a})"
            for a in ("[[True]], f(2)", "[True], 5", "[1, 1, 1, 1], f(3)", "[True], f(2), 4", "[False], f(2)")
        ]
        + [
            f"tnp.{name}({a})"
            for name in ("argmax", "argmin")
            for a in ("f(3, 4)", "f(3, 4), 0", "f(3, 4), axis=-1", "[1, 5, 5]", "3", "[True, False]", "f(2), 3")
        ]
        + [
            f"tnp.{name}({a})"
            for name in ("argmax", "argmin")
            for a in ("x([1.0, nan, 3.0])", "x([], 'float32')", "[[1, 2], [4, 3]], 1", "c(2)")
        ]
        + [
            f"tnp.{name}({a})"
            for name in ("sort", "argsort")
            for a in ("f(5)", "f(2, 3)", "f(2, 3), 0", "f(2, 3), axis=None", "[3, 1, 2]", "[2, 1, 2, 1]")
        ]
        + [
            f"tnp.{name}({a})"
            for name in ("sort", "argsort")
            for a in ("f(3), kind='stable'", "f(3), kind='heapsort'", "f(3), order='a'", "c(2)", "f(2), 5")
        ]
        + [
            "tnp.argsort(3)",
            "tnp.argsort(f(3), -1, 'stable')",
            "tnp.sort(x([3, 1], 'uint8'))",
            "tnp.argsort([True, False])",
        ]
        + [
            f"tnp.diff({a})"
            for a in (
                "f(5)",
                "f(2, 4)",
                "f(2, 4), axis=0",
                "f(5), 2",
                "f(5), n=0",
                "[1, 4, 9]",
                "[True, False, True]",
                "f(3), 5",
                "f(3), -1",
            )
        ]
        + ["tnp.diff(f(3), axis=2)", "tnp.diff(2.0)", "tnp.diff(x([5, 1], 'uint8'))", "tnp.diff(f(2, 2, 2), 1, 1)"]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
