"""Dataset.from_generator: elements that Python makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.calling import _told
from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import NoneTensorSpec, TensorSpec
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.type_spec import TypeSpec
from tfcompat.data import _structure
from tfcompat.data.dataset import Dataset

_NOTHING = object()


class _GeneratorDataset(Dataset):
    """What a Python function gives to iterate over."""

    __module__ = "tensorflow.python.data.ops.flat_map_op"

    def __init__(self, generator: Callable[..., Any], spec: Any, args: Any) -> None:
        super().__init__()
        self._generator, self._structure = generator, spec
        with _structure.on_host():
            self._args = tuple(convert_to_tensor(a) for a in args or ())
        self._leaves = structure.flatten(spec)
        self._single = structure.node_of(type(spec)) is None
        self._plain = [_plain_kind(s) for s in self._leaves]
        # How many leaves a tuple of nothing but leaves has; else none that a tuple can have.
        self._width = len(spec) if type(spec) is tuple and len(spec) == len(self._leaves) else -1

    @property
    def element_spec(self) -> Any:
        """The specs that were given."""
        return self._structure

    def _iterate(self) -> Iterator[Any]:
        values: Any = None

        def step() -> Any:
            nonlocal values
            try:
                if values is None:
                    values = iter(self._generator(*(a.numpy() for a in self._args)))
                value = next(values, _NOTHING)
            except errors.OpError:
                raise
            except Exception as e:
                raise _told(e, "IteratorGetNext") from e
            if value is _NOTHING:
                raise StopIteration
            return self._element(value)

        return _structure.Steps(step)

    def _element(self, value: Any) -> Any:
        if self._single:
            return self._made(value, self._structure, self._plain[0])
        if type(value) is tuple and len(value) == self._width:
            return tuple(map(self._made, value, self._leaves, self._plain))
        try:
            values = _flat_like(self._structure, value)
        except (TypeError, ValueError, KeyError):
            raise self._mismatch(value) from None
        leaves = list(map(self._made, values, self._leaves, self._plain))
        return structure.pack_sequence_as(self._structure, leaves)

    def _made(self, value: Any, spec: Any, plain: tuple[Any, Any]) -> Any:
        tensor = _quick(value, *plain)
        return self._leaf(value, spec) if tensor is None else tensor

    def _mismatch(self, value: Any) -> errors.OpError:
        kinds = _structure.map_specs(lambda s: s.dtype if isinstance(s, TensorSpec) else s, self._structure)
        return _failure(
            "`generator` yielded an element that did not match the expected structure. The expected structure was "
            f"{kinds}, but the yielded element was {value}."
        )

    def _leaf(self, value: Any, spec: Any) -> Any:
        if isinstance(spec, NoneTensorSpec):
            return None
        if not isinstance(spec, TensorSpec):
            if getattr(spec, "ragged_rank", None) == 0 or not hasattr(value, "_type_spec"):
                value = _structure.normalized(value)
            if not spec.is_compatible_with(value):
                raise _failure(
                    f"`generator` yielded an element of {value!r} where an element of {spec!r} was expected."
                )
            return value
        tensor = self._converted(value, spec)
        if not spec.shape.is_compatible_with(tensor.shape):
            raise _failure(
                f"`generator` yielded an element of shape {_told_shape(tensor.shape)} where an element of shape "
                f"{_told_shape(spec.shape)} was expected."
            )
        return tensor

    def _converted(self, value: Any, spec: TensorSpec) -> Any:
        try:
            with _structure.on_host():
                if isinstance(value, Tensor) or spec.dtype is dtypes.string:
                    return _structure.normalized(convert_to_tensor(value, spec.dtype))
                return convert_to_tensor(np.asarray(value, spec.dtype.as_numpy_dtype))
        except (TypeError, ValueError):
            raise _failure(
                "`generator` yielded an element that could not be converted to the expected type. The expected type "
                f"was {spec.dtype.name}, but the yielded element was {value}."
            ) from None


_GeneratorDataset.__name__ = "_FlatMapDataset"


_NUMBERS = (int, float, bool, np.ndarray, np.generic)


def _plain_kind(spec: Any) -> tuple[Any, Any]:
    """The numpy dtype and shape of a tensor that is made of a number or an array; (None, None) for any other leaf."""
    if not isinstance(spec, TensorSpec) or not spec.shape.is_fully_defined():
        return None, None
    kind = np.dtype(spec.dtype.as_numpy_dtype)
    return (kind, tuple(spec.shape.as_list())) if kind.kind in "biufc" and spec.dtype.torch else (None, None)


def _quick(value: Any, kind: Any, shape: Any) -> EagerTensor | None:
    """A number or an array as a tensor of its own; None where that is not what is asked for, or it does not fit."""
    if kind is None or not isinstance(value, _NUMBERS):
        return None
    try:
        array = np.array(value, kind, order="C")
        return EagerTensor(torch.from_numpy(array)) if array.shape == shape else None
    except (TypeError, ValueError):
        return None


def _told_shape(shape: Any) -> str:
    return str(tuple(shape.as_list())) if shape.rank is not None else str(shape)


def _failure(message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, f"TypeError: {message}\n [Op:IteratorGetNext] name: ")


def _flat_like(spec: Any, value: Any) -> list[Any]:
    """The leaves of a value in the structure of `spec`, where lists are leaves; TypeError for another structure."""
    node = structure.node_of(type(spec))
    if node is None:
        return [value]
    other = None if isinstance(value, list) else structure.node_of(type(value))
    if other is None:
        raise TypeError
    if isinstance(spec, dict):
        if set(spec) != set(value):
            raise TypeError
        pairs = [(spec[k], value[k]) for k in sorted(spec)]
    else:
        pairs = list(zip(node.children(spec), other.children(value), strict=True))
    return [leaf for s, v in pairs for leaf in _flat_like(s, v)]


def generator_dataset(generator: Any, types: Any, shapes: Any, args: Any, signature: Any) -> Dataset:
    """Dataset.from_generator."""
    if not callable(generator):
        raise TypeError("`generator` must be a Python callable.")
    for name, value in (("output_types", types), ("output_shapes", shapes)):
        if value is not None and signature is not None:
            raise TypeError(f"The `{name}` argument can not be used together with the `output_signature` argument.")
    if signature is None:
        if types is None:
            raise TypeError(
                "To specify the output signature you need to provide either the `output_signature` argument or the "
                "`output_types` argument."
            )
        signature = _structure.from_legacy(types, shapes)
    else:
        signature = tuple(signature) if isinstance(signature, list) else signature
        for leaf in structure.flatten(signature):
            if not isinstance(leaf, TypeSpec):
                raise TypeError(
                    "`output_signature` must contain objects that are subclass of `tf.TypeSpec` but found "
                    f"{type(leaf)} which is not."
                )
    return _GeneratorDataset(generator, signature, args)
