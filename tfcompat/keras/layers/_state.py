"""The state of a layer: its variables and those of what it holds, found in its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core.variable import Variable as TFVariable
from tfcompat.keras import _naming, _version, constraints, initializers, regularizers
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._graph import Operation
from tfcompat.keras._session_values import with_values
from tfcompat.keras._variable import Variable
from tfcompat.keras.layers import _foreign
from tfcompat.keras.layers._tracking import Of, Tracker

_LOCKED = (
    "You cannot add new elements of state (variables or sub-layers) to a layer that is already built. All state must "
    "be created in the `__init__()` method or in the `build()` method."
)


# What Keras 2's add_weight takes, too.
_WITHOUT_EFFECT = {"use_resource", "partitioner", "collections", "getter", "experimental_autocast", "caching_device"}


def _parts(held: Any) -> Iterator[Any]:
    """`held`, or what it has in it where it is a dict, list, tuple or set."""
    if isinstance(held, (dict, list, tuple, set)):
        for item in held.values() if isinstance(held, dict) else held:
            yield from _parts(item)
    else:
        yield held


def _trainable(trainable: bool | None, synchronization: Any) -> bool:
    """Whether a new variable is trained: unless it is said not to be, or is brought together on reading."""
    if getattr(synchronization, "name", str(synchronization)).lower() != "on_read":
        return trainable is None or trainable
    if trainable:
        raise ValueError(
            "Synchronization value can be set to VariableSynchronization.ON_READ only for non-trainable variables. You "
            "have specified trainable=True and synchronization=VariableSynchronization.ON_READ."
        )
    return False


class Stateful(Operation):
    """What a layer does with variables: making, finding, freezing, reading and writing them."""

    _foreign: Any
    _layers: Any
    _metrics: Any
    _non_trainable_variables: Any
    _seed_generators: Any
    _tracker: Any
    _trainable_variables: Any
    variable_dtype: Any

    # Attributes that are not searched for state.
    _untracked: frozenset[str] = frozenset(
        {"_tracker", "_build_shapes_dict", "_losses", "_inbound_nodes", "_outbound_nodes"}
    )
    # Whether torch's modules stay what they are in attributes.
    _keeps_modules = False
    built: bool
    _trainable: bool

    def _ensure_tracker(self) -> None:
        if "_tracker" in self.__dict__:
            return
        from tfcompat.keras.metrics.base import Metric
        from tfcompat.keras.random import SeedGenerator

        stores: dict[str, Any] = {
            "_trainable_variables": (Of(Variable, trainable=True), []),
            "_non_trainable_variables": (Of(Variable, trainable=False), []),
            "_metrics": (Of(Metric), []),
            "_layers": (Of(Stateful), []),
            "_seed_generators": (Of(SeedGenerator), []),
            "_foreign": (_foreign.is_foreign, []),
        }
        for name, (_, found) in stores.items():
            object.__setattr__(self, name, found)
        adopt = None if self._keeps_modules else _foreign.ModulesAsLayers()
        object.__setattr__(self, "_tracker", Tracker(stores, adopt))

    def __setattr__(self, name: str, value: Any) -> None:
        if "_tracker" not in self.__dict__:
            self._ensure_tracker()
        before = self.__dict__.get(name)
        tracked = name not in self._untracked
        if tracked:
            value = self._tracker.track(value)
        object.__setattr__(self, name, value)
        if tracked and before is not value and isinstance(before, _STATE) and _version.is_legacy():
            self._forget_replaced(before)
        if "_deferred" in self.__dict__:
            self._restore_new_parts()

    def _forget_replaced(self, value: Any) -> None:
        """As in Keras 2, what no attribute holds any more is not the layer's; in Keras 3 it stays so."""
        skipped = self._untracked | self._tracker.stores.keys()
        kept = {id(part) for name, held in vars(self).items() if name not in skipped for part in _parts(held)}
        for part in _parts(value):
            if id(part) not in kept:
                self._tracker.untrack(part)

    def __delattr__(self, name: str) -> None:
        value = getattr(self, name)
        if isinstance(value, (Variable, TFVariable)):
            self._untrack_variable(value)
        object.__delattr__(self, name)

    def _check_super_called(self) -> None:
        if "_ready" not in self.__dict__:
            raise RuntimeError(
                f"In layer '{type(self).__name__}', you forgot to call `super().__init__()` as the first statement in "
                "the `__init__()` method. Go add it!"
            )

    def _track_variable(self, variable: Variable) -> None:
        self._tracker.add("_trainable_variables" if variable.trainable else "_non_trainable_variables", variable)
        if not self.trainable:
            variable.trainable = False

    def _untrack_variable(self, variable: Any) -> None:
        self._tracker.untrack(variable)

    def _lock_state(self) -> None:
        if not (self._tracker.locked or _version.is_legacy()):  # Keras 2 takes new state at any time
            self._tracker.lock(_LOCKED)

    def add_weight(
        self,
        *args: Any,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool | None = None,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: Any = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
        synchronization: Any = "auto",
        **kwargs: Any,
    ) -> Variable:
        """A new variable of the layer: of `shape` (() where None), float32's default initializer Glorot uniform.

        Positional arguments are (shape, initializer, dtype), or Keras 2's (name, shape, dtype, initializer,
        regularizer, trainable, constraint). synchronization: Keras 2's; ValueError for a trainable variable that is
        brought together on reading. Keras 2's use_resource, partitioner, collections and getter decide nothing.
        """
        for key in kwargs.keys() - _WITHOUT_EFFECT:
            raise TypeError("Unknown keyword argument:", key)
        autocast = kwargs.get("experimental_autocast", autocast)
        self._check_super_called()
        given = {"shape": shape, "initializer": initializer, "dtype": dtype, "name": name, "trainable": trainable}
        given |= {"regularizer": regularizer, "constraint": constraint}
        order = (
            ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
            if args and isinstance(args[0], str)
            else ("shape", "initializer", "dtype")
        )
        if len(args) > len(order):
            raise TypeError(f"add_weight() takes at most {len(order)} positional arguments but {len(args)} were given.")
        for key, value in zip(order, args):
            if given[key] is not None:
                raise ValueError(f"`{key}` was passed both positionally and as a keyword argument.")
            given[key] = value
        kind = self.variable_dtype if given["dtype"] is None else standardize_dtype(given["dtype"])
        shape = () if given["shape"] is None else given["shape"]
        if isinstance(shape, int) and _version.is_legacy():
            shape = (shape,)
        default = "glorot_uniform" if is_float_dtype(kind) else "zeros"
        with _naming.name_scope(self.name, caller=self):
            variable = Variable(
                initializer=initializers.get(default if given["initializer"] is None else given["initializer"]),
                shape=shape,
                dtype=kind,
                trainable=_trainable(given["trainable"], synchronization),
                autocast=autocast,
                aggregation=aggregation,
                synchronization=synchronization,
                name="Variable" if given["name"] is None and _version.is_legacy() else given["name"],
            )
        variable.regularizer = regularizers.get(given["regularizer"])
        variable.constraint = constraints.get(given["constraint"])
        variable.overwrite_with_gradient = overwrite_with_gradient
        self._track_variable(variable)
        return variable

    def add_variable(self, *args: Any, **kwargs: Any) -> Variable:
        """`add_weight` under its older name.

        Positional arguments are (shape, initializer, dtype, trainable, autocast, regularizer, constraint, name), or, as
        in Keras 2, those of `add_weight` that begin with a name.
        """
        if args and isinstance(args[0], str):
            return self.add_weight(*args, **kwargs)
        order = ("shape", "initializer", "dtype", "trainable", "autocast", "regularizer", "constraint", "name")
        return self.add_weight(**dict(zip(order, args, strict=False)), **kwargs)

    def _own_weights(self) -> list[Variable]:
        own = self._trainable_variables + self._non_trainable_variables
        if not self._foreign:
            return own
        own += _foreign.variables_of(self._foreign)
        return sorted(own, key=lambda v: not v.trainable) if _version.is_legacy() else own

    def _collect(self, with_seeds: bool, seen: set[int], found: list[Variable]) -> list[Variable]:
        for variable in self._own_weights():
            if id(variable) not in seen:
                seen.add(id(variable))
                found.append(variable)
        if with_seeds:
            found.extend(generator.state for generator in self._seed_generators)
        for layer in self._layers:
            layer._collect(with_seeds, seen, found)
        return found

    @property
    def variables(self) -> list[Variable]:
        """The layer's and its sublayers' variables, the states of seed generators included; metrics' not."""
        return self._collect(True, set(), [])

    @property
    def weights(self) -> list[Variable]:
        """The layer's and its sublayers' variables, but for the states of seed generators."""
        return self._collect(False, set(), [])

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that training changes."""
        return [v for v in self.variables if v.trainable] if self.trainable else []

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that training leaves alone."""
        return [v for v in self.variables if not v.trainable] if self.trainable else self.variables

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return [v for v in self.weights if v.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves alone."""
        return [v for v in self.weights if not v.trainable] if self.trainable else self.weights

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it sets it for the sublayers and variables too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for variable in self._trainable_variables:
            variable.trainable = self._trainable
        _foreign.set_trainable(self._foreign, self._trainable)
        for layer in self._layers:
            layer.trainable = self._trainable

    @property
    def metrics(self) -> list[Any]:
        """The metrics of the layer and its sublayers."""
        return [*self._metrics, *(metric for layer in self._layers for metric in layer.metrics)]

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of the metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    @with_values
    def get_weights(self) -> list[np.ndarray]:
        """The weights' values, as numpy arrays."""
        return [variable.numpy() for variable in self.weights]

    @with_values
    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to the weights; ValueError where their number or a shape differs."""
        own = self.weights
        if len(own) != len(weights):
            legacy = _version.is_legacy()
            quote, given = ('"', f" Provided weights: {str(weights)[:50]}...") if legacy else ("'", "")
            raise ValueError(
                f"You called `set_weights(weights)` on layer {quote}{self.name}{quote} with a weight list of length "
                f"{len(weights)}, but the layer was expecting {len(own)} weights.{given}"
            )
        for variable, value in zip(own, weights):
            if tuple(variable.shape) != np.shape(value):
                if _version.is_legacy():
                    raise ValueError(
                        f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape "
                        f"{np.shape(value)}."
                    )
                raise ValueError(
                    f"Layer {self.name} weight {variable.path} has shape {variable.shape}, which is not compatible "
                    "with "
                    f"the provided weight shape {np.shape(value)}."
                )
            variable.assign(value)

    def count_params(self) -> int:
        """The number of elements of all weights; ValueError where the layer is not built."""
        from tfcompat.keras.utils.summary import count_params

        if not self.built:
            if _version.is_legacy():
                raise ValueError(
                    f"You tried to call `count_params` on layer {self.name}, but the layer isn't built. You can build "
                    f"it manually via: `{self.name}.build(batch_input_shape)`."
                )
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't built. You can build it "
                "manually via: `layer.build(input_shape)`."
            )
        return count_params(self.weights)

    def save_own_variables(self, store: Any) -> None:
        """Puts the layer's own variables into `store`, a mapping, under "0", "1", ..."""
        for index, variable in enumerate(self._own_weights()):
            store[str(index)] = variable

    def load_own_variables(self, store: Any) -> None:
        """Takes the layer's own variables' values from `store`; ValueError where their number differs."""
        self._check_number_saved(store)
        for index, variable in enumerate(self._own_weights()):
            variable.assign(store[str(index)])

    def _check_number_saved(self, store: Any) -> None:
        own = self._own_weights()
        if len(store.keys()) != len(own):
            if not own and not self.built:
                raise ValueError(
                    f"Layer '{self.name}' was never built and thus has no variables, but the file lists "
                    f"{len(store.keys())} for it. Either the `build()` of the layer that holds it must build it too, "
                    "or "
                    "it needs `build_from_config(self, config)` and `get_build_config(self)`."
                )
            raise ValueError(
                f"Layer '{self.name}' expected {len(own)} variables, but received {len(store.keys())} variables during "
                f"loading. Expected: {[v.name for v in own]}"
            )


_STATE = (Variable, TFVariable, Stateful, list, dict)
