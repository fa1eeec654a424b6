"""Operators as modules and composite tensors: variables, nests, specs, tf.function, gradients, subclasses."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.linalg.operators.kinds import KINDS

Diag, Full = tf.linalg.LinearOperatorDiag, tf.linalg.LinearOperatorFullMatrix


def operator(kind: str) -> Any:
    """An operator of every class, of numbers that are no matter."""
    rng = np.random.default_rng(3)

    def real(*shape: int, dtype: str = "float32", low: float = -2.0, high: float = 2.0) -> Any:
        return tf.constant(rng.uniform(low, high, shape), dtype)

    def complex_(*shape: int, dtype: str = "complex64") -> Any:
        return tf.constant(rng.normal(size=shape) + 1j * rng.normal(size=shape), dtype)

    return eval(KINDS[kind][0], {"tf": tf, "f": real, "c": complex_})


VARIANTS = ("batch", "complex", "real", "one", "wide", "tall", "matrix", "positive")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.endswith(VARIANTS)])
def test_nests_and_passes_through_a_function(kind: str) -> None:
    o = operator(kind)
    parts = tf.nest.flatten(o, expand_composites=True)
    again = tf.nest.pack_sequence_as(o, parts, expand_composites=True)
    assert type(again) is type(o)
    assert again._type_spec == o._type_spec
    np.testing.assert_allclose(again.to_dense(), o.to_dense())

    @tf.function
    def twice(given: Any) -> Any:
        return given, given.to_dense() * 2

    returned, doubled = twice(o)
    assert type(returned) is type(o)
    np.testing.assert_allclose(returned.to_dense(), o.to_dense())
    np.testing.assert_allclose(doubled, 2 * o.to_dense())
    assert twice.experimental_get_tracing_count() == 1
    twice(again)
    assert twice.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_dense_matrix_fits_shape_and_products(kind: str) -> None:
    o = operator(kind)
    dense = o.to_dense()
    assert dense.dtype is o.dtype
    assert dense.shape[-2:] == o.shape[-2:]
    assert o.batch_shape.is_compatible_with(dense.shape[:-2])
    x = tf.cast(tf.reshape(tf.range(2 * o.shape[-1]), (-1, 2)), o.dtype)
    y = tf.cast(tf.reshape(tf.range(2 * o.shape[-2]), (-1, 2)), o.dtype)
    if "tridiag" not in kind:
        np.testing.assert_allclose(o.matmul(x), dense @ x, atol=1e-9)
        np.testing.assert_allclose(o.matmul(y, adjoint=True), tf.matmul(dense, y, adjoint_a=True), atol=1e-9)
    if o.is_square and o.is_non_singular is not False:
        np.testing.assert_allclose(o.to_dense() @ o.solve(y), tf.broadcast_to(y, o.solve(y).shape), atol=1e-7)


def test_diagonal_of_a_kronecker_product_of_matrices_that_are_not_square() -> None:
    o = tf.linalg.LinearOperatorKronecker([Full([[1.0, 2.0]]), Full([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])])
    np.testing.assert_array_equal(o.diag_part(), tf.linalg.diag_part(o.to_dense()))


def test_variables_are_tracked_and_read_when_used() -> None:
    v = tf.Variable([1.0, 2.0])
    o = tf.linalg.LinearOperatorBlockDiag([Diag(v), tf.linalg.LinearOperatorIdentity(1)])
    assert [x is v for x in o.variables] == [True]
    assert [x is v for x in o.trainable_variables] == [True]
    assert [m.name for m in o.submodules] == ["LinearOperatorDiag", "LinearOperatorIdentity"]
    assert o.diag_part().numpy().tolist() == [1.0, 2.0, 1.0]
    v.assign([3.0, 4.0])
    assert o.diag_part().numpy().tolist() == [3.0, 4.0, 1.0]
    as_tensors = o._convert_variables_to_tensors()
    assert not as_tensors.variables
    assert as_tensors.diag_part().numpy().tolist() == [3.0, 4.0, 1.0]


def test_a_function_takes_an_operator_with_a_variable_by_reference() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def apply(o: Any, x: Any) -> Any:
        return o.matvec(x)

    assert apply(Diag(v), tf.ones(2)).numpy().tolist() == [1.0, 2.0]
    v.assign([5.0, 6.0])
    assert apply(Diag(v), tf.ones(2)).numpy().tolist() == [5.0, 6.0]
    assert apply(Diag(tf.Variable([7.0, 8.0])), tf.ones(2)).numpy().tolist() == [7.0, 8.0]


def test_gradient_with_respect_to_an_operator_is_an_operator() -> None:
    o = tf.linalg.LinearOperatorComposition([Diag(tf.Variable([1.0, 2.0])), Full([[1.0, 0.0], [0.0, 1.0]])])
    with tf.GradientTape() as tape:
        tape.watch(o)
        y = o.matvec([3.0, 4.0])
    gradient = tape.gradient(y, o)
    assert type(gradient) is type(o)
    assert gradient.operators[0].diag.numpy().tolist() == [3.0, 4.0]
    assert gradient.operators[1].matrix.numpy().tolist() == [[3.0, 4.0], [6.0, 8.0]]


def test_gradient_of_what_does_not_depend_on_an_operator() -> None:
    o, x = Diag([1.0, 2.0]), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch([o, x])
        y = x * x
    assert tape.gradient(y, [o, x])[0] is None


def test_gradient_of_a_part_that_is_not_used_is_zero() -> None:
    o = tf.linalg.LinearOperatorLowRankUpdate(Diag([1.0, 2.0]), [[1.0], [0.0]])
    with tf.GradientTape() as tape:
        tape.watch(o)
        y = o.base_operator.trace()
    gradient = tape.gradient(y, o)
    assert gradient.base_operator.diag.numpy().tolist() == [1.0, 1.0]
    assert gradient.u.numpy().tolist() == [[0.0], [0.0]]


def test_sizes_that_are_unknown_while_a_function_is_captured() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, None]), tf.TensorSpec([None])])
    def values(matrix: Any, x: Any) -> Any:
        n = tf.shape(x)[0]
        full, diag = Full(matrix), Diag(x)
        assert full.shape.as_list() == [None, None]
        assert full.is_square is None
        both = tf.linalg.LinearOperatorBlockLowerTriangular([[full], [full, diag]])
        kronecker = tf.linalg.LinearOperatorKronecker([full, diag])
        return (
            full.shape_tensor(),
            kronecker.matvec(tf.ones([n * n])),
            both.solvevec(tf.concat([x, x], 0)),
            tf.linalg.LinearOperatorBlockDiag([diag, full]).to_dense(),
            tf.linalg.LinearOperatorIdentity(n, batch_shape=tf.shape(matrix)).trace(),
            tf.linalg.LinearOperatorToeplitz(x, x).matvec(x),
            tf.linalg.LinearOperatorPermutation(tf.range(n)).matvec(x),
            tf.linalg.LinearOperatorScaledIdentity(n, 2.0).determinant(),
            tf.linalg.LinearOperatorZeros(n).matvec(x),
            both.to_dense(),
            tf.linalg.LinearOperatorCirculant2D(matrix, tf.float32).to_dense(),
        )

    matrix, x = tf.constant([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 5.0]]), tf.constant([1.0, 2.0, 3.0])
    shape, product, solution, dense, trace, toeplitz, turned, power, zeros, lower, circulant = values(matrix, x)
    plane = tf.linalg.LinearOperatorCirculant2D(matrix, tf.float32).to_dense()
    np.testing.assert_allclose(circulant, plane, atol=1e-6)
    both = tf.concat([tf.concat([matrix, tf.zeros((3, 3))], 1), tf.concat([matrix, tf.linalg.diag(x)], 1)], 0)
    np.testing.assert_array_equal(lower, both)
    assert shape.numpy().tolist() == [3, 3]
    np.testing.assert_allclose(product, np.kron(matrix, np.diag(x)).sum(1), rtol=1e-5)
    np.testing.assert_allclose(tf.linalg.matvec(both, solution), [1, 2, 3, 1, 2, 3], rtol=1e-5)
    np.testing.assert_array_equal(dense, np.block([[np.diag(x), np.zeros((3, 3))], [np.zeros((3, 3)), matrix]]))
    np.testing.assert_array_equal(trace, np.full((3, 3), 3.0))
    np.testing.assert_allclose(toeplitz, [14, 10, 10], rtol=1e-5)
    assert turned.numpy().tolist() == [1, 2, 3]
    assert power == 8
    assert zeros.numpy().tolist() == [0, 0, 0]


def test_sizes_are_checked_at_each_call_where_asked_for() -> None:
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def trace(n: Any) -> Any:
        return tf.linalg.LinearOperatorIdentity(n, assert_proper_shapes=True).trace()

    assert trace(tf.constant(3)) == 3
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match="non-negative"):
        trace(tf.constant(-3))


def test_spec_and_names_are_printed_as_in_tensorflow() -> None:
    o = Diag([1.0, 2.0], name="d")
    assert repr(o).startswith("<tensorflow.python.ops.linalg.linear_operator_diag.LinearOperatorDiag object at 0x")
    assert repr(o._type_spec).startswith("LinearOperatorDiagSpec({'diag': TensorSpec(shape=(2,), dtype=tf.float32")
    assert list(o.parameters) == [
        "diag",
        "is_non_singular",
        "is_self_adjoint",
        "is_positive_definite",
        "is_square",
        "name",
    ]
    assert o.name == "d"
    assert (o @ o.inverse()).name == "LinearOperatorDiag"
    assert o.adjoint() is o


def test_batched_specs() -> None:
    spec = Diag([1.0, 2.0])._type_spec
    batched = spec._batch(5)
    assert batched._component_specs["diag"].shape == [5, 2]
    assert batched._unbatch() == spec


def test_a_subclass_has_what_its_methods_tell() -> None:
    class Doubling(tf.linalg.LinearOperator):
        """2 I, told by a product alone."""

        def __init__(self) -> None:
            super().__init__(tf.float32, is_self_adjoint=True, is_positive_definite=True, parameters={})

        def _shape(self) -> Any:
            return tf.TensorShape([3, 3])

        def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
            return 2 * (tf.linalg.adjoint(x) if adjoint_arg else x)

    o = Doubling()
    assert o.name == "Doubling"
    assert o.is_non_singular
    assert o.is_square
    assert o.H is o
    np.testing.assert_allclose(o.to_dense(), 2 * np.eye(3))
    np.testing.assert_allclose(o.solvevec(tf.ones(3)), np.full(3, 0.5), rtol=1e-6)
    np.testing.assert_allclose([o.trace(), o.determinant(), o.log_abs_determinant()], [6, 8, np.log(8)], rtol=1e-6)
    np.testing.assert_allclose(o.cholesky().to_dense(), np.sqrt(2) * np.eye(3), rtol=1e-6)
    np.testing.assert_allclose([o.cond(), *o.eigvals()], [1, 2, 2, 2], rtol=1e-6)
    np.testing.assert_allclose((o @ Diag([1.0, 2.0, 3.0])).to_dense(), np.diag([2.0, 4.0, 6.0]))
    np.testing.assert_allclose(o.inverse().matvec(tf.ones(3)), np.full(3, 0.5), rtol=1e-6)
    o.assert_non_singular()
    o.assert_positive_definite()
    o.assert_self_adjoint()


def test_an_op_without_a_rule_refuses_an_operator() -> None:
    with pytest.raises(ValueError, match="unsupported type"):
        tf.linalg.svd(Diag([1.0, 2.0]))
    with pytest.raises(ValueError, match="unsupported type"):
        tf.convert_to_tensor(Diag([1.0, 2.0]))
    assert not tf.is_tensor(Diag([1.0, 2.0]))
