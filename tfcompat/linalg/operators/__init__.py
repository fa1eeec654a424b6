"""tf.linalg's linear operators: matrices that are known by what they do."""

from tfcompat.linalg.operators.adjoint import LinearOperatorAdjoint
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.block_diag import LinearOperatorBlockDiag
from tfcompat.linalg.operators.block_lower_triangular import LinearOperatorBlockLowerTriangular
from tfcompat.linalg.operators.circulant import (
    LinearOperatorCirculant,
    LinearOperatorCirculant2D,
    LinearOperatorCirculant3D,
)
from tfcompat.linalg.operators.composition import LinearOperatorComposition
from tfcompat.linalg.operators.diag import LinearOperatorDiag
from tfcompat.linalg.operators.full_matrix import LinearOperatorFullMatrix
from tfcompat.linalg.operators.householder import LinearOperatorHouseholder
from tfcompat.linalg.operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from tfcompat.linalg.operators.inversion import LinearOperatorInversion
from tfcompat.linalg.operators.kronecker import LinearOperatorKronecker
from tfcompat.linalg.operators.low_rank_update import LinearOperatorLowRankUpdate
from tfcompat.linalg.operators.lower_triangular import LinearOperatorLowerTriangular
from tfcompat.linalg.operators.permutation import LinearOperatorPermutation
from tfcompat.linalg.operators.toeplitz import LinearOperatorToeplitz
from tfcompat.linalg.operators.tridiag import LinearOperatorTridiag
from tfcompat.linalg.operators.zeros import LinearOperatorZeros

__all__ = [
    "LinearOperator",
    "LinearOperatorAdjoint",
    "LinearOperatorBlockDiag",
    "LinearOperatorBlockLowerTriangular",
    "LinearOperatorCirculant",
    "LinearOperatorCirculant2D",
    "LinearOperatorCirculant3D",
    "LinearOperatorComposition",
    "LinearOperatorDiag",
    "LinearOperatorFullMatrix",
    "LinearOperatorHouseholder",
    "LinearOperatorIdentity",
    "LinearOperatorInversion",
    "LinearOperatorKronecker",
    "LinearOperatorLowRankUpdate",
    "LinearOperatorLowerTriangular",
    "LinearOperatorPermutation",
    "LinearOperatorScaledIdentity",
    "LinearOperatorToeplitz",
    "LinearOperatorTridiag",
    "LinearOperatorZeros",
]
