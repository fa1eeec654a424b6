"""The trace type protocol: defaults, and the types that are trace types."""

import pytest

from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape
from tfcompat._core.trace_type import CastContext, PlaceholderContext, SupportsTracingProtocol, TraceType


class Fruit(TraceType):
    def __init__(self, name):
        self.name = name

    def is_subtype_of(self, other):
        return self == other

    def most_specific_common_supertype(self, others):
        return self if all(self == other for other in others) else None

    def placeholder_value(self, placeholder_context):
        return self.name

    def __eq__(self, other):
        return isinstance(other, Fruit) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"Fruit({self.name})"


def test_defaults_hold_no_tensors_and_take_only_the_placeholder():
    apple = Fruit("apple")
    assert apple.flatten() == apple.to_tensors("apple") == []
    assert apple.from_tensors(iter([])) == "apple"
    assert apple.cast("apple", CastContext()) == "apple"
    with pytest.raises(AssertionError, match=r"Can not cast 'pear' to type Fruit\(apple\)"):
        apple.cast("pear", CastContext())


def test_abstract():
    with pytest.raises(TypeError, match="abstract"):
        TraceType()


def test_dtypes_and_shapes_are_trace_types():
    for static in (dtypes.float32, TensorShape([1])):
        assert isinstance(static, TraceType)
        assert static.placeholder_value(PlaceholderContext()) is None
        assert static.from_tensors(iter([])) is None


def test_tracing_protocol():
    class Basket:
        def __tf_tracing_type__(self, context):
            return Fruit("apple")

    assert isinstance(Basket(), SupportsTracingProtocol)
    assert not isinstance(3, SupportsTracingProtocol)
