"""tf.linalg's functions of operators, blockwise arguments, slices, other dtypes, and conjugate gradients."""

import pytest

from tests.facts import Facts

L = "tf.linalg.LinearOperator"
FULL = f"{L}FullMatrix(f(3, 3) + 4 * tf.eye(3))"
POSITIVE = (
    f"{L}FullMatrix((lambda a: a @ tf.transpose(a) + tf.eye(3))(f(3, 3)), is_self_adjoint=True, "
    "is_positive_definite=True)"
)
COMPLEX = f"{L}FullMatrix(c(3, 3))"
BLOCKS = f"{L}BlockDiag([{L}FullMatrix(f(2, 2)), {L}Diag(f(1))])"
TRIANGLE = f"{L}BlockLowerTriangular([[{L}FullMatrix(f(2, 2))], [{L}FullMatrix(f(1, 2)), {L}Diag(f(1))]])"
BATCH = f"{L}Diag(f(3, 2, 2))"
MIXED = f"{L}Composition([{L}Diag(f(3, 2, 2)), {L}FullMatrix(f(2, 2, 2))])"

CASES = f"""
    tf.linalg.adjoint({COMPLEX}).to_dense()
    tf.linalg.cholesky({POSITIVE}).to_dense()
    tf.linalg.diag_part({FULL})
    tf.linalg.det({FULL})
    tf.linalg.inv({FULL}).to_dense()
    tf.linalg.inv({COMPLEX}, adjoint=True).to_dense()
    tf.linalg.logdet({POSITIVE})
    tf.linalg.trace({FULL})
    tf.linalg.solve({FULL}, f(3, 2))
    tf.linalg.solve({COMPLEX}, c(3, 2), adjoint=True)
    tf.linalg.solve({FULL}, {L}Diag(f(3))).to_dense()
    tf.linalg.matvec({FULL}, f(3))
    tf.linalg.matvec({COMPLEX}, c(3), adjoint_a=True)
    tf.matmul({FULL}, f(3, 2))
    tf.matmul({COMPLEX}, c(2, 3), adjoint_a=True, adjoint_b=True)
    tf.matmul(f(2, 3), {FULL})
    tf.matmul(c(2, 3), {COMPLEX}, adjoint_b=True)
    tf.matmul(c(3, 2), {COMPLEX}, adjoint_a=True)
    tf.matmul(f(2, 2, 3), {FULL})
    tf.matmul({FULL}, {L}Diag(f(3))).to_dense()
    {FULL} @ f(3, 2)
    f(2, 3) @ {FULL}
    {BLOCKS}.matmul([f(2, 1), f(1, 1)])
    {BLOCKS}.matmul([f(2, 2), f(1, 2)], adjoint=True)
    {BLOCKS}.matmul([f(2, 2), f(2, 1)], adjoint_arg=True)
    {BLOCKS}.matmul([[[1.0], [2.0]], [[3.0]]])
    {BLOCKS}.matmul([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]])
    {BLOCKS}.matvec([f(2), f(1)])
    {BLOCKS}.solve([f(2, 1), f(3, 1, 1)])
    {BLOCKS}.solvevec([f(2), f(1)], adjoint=True)
    {TRIANGLE}.matmul([f(2, 1), f(1, 1)])
    {TRIANGLE}.matmul([f(2, 2), f(1, 2)], adjoint=True)
    {TRIANGLE}.matvec([f(2), f(1)], adjoint=True)
    {TRIANGLE}.solve([f(2, 1), f(1, 1)])
    {TRIANGLE}.solve([f(1, 2), f(1, 1)], adjoint=True, adjoint_arg=True)
    {TRIANGLE}.solvevec([f(2), f(1)])
    {TRIANGLE}.inverse().to_dense()
    [[type(o).__name__ for o in row] for row in {TRIANGLE}.inverse().operators]
    {BATCH}[1].to_dense()
    {BATCH}[1:, 0].to_dense()
    {BATCH}[..., 1].to_dense()
    {BATCH}[...].to_dense()
    {BATCH}[tf.newaxis, 1].to_dense()
    {BATCH}[::2, ::-1].to_dense()
    {BATCH}[tf.constant(2)].to_dense()
    {MIXED}[1].to_dense()
    {MIXED}[1:, 1].to_dense()
    {MIXED}[..., 0].to_dense()
    {L}Identity(2, [3, 4])[1].to_dense()
    {L}Zeros(2, batch_shape=[3, 4])[1:, 0].to_dense()
    {L}LowRankUpdate({BATCH}, f(2, 2, 1), f(1))[2].to_dense()
    {L}Tridiag([f(3, 4), f(3, 4), f(3, 4)], 'sequence')[1].to_dense()
    {L}Diag(f(3, dtype='float16')).matvec(f(3, dtype='float16'))
    {L}Diag(f(3, dtype='float16')).solvevec(f(3, dtype='float16'))
    {L}Diag(f(3, dtype='bfloat16')).matvec(f(3, dtype='bfloat16'))
    {L}Diag([1, 2]).matvec([3, 4])
    {L}Diag([1, 2]).determinant()
    {L}FullMatrix(f(2, 2, dtype='float16')).matvec(f(2, dtype='float16'))
    {L}LowerTriangular(f(2, 2, dtype='float16')).matvec(f(2, dtype='float16'))
    {L}Identity(2, dtype='float16').matvec(f(2, dtype='float16'))
    {L}Identity(2, dtype=tf.int32).to_dense()
    {L}ScaledIdentity(2, f(dtype='float16')).matvec(f(2, dtype='float16'))
    {L}Circulant(f(3), tf.float32).matvec(f(3))
    {L}Circulant(f(3), tf.float32).convolution_kernel()
    {L}Circulant2D(f(2, 3)).convolution_kernel()
    {L}Circulant2D(f(2, 3)).block_shape_tensor()
    str(({L}Circulant3D(f(2, 2, 3)).block_shape, {L}Circulant3D(f(2, 2, 3)).block_depth))
    {L}Diag(f(0)).to_dense()
    {L}Diag(f(0)).determinant()
    {L}FullMatrix(f(0, 0)).to_dense()
    {L}Identity(0).matvec(f(0))
    {L}Permutation([2, 0, 1]).determinant()
    (lambda s: [s.i, s.x])(tf.linalg.experimental.conjugate_gradient({POSITIVE}, f(3)))
    list(tf.linalg.experimental.conjugate_gradient({POSITIVE}, f(2, 3), {L}Diag([0.5, 0.5, 0.25]), f(2, 3), max_iter=1))
    list(tf.linalg.experimental.conjugate_gradient({L}Identity(3), tf.constant([1.0, 2.0, 3.0]), tol=1e-9))
"""
facts = Facts(__file__, CASES)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
