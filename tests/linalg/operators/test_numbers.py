"""The numbers and dense tensors that operators of every class give, as in TensorFlow."""

import pytest

from tests.facts import Facts
from tests.linalg.operators.kinds import KINDS, tensor

NUMBERS = ["to_dense", "diag_part", "trace", "determinant", "log_abs_determinant", "cond", "eigvals"]


def cases() -> list[str]:
    found = []
    for kind, (source, rows, columns, is_complex) in KINDS.items():
        # The gradient of the condition number is 0 where all singular values grow as one.
        found += [f"{source}.{number}()" for number in NUMBERS if (kind, number) != ("kronecker_tall", "cond")]
        found.append(f"{source}.add_to_tensor({tensor(is_complex, rows, columns)})")
    return found


facts = Facts(__file__, "\n".join(cases()))


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
