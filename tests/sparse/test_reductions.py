"""tf.sparse.reduce_sum and reduce_max, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

DTYPES = ["int8", "int32", "int64", "uint8", "float16", "bfloat16", "float32", "float64", "complex64", "bool"]
ARGUMENTS = (
    *(
        "",
        ", 0",
        ", 1",
        ", -1",
        ", [0]",
        ", [0, 1]",
        ", []",
        ", axis=1, keepdims=True",
        ", keepdims=True",
        ", 2",
        ", -3",
    ),
    *(", [0, 0]", ", tf.constant(1)", ", tf.constant([0, 1])", ", 1.0"),
)

facts = Facts(
    __file__,
    "\n".join(
        f"tf.sparse.reduce_{name}(s(3, 4, every=3){a}{b})"
        for name in ("sum", "max")
        for a in ARGUMENTS
        for b in ("", ", output_is_sparse=True")
    )
    + "\n"
    + "\n".join(
        f"tf.sparse.reduce_{name}(tf.SparseTensor([[0, 1], [1, 0], [1, 2]], tf.cast([1, 3, 2], tf.{d}), [2, 3]), 1)"
        for name in ("sum", "max")
        for d in DTYPES
    )
    + "\n"
    + "\n".join(
        f"tf.sparse.reduce_{name}({case})"
        for name in ("sum", "max")
        for case in (
            "s(2, 3, 2), [0, 2]",
            "s(2, 3, 2), 1",
            "s(2, 3, 2), 1, True, True",
            "s(4, 3, every=7), 1",
            "s(4, 3, every=7), 1, output_is_sparse=True",
            "s(0, 3), 0",
            "s(0, 3), 1",
            "s(0, 3), 1, output_is_sparse=True",
            "s(0, 3)",
            "tf.SparseTensor([[0, 0], [0, 0]], x([1., 2.]), [1, 2]), 1",
            "tf.SparseTensor([[1, 0], [0, 0]], x([1., 2.]), [2, 2]), 0",
            "tf.SparseTensor([[0, 5]], x([1.]), [1, 2]), 1",
            "tf.SparseTensor([[0, 0], [0, 1]], x([3., nan]), [1, 2]), 1",
            "tf.SparseTensor([[0, 0], [0, 1]], x([nan, nan]), [1, 2]), 1",
            "tf.SparseTensor([[5, 0]], x([1.]), [1, 2]), 1, output_is_sparse=True",
            "f(2, 3)",
        )
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
