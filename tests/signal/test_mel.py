"""tf.signal.linear_to_mel_weight_matrix, as TensorFlow computes it."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    "\n".join(
        f"tf.signal.linear_to_mel_weight_matrix({arguments})"
        for arguments in (
            "",
            "5, 17, 16000, 80.0, 7600.0",
            "5, 17, tf.constant(16000), 80.0, 7600.0",
            "5, 17, 16000.0, 0.0, 8000.0, tf.float64",
            "4, 9, dtype=tf.float16",
            "4, 1",
            "0",
            "5, 17, 0",
            "5, 17, 8000, -1.0",
            "5, 17, 8000, 200.0, 100.0",
            "5, 17, 8000, 100.0, 5000.0",
            "5, 17, dtype=tf.int32",
        )
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
