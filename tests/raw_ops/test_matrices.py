"""tf.raw_ops of linear algebra, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

SQUARE = "tf.constant([[4., 1.], [1., 3.]])"

facts = Facts(
    __file__,
    f"""
tf.raw_ops.MatMul(a=f(2, 3), b=f(3, 2))
tf.raw_ops.MatMul(a=f(3, 2), b=f(2, 3), transpose_a=True, transpose_b=True)
tf.raw_ops.MatMul(a=f(2, 3), b=f(2, 2))
tf.raw_ops.MatMul(a=f(2), b=f(2, 2))
tf.raw_ops.MatMul(a=f(1, 2, 2), b=f(1, 2, 2))
tf.raw_ops.MatMul(a=x([[1, 2]], 'int32'), b=x([[1], [2]], 'int32'))
tf.raw_ops.MatMul(a=x([[1, 2]], 'int32'), b=f(2, 1))
tf.raw_ops.BatchMatMul(x=f(2, 2, 3), y=f(2, 3, 1))
tf.raw_ops.BatchMatMul(x=f(2, 2, 3), y=f(1, 3, 1))
tf.raw_ops.BatchMatMulV2(x=f(2, 2, 3), y=f(1, 3, 1))
tf.raw_ops.BatchMatMulV2(x=c(2, 3), y=c(2, 3), adj_x=True)
tf.raw_ops.BatchMatMulV2(x=f(3), y=f(3))
tf.raw_ops.BatchMatMulV3(x=x([[1, 2]], 'int8'), y=x([[100], [90]], 'int8'), Tout=tf.int32)
tf.raw_ops.SparseMatMul(a=f(2, 3), b=f(3, 2), a_is_sparse=True)
tf.raw_ops.Einsum(inputs=[f(2, 3), f(3)], equation='ij,j->i')
tf.raw_ops.Einsum(inputs=[f(2, 3), f(4)], equation='ij,j->i')
tf.raw_ops.TridiagonalMatMul(superdiag=f(1, 1, 3), maindiag=f(1, 1, 3), subdiag=f(1, 1, 3), rhs=f(1, 3, 2))
tf.raw_ops.TridiagonalSolve(diagonals=tf.constant([[1., 2., 0.], [5., 5., 5.], [0., 1., 1.]]), rhs=f(3, 1))
tf.raw_ops.Svd(input=tf.constant([[1., 2.], [3., 5.]]), compute_uv=False)[0]
[tf.abs(t) for t in tf.raw_ops.Svd(input=tf.constant([[1., 2.], [3., 5.]]))]
tf.raw_ops.SelfAdjointEigV2(input={SQUARE}, compute_v=False)[0]
[tf.abs(t) for t in tf.raw_ops.SelfAdjointEigV2(input={SQUARE})]
tf.raw_ops.SelfAdjointEig(input={SQUARE})
tf.raw_ops.Eig(input=tf.constant([[4., 0.], [0., 3.]]), Tout=tf.complex64, compute_v=False)[0]
[tf.abs(t) for t in tf.raw_ops.Qr(input=tf.constant([[1., 2.], [3., 5.], [0., 1.]]))]
tf.raw_ops.Lu(input=tf.constant([[1., 2.], [3., 5.]]))
tf.raw_ops.Cholesky(input={SQUARE})
tf.raw_ops.Cholesky(input=f(2, 3))
tf.raw_ops.CholeskyGrad(l=tf.constant([[2., 0.], [.5, 1.5]]), grad=tf.constant([[1., 0.], [.3, 2.]]))
tf.raw_ops.BatchCholesky(input={SQUARE})
tf.raw_ops.MatrixDeterminant(input=f(2, 2))
tf.raw_ops.LogMatrixDeterminant(input=f(2, 2))
tf.raw_ops.MatrixInverse(input={SQUARE})
tf.raw_ops.MatrixInverse(input=f(2, 3))
tf.raw_ops.MatrixInverse(input=tf.zeros([2, 2]))
tf.raw_ops.MatrixSolve(matrix={SQUARE}, rhs=f(2, 1))
tf.raw_ops.MatrixSolve(matrix={SQUARE}, rhs=f(3, 1))
tf.raw_ops.MatrixSolveLs(matrix=tf.constant([[1., 2.], [3., 5.], [0., 1.]]), rhs=f(3, 1), l2_regularizer=tf.constant(0.1, tf.float64))
tf.raw_ops.MatrixTriangularSolve(matrix=tf.constant([[4., 0.], [1., 3.]]), rhs=f(2, 1))
tf.raw_ops.BandedTriangularSolve(matrix=tf.constant([[2., 3., 4.], [1., 1., 1.]]), rhs=f(3, 1))
tf.raw_ops.MatrixSquareRoot(input={SQUARE})
tf.raw_ops.MatrixLogarithm(input=tf.constant([[4.+0j, 1.], [1., 3.]]))
tf.raw_ops.MatrixExponential(input=f(2, 2))
tf.raw_ops.MatrixBandPart(input=f(3, 3), num_lower=1, num_upper=0)
tf.raw_ops.MatrixDiag(diagonal=f(2, 2))
tf.raw_ops.MatrixDiagV2(diagonal=f(2), k=[1], num_rows=-1, num_cols=-1, padding_value=0.)
tf.raw_ops.MatrixDiagV3(diagonal=f(2, 2), k=[0, 1], num_rows=3, num_cols=2, padding_value=9., align='LEFT_RIGHT')
tf.raw_ops.MatrixDiagPart(input=f(2, 3))
tf.raw_ops.MatrixDiagPartV2(input=tf.reshape(tf.range(9.), [3, 3]), k=[-1, 1], padding_value=0.)
tf.raw_ops.MatrixDiagPartV3(input=f(3, 3), k=[-1, 1], padding_value=0.)
tf.raw_ops.MatrixSetDiag(input=f(2, 3), diagonal=f(2))
tf.raw_ops.MatrixSetDiagV2(input=f(3, 3), diagonal=tf.ones([2, 3]), k=[0, 1])
tf.raw_ops.MatrixSetDiagV3(input=f(3, 3), diagonal=f(2, 3), k=[0, 1])
""",
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
