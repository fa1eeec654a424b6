"""Loss scaling: small float16 gradients are kept from becoming 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import wrap
from tfcompat._core.variable import writable
from tfcompat.keras import _naming, _version, initializers
from tfcompat.keras._version import by_version
from tfcompat.keras.optimizers._tensors import number, tf_variable, where_true
from tfcompat.keras.optimizers.base import Optimizer

_INNER_ONLY = {
    "weight_decay": None, "clipnorm": None, "global_clipnorm": None, "clipvalue": None, "use_ema": False,
    "ema_momentum": 0.99, "ema_overwrite_frequency": None, "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}  # fmt: skip


def _scaled(gradient: Any, factor: Any) -> Any:
    if gradient is None:
        return None
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(_scaled(gradient.values, factor), gradient.indices, gradient.dense_shape)
    t = to_storage(gradient)
    return wrap(t * (factor.to(t.device, t.dtype) if isinstance(factor, torch.Tensor) else factor))


class LossScaleOptimizer(Optimizer):
    """Scales losses up and gradients down around another optimizer (tf.keras.optimizers.LossScaleOptimizer).

    A step with gradients that are not finite is left out and halves the scale; `dynamic_growth_steps` finite ones in a
    row double it. `fit` does all that; a training loop of one's own multiplies the loss by `scale_loss(loss)` and gives
    `apply` the scaled gradients. ValueError for arguments that belong to the inner optimizer. In Keras 2 `dynamic` is
    the second argument, and where it is False the scale stays `initial_scale`; `apply_gradients` takes gradients that
    `get_unscaled_gradients` gave, and attributes that only the inner optimizer has are read from it.
    """

    _fixed: float | None = None  # the scale, where it does not follow the gradients
    _scaled = False  # whether the loss of this step was scaled by `scale_loss`
    _whole = False  # whether all attributes are there, so that others are the inner optimizer's

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        dynamic = kwargs.pop("dynamic", True)
        if _version.is_legacy():
            if isinstance(initial_scale, bool):
                dynamic, initial_scale = initial_scale, dynamic_growth_steps if dynamic_growth_steps != 2000 else None  # type: ignore
                dynamic_growth_steps, name = name, None  # type: ignore[assignment]
            initial_scale, dynamic_growth_steps = self._keras2_arguments(
                inner_optimizer, dynamic, initial_scale, dynamic_growth_steps
            )
        elif not dynamic:
            raise ValueError(
                "LossScaleOptimizer no longer supports `dynamic=False`. Instead, simply set `loss_scale_factor` "
                "directly on the `inner_optimizer`."
            )
        for key, default in _INNER_ONLY.items():
            if kwargs.pop(key, default) != default:
                raise ValueError(
                    f"LossScaleOptimizer does not support `{key}`. Instead, set `{key}` on the `inner_optimizer`."
                )
        if kwargs:
            raise ValueError(f"LossScaleOptimizer does not support arguments: `{'`, `'.join(kwargs)}`.")
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale, self.dynamic_growth_steps = initial_scale, dynamic_growth_steps
        self.inner_optimizer.loss_scale_factor = None
        self._unscaled = False
        object.__setattr__(self, "_whole", True)

    def _keras2_arguments(self, inner: Any, dynamic: Any, scale: Any, steps: Any) -> tuple[Any, Any]:
        """The scale to start with, and how many steps make it grow, where Keras 2's arguments are right."""
        if not isinstance(inner, Optimizer):
            raise TypeError(
                '"inner_optimizer" must be an instance of `tf.keras.optimizers.Optimizer` or '
                f"`tf.keras.optimizers.experimental.Optimizer`, but got: {inner}."
            )
        if not isinstance(dynamic, bool):
            raise TypeError(f'"dynamic" argument to LossScaleOptimizer.__init__ must be a bool, but got: {dynamic!r}')
        if isinstance(inner, LossScaleOptimizer):
            raise TypeError(f"LossScaleOptimizer cannot wrap another LossScaleOptimizer, but got: {inner}")
        if dynamic:
            return 2.0**15 if scale is None else scale, 2000 if steps is None else steps
        if scale is None or scale == 2.0**15:
            raise ValueError('"initial_scale" must be specified if "dynamic" is False')
        if steps not in (None, 2000):
            raise ValueError(f'"dynamic_growth_steps" must be None if "dynamic" is False, but got: {steps}')
        object.__setattr__(self, "_fixed", float(scale))
        return float(scale), None

    def __getattr__(self, name: str) -> Any:
        """What only the inner optimizer has, where programs are told that this is Keras 2."""
        if name.startswith("__") or not (self._whole and _version.is_legacy()):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        try:
            return getattr(self.inner_optimizer, name)
        except AttributeError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        inner = self.__dict__.get("inner_optimizer")
        own = name in self.__dict__ or hasattr(type(self), name)
        if self._whole and not own and hasattr(inner, name) and _version.is_legacy():
            setattr(inner, name, value)
        else:
            super().__setattr__(name, value)

    def build(self, variables: Sequence[Any]) -> None:
        """Makes the scale, the count of finite steps, and the inner optimizer's variables."""
        if self.built:
            return
        if self._fixed is not None:
            self.inner_optimizer.build(variables)
            super().build(variables)
            return
        start = initializers.Constant(self.initial_scale)
        self.step_counter = self.add_variable(shape=(), dtype="int", name=by_version("step_counter", "good_steps"))
        self.dynamic_scale = self.add_variable(shape=(), initializer=start, dtype="float32", name="dynamic_scale")
        self.inner_optimizer.build(variables)
        super().build(variables)

    @property
    def variables(self) -> list[Any]:
        """This optimizer's own variables, then the inner optimizer's; in Keras 2 the inner optimizer's alone."""
        if _version.is_legacy():
            return self.inner_optimizer.variables
        return [*self._variables, *self.inner_optimizer.variables]

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Updates variables by scaled gradients, where those are finite, and the scale."""
        grads = list(grads)
        if not self.built:
            with _naming.name_scope(self.name, caller=self):
                self.build(list(trainable_variables or ()))
        if self._fixed is not None:
            unscaled, self._unscaled = self._unscaled, False
            self.inner_optimizer.apply(
                grads if unscaled else [_scaled(g, 1.0 / self._fixed) for g in grads], trainable_variables
            )
            return
        finite = number(to_storage(self.check_finite(grads)))
        unscaled, self._unscaled = self._unscaled, False
        inner = self.inner_optimizer
        down = 1.0 if unscaled else 1.0 / to_storage(self.dynamic_scale)
        small = grads if unscaled else [_scaled(g, down) for g in grads]
        if isinstance(finite, bool):
            if finite:
                inner.apply(small, trainable_variables)
            elif _version.is_legacy():
                inner._add_iteration()
        else:
            counted = inner._iterations if _version.is_legacy() else None  # Keras 2 counts the steps left out, too
            changed = [*(trainable_variables or self._trainable_variables), *inner.variables]
            changed = [variable for variable in changed if variable is not counted]
            where_true(finite, [tf_variable(v) for v in changed], lambda: inner.apply(small, trainable_variables))
        self._update_scale(torch.as_tensor(finite, device=to_storage(self.dynamic_scale).device))

    def _update_scale(self, finite: torch.Tensor) -> None:
        scale, count = writable(self.dynamic_scale._value), writable(self.step_counter._value)
        grows = finite & (count == self.dynamic_growth_steps - 1)
        scale.mul_(torch.where(finite, torch.where(grows, 2.0, 1.0), 0.5))
        count.copy_(torch.where(finite & ~grows, count + 1, torch.zeros_like(count)))

    def check_finite(self, grads: Sequence[Any]) -> Any:
        """Whether all elements of all gradients are finite numbers: a scalar tensor."""
        tensors = [to_storage(g.values if isinstance(g, IndexedSlices) else g) for g in grads if g is not None]
        if not tensors:
            return wrap(torch.tensor(True))
        return wrap(torch.stack([torch.isfinite(t).all() for t in tensors]).all())

    @property
    def learning_rate(self) -> Any:
        """The inner optimizer's learning rate."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self.inner_optimizer.learning_rate = learning_rate

    @property
    def iterations(self) -> Any:
        """How many updates the inner optimizer did."""
        return self.inner_optimizer.iterations

    @property
    def loss_scale(self) -> Any:
        """The current scale: a scalar tensor (Keras 2)."""
        return wrap(to_storage(self._scale()) + 0)

    dynamic = property(lambda self: self._fixed is None, doc="Whether the scale follows the gradients (Keras 2).")

    @property
    def dynamic_counter(self) -> Any:
        """How many steps in a row had finite gradients: a variable; None for a fixed scale (Keras 2)."""
        return self.step_counter if self.dynamic and self.built else None

    def _scale(self) -> Any:
        if self._fixed is None and self.built:
            return self.dynamic_scale
        return torch.tensor(float(self.initial_scale))

    def scale_loss(self, loss: Any) -> Any:
        """The loss times the current scale."""
        object.__setattr__(self, "_scaled", True)
        return self._times_scale(loss)

    def _times_scale(self, loss: Any) -> Any:
        return _scaled(loss, to_storage(self._scale()))

    def get_scaled_loss(self, loss: Any) -> Any:
        """`scale_loss` under Keras 2's name; takes a function that returns the loss, too."""
        return (lambda: self._times_scale(loss())) if callable(loss) else self._times_scale(loss)

    def get_unscaled_gradients(self, grads: Sequence[Any]) -> list[Any]:
        """Gradients divided by the current scale, for the next `apply` or `apply_gradients` (Keras 2)."""
        self._unscaled = True
        scale = to_storage(self._scale())
        return [_scaled(g, 1.0 / scale) for g in grads]

    def apply_gradients(self, grads_and_vars: Any, **kwargs: Any) -> Any:
        """Updates variables by (gradient, variable) pairs: of scaled gradients, but in Keras 2 of unscaled ones."""
        if _version.is_legacy():  # but of those that Keras's own loop, or Keras 3's way, has scaled
            self._unscaled = not self._scaled
            object.__setattr__(self, "_scaled", False)
        return by_version(super().apply_gradients(grads_and_vars, **kwargs), None)

    def compute_gradients(self, loss: Any, var_list: Any, tape: Any = None) -> list[tuple[Any, Any]]:
        """(gradient, variable) pairs of a loss, a function or a tensor of `tape`; it is scaled meanwhile (Keras 2)."""
        if callable(loss):
            pairs = super().compute_gradients(self.get_scaled_loss(loss), var_list, tape)
        elif tape is None:
            return super().compute_gradients(loss, var_list)  # which refuses it
        else:
            with tape:
                loss = self._times_scale(loss)
            pairs = super().compute_gradients(loss, var_list, tape)
        return list(zip(self.get_unscaled_gradients([g for g, _ in pairs]), [v for _, v in pairs]))

    def minimize(self, loss: Any, var_list: Any, tape: Any = None) -> Any:
        """Updates `var_list` by the gradient of `loss`, scaled meanwhile: a function, or a tensor of `tape`."""
        self._unscaled = True
        pairs = self.compute_gradients(loss, var_list, tape)
        return by_version(super().apply_gradients(pairs), None)

    def finalize_variable_values(self, var_list: Sequence[Any]) -> None:
        """Gives variables the values that training ends with: the inner optimizer's averages, where it keeps them."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to the variables; ValueError where the optimizer is not built or a shape differs."""
        own = len(self._variables)
        super().set_weights(weights[:own])
        self.inner_optimizer.set_weights(weights[own:])

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        if _version.is_legacy():
            return {
                "inner_optimizer": serialize_keras_object(self.inner_optimizer),
                "dynamic": self.dynamic,
                "initial_scale": self.initial_scale,
                "dynamic_growth_steps": self.dynamic_growth_steps,
            }
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The optimizer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        rest = dict(config)
        return cls(deserialize_keras_object(rest.pop("inner_optimizer"), custom_objects=custom_objects), **rest)
