"""tf.types: isinstance checks and annotations."""

import inspect

import numpy as np
import pytest

import tfcompat as tf

types = tf.types.experimental


@tf.function
def doubled(x):
    return x * 2


def test_functions_are_what_their_bases_say() -> None:
    concrete = doubled.get_concrete_function(tf.TensorSpec([None]))
    assert isinstance(doubled, types.GenericFunction)
    assert types.GenericFunction is types.PolymorphicFunction
    assert isinstance(doubled, types.Callable)
    assert isinstance(concrete, types.ConcreteFunction)
    assert isinstance(concrete, types.Callable)
    assert isinstance(concrete.inference_fn, types.AtomicFunction)
    assert not isinstance(len, types.Callable)


def test_function_types_are_signatures() -> None:
    kind = doubled.function_type
    assert isinstance(kind, types.FunctionType)
    assert isinstance(kind, inspect.Signature)
    assert repr(kind) == (
        "Input Parameters:\n  x (POSITIONAL_OR_KEYWORD): None\nOutput Type:\n  None\nCaptures:\n  None"
    )
    assert str(tf.function(lambda x: x * 2).get_concrete_function(tf.TensorSpec([2])).function_type) == (
        "(x: TensorSpec(shape=(2,), dtype=tf.float32, name=None)) -> "
        "TensorSpec(shape=(2,), dtype=tf.float32, name=None)"
    )
    assert list(types.FunctionType.from_callable(lambda a, b=1: a).parameters) == ["a", "b"]


def test_an_atomic_function_takes_other_captures() -> None:
    offset = tf.constant(1.0)
    concrete = tf.function(lambda x: x + offset).get_concrete_function(tf.TensorSpec([]))
    assert float(concrete.inference_fn(tf.constant(2.0))) == 3.0
    assert float(concrete.inference_fn.call_with_captures((tf.constant(2.0),), {}, [tf.constant(5.0)])) == 7.0
    with pytest.raises(ValueError, match="has 1 captures, 0 were given"):
        concrete.inference_fn.call_with_captures((tf.constant(2.0),), {}, [])


@pytest.mark.parametrize("value", [1, 2.5, True, "a", b"a", 1j, (1,), [1], np.zeros(2), np.float32(1), tf.constant(1)])
def test_what_makes_a_tensor_is_tensor_like(value) -> None:
    assert isinstance(value, types.TensorLike)


def test_other_objects_are_not_tensor_like() -> None:
    class Convertible:
        def __tf_tensor__(self, dtype=None, name=None):
            return tf.constant(1)

    assert isinstance(Convertible(), types.TensorLike)
    assert not isinstance(object(), types.TensorLike)
    assert not isinstance({}, types.TensorLike)


def test_specs_are_trace_types_and_tensors_name_theirs() -> None:
    assert isinstance(tf.TensorSpec([]), types.TraceType)
    assert isinstance(tf.constant(1), types.SupportsTracingProtocol)
    assert not isinstance(1, types.SupportsTracingProtocol)
    assert issubclass(types.distributed.PerReplica, object)
    assert not issubclass(types.distributed.Mirrored, types.distributed.PerReplica)


def test_bases_are_abstract() -> None:
    for kind in (types.Callable, types.AtomicFunction, types.ConcreteFunction, types.PolymorphicFunction):
        with pytest.raises(TypeError, match="abstract"):
            kind()


def test_a_spec_of_unknown_rank_is_captured_when_it_is_called() -> None:
    traced = []

    @tf.function
    def total(x):
        traced.append(x.shape.rank)
        return tf.reduce_sum(x)

    concrete = total.get_concrete_function(tf.TensorSpec(None))
    assert concrete.graph.name == "total"
    assert float(concrete(tf.ones([2, 3]))) == 6.0
    assert float(concrete(tf.ones([4]))) == 4.0
    assert float(concrete(tf.ones([5]))) == 5.0
    assert set(traced) == {None}
