"""TypeSpec: what user-made specs inherit, batching, and which spec a value has, as recorded from TensorFlow 2.21."""

import copy
import pickle

import numpy as np
import pytest

from tfcompat._core import dtypes, specs
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import constant
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.trace_type import CastContext, PlaceholderContext, TraceType
from tfcompat._core.type_spec import (
    BatchableTypeSpec,
    TypeSpec,
    register_type_spec_from_value_converter,
    type_spec_from_value,
)
from tfcompat._core.variable import Variable


class Span:
    """A pair of tensors, of the same shape."""

    def __init__(self, low, high):
        self.low, self.high = low, high


class SpanSpec(BatchableTypeSpec):
    def __init__(self, shape, dtype=dtypes.float32):
        self.shape, self.dtype = TensorShape(shape), dtypes.as_dtype(dtype)

    value_type = property(lambda self: Span)

    def _serialize(self):
        return self.shape, self.dtype

    @property
    def _component_specs(self):
        return {"low": TensorSpec(self.shape, self.dtype, "low"), "high": TensorSpec(self.shape, self.dtype)}

    def _to_components(self, value):
        return {"low": value.low, "high": value.high}

    def _from_components(self, components):
        return Span(components["low"], components["high"])

    def _batch(self, batch_size):
        return SpanSpec([batch_size, *self.shape], self.dtype)

    def _unbatch(self):
        return SpanSpec(self.shape[1:], self.dtype)


class Tagged(TypeSpec):
    """Describes itself by any parts."""

    def __init__(self, *parts):
        self.parts = parts

    value_type = property(lambda self: int)
    _component_specs = property(lambda self: TensorSpec([]))

    def _serialize(self):
        return self.parts

    def _to_components(self, value):
        return value

    def _from_components(self, components):
        return components


def test_abstract_members():
    with pytest.raises(TypeError, match="abstract"):
        TypeSpec()
    assert isinstance(SpanSpec([1]), TraceType)


def test_printing_and_equality():
    assert repr(SpanSpec([2, None])) == "SpanSpec(TensorShape([2, None]), tf.float32)"
    assert SpanSpec([2]) == SpanSpec([2])
    assert hash(SpanSpec([2])) == hash(SpanSpec([2]))
    assert SpanSpec([2]) != SpanSpec([3])
    assert SpanSpec([2]) != TensorSpec([2])
    assert SpanSpec([2]) != 2


def test_parts_compare_by_value():
    parts = [1, 2.5, "x", None, (1, [2]), {"b": 1, "a": np.arange(4).reshape(2, 2)}, TensorShape([1]), TensorSpec([1])]
    again = [*parts[:5], {"b": 1, "a": np.arange(4).reshape(2, 2)}, *parts[6:]]
    assert Tagged(*parts) == Tagged(*again)
    assert hash(Tagged(*parts)) == hash(Tagged(*again))
    assert Tagged([1]) != Tagged((1,))
    assert Tagged(np.zeros((2, 1))) != Tagged(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="unsupported value of type <class 'object'>"):
        hash(Tagged(object()))


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda spec: pickle.loads(pickle.dumps(spec))])
def test_copies(clone):
    spec = SpanSpec([2, None], dtypes.int8)
    assert clone(spec) == spec


def test_subtypes():
    assert SpanSpec([2]).is_subtype_of(SpanSpec([None]))
    assert not SpanSpec([None]).is_subtype_of(SpanSpec([2]))
    assert not SpanSpec([2]).is_subtype_of(SpanSpec([2], dtypes.int8))
    assert not SpanSpec([2]).is_subtype_of(TensorSpec([2]))
    assert Tagged(1, [2]).is_subtype_of(Tagged(1, [2]))
    assert not Tagged(1, [2]).is_subtype_of(Tagged(1, [2, 3]))
    assert not Tagged(1).is_subtype_of(Tagged(2))


def test_supertypes():
    assert SpanSpec([2, 3]).most_specific_common_supertype([SpanSpec([2, 4]), SpanSpec([5, 3])]) == SpanSpec(
        [None, None]
    )
    assert SpanSpec([2]).most_specific_common_supertype([]) == SpanSpec([2])
    assert SpanSpec([2]).most_specific_common_supertype([SpanSpec([2], dtypes.int8)]) is None
    assert SpanSpec([2]).most_specific_common_supertype([TensorSpec([2])]) is None
    assert Tagged(1).most_specific_common_supertype([Tagged(2)]) is None
    assert Tagged([1]).most_specific_common_supertype([Tagged((1,))]) is None
    assert SpanSpec([2]).most_specific_compatible_type(SpanSpec([3])) == SpanSpec([None])
    with pytest.raises(ValueError, match=r"No TypeSpec is compatible with both Tagged\(1,\) and Tagged\(2,\)"):
        Tagged(1).most_specific_compatible_type(Tagged(2))


def test_compatibility():
    assert SpanSpec([2, None]).is_compatible_with(SpanSpec([None, 3]))
    assert not SpanSpec([2]).is_compatible_with(SpanSpec([3]))
    assert Tagged({"a": dtypes.float32}, (TensorShape([1]),)).is_compatible_with(
        Tagged({"a": dtypes.float32}, (TensorShape([None]),))
    )
    assert not Tagged({"a": 1}).is_compatible_with(Tagged({"b": 1}))
    assert not Tagged([1]).is_compatible_with(Tagged((1,)))
    assert not SpanSpec([2]).is_compatible_with(1.0)


def test_names_and_sizes_can_be_dropped():
    assert Tagged(TensorSpec([1], name="x"), 3)._without_tensor_names() == Tagged(TensorSpec([1]), 3)
    assert Tagged(TensorSpec([1, 2]), TensorShape([3]))._with_tensor_ranks_only() == Tagged(
        TensorSpec([None, None]), TensorShape([None])
    )


def test_values_go_to_tensors_and_back():
    spec, span = SpanSpec([2]), Span(constant([1.0, 2.0]), constant([3.0, 4.0]))
    tensors = spec.to_tensors(span)
    assert [t.numpy().tolist() for t in tensors] == [[3.0, 4.0], [1.0, 2.0]]  # by sorted key: high, low
    assert spec.flatten() == [TensorSpec([2]), TensorSpec([2], name="low")]
    back = spec.from_tensors(iter(tensors))
    assert back.low is tensors[1]
    assert back.high is tensors[0]


def test_cast_converts_components_and_keeps_fitting_values():
    span = Span(constant([1.0]), constant([2.0]))
    assert SpanSpec([None]).cast(span, CastContext()) is span
    cast = SpanSpec([1]).cast(Span(np.array([1.0]), np.array([2])), CastContext())
    assert cast.high.dtype is dtypes.float32
    assert cast.high.numpy().tolist() == [2.0]
    with pytest.raises(TypeError, match="Can not cast"):
        SpanSpec([2]).cast(span, CastContext())
    spec = SpanSpec([None])
    assert spec.cast(SpanSpec([1]), CastContext(allow_specs=True)) is spec
    with pytest.raises(AssertionError, match="Can not cast"):
        SpanSpec([1]).cast(spec, CastContext(allow_specs=True))


def test_placeholders():
    made = SpanSpec([2]).placeholder_value(PlaceholderContext(lambda spec: ("placeholder", spec.name)))
    assert (made.low, made.high) == (("placeholder", "low"), ("placeholder", None))
    spec = SpanSpec([2])
    assert spec.placeholder_value(PlaceholderContext(unnest_only=True)) is spec
    with pytest.raises(ValueError, match="no graph"):
        spec.placeholder_value(PlaceholderContext())


def test_tensor_lists():
    spec = SpanSpec([2])
    tensors = spec._to_tensor_list(Span(constant([1.0, 2.0]), constant([3.0, 4.0])))
    assert [t.numpy().tolist() for t in tensors] == [[3.0, 4.0], [1.0, 2.0]]
    assert spec._from_tensor_list(tensors).high.numpy().tolist() == [3.0, 4.0]
    assert spec._flat_tensor_specs == [TensorSpec([2]), TensorSpec([2], name="low")]
    with pytest.raises(ValueError, match="the TypeSpec expects 2 items, but the provided tensor list has 1 items"):
        spec._from_tensor_list(tensors[:1])
    with pytest.raises(ValueError, match=r"item 1 .* is incompatible with the expected TypeSpec TensorSpec"):
        spec._from_tensor_list([tensors[0], constant([1.0])])


def test_batching():
    encoder = SpanSpec.__batch_encoder__
    spec = SpanSpec([3])
    assert encoder.batch(spec, 5) == SpanSpec([5, 3])
    assert encoder.unbatch(spec) == SpanSpec([])
    assert encoder.encoding_specs(spec) == spec._flat_tensor_specs
    span = Span(constant([1.0, 2.0, 3.0]), constant([4.0, 5.0, 6.0]))
    encoded = encoder.encode(spec, span, minimum_rank=1)
    assert [t.numpy().tolist() for t in encoded] == [[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]
    assert encoder.decode(spec, encoded).low.numpy().tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="found a scalar item which cannot be batched"):
        encoder.encode(SpanSpec([]), Span(constant(1.0), constant(2.0)), minimum_rank=1)
    for batchable, rank in [(spec, 2), (Tagged(1), 1)]:
        with pytest.raises(ValueError, match=f"does not support minimum_rank={rank}"):
            encoder.encode(batchable, span, minimum_rank=rank)


class Outer(BatchableTypeSpec):
    """Nests another batchable spec, and a tensor."""

    value_type = property(lambda self: tuple)
    _component_specs = property(lambda self: (SpanSpec([2]), TensorSpec([])))

    def _serialize(self):
        return ()

    def _to_components(self, value):
        return value

    def _from_components(self, components):
        return components

    def _batch(self, batch_size):
        return self

    def _unbatch(self):
        return self


def test_nested_batchable_specs_flatten_and_rebuild():
    spec, span = Outer(), Span(constant([1.0, 2.0]), constant([3.0, 4.0]))
    tensors = spec._to_tensor_list((span, constant(5.0)))
    assert [t.numpy().tolist() for t in tensors] == [[3.0, 4.0], [1.0, 2.0], 5.0]
    assert spec._flat_tensor_specs == [TensorSpec([2]), TensorSpec([2], name="low"), TensorSpec([])]
    rebuilt, scalar = spec._from_tensor_list(tensors)
    assert (rebuilt.low.numpy().tolist(), scalar.numpy()) == ([1.0, 2.0], 5.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "TensorSpec(shape=(), dtype=tf.int32, name=None)"),
        (1.5, "TensorSpec(shape=(), dtype=tf.float32, name=None)"),
        (True, "TensorSpec(shape=(), dtype=tf.bool, name=None)"),
        ("a", "TensorSpec(shape=(), dtype=tf.string, name=None)"),
        (1 + 2j, "TensorSpec(shape=(), dtype=tf.complex128, name=None)"),
        ([[1, 2], [3, 4]], "TensorSpec(shape=(2, 2), dtype=tf.int32, name=None)"),
        ([1.5, 2], "TensorSpec(shape=(2,), dtype=tf.float32, name=None)"),
        ([], "TensorSpec(shape=(0,), dtype=tf.float32, name=None)"),
        (np.zeros(2), "TensorSpec(shape=(2,), dtype=tf.float64, name=None)"),
        (np.float32(1), "TensorSpec(shape=(), dtype=tf.float32, name=None)"),
        (TensorShape([1]), "TensorSpec(shape=(1,), dtype=tf.int32, name=None)"),
        (None, "NoneTensorSpec()"),
    ],
    ids=str,
)
def test_specs_of_python_and_numpy_values(value, text):
    assert repr(type_spec_from_value(value)) == text


def test_specs_of_tensors_and_variables():
    assert type_spec_from_value(constant([1, 2])) == TensorSpec([2], dtypes.int32)
    assert type_spec_from_value(constant("a")) == TensorSpec([], dtypes.string)
    variable_spec = type_spec_from_value(Variable([1.0], trainable=False))
    assert repr(variable_spec) == "VariableSpec(shape=(1,), dtype=tf.float32, trainable=False, alias_id=None)"
    slices = IndexedSlices(constant([[1.0]]), constant([0]), constant([3, 1]))
    assert type_spec_from_value(slices) == specs.IndexedSlicesSpec(
        [3, 1], dtypes.float32, dtypes.int32, dtypes.int32, [1]
    )
    assert type_spec_from_value([constant([1.0]), constant([1.0, 2.0])]) == TensorSpec([2, None])


@pytest.mark.parametrize("value", [object(), {}, {"a": 1}, [1, [2, 3]], TensorSpec([1]), len])
def test_values_without_a_spec(value):
    with pytest.raises(TypeError, match=r"Could not build a TypeSpec for .* of unsupported type"):
        type_spec_from_value(value)


def test_registered_converters():
    class Mine:
        pass

    class Derived(Mine):
        pass

    register_type_spec_from_value_converter(Mine, lambda value: TensorSpec([7]))
    assert type_spec_from_value(Mine()) == TensorSpec([7])
    with pytest.raises(TypeError):
        type_spec_from_value(Derived())
    register_type_spec_from_value_converter(Mine, lambda value: TensorSpec([8]), allow_subclass=True)
    assert type_spec_from_value(Derived()) == type_spec_from_value(Mine()) == TensorSpec([8])


def test_composite_tensors_must_name_their_spec():
    class Nameless(CompositeTensor):
        pass

    with pytest.raises(NotImplementedError, match=r"Nameless\._type_spec"):
        type_spec_from_value(Nameless())
    with pytest.raises(NotImplementedError, match="_shape_invariant_to_type_spec"):
        Nameless()._shape_invariant_to_type_spec([1])
    nameless = Nameless()
    assert nameless._convert_variables_to_tensors() is nameless


def test_protos_are_refused_by_name():
    with pytest.raises(NotImplementedError, match="SpanSpec"):
        SpanSpec([1]).experimental_as_proto()
