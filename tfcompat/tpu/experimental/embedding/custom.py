"""Optimizers and combiners of tf.tpu.experimental.embedding that are functions of the program's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat.tpu.experimental.embedding.optimizers import Optimizer, Rate, WithSlotVariables


class CustomOptimizer(Optimizer):
    """An optimizer that is a function of gradient, table, slots, learning rate and hyperparameters.

    slot_names, slot_initializers, slot_dims: of the slots, as many of each; a dimension is 1 or 2. ValueError for
    others (tf.tpu.experimental.embedding.CustomOptimizer; it serves TPUs alone).
    """

    __module__ = Optimizer.__module__

    def __init__(
        self,
        custom_computation: Callable[..., Any],
        learning_rate: Rate = 0.01,
        slot_names: Sequence[str] | None = None,
        slot_initializers: Sequence[Any] | None = None,
        hyperparameters: Sequence[Rate] | None = None,
        slot_dims: Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            learning_rate,
            use_gradient_accumulation=False,
            clip_weight_min=None,
            clip_weight_max=None,
            weight_decay_factor=None,
            multiply_weight_decay_factor_by_learning_rate=None,
        )
        self._slot_names_attr = tuple(slot_names or ())
        self._slot_initializers_attr = tuple(slot_initializers or ())
        self._slot_dims_attr = tuple(slot_dims or ())
        names, initializers = len(self._slot_names_attr), len(self._slot_initializers_attr)
        if names != initializers:
            raise ValueError(
                f"The number of slot_names ({names}) must match the number of slot_initializers ({initializers})."
            )
        if self._slot_dims_attr and len(self._slot_dims_attr) != names:
            raise ValueError(
                f"The number of slot_dims ({len(self._slot_dims_attr)}) must match the number of slot_names ({names})."
            )
        for name, dim in zip(self._slot_names_attr, self._slot_dims_attr, strict=False):
            if dim not in (1, 2):
                raise ValueError(f"Unsupported slot dim '{dim}' for slot '{name}'. Only 1D and 2D are supported.")
        self._hyperparameters = tuple(hyperparameters or ())
        self._custom_computation = custom_computation

    def _slot_names(self) -> list[str]:
        return list(self._slot_names_attr)

    def _slot_initializers(self) -> list[Any]:
        return list(self._slot_initializers_attr)

    @property
    def hyperparameters(self) -> tuple[Rate, ...]:
        """What the function gets beside the learning rate."""
        return self._hyperparameters

    @property
    def custom_computation(self) -> Callable[..., Any]:
        """The function."""
        return self._custom_computation

    @property
    def slot_dims(self) -> tuple[int, ...]:
        """How many dimensions the slots have, in the order of their names."""
        return self._slot_dims_attr


class CustomCombiner(WithSlotVariables):
    """A combiner that is a function of how many ids a sample has, their vectors and, with `num_weights`, weights.

    ValueError for weights without an initializer (tf.tpu.experimental.embedding.CustomCombiner; it serves TPUs alone).
    """

    __module__ = WithSlotVariables.__module__
    CUSTOM_COMBINER_SLOT_NAME = "custom_combiner_variables"

    def __init__(
        self,
        combiner_computation: Callable[..., Any],
        max_valency: int,
        num_weights: int = 0,
        initializer: Any = None,
        combiner_weights_learning_rate: Rate = 0.01,
    ) -> None:
        super().__init__()
        if num_weights > 0 and initializer is None:
            raise ValueError("When `num_weights` is greater than 0, `initializer` must be set. Received: None")
        self.combiner = f"custom_combiner_{hash(combiner_computation)}"
        self.combiner_computation = combiner_computation
        self.max_valency = max_valency
        self.num_weights = num_weights
        self.combiner_weights_learning_rate = combiner_weights_learning_rate
        self._slot_initializers_attr = () if initializer is None else (initializer,)

    def _slot_names(self) -> list[str]:
        return [self.CUSTOM_COMBINER_SLOT_NAME] if self.num_weights > 0 else []

    def _slot_initializers(self) -> list[Any]:
        return list(self._slot_initializers_attr) if self.num_weights > 0 else []

    def __str__(self) -> str:
        return self.combiner
