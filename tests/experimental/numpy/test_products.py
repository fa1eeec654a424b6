"""tf.experimental.numpy's products, as TensorFlow computes them."""

import pytest

from tests.experimental.numpy.facts import Facts

NAMES = "dot matmul inner vdot outer kron tensordot".split()
SHAPES = [
    "f(3), f(3)",
    "f(2, 3), f(3)",
    "f(3), f(3, 2)",
    "f(2, 3), f(3, 2)",
    "f(2, 3), f(2, 3)",
    "2.0, f(3)",
    "f(), f(2, 3)",
]

facts = Facts(
    __file__,
    "\n".join(
        [f"tnp.{name}({shapes})" for name in NAMES[:-1] for shapes in SHAPES]
        + [f"tnp.{name}(f(2, 2, 3), f(2, 3, 2))" for name in NAMES if name != "kron"]
        + [f"tnp.{name}(f(2, 2), x([[1, 2], [3, 4]], 'int32'))" for name in NAMES]
        + [f"tnp.{name}(x([[1, 2], [3, 4]], 'int64'), x([[1, 2], [3, 4]], 'int64'))" for name in NAMES]
        + [f"tnp.{name}(c(2), c(2))" for name in NAMES]
        + [f"tnp.{name}([[1, 2], [3, 4]], [[1.5, 0], [0, 1]])" for name in NAMES]
        + [
            "tnp.tensordot(f(2, 3), f(3, 2), 1)",
            "tnp.tensordot(f(2, 3), f(3, 2), axes=[[0, 1], [1, 0]])",
            "tnp.tensordot(f(2, 3), f(3, 2), axes=((1,), (0,)))",
            "tnp.kron(f(2), f(2, 3))",
            "tnp.kron(f(1, 2, 1), f(2, 2))",
            "tnp.cross(f(3), f(3))",
            "tnp.cross(f(4, 3), f(3))",
            "tnp.cross(f(2), f(2))",
            "tnp.cross(f(4, 2), f(4, 3))",
            "tnp.cross(f(3, 4), f(3, 4), axis=0)",
            "tnp.cross(f(3, 4), f(4, 3), axisa=0)",
            "tnp.cross(f(4, 5, 3), f(4, 5, 3), axisc=0)",
            "tnp.cross(f(4, 5, 3), f(4, 5, 3), axisc=1)",
            "tnp.cross(x([1, 2, 3], 'int32'), f(3))",
            "tnp.cross(f(4), f(4))",
            "tnp.einsum('ij,jk->ik', f(2, 3), f(3, 2))",
            "tnp.einsum('ij,jk', f(2, 3), x([[1], [2], [3]], 'int32'))",
            "tnp.einsum('ij,jk->ik', f(2, 3), f(3, 2), optimize='optimal')",
            "tnp.einsum('ij,jk->ik', f(2, 3), f(3, 2), optimize=True)",
            "tnp.einsum('ij,jk->ik', f(2, 3), f(3, 2), optimize='best')",
            "tnp.einsum('ij,jk->ik', f(2, 3), f(3, 2), casting='no')",
            "tnp.einsum('ij,jk->ik', f(2, 3), x([[1], [2], [3]], 'int32'), casting='no')",
            "tnp.einsum('ij,jk->ik', f(2, 3), f(3, 2), casting='unsafe')",
            "tnp.einsum('ii->i', f(3, 3))",
            "tnp.polyval([1, 2, 3], 2)",
            "tnp.polyval(f(3), f(2, 2))",
            "tnp.polyval([2.5], f(2, 2))",
            "tnp.polyval(3, f(2))",
            "tnp.polyval(x([1, 2], 'int32'), f(2))",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
