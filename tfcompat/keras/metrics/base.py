"""keras.Metric: a number kept up to date over batches, in variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat import control_dependencies
from tfcompat._core.tensor import Tensor
from tfcompat.keras import _naming, _version, dtype_policies, initializers, ops
from tfcompat.keras._building import is_building, outside_collections, sessions
from tfcompat.keras._graph import Saveable
from tfcompat.keras._scopes import StatelessScope
from tfcompat.keras._state import settings
from tfcompat.keras._variable import Variable
from tfcompat.keras.layers._tracking import Tracker
from tfcompat.keras.metrics._keras2 import Keras2Metric


class Metric(Keras2Metric, Saveable):
    """`update_state` takes in a batch, `result` gives the value so far, `reset_state` starts again (tf.keras.Metric).

    Subclasses keep their state in variables from `add_variable` and implement the first two. Calling a metric updates
    it and returns the result.
    """

    _metrics: Any
    _tracker: Any
    _variables: Any

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        variables: list[Any] = []
        metrics: list[Any] = []
        stores: dict[str, Any] = {
            "variables": (lambda x: isinstance(x, Variable), variables),
            "metrics": (lambda x: isinstance(x, Metric), metrics),
        }
        object.__setattr__(self, "_tracker", Tracker(stores))
        object.__setattr__(self, "_variables", variables)
        object.__setattr__(self, "_metrics", metrics)
        self.name = name or _naming.auto_name(type(self).__name__)
        self._dtype_policy = dtype_policies.get(dtype or settings.floatx)
        self._dtype = self._dtype_policy.compute_dtype
        if is_building():
            sessions().record(self)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_tracker" in self.__dict__:
            value = self._tracker.track(value)
        object.__setattr__(self, name, value)

    def _check_super_called(self) -> None:
        if "_tracker" not in self.__dict__:
            raise RuntimeError(
                f"In metric '{type(self).__name__}', you forgot to call `super().__init__()` in `__init__()`. Go add "
                "it!"
            )

    @property
    def dtype(self) -> str:
        """The dtype that the metric is computed in."""
        return self._dtype

    @property
    def variables(self) -> list[Any]:
        """The variables of the metric and of metrics in its attributes."""
        return [*self._variables, *(variable for metric in self._metrics for variable in metric.variables)]

    def add_variable(
        self, shape: Any, initializer: Any = None, dtype: Any = None, aggregation: str = "sum", name: str | None = None
    ) -> Variable:
        """A new variable that holds a part of the state, zeros where there is no initializer."""
        self._check_super_called()
        with _naming.name_scope(self.name.replace("/", ">"), caller=self), outside_collections():
            variable = Variable(
                initializer=initializers.get("zeros" if initializer is None else initializer),
                shape=shape,
                dtype=_version.by_version(dtype, dtype or self.dtype),
                trainable=False,
                aggregation=aggregation,
                synchronization="on_read",
                name=name,
            )
        self._tracker.add("variables", variable)
        return variable

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """`add_variable` under its older name, with shape (), or the arguments that Keras 2 has: (name, shape,
        aggregation, synchronization, initializer, dtype).

        A metric's variables are brought together on reading, whatever `synchronization` is.
        """
        keras2 = "name shape aggregation synchronization initializer dtype".split()
        order = keras2 if args and isinstance(args[0], str) else ["shape", "initializer", "dtype", "name"]
        given = {"shape": (), **dict(zip(order, args)), **kwargs}
        given.pop("synchronization", None)
        return self.add_variable(**given)

    def reset_state(self) -> None:
        """Sets every variable to 0."""
        for variable in self.variables:
            variable.assign(ops.zeros(variable.shape, variable.dtype))

    def reset_states(self) -> None:
        """`reset_state` under Keras 2's name."""
        self.reset_state()

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Takes in a batch."""
        raise NotImplementedError(f"{type(self).__name__} must implement `update_state`.")

    def result(self) -> Any:
        """The value so far: a scalar tensor, or a dict of them."""
        raise NotImplementedError(f"{type(self).__name__} must implement `result`.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._check_super_called()
        done = self.update_state(*args, **kwargs)
        if is_building():
            with control_dependencies([done]):
                return self.result()
        result = self.result()
        if _version.is_legacy() and isinstance(result, Tensor):
            object.__setattr__(result, "_metric_obj", self)  # for add_metric(), which makes no other metric of it
        return result

    def _mapping(self, values: Sequence[Any]) -> list[tuple[Any, Any]]:
        own = self.variables
        if len(values) != len(own):
            raise ValueError(
                f"`metric_variables` must match {type(self).__name__}().variables: {len(own)} values, not "
                f"{len(values)}."
            )
        return list(zip(own, values))

    def _after(self, scope: StatelessScope) -> list[Any]:
        values = ((variable, scope.get_current_value(variable)) for variable in self.variables)
        return [variable if value is None else value for variable, value in values]

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The new values of the variables, from given ones, after a batch."""
        with StatelessScope(self._mapping(metric_variables)) as scope:
            self.update_state(*args, **kwargs)
        return self._after(scope)

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The result for given values of the variables."""
        with StatelessScope(self._mapping(metric_variables)):
            return self.result()

    def stateless_reset_state(self) -> list[Any]:
        """The values that the variables start with."""
        with StatelessScope() as scope:
            self.reset_state()
        return self._after(scope)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The metric that `get_config` described."""
        return cls(**config)

    def _obj_type(self) -> str:
        return "Metric"

    def _module_attributes(self) -> dict[str, Any] | None:
        """What tf.Module looks through to find variables; None as Keras 3, whose metrics are no modules."""
        return {"_non_trainable_weights": self._variables, "_metrics": self._metrics} if _version.is_legacy() else None

    def __repr__(self) -> str:
        return object.__repr__(self) if _version.is_legacy() else f"<{type(self).__name__} name={self.name}>"
