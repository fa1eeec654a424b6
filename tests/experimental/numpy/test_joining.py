"""tf.experimental.numpy's arrays put together and taken apart, as TensorFlow does it."""

import pytest

from tests.experimental.numpy.facts import Facts

STACKS = "stack hstack vstack dstack concatenate".split()
LISTS = [
    "[f(3), f(3)]",
    "[f(2, 3), f(2, 3)]",
    "(f(2), x([1, 2], 'int32'))",
    "[[1, 2], [3.5, 4]]",
    "[f(2), f(3)]",
    "[1, 2]",
    "[f(2, 1), f(2, 2)]",
]

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tnp.{name}({arrays})"
            for name in STACKS
            for arrays in [*LISTS, "f(2, 3)", "[[1], [2.5]]", "[]", "[f(1, 2, 3)]"]
        ]
        + [f"tnp.stack([f(2, 3), f(2, 3)], {axis})" for axis in ("1", "-1", "axis=2", "5")]
        + ["tnp.stack(f(2, 3), axis=1)", "tnp.stack([x([1], 'int8'), x([2], 'uint8')])", "tnp.stack([True, 2])"]
        + [f"tnp.concatenate([f(2, 3), f(2, 3)], {axis})" for axis in ("1", "-1", "axis=0", "3")]
        + [
            "tnp.concatenate([x([1], 'int32'), [2.5]])",
            "tnp.concatenate(([True], [1]))",
            "tnp.concatenate(([[1, 2]], [[3, 4]]), axis=1)",
        ]
        + [
            f"tnp.append({a})"
            for a in (
                "f(2, 2), f(3)",
                "f(2, 2), f(1, 2), 0",
                "[1, 2], [2.5]",
                "f(2, 2), f(2, 1), axis=1",
                "1, 2",
                "f(2, 2), f(2), 0",
            )
        ]
        + [
            f"tnp.split(f(6, 2), {a})"
            for a in ("3", "[1, 4]", "2, axis=1", "[2, 2, 9]", "4", "[3, 1]", "(1,), 1", "[1], 2", "[], 0")
        ]
        + [
            f"tnp.{name}(f(4, 2, 2), {a})"
            for name in ("vsplit", "hsplit", "dsplit")
            for a in ("2", "[1]", "3", "[1, 5]")
        ]
        + [
            "tnp.hsplit(f(4), 2)",
            "tnp.dsplit(f(2, 2), 2)",
            "tnp.split([1, 2, 3, 4], 2)",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
