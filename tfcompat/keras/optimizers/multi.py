"""Several optimizers, each for some of the variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

from tfcompat.keras.optimizers.base import Optimizer
from tfcompat.keras.optimizers.loss_scale import LossScaleOptimizer


class OptimizerMap(MutableMapping):  # type: ignore[type-arg]
    """Optimizers by the paths of variables (tf.keras.optimizers.OptimizerMap).

    Keys are paths or regular expressions that match whole paths; other variables get `default_optimizer`. ValueError
    where two patterns match one path, and for an optimizer that itself holds others.
    """

    def __init__(self, default_optimizer: Optimizer, optimizer_map: dict[str, Optimizer] | None = None) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(f"default_optimizer must be a Keras Optimizer instance. Received: {default_optimizer}")
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise TypeError(f"optimizer_map must be a dictionary. Received: {optimizer_map}")
        self._default_optimizer = default_optimizer
        self._optimizer_map = optimizer_map or {}

    @property
    def default_optimizer(self) -> Optimizer:
        """What variables get that no key matches."""
        return self._default_optimizer

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._optimizer_map:
            return self._optimizer_map[key]
        matching = [pattern for pattern in self._optimizer_map if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ValueError(f"Multiple optimizers assigned to variable {key}.")
        return self._optimizer_map[matching[0]] if matching else self._default_optimizer

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if key in self._optimizer_map:
            raise ValueError(
                f"'{key}' already exists in the OptimizerMap with value {self._optimizer_map[key]}. Please make sure "
                "to not use duplicated keys."
            )
        if not isinstance(key, str):
            raise ValueError(f"key must be a string. Received: {key}")
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"optimizer must be a Keras Optimizer instance. Received: {optimizer}")
        for kind in (LossScaleOptimizer, MultiOptimizer):
            if isinstance(optimizer, kind):
                raise ValueError(f"optimizer cannot be {kind.__name__}.")
        self._optimizer_map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._optimizer_map[key]

    def __len__(self) -> int:
        return len(self._optimizer_map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._optimizer_map)

    def __call__(self, variable: Any) -> Optimizer:
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {
            "default_optimizer": serialize_keras_object(self._default_optimizer),
            "optimizer_map": serialize_keras_object(self._optimizer_map),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> OptimizerMap:
        """The map that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        keys = ("default_optimizer", "optimizer_map")
        return cls(*(deserialize_keras_object(config[key], custom_objects=custom_objects) for key in keys))


class MultiOptimizer(Optimizer):
    """An optimizer that hands each variable's gradient to the optimizer that a map gives for it
    (tf.keras.optimizers.MultiOptimizer).

    optimizer_map: an OptimizerMap, or a function from a variable to an optimizer. The learning rates are those of
    `optimizers`: this one has none (AttributeError).
    """

    _inner_optimizers: Any
    _number_of: Any
    _optimizer_map: Any

    def __init__(self, optimizer_map: Any, loss_scale_factor: float | None = None, name: str | None = None) -> None:
        super().__init__(learning_rate=0.0, loss_scale_factor=loss_scale_factor, name=name)
        self.__dict__["_optimizer_map"] = optimizer_map
        self.__dict__["_inner_optimizers"] = []
        found = list(optimizer_map.values()) if hasattr(optimizer_map, "values") else []
        default = getattr(optimizer_map, "default_optimizer", None)
        for optimizer in found if default is None else [*found, default]:
            self._adopt(optimizer)

    def _adopt(self, optimizer: Optimizer) -> int:
        """The number of an inner optimizer, which is added where it is new."""
        for number, other in enumerate(self._inner_optimizers):
            if other is optimizer:
                return number
        optimizer.loss_scale_factor = self.loss_scale_factor
        self._inner_optimizers.append(optimizer)
        return len(self._inner_optimizers) - 1

    def build(self, variables: Sequence[Any]) -> None:
        """Builds each inner optimizer for its variables."""
        if self.built:
            return
        variables = list(variables)
        chosen: dict[int, list[Any]] = {}
        self.__dict__["_number_of"] = {}
        for variable in variables:
            optimizer = self._optimizer_map(variable)
            if not isinstance(optimizer, Optimizer):
                raise ValueError(f"Optimizer for variable {variable} is not an Optimizer instance.")
            for kind in (LossScaleOptimizer, MultiOptimizer):
                if isinstance(optimizer, kind):
                    raise ValueError(f"{kind.__name__} cannot be used inside an MultiOptimizer.")
            number = self._number_of[self._var_key(variable)] = self._adopt(optimizer)
            chosen.setdefault(number, []).append(variable)
        for number, own in sorted(chosen.items()):
            self._inner_optimizers[number].build(own)
        super().build(variables)

    @property
    def optimizers(self) -> list[Optimizer]:
        """The inner optimizers."""
        return self._inner_optimizers

    @property
    def variables(self) -> list[Any]:
        """This optimizer's own variables, then the inner optimizers'."""
        return [*self._variables, *(v for optimizer in self._inner_optimizers for v in optimizer.variables)]

    @property
    def learning_rate(self) -> Any:
        """None of its own: AttributeError."""
        raise AttributeError(
            "Learning rate cannot be accessed on a MultiOptimizer. Access the learning rate on the individual "
            "sub-optimizers instead."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError(
            "Learning rate cannot be set on a MultiOptimizer. Set the learning rate on the individual sub-optimizers "
            "instead."
        )

    @property
    def loss_scale_factor(self) -> Any:  # type: ignore[override]
        """What losses are multiplied by, the inner optimizers' too."""
        return self.__dict__.get("_loss_scale_factor")

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: Any) -> None:
        self.__dict__["_loss_scale_factor"] = value
        for optimizer in self.__dict__.get("_inner_optimizers", ()):
            optimizer.loss_scale_factor = value

    def _each(self, variables: Sequence[Any]) -> Iterator[tuple[Optimizer, list[int]]]:
        """Each inner optimizer that has some of the variables, with their places."""
        places: dict[int, list[int]] = {}
        for place, variable in enumerate(variables):
            places.setdefault(self._number_of[self._var_key(variable)], []).append(place)
        return ((self._inner_optimizers[number], own) for number, own in sorted(places.items()))

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Updates variables by gradients, each by its own optimizer."""
        grads = list(grads)
        if not grads:
            return
        if trainable_variables is None and not self.built:
            raise ValueError(
                "When passing `grads` without `variables`, the optimizer must already be built on a list of "
                "variables. Call `optimizer.build(trainable_variables)` first."
            )
        variables: list[Any] = list(self._trainable_variables if trainable_variables is None else trainable_variables)
        if not self.built:
            self.build(variables)
        if len(grads) != len(self._number_of):
            raise ValueError(
                f"Gradients must match trainable variables one-to-one. Received {len(grads)} gradients and "
                f"{len(self._number_of)} variables."
            )
        for optimizer, places in self._each(variables):
            optimizer.apply([grads[i] for i in places], [variables[i] for i in places])
        self._add_iteration()

    def finalize_variable_values(self, var_list: Sequence[Any]) -> None:
        """Gives variables the values that training ends with, each by its own optimizer."""
        variables = list(var_list)
        for optimizer, places in self._each(variables):
            optimizer.finalize_variable_values([variables[i] for i in places])

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to the variables; ValueError where the optimizer is not built or a shape differs."""
        start = len(self._variables)
        super().set_weights(weights[:start])
        for optimizer in self._inner_optimizers:
            count = len(optimizer.variables)
            optimizer.set_weights(weights[start : start + count])
            start += count

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {
            "optimizer_map": serialize_keras_object(self._optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The optimizer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        table = deserialize_keras_object(config["optimizer_map"], custom_objects=custom_objects)
        return cls(**{**config, "optimizer_map": table})
