"""Optimizers with regularization of their own: tf.compat.v1.train.FtrlOptimizer and the proximal ones."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._optimizers import Optimizer, _filled, _zeros


def _shrunk(x: Any, by: Any) -> Any:
    """Numbers nearer to 0 by so much, and 0 where they are that near."""
    return tf.sign(x) * tf.maximum(tf.abs(x) - by, tf.zeros_like(x))


class FtrlOptimizer(Optimizer):
    """Follow the regularized leader (McMahan et al., 2013; tf.compat.v1.train.FtrlOptimizer).

    l2_shrinkage_regularization_strength adds to the gradients, not to the sums of their squares. ValueError for a
    negative number, or a positive `learning_rate_power`.
    """

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float | None = None,
    ) -> None:
        super().__init__(use_locking, name)
        for label, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(f"{label} {value} needs to be greater than or equal to zero")
        if learning_rate_power > 0.0:
            raise ValueError(f"learning_rate_power {learning_rate_power} needs to be negative or zero")
        self._rate, self._power, self._l1 = learning_rate, learning_rate_power, l1_regularization_strength
        self._l2, self._shrinkage = l2_regularization_strength, l2_shrinkage_regularization_strength
        self._beta = 0.0 if beta is None else beta
        self._names = accum_name, linear_name
        self._begin = {"accum": _filled(initial_accumulator_value), "linear": _zeros}

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        rate, accum, linear = hyper["rate"], slots["accum"], slots["linear"]
        value, old = tf.identity(variable), tf.identity(accum)
        new = old + tf.square(gradient)
        slope = gradient + 2 * self._shrinkage * value
        sigma = (tf.pow(new, -self._power) - tf.pow(old, -self._power)) / rate
        changed = linear + slope - sigma * value
        curve = tf.pow(new, -self._power) / rate + 2 * (self._l2 + self._beta / (2 * rate))
        variable.assign(-_shrunk(changed, self._l1) / curve)
        accum.assign(new)
        linear.assign(changed)


class ProximalGradientDescentOptimizer(Optimizer):
    """Gradient descent with L1 and L2 regularization (Duchi and Singer, 2009; ProximalGradientDescentOptimizer)."""

    _begin: dict[str, Any] = {}

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(use_locking, name)
        self._rate, self._l1, self._l2 = learning_rate, l1_regularization_strength, l2_regularization_strength

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        rate = hyper["rate"]
        near = variable - gradient * rate
        variable.assign(_shrunk(near, rate * self._l1) / (1 + self._l2 * rate))


class ProximalAdagradOptimizer(Optimizer):
    """Adagrad with L1 and L2 regularization (Duchi and Singer, 2009; ProximalAdagradOptimizer)."""

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._rate, self._l1, self._l2 = learning_rate, l1_regularization_strength, l2_regularization_strength
        self._begin = {"accumulator": _filled(initial_accumulator_value)}

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        total = slots["accumulator"]
        total.assign_add(tf.square(gradient))
        rate = hyper["rate"] * tf.math.rsqrt(total)
        near = variable - gradient * rate
        variable.assign(_shrunk(near, rate * self._l1) / (1 + self._l2 * rate))


class AdagradDAOptimizer(Optimizer):
    """Adagrad with dual averaging (Duchi et al., 2011; tf.compat.v1.train.AdagradDAOptimizer).

    global_step: the variable that counts steps. ValueError for an accumulator that does not begin above 0.
    """

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError(
                "initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._rate, self._count = learning_rate, global_step
        self._l1, self._l2 = l1_regularization_strength, l2_regularization_strength
        start = _filled(initial_gradient_squared_accumulator_value)
        self._begin = {"gradient_accumulator": _zeros, "gradient_squared_accumulator": start}

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate, "count": self._count}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        total, squares = slots["gradient_accumulator"], slots["gradient_squared_accumulator"]
        total.assign_add(gradient)
        squares.assign_add(tf.square(gradient))
        count = hyper["count"] + 1
        pull = hyper["rate"] * _shrunk(tf.identity(total), self._l1 * count)
        variable.assign(-pull / (self._l2 * count * hyper["rate"] + tf.sqrt(squares)))


class SyncReplicasOptimizer(Optimizer):
    """Refused: NotImplementedError; there is one replica, for which the optimizer itself does the same."""

    def __init__(
        self,
        opt: Any,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: Any = None,
        variables_to_average: Any = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ) -> None:
        raise NotImplementedError(
            "tf.compat.v1.train.SyncReplicasOptimizer is not in tfcompat, which has one replica: use `opt` itself."
        )
