"""An operator of every class, as a source for tests/facts.py, its rows and columns, and whether it is complex."""

L = "tf.linalg.LinearOperator"
F = "dtype='float64'"
C = "dtype='complex128'"
SPD = f"(lambda a: tf.matmul(a, a, adjoint_b=True) + 4 * tf.eye(3, {F}))(f(3, 3, {F}))"
HINTS = "is_self_adjoint=True, is_positive_definite=True"
DOMINANT = f"f(3, 3, {F}) + 5 * tf.eye(3, {F})"

KINDS = {
    "diag": (f"{L}Diag(f(3, {F}))", 3, 3, False),
    "diag_batch": (f"{L}Diag(f(2, 1, 3, {F}, low=1.0), is_positive_definite=True)", 3, 3, False),
    "diag_complex": (f"{L}Diag(c(3, {C}))", 3, 3, True),
    "full": (f"{L}FullMatrix({DOMINANT})", 3, 3, False),
    "full_batch": (f"{L}FullMatrix(f(2, 3, 3, {F}))", 3, 3, False),
    "full_wide": (f"{L}FullMatrix(f(2, 3, {F}))", 2, 3, False),
    "full_complex": (f"{L}FullMatrix(c(3, 3, {C}))", 3, 3, True),
    "full_positive": (f"{L}FullMatrix({SPD}, {HINTS})", 3, 3, False),
    "tril": (f"{L}LowerTriangular({DOMINANT})", 3, 3, False),
    "tril_complex": (f"{L}LowerTriangular(c(2, 3, 3, {C}))", 3, 3, True),
    "identity": (f"{L}Identity(3, {F})", 3, 3, False),
    "identity_batch": (f"{L}Identity(3, batch_shape=[2, 1], dtype='complex128')", 3, 3, True),
    "scaled": (f"{L}ScaledIdentity(3, f({F}))", 3, 3, False),
    "scaled_complex": (f"{L}ScaledIdentity(3, c(2, {C}))", 3, 3, True),
    "zeros": (f"{L}Zeros(3, batch_shape=[2], {F})", 3, 3, False),
    "zeros_wide": (f"{L}Zeros(2, 3, is_square=False, is_self_adjoint=False, {F})", 2, 3, False),
    "householder": (f"{L}Householder(f(2, 3, {F}))", 3, 3, False),
    "householder_complex": (f"{L}Householder(c(3, {C}))", 3, 3, True),
    "permutation": (f"{L}Permutation([[2, 0, 1], [0, 2, 1]], {F})", 3, 3, False),
    "permutation_one": (f"{L}Permutation([1, 2, 0], {F})", 3, 3, False),
    "toeplitz": (f"{L}Toeplitz(f(3, {F}), f(3, {F}))", 3, 3, False),
    "toeplitz_batch": (f"{L}Toeplitz(f(2, 3, {F}), f(2, 3, {F}))", 3, 3, False),
    "toeplitz_complex": (f"{L}Toeplitz(c(3, {C}), c(3, {C}))", 3, 3, True),
    "tridiag": (f"{L}Tridiag(f(3, 3, {F}))", 3, 3, False),
    "tridiag_sequence": (f"{L}Tridiag([f(2, 4, {F}), f(2, 4, {F}), f(2, 4, {F})], 'sequence')", 4, 4, False),
    "tridiag_matrix": (f"{L}Tridiag(tf.linalg.band_part({DOMINANT}, 1, 1), 'matrix')", 3, 3, False),
    "tridiag_complex": (f"{L}Tridiag(c(2, 3, 3, {C}))", 3, 3, True),
    "circulant": (f"{L}Circulant(f(4, {F}), tf.complex128)", 4, 4, True),
    "circulant_batch": (f"{L}Circulant(c(2, 3, {C}), tf.complex128)", 3, 3, True),
    "circulant_real": (f"{L}Circulant(tf.constant([4., 1., 1.], tf.float64), tf.float64)", 3, 3, False),
    "circulant_2d": (f"{L}Circulant2D(f(2, 2, {F}), tf.complex128)", 4, 4, True),
    "circulant_3d": (f"{L}Circulant3D(c(2, 2, 1, 2, {C}), tf.complex128)", 4, 4, True),
    "kronecker": (f"{L}Kronecker([{L}FullMatrix(f(2, 2, {F})), {L}Diag(f(2, {F}))])", 4, 4, False),
    "kronecker_batch": (f"{L}Kronecker([{L}FullMatrix(c(2, 2, {C})), {L}Diag(c(3, 2, {C}))])", 4, 4, True),
    "kronecker_tall": (f"{L}Kronecker([{L}FullMatrix(f(2, 1, {F})), {L}LowerTriangular(f(2, 2, {F}))])", 4, 2, False),
    "block_diag": (f"{L}BlockDiag([{L}FullMatrix(f(2, 2, {F})), {L}Diag(f(3, 1, {F}))])", 3, 3, False),
    "block_diag_complex": (f"{L}BlockDiag([{L}FullMatrix(c(2, 2, {C})), {L}Diag(c(1, {C}))])", 3, 3, True),
    "block_tril": (
        f"{L}BlockLowerTriangular([[{L}FullMatrix(f(2, 2, {F}))], [{L}FullMatrix(f(1, 2, {F})), {L}Diag(f(1, {F}))]])",
        3,
        3,
        False,
    ),
    "block_tril_complex": (
        f"{L}BlockLowerTriangular([[{L}Diag(c(2, {C}))], [{L}FullMatrix(c(1, 2, {C})), {L}Diag(c(2, 1, {C}))]])",
        3,
        3,
        True,
    ),
    "composition": (f"{L}Composition([{L}FullMatrix(f(3, 3, {F})), {L}Diag(f(2, 3, {F}))])", 3, 3, False),
    "composition_wide": (f"{L}Composition([{L}FullMatrix(f(2, 3, {F})), {L}Diag(f(3, {F}))])", 2, 3, False),
    "adjoint": (f"{L}Adjoint({L}FullMatrix(c(3, 3, {C})))", 3, 3, True),
    "adjoint_wide": (f"{L}Adjoint({L}FullMatrix(f(2, 3, {F})))", 3, 2, False),
    "inversion": (f"{L}Inversion({L}FullMatrix({DOMINANT}))", 3, 3, False),
    "low_rank": (f"{L}LowRankUpdate({L}Diag(f(3, {F}, low=1.0)), f(3, 1, {F}))", 3, 3, False),
    "low_rank_positive": (
        f"{L}LowRankUpdate({L}Diag(f(3, {F}, low=1.0), is_positive_definite=True), f(3, 2, {F}), f(2, {F}, low=1.0), "
        "is_diag_update_positive=True)",
        3,
        3,
        False,
    ),
    "low_rank_complex": (
        f"{L}LowRankUpdate({L}Diag(c(3, {C})), c(2, 3, 2, {C}), c(2, {C}), c(3, 2, {C}))",
        3,
        3,
        True,
    ),
}


def tensor(is_complex: bool, *shape: int) -> str:
    """A tensor of the operator's dtype that the facts differentiate by."""
    sizes = "".join(f"{n}, " for n in shape)
    return f"c({sizes}{C})" if is_complex else f"f({sizes}{F})"


# What an operator is, in strings and tensors, for `TOLD(operator)`.
TOLD = (
    "(lambda o: [type(o).__name__, o.name, str((o.is_non_singular, o.is_self_adjoint, o.is_positive_definite, "
    "o.is_square, o.dtype)), str(o.shape), o.to_dense()])"
)
