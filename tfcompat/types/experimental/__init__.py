"""tf.types.experimental: what tensors, functions and trace types are to `isinstance` and annotations."""

from tfcompat import _names
from tfcompat._core.callables import (
    AtomicFunction,
    Callable,
    ConcreteFunction,
    FunctionType,
    PolymorphicFunction,
    TensorLike,
)
from tfcompat._core.trace_type import SupportsTracingProtocol, TraceType
from tfcompat.types.experimental import distributed

GenericFunction = PolymorphicFunction

__all__ = [
    "AtomicFunction",
    "Callable",
    "ConcreteFunction",
    "FunctionType",
    "GenericFunction",
    "PolymorphicFunction",
    "SupportsTracingProtocol",
    "TensorLike",
    "TraceType",
    "distributed",
]

__getattr__ = _names.module_getattr("tf.types.experimental", globals())
