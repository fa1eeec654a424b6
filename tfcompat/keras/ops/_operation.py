"""Makes a function of keras.ops from one over torch tensors: values are converted, KerasTensors draw the graph."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _naming
from tfcompat.keras._dtypes import is_float_dtype, result_type
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import any_symbolic
from tfcompat.keras._state import settings


class FunctionOperation(Operation):
    """A function of keras.ops at one place of a model's graph."""

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        super().__init__(name=name or _naming.auto_name(function.__name__))
        self.function = function

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result."""
        return self.function(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The function's name and the operation's."""
        return {"name": self.name, "function": self.function.__name__}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FunctionOperation:
        """The operation of the function of keras.ops that the config names; ValueError where there is none."""
        from tfcompat.keras import ops

        function = getattr(ops, str(config["function"]), None)
        if not getattr(function, "_is_keras_op", False):
            raise ValueError(f"keras.ops has no function {config['function']!r}.")
        return cls(function, name=config["name"])


def torch_dtype(name: str) -> torch.dtype:
    """The torch dtype of a Keras dtype's name; TypeError where torch has none."""
    found = dtypes.as_dtype(name).torch
    if found is None:
        raise TypeError(f"torch has no dtype for {name!r}.")
    return found


def _kind(x: Any) -> Any:
    """What `x` counts as in result_type: Python numbers adapt to the others."""
    if isinstance(x, bool):
        return "bool"
    if isinstance(x, (int, float)):
        return type(x)
    found = getattr(x, "dtype", None)
    return dtypes.as_dtype(found).name if found is not None else None


def tensor_of(x: Any, dtype: str | None = None) -> torch.Tensor:
    """The torch tensor of a value, cast to `dtype` where one is given."""
    if dtype is not None and isinstance(x, (bool, int, float)):
        return torch.tensor(x, dtype=torch_dtype(dtype))
    t = to_storage(x)
    return t if dtype is None else t.to(torch_dtype(dtype))


def promoted(values: list[Any]) -> list[torch.Tensor]:
    """The values as torch tensors of the dtype that they give together."""
    tensors = [v if isinstance(v, (int, float)) else to_storage(v) for v in values]
    kinds = [_kind(v) for v in tensors]
    target = result_type(*kinds)
    return [tensor_of(t, target) for t in tensors]


def float_of(x: Any) -> torch.Tensor:
    """The value as a float tensor: integers become floatx()."""
    t = to_storage(x)
    name = dtypes.BY_STORAGE[t.dtype].name
    return t if is_float_dtype(name) or name.startswith("complex") else t.to(torch_dtype(settings.floatx))


def keras_op(*tensors: str, promote: bool = False, to_float: bool = False) -> Callable[[Any], Any]:
    """Decorates a function over torch tensors as one of keras.ops.

    tensors: the names of the parameters that are tensors. promote: they are cast to the dtype they give together.
    to_float: integers are cast to floatx().
    """

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(body)

        @functools.wraps(body)
        def call(*args: Any, **kwargs: Any) -> Any:
            if any_symbolic(args, kwargs):
                return FunctionOperation(call).symbolic_call(*args, **kwargs)
            bound = signature.bind(*args, **kwargs).arguments
            given = [name for name in tensors if bound.get(name) is not None]
            if promote:
                values = promoted([bound[name] for name in given])
            else:
                values = [float_of(bound[name]) if to_float else to_storage(bound[name]) for name in given]
            bound.update(zip(given, values))
            return wrap(body(**bound))

        call._is_keras_op = True  # type: ignore[attr-defined]
        return call

    return decorate
