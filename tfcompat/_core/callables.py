"""What tf.function's products are to `isinstance` and annotations (tf.types.experimental)."""

from __future__ import annotations

import abc
import inspect
from collections.abc import Callable as PythonCallable
from collections.abc import Sequence
from typing import Any, Protocol, Union, runtime_checkable

import numpy as np

from tfcompat._core.tensor import Tensor


class FunctionType(inspect.Signature, metaclass=abc.ABCMeta):
    """The parameters of a TensorFlow function and their types (tf.types.experimental.FunctionType)."""

    __slots__ = ()

    @classmethod
    def from_callable(cls, obj: PythonCallable[..., Any], *, follow_wrapped: bool = True) -> Any:
        """The parameters of a Python function."""
        return super().from_callable(obj, follow_wrapped=follow_wrapped)


class Callable(abc.ABC):
    """The base of what can be called as tf.function's products are (tf.types.experimental.Callable)."""

    @property
    @abc.abstractmethod
    def function_type(self) -> Any:
        """The FunctionType of the callable."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls it; subclasses override this."""
        raise NotImplementedError(f"{type(self).__name__}.__call__")


class AtomicFunction(Callable):
    """The base of graphs as functions of their arguments and captures (tf.types.experimental.AtomicFunction)."""

    @abc.abstractmethod
    def call_with_captures(self, args: Sequence[Any], kwargs: dict[str, Any], captures: Sequence[Any]) -> Any:
        """What the graph returns for these arguments, with `captures` in the place of what it captured."""


class ConcreteFunction(Callable):
    """The base of functions for one signature (tf.types.experimental.ConcreteFunction)."""

    @property
    @abc.abstractmethod
    def inference_fn(self) -> AtomicFunction:
        """The graph, as a function of arguments and captures."""


class PolymorphicFunction(Callable):
    """The base of functions that are captured for each signature (tf.types.experimental.PolymorphicFunction)."""

    @abc.abstractmethod
    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The function for the signature of these arguments."""

    @abc.abstractmethod
    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """XLA's code for these arguments."""


@runtime_checkable
class TensorProtocol(Protocol):
    """Classes that say what tensor they are."""

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        """The tensor of this object."""
        ...


TensorLike = Union[  # noqa: UP007 - a typing.Union, as TensorFlow's: `X | Y` has no module
    Tensor, TensorProtocol, int, float, bool, str, bytes, complex, tuple, list, np.ndarray, np.generic
]


class DistributedValues:
    """The base of values that have one component for each replica (tf.distribute.DistributedValues).

    `strategy.experimental_local_results` gives the components.
    """

    __module__ = "tensorflow.python.types.distribute"


class PerReplica(DistributedValues):
    """A value that differs between replicas (tf.types.experimental.distributed.PerReplica)."""

    __module__ = "tensorflow.python.types.distribute"


class Mirrored(DistributedValues):
    """A value that is the same on all replicas (tf.types.experimental.distributed.Mirrored)."""

    __module__ = "tensorflow.python.types.distribute"
