"""Products of two operators and solutions with them: their classes, hints, names and values, as in TensorFlow."""

import itertools

import pytest

from tests.facts import Facts
from tests.linalg.operators.kinds import TOLD, F, L

# Operators of one size, to be multiplied with each other.
SQUARE = {
    "identity": f"{L}Identity(3, {F})",
    "scaled": f"{L}ScaledIdentity(3, f({F}), is_non_singular=True)",
    "diag": f"{L}Diag(f(3, {F}, low=1.0), is_positive_definite=True)",
    "tril": f"{L}LowerTriangular(f(3, 3, {F}) + 4 * tf.eye(3, {F}), is_non_singular=True)",
    "full": f"{L}FullMatrix(f(3, 3, {F}), is_non_singular=True, is_self_adjoint=False)",
    "zeros": f"{L}Zeros(3, {F})",
    "blocks": f"{L}BlockDiag([{L}FullMatrix(f(2, 2, {F})), {L}Diag(f(1, {F}))], is_non_singular=True)",
    "inverse": f"{L}Inversion({L}FullMatrix(f(3, 3, {F})))",
}
CIRCULANT = {
    "plain": f"{L}Circulant(c(4), is_non_singular=True)",
    "real": f"{L}Circulant(f(4, dtype='float32', low=1.0), is_positive_definite=True)",
    "2d": f"{L}Circulant2D(c(2, 2))",
    "3d": f"{L}Circulant3D(f(2, 2, 1, low=1.0), is_non_singular=True)",
}


def cases() -> list[str]:
    found = []
    for kinds in (SQUARE, CIRCULANT):
        for a, b in itertools.product(kinds.values(), repeat=2):
            found += [f"{TOLD}({a} @ {b})", f"{TOLD}({a}.solve({b}))"]
    adjoint = "adjoint=True, adjoint_arg=True"
    for a, b in itertools.product(("scaled", "full", "blocks"), ("diag", "full", "blocks")):
        found.append(f"{TOLD}({SQUARE[a]}.matmul({SQUARE[b]}, {adjoint}))")
    return found


facts = Facts(__file__, "\n".join(cases()))


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
