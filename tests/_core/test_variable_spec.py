"""VariableSpec, as recorded from TensorFlow 2.21."""

import pytest

from tfcompat._core import dtypes, structure
from tfcompat._core.specs import TensorSpec
from tfcompat._core.trace_type import CastContext, PlaceholderContext
from tfcompat._core.variable import Variable
from tfcompat._core.variable_spec import VariableSpec


def test_printing_and_fields():
    assert repr(VariableSpec([None])) == "VariableSpec(shape=(None,), dtype=tf.float32, trainable=True, alias_id=None)"
    spec = VariableSpec.from_value(Variable([1, 2], trainable=False))
    assert (spec.shape, spec.dtype, spec.trainable, spec.alias_id) == ([2], dtypes.int32, False, None)
    assert isinstance(Variable(1.0), spec.value_type)


def test_equality():
    assert VariableSpec([1]) == VariableSpec([1])
    assert VariableSpec([1]) != VariableSpec([1], trainable=False)
    assert VariableSpec([1], alias_id=1) != VariableSpec([1], alias_id=2)
    assert hash(VariableSpec([1], alias_id=1)) == hash(VariableSpec([1], alias_id=1))
    assert VariableSpec([1]) != TensorSpec([1])


def test_compatibility():
    spec = VariableSpec([None])
    assert spec.is_compatible_with(Variable([1.0, 2.0]))
    assert not spec.is_compatible_with(Variable(1.0))
    assert not spec.is_compatible_with(Variable([1]))
    assert not spec.is_compatible_with(Variable([1.0], trainable=False))
    assert not spec.is_compatible_with(TensorSpec([1]))
    assert not spec.is_compatible_with(VariableSpec([1], alias_id=3))


def test_subtypes():
    assert VariableSpec([1]).is_subtype_of(VariableSpec([None]))
    assert not VariableSpec([1]).is_subtype_of(TensorSpec([None]))
    assert VariableSpec([1]).most_specific_common_supertype([VariableSpec([2])]) == VariableSpec([None])
    assert VariableSpec([1]).most_specific_common_supertype([TensorSpec([2])]) is None
    one, other = VariableSpec([1], alias_id=1), VariableSpec([1], alias_id=2)
    assert one.is_subtype_of(one)
    assert not one.is_subtype_of(other)
    for call in (
        lambda: one.is_subtype_of(VariableSpec([1])),
        lambda: VariableSpec([1]).most_specific_common_supertype([one]),
    ):
        with pytest.raises(NotImplementedError, match="alias_id"):
            call()


def test_variables_are_leaves_and_pass_by_reference():
    variable = Variable([1.0])
    spec = VariableSpec.from_value(variable)
    (leaf,) = structure.flatten(variable, expand_composites=True)
    assert leaf is variable
    assert structure.flatten([spec], expand_composites=True) == [spec]
    assert spec.to_tensors(variable)[0] is variable
    assert spec.from_tensors(iter([variable])) is variable
    assert spec.cast(variable, CastContext()) is variable
    with pytest.raises(AssertionError, match="Expected a Variable"):
        spec.cast(1.0, CastContext())
    assert spec.placeholder_value(PlaceholderContext(lambda made: ("placeholder", made))) == ("placeholder", spec)
