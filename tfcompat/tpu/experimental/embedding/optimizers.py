"""How the tables of tf.tpu.experimental.embedding are trained: parameters alone, and the slots that go with them.

Arguments that several optimizers have:
    learning_rate: a number, or a function of no arguments that gives one.
    use_gradient_accumulation, clip_weight_min, clip_weight_max, weight_decay_factor,
    multiply_weight_decay_factor_by_learning_rate, low_dimensional_packing_status: kept for the TPU.
    slot_variable_creation_fn: makes the slots, called with the table's variable, their names and initializers.
    clipvalue: bounds of the gradient, one number for both sides or (lowest, highest).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._initializers import Constant

Rate = float | Callable[[], float]


class WithSlotVariables:
    """What has a variable beside each table: its slots have names and initializers."""

    __module__ = "tensorflow.python.tpu.tpu_embedding_v2_utils"

    def __init__(self, slot_variable_creation_fn: Callable[..., Any] | None = None) -> None:
        if slot_variable_creation_fn is not None and not callable(slot_variable_creation_fn):
            raise ValueError(
                "Argument `slot_variable_creation_fn` must be either None or a callable. Received: "
                f"{slot_variable_creation_fn}"
            )
        self.slot_variable_creation_fn = slot_variable_creation_fn

    def _slot_names(self) -> list[str]:
        return []

    def _slot_initializers(self) -> list[Any]:
        return []

    def _create_slots(self, table: Any, variable_creator: Callable[[str, Any], Any]) -> dict[str, Any]:
        """The variables of the slots, by their names; `variable_creator` makes one from a name and an initializer."""
        names, initializers = self._slot_names(), self._slot_initializers()
        if self.slot_variable_creation_fn is not None:
            return self.slot_variable_creation_fn(table, names, initializers)
        return {name: variable_creator(name, value) for name, value in zip(names, initializers, strict=True)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).items()))


class Optimizer(WithSlotVariables):
    """What all optimizers take; ValueError for a `clipvalue` without gradient accumulation."""

    __module__ = WithSlotVariables.__module__

    def __init__(
        self,
        learning_rate: Rate,
        use_gradient_accumulation: bool,
        clip_weight_min: float | None,
        clip_weight_max: float | None,
        weight_decay_factor: float | None,
        multiply_weight_decay_factor_by_learning_rate: bool | None,
        clipvalue: Any = None,
        slot_variable_creation_fn: Callable[..., Any] | None = None,
        low_dimensional_packing_status: bool = False,
    ) -> None:
        super().__init__(slot_variable_creation_fn)
        self.learning_rate = learning_rate
        self.use_gradient_accumulation = use_gradient_accumulation
        self.clip_weight_min = clip_weight_min
        self.clip_weight_max = clip_weight_max
        if clipvalue is not None and not use_gradient_accumulation:
            raise ValueError(
                "When `use_gradient_accumulation` is False, gradient clipping cannot be used and `clipvalue` should be "
                f"left as None. Received value {clipvalue} for argument `clipvalue`."
            )
        if clipvalue is None:
            clipvalue = (None, None)
        elif not isinstance(clipvalue, tuple):
            clipvalue = (-1.0 * clipvalue, clipvalue)
        self.clip_gradient_min, self.clip_gradient_max = clipvalue
        self.weight_decay_factor = weight_decay_factor
        self.multiply_weight_decay_factor_by_learning_rate = multiply_weight_decay_factor_by_learning_rate
        self.low_dimensional_packing_status = low_dimensional_packing_status


def _positive_accumulator(value: float) -> float:
    if value <= 0:
        raise ValueError(f"Argument `initial_accumulator_value` must be a positive float. Received: {value}")
    return value


class SGD(Optimizer):
    """Stochastic gradient descent (tf.tpu.experimental.embedding.SGD), without slots."""

    __module__ = Optimizer.__module__

    def __init__(
        self,
        learning_rate: Rate = 0.01,
        use_gradient_accumulation: bool = True,
        clip_weight_min: float | None = None,
        clip_weight_max: float | None = None,
        weight_decay_factor: float | None = None,
        multiply_weight_decay_factor_by_learning_rate: bool | None = None,
        clipvalue: Any = None,
        low_dimensional_packing_status: bool = False,
    ) -> None:
        super().__init__(
            learning_rate,
            use_gradient_accumulation,
            clip_weight_min,
            clip_weight_max,
            weight_decay_factor,
            multiply_weight_decay_factor_by_learning_rate,
            clipvalue,
            None,
            low_dimensional_packing_status,
        )


class Adagrad(Optimizer):
    """Adagrad (tf.tpu.experimental.embedding.Adagrad): a slot of accumulators, which must start above 0."""

    __module__ = Optimizer.__module__

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        initial_accumulator_value: float = 0.1,
        use_gradient_accumulation: bool = True,
        clip_weight_min: float | None = None,
        clip_weight_max: float | None = None,
        weight_decay_factor: float | None = None,
        multiply_weight_decay_factor_by_learning_rate: bool | None = None,
        slot_variable_creation_fn: Callable[..., Any] | None = None,
        clipvalue: Any = None,
        low_dimensional_packing_status: bool = False,
    ) -> None:
        super().__init__(
            learning_rate,
            use_gradient_accumulation,
            clip_weight_min,
            clip_weight_max,
            weight_decay_factor,
            multiply_weight_decay_factor_by_learning_rate,
            clipvalue,
            slot_variable_creation_fn,
            low_dimensional_packing_status,
        )
        self.initial_accumulator_value = _positive_accumulator(initial_accumulator_value)

    def _slot_names(self) -> list[str]:
        return ["accumulators"]

    def _slot_initializers(self) -> list[Any]:
        return [Constant(self.initial_accumulator_value, support_partition=True)]


class AdagradMomentum(Optimizer):
    """Adagrad with momentum (tf.tpu.experimental.embedding.AdagradMomentum): slots of accumulators and of momenta.

    ValueError for an `epsilon` or `exponent` that is not above 0.
    """

    __module__ = Optimizer.__module__

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        momentum: float = 0.0,
        use_nesterov: bool = False,
        exponent: float = 2,
        beta2: float = 1,
        epsilon: float = 1e-10,
        use_gradient_accumulation: bool = True,
        clip_weight_min: float | None = None,
        clip_weight_max: float | None = None,
        weight_decay_factor: float | None = None,
        multiply_weight_decay_factor_by_learning_rate: bool | None = None,
        slot_variable_creation_fn: Callable[..., Any] | None = None,
        clipvalue: Any = None,
        low_dimensional_packing_status: bool = False,
    ) -> None:
        super().__init__(
            learning_rate,
            use_gradient_accumulation,
            clip_weight_min,
            clip_weight_max,
            weight_decay_factor,
            multiply_weight_decay_factor_by_learning_rate,
            clipvalue,
            slot_variable_creation_fn,
            low_dimensional_packing_status,
        )
        if epsilon <= 0:
            raise ValueError(f"Adagrad momentum: epsilon must be positive. Received: {epsilon}")
        if exponent <= 0:
            raise ValueError(f"Adagrad momentum: Precondition exponent must be above 0. Received: {exponent}")
        self.momentum = momentum
        self.use_nesterov = use_nesterov
        self.exponent = exponent
        self.beta2 = beta2
        self.epsilon = epsilon

    def _slot_names(self) -> list[str]:
        return ["accumulators", "momenta"]

    def _slot_initializers(self) -> list[Any]:
        return [Constant(support_partition=True), Constant(support_partition=True)]


class FTRL(Optimizer):
    """Follow the regularized leader (tf.tpu.experimental.embedding.FTRL): slots of accumulators and of linears."""

    __module__ = Optimizer.__module__

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        learning_rate_power: float = -0.5,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        beta: float = 0.0,
        initial_accumulator_value: float = 0.1,
        use_gradient_accumulation: bool = True,
        clip_weight_min: float | None = None,
        clip_weight_max: float | None = None,
        weight_decay_factor: float | None = None,
        multiply_weight_decay_factor_by_learning_rate: bool | None = None,
        slot_variable_creation_fn: Callable[..., Any] | None = None,
        clipvalue: Any = None,
        multiply_linear_by_learning_rate: bool = False,
        allow_zero_accumulator: bool = False,
        low_dimensional_packing_status: bool = False,
    ) -> None:
        super().__init__(
            learning_rate,
            use_gradient_accumulation,
            clip_weight_min,
            clip_weight_max,
            weight_decay_factor,
            multiply_weight_decay_factor_by_learning_rate,
            clipvalue,
            slot_variable_creation_fn,
            low_dimensional_packing_status,
        )
        self.initial_accumulator_value = _positive_accumulator(initial_accumulator_value)
        self.learning_rate_power = learning_rate_power
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.beta = beta
        self.multiply_linear_by_learning_rate = multiply_linear_by_learning_rate
        self.allow_zero_accumulator = allow_zero_accumulator

    def _slot_names(self) -> list[str]:
        return ["accumulators", "linears"]

    def _slot_initializers(self) -> list[Any]:
        return [Constant(self.initial_accumulator_value, support_partition=True), Constant(support_partition=True)]


class Adam(Optimizer):
    """Adam (tf.tpu.experimental.embedding.Adam): slots of momenta and of velocities.

    ValueError for betas outside [0, 1), an `epsilon` that is not above 0, or lazy Adam's opposite without gradient
    accumulation.
    """

    __module__ = Optimizer.__module__

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-07,
        lazy_adam: bool = True,
        sum_inside_sqrt: bool = True,
        use_gradient_accumulation: bool = True,
        clip_weight_min: float | None = None,
        clip_weight_max: float | None = None,
        weight_decay_factor: float | None = None,
        multiply_weight_decay_factor_by_learning_rate: bool | None = None,
        slot_variable_creation_fn: Callable[..., Any] | None = None,
        clipvalue: Any = None,
        low_dimensional_packing_status: bool = False,
    ) -> None:
        super().__init__(
            learning_rate,
            use_gradient_accumulation,
            clip_weight_min,
            clip_weight_max,
            weight_decay_factor,
            multiply_weight_decay_factor_by_learning_rate,
            clipvalue,
            slot_variable_creation_fn,
            low_dimensional_packing_status,
        )
        for name, beta in (("beta_1", beta_1), ("beta_2", beta_2)):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Argument `{name}` must be >= 0 and < 1. Received: {beta}.")
        if epsilon <= 0.0:
            raise ValueError(f"Argument `epsilon` must be > 0. Received: {epsilon}.")
        if not use_gradient_accumulation and not lazy_adam:
            raise ValueError(
                "When disabling lazy Adam (`lazy_adam=False`), gradient accumulation must be used. Set "
                f"`use_gradient_accumulation` to True. Received: use_gradient_accumulation={use_gradient_accumulation}"
            )
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.lazy_adam = lazy_adam
        self.sum_inside_sqrt = sum_inside_sqrt

    def _slot_names(self) -> list[str]:
        return ["momenta", "velocities"]

    def _slot_initializers(self) -> list[Any]:
        return [Constant(support_partition=True), Constant(support_partition=True)]
