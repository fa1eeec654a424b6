"""tf.linalg's diagonals, bands and transposes, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

ALIGNS = ["RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.linalg.diag(f(3, 4), k=(-1, 1), align='{align}')" for align in ALIGNS]
        + [f"tf.linalg.diag(f(2, 3, 3), k=(0, 2), num_rows=3, align='{align}', padding_value=9.0)" for align in ALIGNS]
        + [f"tf.linalg.diag_part(f(2, 3, 4), k=(-1, 2), align='{align}', padding_value=9.0)" for align in ALIGNS]
        + [f"tf.linalg.diag_part(f(4, 3), k=(-2, 1), align='{align}')" for align in ALIGNS]
        + [f"tf.linalg.set_diag(f(2, 3, 4), f(2, 4, 3), k=(-1, 2), align='{align}')" for align in ALIGNS]
        + [f"tf.linalg.set_diag(f(4, 3), f(3, 3), k=(-2, 0), align='{align}')" for align in ALIGNS]
        + [f"tf.linalg.band_part(f(4, 5), {low}, {high})" for low in (-1, 0, 1, 4) for high in (-1, 0, 2, 5)]
    )
    + """
    tf.linalg.diag(f(3))
    tf.linalg.diag(f(2, 3))
    tf.linalg.diag(f(3), k=1)
    tf.linalg.diag(f(3), k=-2)
    tf.linalg.diag(f(3), k=-1, padding_value=7)
    tf.linalg.diag(f(3), num_rows=5, num_cols=3)
    tf.linalg.diag(f(3), num_rows=3, num_cols=4)
    tf.linalg.diag(f(3), num_rows=5, num_cols=4)
    tf.linalg.diag(f(3), num_rows=2)
    tf.linalg.diag(f(3), k=(1, -1))
    tf.linalg.diag(f(3, 4), k=(0, 1))
    tf.linalg.diag(i(3))
    tf.linalg.diag(f())
    tf.linalg.diag_part(f(3, 3))
    tf.linalg.diag_part(f(2, 3, 4))
    tf.linalg.diag_part(f(3, 4), k=1)
    tf.linalg.diag_part(f(3, 4), k=-2)
    tf.linalg.diag_part(f(3, 4), k=4)
    tf.linalg.diag_part(f(3))
    tf.linalg.set_diag(f(3, 3), f(3))
    tf.linalg.set_diag(f(2, 3, 4), f(2, 3))
    tf.linalg.set_diag(f(3, 4), f(3), k=1)
    tf.linalg.set_diag(f(3, 4), f(4))
    tf.linalg.set_diag(f(3, 3), i(3))
    tf.linalg.band_part(f(2, 3, 3), 1, 0)
    tf.linalg.band_part(i(3, 3), tf.constant(0), tf.constant(-1))
    tf.linalg.band_part(f(3, 3), 4, 0)
    tf.linalg.band_part(f(3), 0, 0)
    tf.linalg.trace(f(3, 3))
    tf.linalg.trace(f(2, 3, 4))
    tf.linalg.trace(i(3, 3))
    tf.linalg.trace(f(3))
    tf.linalg.tensor_diag(f(3))
    tf.linalg.tensor_diag(f(2, 3))
    tf.linalg.tensor_diag(f())
    tf.linalg.tensor_diag_part(f(3, 3))
    tf.linalg.tensor_diag_part(f(2, 3, 2, 3))
    tf.linalg.tensor_diag_part(f(2, 3))
    tf.linalg.tensor_diag_part(f(3))
    tf.linalg.matrix_transpose(f(2, 3))
    tf.linalg.matrix_transpose(c(2, 3, 4), conjugate=True)
    tf.linalg.matrix_transpose(f(3))
    tf.linalg.matrix_transpose([['a','b','c']])
    tf.linalg.adjoint(c(2, 3))
    tf.linalg.adjoint(f(2, 3))
    tf.linalg.eye(2, 3)
    tf.linalg.eye(2, batch_shape=[2], dtype=tf.int32)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
