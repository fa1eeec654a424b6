"""What operators are, and the adjoints, inverses and factors made of them: classes, hints, names, shapes, values."""

import pytest

from tests.facts import Facts
from tests.linalg.operators.kinds import HINTS, KINDS, TOLD, F, L

CHANGES = ["adjoint()", "inverse()", "H.inverse()", "inverse().H", "inverse().inverse()", "cholesky()"]
SHAPES = (
    "(lambda o: [str(o.shape), str(o.batch_shape), o.tensor_rank, str(o.domain_dimension), str(o.range_dimension), "
    "o.shape_tensor(), o.batch_shape_tensor(), o.tensor_rank_tensor(), o.domain_dimension_tensor(), "
    "o.range_dimension_tensor(), sorted(o.parameters)])"
)
POSITIVE = {
    "diag": f"{L}Diag(f(3, {F}, low=1.0), is_positive_definite=True)",
    "scaled": f"{L}ScaledIdentity(3, f({F}, low=1.0), is_positive_definite=True)",
    "identity": f"{L}Identity(3, {F})",
    "kronecker": f"{L}Kronecker([{L}Diag(f(2, {F}, low=1.0), is_positive_definite=True), {L}Identity(2, {F})])",
    "blocks": f"{L}BlockDiag([{L}Diag(f(2, {F}, low=1.0), is_positive_definite=True), {L}Identity(2, {F})])",
    "gram": f"(lambda o: {L}Composition([o, o.H]))({L}LowerTriangular(f(3, 3, {F}), is_non_singular=True))",
    "complex": f"{L}Diag(tf.cast(f(3, {F}, low=1.0), tf.complex128), {HINTS})",
}


def cases() -> list[str]:
    # TensorFlow takes the adjoint of any Kronecker product for a square operator.
    changed = [source for kind, (source, *_) in KINDS.items() if kind != "kronecker_tall"]
    found = [f"{TOLD}({source}.{change})" for source in changed for change in CHANGES[:2]]
    found += [f"{SHAPES}({source})" for source, *_ in KINDS.values()]
    return found + [f"{TOLD}({source}.{change})" for source in POSITIVE.values() for change in CHANGES]


facts = Facts(__file__, "\n".join(cases()))


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
