"""What Keras 2's optimizers have: their names and their variables', their configs, and how programs make their own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core.names import name_scope
from tfcompat._core.state import state
from tfcompat._core.variable import UnreadVariable
from tfcompat._function.scopes import init_scope
from tfcompat.keras import _naming, _version
from tfcompat.keras._variable import Variable
from tfcompat.keras.optimizers._learning_rate import WithLearningRate
from tfcompat.keras.optimizers._tensors import Tensors, has_slices

# Keras 2's names of the variables kept for each trainable one, by optimizer, and those that most have.
_SLOTS = {
    "Adamax": {"norm": "u"},
    "RMSprop": {"velocity": "velocity", "momentum": "momentum", "average_gradient": "average_gradient"},
    "Adafactor": {"velocity": "v", "row": "r", "column": "c"},
}
_USUAL = {"momentum": "m", "velocity": "v", "velocity_hat": "vhat"}


class Variables(list[Any]):
    """Variables in a list, which Keras 2's programs call."""

    def __call__(self) -> Variables:
        return self


class NotGiven:
    """Stands for an argument that was not given."""

    def __repr__(self) -> str:
        return "<not given>"


NOT_GIVEN = NotGiven()


class Keras2Optimizer(WithLearningRate):
    """The attributes and methods that Optimizer had in Keras 2."""

    _hidden: Any = None  # a variable that Keras 2 keeps to itself
    _index: Any
    _variables: Any
    add_variable: Any
    apply_gradients: Any
    built: bool
    name: str

    jit_compile = False
    _told_when = (
        "Usually this means you are trying to set `iterations` after calling `apply_gradients()`. Please set "
        "`iterations` before calling `apply_gradients()`."
    )
    _slot_scope: str | None = None  # what the names of the kept variables begin with, in place of the name

    def _named(self, learning_rate: Any, name: str | None) -> tuple[Any, str]:
        """The learning rate and the name that a constructor was given: of Keras 2's base class, the name is first."""
        if not _version.is_legacy():
            if learning_rate is NOT_GIVEN:
                raise TypeError("Optimizer.__init__() missing 1 required positional argument: 'learning_rate'")
            return learning_rate, name or _naming.auto_name(type(self).__name__)
        if isinstance(learning_rate, str):
            learning_rate, name = NOT_GIVEN, learning_rate
        return (0.0 if learning_rate is NOT_GIVEN else learning_rate), name or type(self).__name__

    def _build_learning_rate(self, learning_rate: Any) -> Any:
        """What an optimizer of one's own keeps as `_learning_rate`: a variable, or a schedule."""
        if isinstance(self._learning_rate, Variable):
            self._tracker.untrack(self._learning_rate)
        return self._checked_learning_rate(learning_rate)

    @property
    def _index_dict(self) -> dict[Any, int]:
        return self._index

    def _scope(self) -> Any:
        """What is open while variables are made for the first step."""
        if not _version.is_legacy():
            return _naming.name_scope(self.name, caller=self)  # type: ignore[arg-type]
        return name_scope(f"{self._slot_scope or self.name}/")

    def _take_keywords(self, keywords: dict[str, Any]) -> None:
        """What `apply_gradients` is called with beside the pairs; Keras 2 looks at a name for the variables alone."""
        self._slot_scope = keywords.pop("name", None)
        for key in ("experimental_aggregate_gradients", "skip_gradients_aggregation"):
            keywords.pop(key, None)
        if keywords and not _version.is_legacy():
            raise TypeError(f"apply_gradients() got unexpected keyword arguments: {sorted(keywords)}")

    def _summed(self, grads: Tensors) -> Tensors:
        """The gradients for the step: Keras 2 adds up the slices of one row before it squares them, Keras 3 after."""
        if has_slices(grads) and _version.is_legacy():
            for gradient in grads:
                vars(gradient).pop("_slices", None)
        return grads

    def _without_pairs(self) -> Any:
        """What applying no gradients gives."""
        if _version.is_legacy():
            return self._iterations
        raise ValueError("`grads_and_vars` must hold pairs of a gradient and a variable. Received: none")

    def _applied(self) -> Any:
        """What applying gradients gives: the iteration count, in Keras 2 as its `assign_add` gives it."""
        if _version.is_legacy() and state.graph is None:
            return UnreadVariable._of(self._iterations._value)
        return self._iterations

    def _started(self, averages: list[Any], variables: list[Any]) -> list[Any]:
        """Variables for moving averages, which in Keras 2 start from the values that they are of."""
        if _version.is_legacy():
            with init_scope():
                for average, variable in zip(averages, variables):
                    if average is not None:
                        average.assign(variable)
        return averages

    def _averaged(self, step: Any) -> Any:
        """How many values averages are of: in Keras 3 the first one replaces what they start from."""
        return 1 if _version.is_legacy() else step

    def _meet(self, variables: list[Any]) -> None:
        """Refuses variables that the optimizer was not built with."""
        if _version.is_legacy():
            raise KeyError(
                f"The optimizer cannot recognize variable {variables[0].name}. This usually means you are trying to "
                "call the optimizer to update different parts of the model separately. Please call "
                "`optimizer.build(variables)` with the full list of trainable variables before the training loop or "
                f"use legacy optimizer `tf.keras.optimizers.legacy.{type(self).__name__}."
            )
        raise ValueError(
            f"Unknown variable: {variables[0]!r}. This optimizer can only be called for the variables it was "
            "originally built with. When working with a new set of variables, you should recreate a new optimizer "
            "instance."
        )

    def _told_variables(self) -> list[Any]:
        """The variables that programs see: in Keras 2 the learning rate is none of them."""
        if not _version.is_legacy():
            return self._variables
        return [v for v in self._variables if v is not self._learning_rate and v is not self._hidden]

    def _rename(self, made: Variable, reference: Any, name: str | None) -> Variable:
        """Gives a variable the name that it has in Keras 2: "Adam/m/dense/kernel:0"."""
        if _version.is_legacy():
            table = _SLOTS.get(type(self).__name__, _USUAL)
            told = table.get(str(name), _USUAL.get(str(name), name))
            made._told_name = _naming.told(f"{told}/{str(reference.name).partition(':')[0]}")
        return made

    def _serialize_hyperparameter(self, value: Any) -> Any:
        """A hyperparameter, as configs have it: numbers and schedules' descriptions."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        if callable(value) and not isinstance(value, Variable):
            return serialize_keras_object(value) if hasattr(value, "get_config") else value()
        return value.numpy() if hasattr(value, "numpy") else value

    def _told_pairs(self, grads: Sequence[Any], variables: Sequence[Any]) -> str:
        """What Keras 2 says of the variables whose gradients are all missing."""
        if not _version.is_legacy():
            return ""
        pairs = tuple(zip(grads, variables))
        return f": ({[v.name for v in variables]},). Provided `grads_and_vars` is {pairs}"

    def compute_gradients(self, loss: Any, var_list: Any, tape: Any = None) -> list[tuple[Any, Any]]:
        """(gradient, variable) pairs of a loss: a function, or a tensor of `tape`; ValueError for neither."""
        from tfcompat._core.tape import GradientTape

        if not callable(loss) and tape is None:
            raise ValueError(f"`tape` is required when a `Tensor` loss is passed. Received: loss={loss}, tape={tape}.")
        if callable(loss):
            with tape or GradientTape() as tape:
                loss = loss()
        found: Any = var_list() if callable(var_list) else var_list
        variables = list(found)
        return list(zip(tape.gradient(loss, variables), variables))

    def aggregate_gradients(self, grads_and_vars: Any) -> list[tuple[Any, Any]]:
        """The pairs as they are: the strategy adds gradients up as they are applied."""
        return list(grads_and_vars)

    def _told_config(self, config: dict[str, Any]) -> dict[str, Any]:
        """A base config as Keras 2 has it: with other arguments, and the learning rate behind them."""
        if not _version.is_legacy():
            return config
        rates = {key: config.pop(key) for key in ("learning_rate", "lr", "decay") if key in config}
        if isinstance(rates.get("learning_rate"), float):
            rates["learning_rate"] = np.float32(rates["learning_rate"])
        for key in ("loss_scale_factor", "gradient_accumulation_steps"):
            if config[key] is None:
                del config[key]
        return {**config, "jit_compile": self.jit_compile, "is_legacy_optimizer": False, **rates}


def takes_rate(update_step: Callable[..., Any]) -> bool:
    """Whether a method `update_step` takes the learning rate: in Keras 2 it does not."""
    parameters: Sequence[Any] = list(inspect.signature(update_step).parameters.values())
    return len(parameters) > 2 or any(p.kind is p.VAR_POSITIONAL for p in parameters)
