"""tf.linalg's decompositions and solvers, as TensorFlow computes and differentiates them."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

# Where gradients are stopped TensorFlow's are not those of the function: of eigenvalues found by bisection.
# Matrices that are well conditioned, and positive definite ones.
GOOD = "(f(3, 3) + 4.0 * tf.eye(3))"
BATCH = "(f(2, 3, 3) + 4.0 * tf.eye(3))"
COMPLEX = "(c(3, 3) + tf.cast(4.0 * tf.eye(3), tf.complex64))"
POSITIVE = "(lambda a: tf.matmul(a, a, transpose_b=True) + tf.eye(3))(f(3, 3))"
HERMITIAN = "(lambda a: tf.matmul(a, a, adjoint_b=True) + tf.cast(tf.eye(3), tf.complex64))(c(3, 3))"
DOUBLE = "(f(3, 3, dtype='float64') + 4.0 * tf.eye(3, dtype=tf.float64))"

facts = Facts(
    __file__,
    f"""
    tf.linalg.cholesky({POSITIVE})
    tf.linalg.cholesky({HERMITIAN})
    tf.linalg.cholesky(tf.constant([[4.0, 9.0], [2.0, 5.0]]))
    tf.linalg.band_part(tf.linalg.cholesky([[1.0, 2.0], [2.0, 1.0]]), -1, 0)
    tf.linalg.cholesky(f(2, 3))
    tf.linalg.eigh_tridiagonal(f(3), f(2, dtype='float64'))
    tf.linalg.eigh_tridiagonal(tf.constant([1, 2]), tf.constant([1]))
    tf.linalg.lu_solve(tf.eye(2), tf.range(2), f(2, 1, dtype='float64'))
    tf.linalg.cholesky(f(3))
    tf.linalg.cholesky([[1, 0], [0, 1]])
    tf.linalg.cholesky_solve(tf.linalg.cholesky({POSITIVE}), f(3, 2))
    tf.linalg.qr({GOOD})
    tf.linalg.qr(f(4, 2))
    tf.linalg.qr(f(2, 4))
    tf.linalg.qr(f(4, 2), full_matrices=True)[1]
    tf.linalg.qr(f(3))
    tf.linalg.svd(f(3, 4), compute_uv=False)
    tf.linalg.svd(f(2, 4, 3), compute_uv=False)
    tf.abs(tf.linalg.svd(f(3, 3))[1])
    (lambda s, u, v: tf.matmul(u * s[..., None, :], v, adjoint_b=True))(*tf.linalg.svd(f(4, 3)))
    [t.shape for t in tf.linalg.svd(f(4, 3), full_matrices=True)]
    [t.shape for t in tf.linalg.svd(f(2, 3, 5))]
    tf.linalg.svd(f(3))
    tf.linalg.eigvalsh({POSITIVE})
    tf.linalg.eigvalsh({HERMITIAN})
    tf.linalg.eigh({POSITIVE})[0]
    tf.abs(tf.linalg.eigh({POSITIVE})[1])
    tf.linalg.eigh(f(2, 3))
    tf.linalg.eigh(tf.constant([[2.0, 9.0], [1.0, 3.0]]))[0]
    tf.sort(tf.math.real(tf.linalg.eigvals(tf.constant([[2.0, 1.0], [1.0, 3.0]]))))
    tf.linalg.eig(tf.constant([[2.0, 0.0], [0.0, 3.0]]))[0]
    tf.linalg.lu({GOOD})
    tf.linalg.lu(f(2, 4, 4))
    tf.linalg.lu(f(3, 3), output_idx_type=tf.int64)[1]
    tf.linalg.lu(f(2, 3))
    tf.linalg.lu_reconstruct(*tf.linalg.lu({GOOD}))
    tf.linalg.lu_solve(*tf.linalg.lu({GOOD}), f(3, 2))
    tf.linalg.lu_matrix_inverse(*tf.linalg.lu({GOOD}))
    tf.linalg.eigh(f(3, 3))[0]
    tf.linalg.eigvalsh(c(3, 3))
    tf.abs(tf.linalg.eigh(x([[2.0, 0.0], [0.0, 2.0]]))[1])
    tf.linalg.eigh(x([[2.0, 0.0], [0.0, 2.0]]))[0]
    (lambda s, u, v: tf.matmul(u * s[..., None, :], v, adjoint_b=True))(*tf.linalg.svd(x([[1.0, 0.0], [0.0, 1.0]])))
    (lambda s, u, v: tf.matmul(u * s[..., None, :], v, adjoint_b=True))(*tf.linalg.svd(f(2, 2, 4, dtype='float64')))
    (lambda s, u, v: tf.matmul(u, v, adjoint_b=True))(*tf.linalg.svd(f(2, 4, 3, dtype='float64')))
    (lambda s, u, v: tf.matmul(u, v, adjoint_b=True))(*tf.linalg.svd(f(3, 4, dtype='float64')))
    (lambda s, u, v: tf.abs(v))(*tf.linalg.svd(f(2, 3, dtype='float64'), full_matrices=True))
    (lambda s, u, v: tf.abs(u))(*tf.linalg.svd(f(3, 2, dtype='float64'), full_matrices=True))
    (lambda s, u, v: tf.matmul(u, v, adjoint_b=True))(*tf.linalg.svd(c(3, 3, dtype='complex128')))
    (lambda s, u, v: tf.matmul(u * tf.cast(s, u.dtype), v, adjoint_b=True))(*tf.linalg.svd(c(2, 3, dtype='complex128')))
    tf.linalg.pinv(x([[1.0, 0.0], [0.0, 1.0]]))
    tf.linalg.svd(tf.constant([[[1.0, nan], [0.0, 1.0]], [[3.0, 0.0], [0.0, 2.0]]]), compute_uv=False)
    tf.linalg.pinv(x([[1.0, 2.0], [2.0, 4.0]], 'float64'))
    tf.linalg.pinv(f(2, 4, 3, dtype='float64'))
    tf.linalg.eigh_tridiagonal(tf.stop_gradient(f(5)), tf.stop_gradient(f(4)))
    tf.linalg.eigh_tridiagonal(tf.stop_gradient(f(5)), tf.stop_gradient(f(4)), select='i', select_range=(1, 3))
    tf.linalg.eigh_tridiagonal(tf.stop_gradient(f(5)), tf.stop_gradient(f(4)), select='v', select_range=(-1.0, 1.0))
    tf.linalg.eigh_tridiagonal(tf.stop_gradient(f(5)), tf.stop_gradient(f(4)), select='x')
    tf.linalg.inv({GOOD})
    tf.linalg.inv({BATCH})
    tf.linalg.inv({COMPLEX}, adjoint=True)
    tf.linalg.inv([[1.0, 1.0], [1.0, 1.0]])
    tf.linalg.inv(f(2, 3))
    tf.linalg.inv([[1, 0], [0, 1]])
    tf.linalg.det({GOOD})
    tf.linalg.det({BATCH})
    tf.linalg.det({COMPLEX})
    tf.linalg.det(f(2, 3))
    tf.linalg.det(f(0, 0))
    tf.linalg.slogdet({GOOD})
    tf.linalg.slogdet(-1.0 * {GOOD})
    tf.linalg.slogdet({COMPLEX})
    tf.linalg.logdet({POSITIVE})
    tf.linalg.logdet({HERMITIAN})
    tf.linalg.solve({GOOD}, f(3, 2))
    tf.linalg.solve({BATCH}, f(2, 3, 2))
    tf.linalg.solve({GOOD}, f(3, 2), adjoint=True)
    tf.linalg.solve({COMPLEX}, c(3, 2), adjoint=True)
    tf.linalg.solve({GOOD}, f(3))
    tf.linalg.solve({GOOD}, f(2, 2))
    tf.linalg.solve([[1.0, 1.0], [1.0, 1.0]], [[1.0], [2.0]])
    tf.linalg.triangular_solve({GOOD}, f(3, 2))
    tf.linalg.triangular_solve({GOOD}, f(3, 2), lower=False)
    tf.linalg.triangular_solve({GOOD}, f(3, 2), lower=False, adjoint=True)
    tf.linalg.triangular_solve({COMPLEX}, c(3, 2), adjoint=True)
    tf.linalg.triangular_solve({BATCH}, f(3, 2))
    tf.linalg.triangular_solve({GOOD}, f(3))
    tf.linalg.banded_triangular_solve(f(2, 4, low=1.0, high=2.0), f(4, 2))
    tf.linalg.banded_triangular_solve(f(3, 4, low=1.0, high=2.0), f(4, 2), lower=False)
    tf.linalg.banded_triangular_solve(f(2, 4, low=1.0, high=2.0), f(4, 2), adjoint=True)
    tf.linalg.banded_triangular_solve(f(2, 4, low=1.0, high=2.0), f(4, 2), lower=False, adjoint=True)
    tf.linalg.lstsq(f(4, 2), f(4, 3))
    tf.linalg.lstsq(f(2, 4), f(2, 3))
    tf.linalg.lstsq(f(4, 2), f(4, 3), l2_regularizer=0.5)
    tf.linalg.lstsq(f(2, 4), f(2, 3), l2_regularizer=0.5)
    tf.linalg.lstsq(tf.constant([[1.0, 2], [2, 4], [3, 6]]), tf.constant([[1.0], [2], [3]]), fast=False)
    tf.linalg.lstsq(f(4, 2), f(3, 3))
    tf.linalg.pinv(f(4, 2))
    tf.linalg.pinv(f(2, 2, 4))
    tf.linalg.pinv([[1.0, 2.0], [2.0, 4.0]])
    tf.linalg.pinv(f(3, 3), rcond=0.5)
    tf.linalg.pinv([[1, 2], [2, 4]])
    tf.linalg.pinv(f(3))
    tf.linalg.matrix_rank(f(4, 2))
    tf.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]])
    tf.linalg.matrix_rank(f(2, 3, 3), tol=2.0)
    tf.linalg.matrix_rank(f(3))
    tf.linalg.expm(f(3, 3))
    tf.linalg.expm(f(2, 3, 3))
    tf.linalg.expm({DOUBLE})
    tf.linalg.expm(f(2, 3))
    tf.linalg.sqrtm({GOOD})
    tf.linalg.sqrtm({POSITIVE})
    tf.linalg.sqrtm({COMPLEX})
    tf.linalg.sqrtm(f(2, 3))
    tf.linalg.logm({COMPLEX})
    tf.linalg.logm({HERMITIAN})
    tf.linalg.logm(f(3, 3))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_second_derivatives_of_singular_vectors_are_those_of_the_function() -> None:
    a = tf.constant(np.random.default_rng(0).normal(size=(3, 3)))
    weights = tf.constant(np.random.default_rng(1).normal(size=(3, 3)))

    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            _, u, v = tf.linalg.svd(x)
            y = tf.reduce_sum(tf.matmul(u, v, transpose_b=True) * weights)
        return tape.gradient(y, x)

    with tf.GradientTape() as tape:
        tape.watch(a)
        y = tf.reduce_sum(gradient(a) * weights)
    step = 1e-5
    for i, row in enumerate(tape.gradient(y, a).numpy()):
        for j, found in enumerate(row):
            away = tf.constant(step * np.eye(9)[3 * i + j].reshape(3, 3))
            change = tf.reduce_sum((gradient(a + away) - gradient(a - away)) * weights) / (2 * step)
            np.testing.assert_allclose(found, change, rtol=1e-5, atol=1e-6)
