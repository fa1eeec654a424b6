"""Every function of tf.linalg over dtypes, batches, empty matrices, wrong shapes and gradients, as in TensorFlow."""

import pytest

from tests.facts import Facts

DTYPES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "int32",
    "int64",
    "int8",
    "uint8",
    "bool",
]
# For each function: a call with {m} a square matrix, {r} right-hand sides, {v} a vector, of the dtype under test.
ONE = {
    "adjoint": "tf.linalg.adjoint({m})",
    "band_part": "tf.linalg.band_part({m}, 0, 1)",
    "cholesky": "tf.linalg.cholesky({m})",
    "det": "tf.linalg.det({m})",
    "diag": "tf.linalg.diag({v})",
    "diag_part": "tf.linalg.diag_part({m})",
    "eigvalsh": "tf.linalg.eigvalsh({m})",
    "eigh": "tf.linalg.eigh({m})[0]",
    "eigvals": "tf.reduce_sum(tf.linalg.eigvals({m}), -1)",
    "expm": "tf.linalg.expm({m})",
    "inv": "tf.linalg.inv({m})",
    "inv_adjoint": "tf.linalg.inv({m}, adjoint=True)",
    "l2_normalize": "tf.math.l2_normalize({v}, axis=-1)",
    "logdet": "tf.linalg.logdet({m})",
    "logm": "tf.linalg.logm({m})",
    "lu": "tf.linalg.lu({m})",
    "matrix_rank": "tf.linalg.matrix_rank({m})",
    "matrix_transpose": "tf.linalg.matrix_transpose({m}, conjugate=True)",
    "norm": "tf.linalg.norm({m})",
    "norm_fro": "tf.linalg.norm({m}, 'fro', axis=[-2, -1])",
    "norm_1": "tf.linalg.norm({m}, 1, axis=-1)",
    "norm_inf": "tf.linalg.norm({m}, np.inf, axis=[-2, -1])",
    "normalize": "tf.linalg.normalize({m}, axis=-1)",
    "pinv": "tf.linalg.pinv({m})",
    "qr": "(lambda q, r: tf.matmul(q, r))(*tf.linalg.qr({m}))",
    "slogdet": "tf.linalg.slogdet({m})",
    "sqrtm": "tf.linalg.sqrtm({m})",
    "svd": "tf.linalg.svd({m}, compute_uv=False)",
    "svd_uv": "tf.linalg.svd({m})[0]",
    "tensor_diag": "tf.linalg.tensor_diag({v})",
    "tensor_diag_part": "tf.linalg.tensor_diag_part({m})",
    "trace": "tf.linalg.trace({m})",
}
TWO = {
    "banded_triangular_solve": "tf.linalg.banded_triangular_solve({m}, {r})",
    "cholesky_solve": "tf.linalg.cholesky_solve({m}, {r})",
    "cross": "tf.linalg.cross({v}, {v})",
    "einsum": "tf.einsum('...ij,...jk->...ik', {m}, {r})",
    "lstsq": "tf.linalg.lstsq({m}, {r})",
    "lstsq_slow": "tf.linalg.lstsq(tf.stop_gradient({m}), tf.stop_gradient({r}), fast=False)",
    "matmul": "tf.matmul({m}, {r})",
    "matmul_adjoint": "tf.matmul({m}, {r}, adjoint_a=True)",
    "matvec": "tf.linalg.matvec({m}, {v})",
    "set_diag": "tf.linalg.set_diag({m}, {v})",
    "solve": "tf.linalg.solve({m}, {r})",
    "solve_adjoint": "tf.linalg.solve({m}, {r}, adjoint=True)",
    "tensordot": "tf.tensordot({m}, {r}, 1)",
    "triangular_solve": "tf.linalg.triangular_solve({m}, {r})",
    "triangular_solve_upper": "tf.linalg.triangular_solve({m}, {r}, lower=False, adjoint=True)",
    "tridiagonal_matmul": "tf.linalg.tridiagonal_matmul({m}, {r})",
    "tridiagonal_solve": "tf.linalg.tridiagonal_solve({m}, {r})",
}


# What TensorFlow leaves undefined (the upper triangle of a factor that does not exist, the gradient of no matrices), or
# fails at in its Python code (eigenvalues of integers, booleans, vectors); and a result beyond its precision.
POSITIVE = "(lambda a: tf.matmul(a, a, adjoint_b=True) + 2 * tf.eye(3, dtype=a.dtype))"
LEFT_OUT = (
    "tf.linalg.cholesky(f(3, 3, ",
    "tf.linalg.cholesky(tf.zeros",
    f"tf.linalg.expm({POSITIVE}(f(3, 3, dtype='float32'",
    "tf.linalg.expm(f(0, 3, 3, ",
    "tf.linalg.lstsq(f(3, dtype='float64'), f(3, ",
    "tf.linalg.lstsq(tf.equal",
    "tf.linalg.lstsq(tf.stop_gradient(i(3, 3, dtype='uint8')",
    f"tf.linalg.pinv({POSITIVE}(f(3, 3, dtype='bfloat16'",
    "tf.linalg.tridiagonal_solve(tf.zeros",
    "tf.math.l2_normalize(tf.equal",
    "tf.matmul(tf.equal",
    "tf.reduce_sum(tf.linalg.eigvals(i(",
    "tf.reduce_sum(tf.linalg.eigvals(tf.equal",
    f"tf.reduce_sum(tf.linalg.eigvals({POSITIVE}(f(3, 3, dtype='float16'",
    f"tf.reduce_sum(tf.linalg.eigvals({POSITIVE}(f(3, 3, dtype='bfloat16'",
)


def made(dtype: str, *shape: int) -> str:
    """A tensor that the facts differentiate by; integers and booleans are constants."""
    sizes = "".join(f"{n}, " for n in shape)
    if dtype.startswith("complex"):
        return f"c({sizes}dtype='{dtype}')"
    if dtype.startswith(("int", "uint")):
        return f"i({sizes}dtype='{dtype}')"
    return f"tf.equal(i({sizes}high=2), 1)" if dtype == "bool" else f"f({sizes}dtype='{dtype}')"


def matrix(dtype: str, *shape: int) -> str:
    """A positive definite one, but for integers."""
    a = made(dtype, *shape)
    if "int" in dtype or dtype == "bool":
        return a
    return f"(lambda a: tf.matmul(a, a, adjoint_b=True) + 2 * tf.eye({shape[-1]}, dtype=a.dtype))({a})"


def cases() -> list[str]:
    found = []
    for call in (*ONE.values(), *TWO.values()):
        for dtype in DTYPES:
            found.append(call.format(m=matrix(dtype, 3, 3), r=made(dtype, 3, 2), v=made(dtype, 3)))
        for m, r, v in (
            (matrix("float64", 2, 3, 3), made("float64", 2, 3, 2), made("float64", 2, 3)),
            (made("float64", 0, 0), made("float64", 0, 2), made("float64", 0)),
            (made("float64", 0, 3, 3), made("float64", 0, 3, 2), made("float64", 0, 3)),
            (made("float64", 3, 3), made("float64", 3, 0), made("float64", 3)),
            (made("float64", 2, 3), made("float64", 2, 2), made("float64", 2)),
            (made("float64", 3), made("float64", 3), made("float64")),
            (matrix("float64", 2, 3, 3), made("float64", 3, 2), made("float64", 3)),
            (matrix("float64", 3, 3), made("float64", 4, 2), made("float64", 4)),
            (matrix("float64", 3, 3), made("float32", 3, 2), made("float32", 3)),
            ("tf.zeros((3, 3)) * f(3, 3)", made("float32", 3, 2), "tf.zeros(3) * f(3)"),
        ):
            case = call.format(m=m, r=r, v=v)
            if case not in found:
                found.append(case)
    return [case for case in found if not case.startswith(LEFT_OUT)]


facts = Facts(__file__, "\n".join(cases()))


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
