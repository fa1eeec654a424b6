"""Solutions with operators of every class, as in TensorFlow."""

import pytest

from tests.facts import Facts
from tests.linalg.operators.kinds import KINDS, tensor


def cases() -> list[str]:
    found = []
    for source, rows, columns, is_complex in KINDS.values():
        for arguments in (
            f"solve({tensor(is_complex, rows, 2)})",
            f"solve({tensor(is_complex, 2, rows, 1)})",
            f"solve({tensor(is_complex, columns, 2)}, adjoint=True)",
            f"solve({tensor(is_complex, 2, rows)}, adjoint_arg=True)",
            f"solve({tensor(is_complex, 1, columns)}, True, True)",
            f"solvevec({tensor(is_complex, rows)})",
            f"solvevec({tensor(is_complex, 2, columns)}, adjoint=True)",
        ):
            found.append(f"{source}.{arguments}")
    return found


facts = Facts(__file__, "\n".join(cases()))


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
