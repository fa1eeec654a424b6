"""The type specs of operators, which take them apart into their tensors and put them together again."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

import tfcompat as tf
from tfcompat._core import structure, type_spec_registry
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.type_spec import BatchableTypeSpec, TypeSpec, type_spec_from_value
from tfcompat.linalg.operators.hints import HINTS

C = TypeVar("C", bound=type)
_MODULE = "tensorflow.python.ops.linalg"


class LinearOperatorSpec(BatchableTypeSpec):
    """The type of an operator: the specs of its tensors, and the values of its other arguments.

    Every class of operators has a subclass of its own, which `composite` makes.
    """

    __slots__ = ("_non_tensor_params", "_param_specs", "_prefer_static_fields")

    def __init__(self, param_specs: dict, non_tensor_params: dict, prefer_static_fields: tuple) -> None:
        self._param_specs, self._non_tensor_params = param_specs, non_tensor_params
        self._prefer_static_fields = prefer_static_fields

    @classmethod
    def from_operator(cls, operator: Any) -> LinearOperatorSpec:
        """The spec of `operator`; NotImplementedError where an argument of it mixes tensors and other values."""
        specs, others = {}, {}
        for field in {*operator._composite_tensor_fields, *HINTS}:
            value = _argument(operator, field)
            spec = _spec_of(value)
            are_specs = [isinstance(part, TypeSpec) for part in structure.flatten(spec)]
            if all(are_specs):
                specs[field] = spec
            elif not any(are_specs):
                others[field] = value
            else:
                raise NotImplementedError(f"Field {field} of {operator!r} mixes tensors and other values.")
        specs, others = ({k: parts[k] for k in sorted(parts)} for parts in (specs, others))
        return cls(specs, others, tuple(operator._composite_tensor_prefer_static_fields))

    def _to_components(self, value: Any) -> dict[str, Any]:
        return {field: _argument(value, field) for field in self._param_specs}

    def _from_components(self, components: dict[str, Any]) -> Any:
        return self.value_type(**{**self._non_tensor_params, **components})

    @property
    def _component_specs(self) -> dict[str, Any]:
        return self._param_specs

    def _serialize(self) -> tuple:
        return self._param_specs, self._non_tensor_params, self._prefer_static_fields

    def _batch(self, batch_size: int | None) -> LinearOperatorSpec:
        return self._mapped(lambda spec: spec._batch(batch_size))

    def _unbatch(self) -> LinearOperatorSpec:
        return self._mapped(lambda spec: spec._unbatch())

    def _mapped(self, change: Any) -> LinearOperatorSpec:
        specs = structure.map_structure(change, self._param_specs)
        return type(self)(specs, self._non_tensor_params, self._prefer_static_fields)


def make_composite_tensor(cls: C, module_name: str = "tf.linalg") -> C:
    """Gives a class of operators the spec that takes them apart, registered as "module_name.ClassNameSpec".

    Also for the classes that libraries derive from TensorFlow's.
    """
    body = {"value_type": cls, "__slots__": (), "__module__": cls.__module__}
    spec = type(f"{cls.__name__}Spec", (LinearOperatorSpec,), body)
    type_spec_registry.register(f"{module_name}.{spec.__name__}")(spec)
    cls._type_spec = property(spec.from_operator)  # type: ignore[attr-defined]
    return cls


def composite(module: str) -> Any:
    """A decorator: gives a class of operators its spec, and the name of TensorFlow's module that has it."""

    def decorate(cls: C) -> C:
        cls.__module__ = f"{_MODULE}.{module}"
        return make_composite_tensor(cls)

    return decorate


def _argument(operator: Any, field: str) -> Any:
    """The value of an argument of `operator`, from its attributes or its `parameters`; a number where it is known."""
    missing = object()
    for value in (getattr(operator, field, missing), getattr(operator, f"_{field}", missing)):
        if value is not missing:
            break
    else:
        if field not in operator.parameters:
            raise ValueError(
                f"The value of the argument {field!r} of {operator!r} is not known: it is neither an attribute, with "
                "or without an underscore before it, nor in `parameters`."
            )
        value = operator.parameters[field]
    if field in operator._composite_tensor_prefer_static_fields and isinstance(value, tf.Tensor):
        known = tf.get_static_value(value)
        value = value if known is None else known
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _spec_of(value: Any) -> Any:
    """`value` with a spec in the place of each tensor, variable and operator in it."""
    if isinstance(value, (tf.Tensor, tf.Variable, CompositeTensor)):
        return type_spec_from_value(value)
    if isinstance(value, list):
        return [_spec_of(each) for each in value]
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_spec_of(each) for each in value)
    if isinstance(value, dict):
        return {key: _spec_of(each) for key, each in value.items()}
    return value
