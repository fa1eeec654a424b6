"""Optimizers with regularization of their own: tf.compat.v1.train.FtrlOptimizer and the proximal ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1 import _optimizer_kernels as kernels
from tfcompat.compat.v1._initializers import Constant
from tfcompat.compat.v1._optimizers import Optimizer, RuledOptimizer


class FtrlOptimizer(RuledOptimizer):
    """Follow the regularized leader (McMahan et al., 2013; tf.compat.v1.train.FtrlOptimizer).

    l2_shrinkage_regularization_strength adds to the gradients, not to the sums of their squares. ValueError for a
    negative number, or a positive `learning_rate_power`.
    """

    rules, kernel, slot_names = (kernels.ftrl, None), "Ftrl", ("accum", "linear")

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
        self._learning_rate, self._learning_rate_power = learning_rate, learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._beta = 0.0 if beta is None else beta
        self._accum_name, self._linear_name = accum_name, linear_name
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for v in var_list:
            start, name = Constant(self._initial_accumulator_value, dtype=v.dtype), self._accum_name or self._name
            self._get_or_make_slot_with_initializer(v, start, v.shape, v.dtype.base_dtype, "accum", name)
            self._zeros_slot(v, "linear", self._linear_name or self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = tf.convert_to_tensor(self._learning_rate, name="learning_rate")

    def _numbers(self) -> list[Any]:
        rate = self._learning_rate
        l2 = self._l2_regularization_strength
        if self._beta:
            least = max(rate, 1e-36) if isinstance(rate, (int, float)) else tf.maximum(rate, 1e-36)
            l2 = l2 + self._beta / (2.0 * least)
        shrinkage = self._l2_shrinkage_regularization_strength
        return [rate, self._l1_regularization_strength, l2, shrinkage, self._learning_rate_power]


class _Proximal(RuledOptimizer):
    """Optimizers with L1 and L2 regularization."""

    def __init__(self, learning_rate: Any, l1: float, l2: float, use_locking: bool, name: str) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1_regularization_strength, self._l2_regularization_strength = l1, l2
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        self._learning_rate_tensor = tf.convert_to_tensor(self._learning_rate, name="learning_rate")

    def _numbers(self) -> list[Any]:
        return [self._learning_rate, self._l1_regularization_strength, self._l2_regularization_strength]


class ProximalGradientDescentOptimizer(_Proximal):
    """Gradient descent with L1 and L2 regularization (Duchi and Singer, 2009; ProximalGradientDescentOptimizer)."""

    rules, kernel = (kernels.proximal, None), "ProximalGradientDescent"

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(learning_rate, l1_regularization_strength, l2_regularization_strength, use_locking, name)


class ProximalAdagradOptimizer(_Proximal):
    """Adagrad with L1 and L2 regularization (Duchi and Singer, 2009; ProximalAdagradOptimizer)."""

    rules, kernel, slot_names = (kernels.proximal_adagrad, None), "ProximalAdagrad", ("accumulator",)

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
        super().__init__(learning_rate, l1_regularization_strength, l2_regularization_strength, use_locking, name)
        self._initial_accumulator_value = initial_accumulator_value

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for v in var_list:
            start = tf.constant(self._initial_accumulator_value, v.dtype.base_dtype, v.shape)
            self._get_or_make_slot(v, start, "accumulator", self._name)


class AdagradDAOptimizer(RuledOptimizer):
    """Adagrad with dual averaging (Duchi et al., 2011; tf.compat.v1.train.AdagradDAOptimizer).

    global_step: the variable that counts steps. ValueError for an accumulator that does not begin above 0.
    """

    rules, kernel = (kernels.dual_averaging, None), "AdagradDA"
    slot_names = "gradient_accumulator", "gradient_squared_accumulator"

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
        self._learning_rate, self._global_step = learning_rate, global_step
        self._initial_gradient_squared_accumulator_value = initial_gradient_squared_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._learning_rate_tensor: Any = None
        self._global_step_on_worker: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for v in var_list:
            for name, value in zip(self.slot_names, (0.0, self._initial_gradient_squared_accumulator_value)):
                start = tf.constant(value, v.dtype.base_dtype, v.shape)
                self._get_or_make_slot(v, start, name, self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = tf.convert_to_tensor(self._learning_rate, name="learning_rate")
        self._global_step_on_worker = tf.identity(self._global_step) + 1

    def _numbers(self) -> list[Any]:
        strengths = self._l1_regularization_strength, self._l2_regularization_strength
        return [self._learning_rate, *strengths, self._global_step_on_worker]


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
