"""TensorFlow 1's optimizers, which make operations: tf.compat.v1.train.AdamOptimizer and relatives.

Their rules are in _optimizer_kernels.py. Numbers that are given as such stay numbers, which torch's kernels take.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1 import _optimizer_kernels as kernels
from tfcompat.compat.v1._initializers import Constant, Ones
from tfcompat.compat.v1._optimizer import Optimizer, _graph, effect


class RuledOptimizer(Optimizer):
    """An optimizer with a rule of _optimizer_kernels.py.

    rules: the rule, and the kernel that does the same in place, or None. kernel: TensorFlow's name of the operation,
    without its Resource. slot_names: in the order in which the rule takes them.
    """

    rules: tuple[Callable[..., Any], Callable[..., bool] | None]
    kernel: str
    slot_names: tuple[str, ...] = ()
    _updates: kernels.Updates | None = None  # those with the numbers of the last one, which are made at once

    def _numbers(self) -> list[Any]:
        """The numbers and tensors that the rule takes."""
        raise NotImplementedError("tf.compat.v1.train.Optimizer: a subclass gives the numbers.")

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for v in var_list:
            for name in self.slot_names:
                self._zeros_slot(v, name, self._name)

    def _slots_of(self, var: Any) -> list[Any]:
        return [self.get_slot(var, name) for name in self.slot_names]

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return self._applied(f"Apply{self.kernel}", grad, var)

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        return self._applied(f"ResourceApply{self.kernel}", grad, handle)

    def _applied(self, kernel: str, grad: Any, var: Any) -> Any:
        numbers = self._numbers()
        known = self._updates.numbers if self._updates is not None else ()
        if len(known) != len(numbers) or not all(map(operator.is_, known, numbers)):
            self._updates = kernels.Updates(*self.rules, numbers)
        updates: Any = self._updates
        return effect(kernel, updates.one, grad, var, self._slots_of(var), numbers, together=updates.several)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        rule, _ = self.rules

        def run(grad: Any, indices: Any, var: Any, slots: Any, numbers: Any) -> None:
            kernels.update_rows(rule, grad, indices, var, slots, numbers)

        kernel = f"ResourceSparseApply{self.kernel}"
        return effect(kernel, run, grad, indices, handle, self._slots_of(handle), self._numbers())


class GradientDescentOptimizer(RuledOptimizer):
    """Variables less their gradients times the learning rate (tf.compat.v1.train.GradientDescentOptimizer)."""

    rules, kernel = (kernels.descent, kernels.fused_descent), "GradientDescent"

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        self._learning_rate_tensor = tf.convert_to_tensor(
            self._call_if_callable(self._learning_rate), name="learning_rate"
        )

    def _numbers(self) -> list[Any]:
        return [self._call_if_callable(self._learning_rate)]

    def _apply_sparse_duplicate_indices(self, grad: Any, var: Any) -> Any:
        return self._descended("ScatterSub", grad.values, var, grad.indices)

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        return self._descended("ResourceScatterAdd", grad, handle, indices)

    def _descended(self, kernel: str, values: Any, var: Any, indices: Any) -> Any:
        return effect(kernel, kernels.descend_rows, values, indices, var, self._numbers()[0])


class MomentumOptimizer(RuledOptimizer):
    """Gradients are summed up, each sum `momentum` times the last one (tf.compat.v1.train.MomentumOptimizer)."""

    rules = kernels.momentum, kernels.fused_momentum
    kernel, slot_names = "Momentum", ("momentum",)

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate, self._momentum, self._use_nesterov = learning_rate, momentum, use_nesterov
        if use_nesterov:
            self.rules = kernels.nesterov, kernels.fused_nesterov
        self._learning_rate_tensor: Any = None
        self._momentum_tensor: Any = None

    def _prepare(self) -> None:
        rate, momentum = self._numbers()
        self._learning_rate_tensor = tf.convert_to_tensor(rate, name="learning_rate")
        self._momentum_tensor = tf.convert_to_tensor(momentum, name="momentum")

    def _numbers(self) -> list[Any]:
        return [self._call_if_callable(self._learning_rate), self._call_if_callable(self._momentum)]


class AdamOptimizer(RuledOptimizer):
    """Adam (Kingma and Ba, 2014), with `epsilon` as its "epsilon hat" (tf.compat.v1.train.AdamOptimizer).

    Rows that IndexedSlices do not name change, too: their means go on.
    """

    rules, kernel, slot_names = (kernels.adam, kernels.fused_adam), "Adam", ("m", "v")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
        use_own_namescope_for_non_slot_vars: bool = False,
    ) -> None:
        super().__init__(use_locking, name, use_own_namescope_for_non_slot_vars)
        self._lr, self._beta1, self._beta2, self._epsilon = learning_rate, beta1, beta2, epsilon
        self._lr_t: Any = None
        self._beta1_t: Any = None
        self._beta2_t: Any = None
        self._epsilon_t: Any = None

    def _get_beta_accumulators(self) -> tuple[Any, Any]:
        """The variables that hold the powers of the two betas."""
        graph = _graph()
        return self._get_non_slot_variable("beta1_power", graph), self._get_non_slot_variable("beta2_power", graph)

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        first = min(var_list, key=lambda v: v.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", first)
        self._create_non_slot_variable(self._beta2, "beta2_power", first)
        super()._create_slots(var_list)

    def _prepare(self) -> None:
        rate, beta1, beta2, epsilon = self._given()
        self._lr_t = tf.convert_to_tensor(rate, name="learning_rate")
        self._beta1_t = tf.convert_to_tensor(beta1, name="beta1")
        self._beta2_t = tf.convert_to_tensor(beta2, name="beta2")
        self._epsilon_t = tf.convert_to_tensor(epsilon, name="epsilon")

    def _given(self) -> list[Any]:
        return [self._call_if_callable(x) for x in (self._lr, self._beta1, self._beta2, self._epsilon)]

    def _numbers(self) -> list[Any]:
        return [*self._get_beta_accumulators(), *self._given()]

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        dense = tf.scatter_nd(indices[:, tf.newaxis], grad, handle.shape.as_list()[:1] + _tail(grad))
        return self._resource_apply_dense(dense, handle)

    def _finish(self, update_ops: Sequence[Any], name_scope: str) -> Any:
        with tf.control_dependencies(update_ops):
            power1, power2 = self._get_beta_accumulators()
            done = [power1.assign(power1 * self._beta1_t), power2.assign(power2 * self._beta2_t)]
        return tf.group(*update_ops, *done, name=name_scope)


def _tail(rows: Any) -> list[Any]:
    return rows.shape.as_list()[1:]


class AdagradOptimizer(RuledOptimizer):
    """Adagrad (Duchi et al., 2011; tf.compat.v1.train.AdagradOptimizer)."""

    rules, kernel, slot_names = (kernels.adagrad, kernels.fused_adagrad), "Adagrad", ("accumulator",)

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._learning_rate, self._initial_accumulator_value = learning_rate, initial_accumulator_value
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for v in var_list:
            dtype = v.dtype.base_dtype
            start = Constant(self._initial_accumulator_value, dtype=dtype)
            self._get_or_make_slot_with_initializer(v, start, v.shape, dtype, "accumulator", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = tf.convert_to_tensor(self._numbers()[0], name="learning_rate")

    def _numbers(self) -> list[Any]:
        return [self._call_if_callable(self._learning_rate)]


class RMSPropOptimizer(RuledOptimizer):
    """RMSProp (Hinton's lecture; tf.compat.v1.train.RMSPropOptimizer)."""

    rules, kernel, slot_names = (kernels.rmsprop, kernels.fused_rmsprop), "RMSProp", ("rms", "momentum")

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate, self._decay, self._momentum, self._epsilon = learning_rate, decay, momentum, epsilon
        self._centered = centered
        self._learning_rate_tensor: Any = None
        self._decay_tensor: Any = None
        self._momentum_tensor: Any = None
        self._epsilon_tensor: Any = None
        if centered:
            self.rules = kernels.centered_rmsprop, None
            self.kernel, self.slot_names = "CenteredRMSProp", ("rms", "mg", "momentum")

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for v in var_list:
            dtype = v.dtype.base_dtype
            self._get_or_make_slot_with_initializer(v, Ones(dtype=dtype), v.shape, dtype, "rms", self._name)
            for name in self.slot_names[1:]:
                self._zeros_slot(v, name, self._name)

    def _prepare(self) -> None:
        rate, decay, momentum, epsilon = self._numbers()
        self._learning_rate_tensor = tf.convert_to_tensor(rate, name="learning_rate")
        self._decay_tensor = tf.convert_to_tensor(decay, name="decay")
        self._momentum_tensor = tf.convert_to_tensor(momentum, name="momentum")
        self._epsilon_tensor = tf.convert_to_tensor(epsilon, name="epsilon")

    def _numbers(self) -> list[Any]:
        given = self._learning_rate, self._decay, self._momentum, self._epsilon
        return [self._call_if_callable(x) for x in given]


class AdadeltaOptimizer(RuledOptimizer):
    """Adadelta (Zeiler, 2012; tf.compat.v1.train.AdadeltaOptimizer)."""

    rules, kernel, slot_names = (kernels.adadelta, None), "Adadelta", ("accum", "accum_update")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr, self._rho, self._epsilon = learning_rate, rho, epsilon
        self._lr_t: Any = None
        self._rho_t: Any = None
        self._epsilon_t: Any = None

    def _prepare(self) -> None:
        rate, rho, epsilon = self._numbers()
        self._lr_t = tf.convert_to_tensor(rate, name="lr")
        self._rho_t = tf.convert_to_tensor(rho, name="rho")
        self._epsilon_t = tf.convert_to_tensor(epsilon, name="epsilon")

    def _numbers(self) -> list[Any]:
        return [self._call_if_callable(x) for x in (self._lr, self._rho, self._epsilon)]
