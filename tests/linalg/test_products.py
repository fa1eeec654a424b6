"""tf.linalg's products, as TensorFlow computes and differentiates them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

# Diagonals of a matrix that needs no pivots.
DOMINANT = "(lambda d: d + tf.constant([[0.0], [8.0], [0.0]], d.dtype))"

facts = Facts(
    __file__,
    """
    tf.linalg.matmul(f(2, 3), f(3, 4))
    tf.linalg.matmul(f(2, 2, 3), f(3, 4), a_is_sparse=True)
    tf.linalg.matmul(i(2, 2, dtype='uint32'), i(2, 2, dtype='uint32'), output_type=tf.int64)
    tf.linalg.matmul(f(2, 2), f(2, 2), output_type=tf.uint8)
    tf.linalg.matmul(f(3, 2), f(3, 4), transpose_a=True)
    tf.linalg.matmul(f(2, 3), f(4, 3), transpose_b=True)
    tf.linalg.matmul(f(3, 2), f(4, 3), True, True)
    tf.linalg.matmul(c(3, 2), c(3, 4), adjoint_a=True)
    tf.linalg.matmul(c(2, 3), c(4, 3), adjoint_b=True)
    tf.linalg.matmul(f(2, 3), f(3, 4), transpose_a=True, adjoint_a=True)
    tf.linalg.matmul(f(5, 2, 3), f(5, 3, 4))
    tf.linalg.matmul(f(5, 2, 3), f(3, 4))
    tf.linalg.matmul(f(5, 1, 2, 3), f(2, 3, 4))
    tf.linalg.matmul(f(2, 3, 2), f(2, 3, 4), transpose_a=True)
    tf.linalg.matmul(f(2, 3), f(3, 4), a_is_sparse=True)
    tf.linalg.matmul(i(2, 3), i(3, 4))
    tf.linalg.matmul(i(2, 3, dtype='int8'), i(3, 4, dtype='int8'), output_type=tf.int32)
    tf.linalg.matmul(i(2, 3, dtype='int8'), i(3, 4, dtype='int8'))
    tf.linalg.matmul(f(2, 3, dtype='float16'), f(3, 4, dtype='float16'))
    tf.linalg.matmul(f(2, 3, dtype='bfloat16'), f(3, 4, dtype='bfloat16'))
    tf.linalg.matmul(f(2, 3), f(2, 3))
    tf.linalg.matmul(f(2, 3), i(3, 4))
    tf.linalg.matmul(f(2, 3), f(3))
    tf.linalg.matmul(f(), f(3, 2))
    tf.linalg.matmul(f(2, 2, 3), f(3, 3, 4))
    tf.linalg.matmul(f(2, 2, 3), f(4, 5))
    tf.linalg.matmul([[True]], [[True]])
    tf.linalg.matmul(f(0, 3), f(3, 2))
    tf.linalg.matmul(f(2, 0), f(0, 3))
    tf.linalg.matmul([[1.0, 2.0]], [[3.0], [4.0]])
    tf.linalg.matmul([[[1.0, 2.0]]], [[3.0], [4.0]])
    f(2, 3) @ f(3, 2)
    f(2, 3) @ f(2, 3)
    tf.linalg.matvec(f(2, 3), f(3))
    tf.linalg.matvec(f(5, 2, 3), f(5, 3))
    tf.linalg.matvec(f(5, 2, 3), f(3))
    tf.linalg.matvec(f(3, 2), f(3), transpose_a=True)
    tf.linalg.matvec(c(3, 2), c(3), adjoint_a=True)
    tf.linalg.matvec(f(2, 3), f(2))
    tf.linalg.matvec(f(2, 3), f(2), transpose_a=True, adjoint_a=True)
    tf.tensordot(f(2, 3), f(3, 4), 1)
    tf.tensordot(f(2, 3), f(2, 3), 2)
    tf.tensordot(f(2), f(3), 0)
    tf.tensordot(f(2, 3, 4), f(4, 3, 5), [[1, 2], [1, 0]])
    tf.tensordot(f(2, 3, 4), f(4, 3, 5), axes=[[-1], [0]])
    tf.tensordot(f(2, 3), f(3, 4), [1, 0])
    tf.tensordot(f(2, 3), f(3, 4), 3)
    tf.tensordot(f(2, 3), f(3, 4), -1)
    tf.tensordot(f(2, 3), f(3, 4), [[0], [0]])
    tf.tensordot(f(2, 3), f(3, 4), [[0, 1], [0]])
    tf.tensordot(i(2, 3), i(3, 4), 1)
    tf.einsum('ij,jk->ik', f(2, 3), f(3, 4))
    tf.einsum('ij,jk', f(2, 3), f(3, 4))
    tf.einsum('ij->ji', f(2, 3))
    tf.einsum('ii->i', f(3, 3))
    tf.einsum('ii', f(3, 3))
    tf.einsum('ij->', f(2, 3))
    tf.einsum('i,j->ij', f(2), f(3))
    tf.einsum('...ij,...jk->...ik', f(5, 2, 3), f(3, 4))
    tf.einsum('b i j, b j k -> b i k', f(5, 2, 3), f(5, 3, 4))
    tf.einsum('ij,jk,kl->il', f(2, 3), f(3, 4), f(4, 2), optimize='optimal')
    tf.einsum('ij,jk->ik', c(2, 3), c(3, 4))
    tf.einsum('ij,jk->ik', i(2, 3), i(3, 4))
    tf.einsum('ijk,ijk->ij', f(2, 3, 4), f(2, 3, 4))
    tf.einsum('ij,jk->ik', f(2, 3), f(2, 4))
    tf.einsum('ij,jk->ik', f(2, 3))
    tf.einsum('ij,jk->iz', f(2, 3), f(3, 4))
    tf.einsum('ij->i', f(2, 3, 4))
    tf.einsum('ij,jk->ik', f(2, 3), i(3, 4))
    tf.einsum('ij->ij', f(2, 3), foo=1)
    tf.linalg.cross(f(2, 3), f(2, 3))
    tf.linalg.cross(f(3), f(3))
    tf.linalg.cross(i(3), i(3))
    tf.linalg.cross(f(2), f(2))
    tf.linalg.cross(f(2, 3), f(3))
    tf.linalg.tridiagonal_matmul(f(3, 4), f(4, 2))
    tf.linalg.tridiagonal_matmul(f(2, 3, 4), f(2, 4, 2))
    tf.linalg.tridiagonal_matmul([f(4), f(4), f(4)], f(4, 2), diagonals_format='sequence')
    tf.linalg.tridiagonal_matmul(f(4, 4), f(4, 2), diagonals_format='matrix')
    tf.linalg.tridiagonal_matmul(f(3, 4), f(4, 2), diagonals_format='foo')
    tf.linalg.tridiagonal_solve(tf.constant([[1.0, 2, 0], [9, 8, 7], [0, 1, 2]]) + f(3, 3, low=0, high=0.1), f(3))
    tf.linalg.tridiagonal_solve(tf.constant([[1.0, 2, 0], [9, 8, 7], [0, 1, 2]]), f(3, 2))
    tf.linalg.tridiagonal_solve([f(2), f(3, low=4, high=5), f(2)], f(3, 2), diagonals_format='sequence')
    tf.linalg.tridiagonal_solve(tf.constant([[9.0, 1, 0], [2, 8, 1], [0, 3, 7]]), f(3), diagonals_format='matrix')
    tf.linalg.tridiagonal_solve(tf.constant([[1.0, 2, 0], [9, 8, 7], [0, 1, 2]]), f(2, 3), transpose_rhs=True)
    tf.linalg.tridiagonal_solve(tf.zeros([3, 3]), f(3))
    tf.linalg.tridiagonal_solve({DOMINANT}(f(3, 7)), f(7, 2), partial_pivoting=False)
    tf.linalg.tridiagonal_solve({DOMINANT}(f(2, 3, 4)), f(2, 4), partial_pivoting=False)
    tf.linalg.tridiagonal_solve({DOMINANT}(c(3, 5)), c(5, 1), partial_pivoting=False)
    tf.linalg.tridiagonal_solve(f(3, 1, low=1.0), f(1, 2), partial_pivoting=False)
    tf.linalg.tridiagonal_solve(f(3, 3), f(3), partial_pivoting=False, perturb_singular=True)
    """.replace("{DOMINANT}", DOMINANT),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("size", [63, 64, 65, 1000])
@pytest.mark.parametrize("dominant", [True, False])
def test_large_tridiagonal_systems_are_solved(size: int, dominant: bool) -> None:
    rng = np.random.default_rng(size)
    diagonals = rng.normal(size=(3, size)).clip(-2, 2)
    diagonals[1] += 5 if dominant else 0
    solution = rng.normal(size=(size, 2))
    rhs = tf.linalg.tridiagonal_matmul(tf.constant(diagonals), tf.constant(solution))
    np.testing.assert_allclose(tf.linalg.tridiagonal_solve(tf.constant(diagonals), rhs), solution, atol=1e-6)


def test_axes_of_as_many_elements_are_taken_in_their_order():
    """Recorded from TensorFlow 2.21: the sizes of single axes need not pair up."""
    a = tf.constant([[1.25, -1.5], [-1.25, 1.25], [1.0, 0.5]])
    b = tf.constant([[[1.5, 0.25], [0.0, -1.75], [-0.5, 1.0]], [[1.75, -1.25], [0.25, 1.25], [-0.25, 0.25]]])
    assert tf.tensordot(a, b, 2).numpy().tolist() == [4.8125, 1.5]
