"""tf.Variables and tf.Modules that a layer holds: their variables count among the layer's, as Keras variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import nn

from tfcompat._core.variable import Variable as TFVariable
from tfcompat.keras import _naming, _version
from tfcompat.keras._variable import Variable

_WRAPPER = "_keras_variable"


class ModulesAsLayers:
    """Makes layers of torch's modules, as Keras does on torch, a single one of each; other values stay."""

    def __init__(self) -> None:
        self._layers: dict[int, Any] = {}

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, nn.Module):
            return value
        if id(value) not in self._layers:
            from tfcompat.keras.layers.foreign import TorchModuleWrapper

            self._layers[id(value)] = TorchModuleWrapper(value)
        return self._layers[id(value)]


def is_foreign(x: Any) -> bool:
    """Whether `x` is a tf.Variable or a tf.Module (which is no Keras layer)."""
    if isinstance(x, TFVariable):
        return True
    from tfcompat.keras._graph import Saveable

    return hasattr(type(x), "with_name_scope") and hasattr(type(x), "submodules") and not isinstance(x, Saveable)


def _tf_variables(objects: Iterable[Any]) -> list[TFVariable]:
    found: list[TFVariable] = []
    for x in objects:
        found.extend([x] if isinstance(x, TFVariable) else [v for v in x.variables if isinstance(v, TFVariable)])
    return found


def variables_of(objects: Iterable[Any]) -> list[Variable]:
    """A Keras variable around each tf.Variable, the same one each time."""
    wrapped = []
    for variable in _tf_variables(objects):
        wrapper = variable.__dict__.get(_WRAPPER)
        if wrapper is None:
            name = variable.name.partition(":")[0].rpartition("/")[2]
            wrapper = Variable(variable, trainable=variable.trainable, name=_naming.check_name(name))
            wrapper.constraint = variable.constraint
            if _version.is_legacy():
                wrapper._told_name = variable.name
            vars(variable)[_WRAPPER] = wrapper
        wrapped.append(wrapper)
    return wrapped


def set_trainable(objects: Iterable[Any], trainable: bool) -> None:
    """Freezes or thaws the variables that were trainable when they were made."""
    for wrapper in variables_of(objects):
        wrapper.trainable = trainable and wrapper._value.trainable
