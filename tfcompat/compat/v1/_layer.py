"""What the layers of tf.compat.v1.layers have in common: variables by get_variable, in a scope of the layer's own."""

from __future__ import annotations

import functools
import inspect
import re
import warnings
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection
from tfcompat.compat.v1._variable_scope import get_variable, variable_scope
from tfcompat.compat.v1._variable_store import default_store


class Layer:
    """The base of TensorFlow 1's layers (tf.compat.v1.layers.Layer).

    Subclasses make variables in `build(input_shape)`, by `add_weight`, and compute in `call(inputs)`. trainable:
    whether the variables are. name: the scope of the variables; where None the class's, made unique. dtype: of the
    variables, that of the first inputs where None. A scope that is given as `_scope` is opened in place of the name;
    `_reuse` is as `variable_scope`'s reuse.
    """

    def __init__(
        self, trainable: bool = True, name: str | None = None, dtype: Any = None, _scope: Any = None, _reuse: Any = None
    ) -> None:
        self.trainable, self.built = trainable, False
        self._given_name, self._dtype = name, None if dtype is None else tf.as_dtype(dtype)
        self._scope: Any = None
        self._given_scope, self._reuse = _scope, _reuse
        self._weights: list[Any] = []
        self._updates: list[Any] = []
        self._losses: list[Any] = []

    # ---- what subclasses have ----

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        self.built = True

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """What the layer gives for `inputs`."""
        return inputs

    # ---- names ----

    @property
    def _base_name(self) -> str:
        words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", type(self).__name__)
        return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()

    @property
    def name(self) -> str:
        """The name that was given, or that of the layer's scope."""
        if self._given_name is not None:
            return self._given_name
        return self._base_name if self._scope is None else self._scope.name

    @property
    def scope_name(self) -> str:
        """The name of the layer's variable scope; ValueError before there is one."""
        if self._scope is None:
            raise ValueError(
                f'No name available for layer scope because the layer "{self.name}" has not been used yet.'
            )
        return self._scope.name

    @property
    def dtype(self) -> Any:
        """The dtype of the variables, None before it is known."""
        return self._dtype

    @property
    def graph(self) -> Any:
        """The graph that the layer is in."""
        return tf.compat.v1.get_default_graph()

    # ---- variables ----

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        trainable: bool | None = None,
        constraint: Any = None,
    ) -> Any:
        """A variable of the layer, whose regularizer's loss goes into the collection."""
        trainable = self.trainable if trainable is None else trainable and self.trainable
        if isinstance(initializer, str):
            initializer = tf.keras.initializers.get(initializer)
        regularizer = tf.keras.regularizers.get(regularizer) if isinstance(regularizer, str) else regularizer
        variable = get_variable(
            name, shape, dtype or self._dtype or tf.float32, initializer, trainable=trainable, constraint=constraint
        )
        if variable not in _Identical(self._weights):
            self._weights.append(variable)
        tracked = getattr(default_store(), "add_regularizer", None)
        if regularizer is not None and tracked is not None:
            tracked(variable, regularizer)
        elif regularizer is not None and not self._reuse:
            with tf.name_scope(f"{name}/Regularizer"):
                loss = regularizer(variable)
            if loss is not None:
                self._losses.append(loss)
                add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
        return variable

    add_variable = add_weight

    def add_update(self, updates: Any) -> None:
        """Adds operations to the collection of updates that a training step is to run."""
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            self._updates.append(update)
            add_to_collection(GraphKeys.UPDATE_OPS, update)

    @property
    def variables(self) -> list[Any]:
        """The variables, trainable ones first."""
        return [*self.trainable_variables, *self.non_trainable_variables]

    weights = variables

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable variables."""
        return [v for v in self._weights if v.trainable] if self.trainable else []

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The variables that are not trained."""
        return [v for v in self._weights if not (v.trainable and self.trainable)]

    non_trainable_weights = non_trainable_variables

    @property
    def updates(self) -> list[Any]:
        """What was given to `add_update`."""
        return list(self._updates)

    @property
    def losses(self) -> list[Any]:
        """The regularizers' losses."""
        return list(self._losses)

    def count_params(self) -> int:
        """How many numbers the variables hold."""
        return sum(v.shape.num_elements() or 0 for v in self._weights)

    # ---- calling ----

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The layer's outputs for `inputs`; makes the variables at the first call."""
        inputs = tf.nest.map_structure(tf.convert_to_tensor, inputs)
        first = tf.nest.flatten(inputs)[0]
        if self._scope is None:
            with variable_scope(self._given_scope or self._given_name, default_name=self._base_name) as scope:
                self._scope = scope
        if self._dtype is None:
            self._dtype = first.dtype
        reuse = self._reuse or (True if self.built else None)
        names = tf.name_scope(self._scope.original_name_scope)
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False), names:
            if not self.built:
                shapes = tf.nest.map_structure(lambda x: x.shape, inputs)
                self.build(shapes)
                self.built = True
            return self.call(inputs, *args, **kwargs)

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The layer's outputs for `inputs`: the same as calling it."""
        return self(inputs, *args, **kwargs)

    def activated(self, outputs: Any) -> Any:
        """The outputs after the layer's activation."""
        activation = getattr(self, "activation", None)
        if isinstance(activation, str):
            activation = tf.keras.activations.get(activation)
        return outputs if activation is None else activation(outputs)


class _Identical:
    """A list in which an item is sought by identity."""

    def __init__(self, items: list[Any]) -> None:
        self.ids = {id(getattr(x, "_storage", x)) for x in items}

    def __contains__(self, item: Any) -> bool:
        return id(getattr(item, "_storage", item)) in self.ids


def functional(kind: type[Layer], name: str, *call: str) -> Callable[..., Any]:
    """The function `name` that makes a layer and calls it with `inputs`.

    call: arguments of the layer's call. The function also takes `reuse`, where the layer has variables.
    """
    own = list(inspect.signature(kind.__init__).parameters.values())[1:]
    called = inspect.signature(kind.call).parameters
    taken = [p for p in own if p.kind is not p.VAR_KEYWORD]
    last = [p for p in taken if p.name in ("trainable", "name")]
    order = [p for p in taken if p not in last] + [called[c] for c in call] + last
    has_variables = any(p.name == "trainable" for p in taken)
    if has_variables:
        order.append(inspect.Parameter("reuse", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None))
    first = inspect.Parameter("inputs", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([first, *order])

    @functools.wraps(kind, updated=())
    def function(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = dict(bound.arguments)
        inputs, reuse = given.pop("inputs"), given.pop("reuse", None)
        at_call = {c: given.pop(c) for c in call}
        if has_variables:
            given.update(_reuse=reuse, _scope=given["name"])
        warnings.warn(
            f"`tf.layers.{name}` is deprecated and will be removed in a future version. Please use "
            f"`tf.keras.layers.{kind.__name__}` instead.",
            stacklevel=2,
        )
        return kind(**given)(inputs, **at_call)

    function.__name__ = function.__qualname__ = name
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__doc__ = f"Makes a `{kind.__name__}` layer and calls it (tf.compat.v1.layers.{name})."
    return function
