"""tf.linalg: products, decompositions and solvers of matrices."""

from __future__ import annotations

from tfcompat import _names
from tfcompat._arrays.creation import eye
from tfcompat._clipping import global_norm
from tfcompat.linalg.decompositions import (
    cholesky,
    eig,
    eigh,
    eigh_tridiagonal,
    eigvals,
    eigvalsh,
    lu,
    qr,
    svd,
)
from tfcompat.linalg.diagonals import (
    adjoint,
    band_part,
    diag,
    diag_part,
    matrix_transpose,
    set_diag,
    tensor_diag,
    tensor_diag_part,
    trace,
)
from tfcompat.linalg.functions import expm, logm, sqrtm
from tfcompat.linalg.norms import norm, normalize
from tfcompat.linalg.products import cross, einsum, matmul, matvec, tensordot
from tfcompat.linalg.solvers import (
    banded_triangular_solve,
    cholesky_solve,
    det,
    inv,
    logdet,
    lstsq,
    lu_matrix_inverse,
    lu_reconstruct,
    lu_solve,
    matrix_rank,
    pinv,
    slogdet,
    solve,
    triangular_solve,
)
from tfcompat.linalg.tridiagonal import tridiagonal_matmul, tridiagonal_solve
from tfcompat.nn.normalization import l2_normalize

_OPERATORS = (
    "Adjoint BlockDiag BlockLowerTriangular Circulant Circulant2D Circulant3D Composition Diag FullMatrix Householder "
    "Identity Inversion Kronecker LowRankUpdate LowerTriangular Permutation ScaledIdentity Toeplitz Tridiag Zeros"
)
_LAZY = {
    "LinearOperator": "tfcompat.linalg.operators:LinearOperator",
    **{f"LinearOperator{kind}": f"tfcompat.linalg.operators:LinearOperator{kind}" for kind in _OPERATORS.split()},
    "experimental": "tfcompat.linalg.experimental",
}
__getattr__ = _names.module_getattr("tf.linalg", globals(), lazy=_LAZY)
