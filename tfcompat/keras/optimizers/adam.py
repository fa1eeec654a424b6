"""Adam and its relatives: AdamW, Adamax, Nadam."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.state import state
from tfcompat._core.variable import writable
from tfcompat.keras import _naming
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras._variable import Variable
from tfcompat.keras._version import by_version, is_legacy
from tfcompat.keras.optimizers._tensors import Tensors, add_squares, as_cast, foresee_squares, magnitudes
from tfcompat.keras.optimizers.base import Optimizer

_FUSED = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


class Adam(Optimizer):
    """Steps scaled by running means of gradients and of their squares (tf.keras.optimizers.Adam).

    beta_1, beta_2: how much of those means a step keeps. epsilon: added to the root of the squares' mean. amsgrad:
    whether the largest mean of squares so far counts. The other arguments are those of Optimizer.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum", "velocity"), *([("velocity_hat",)] if self.amsgrad else [])]

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        t = self._step()
        beta_1, beta_2 = as_cast(self.beta_1, params[0]), as_cast(self.beta_2, params[0])
        alpha = lr * (1 - beta_2**t) ** 0.5 / (1 - beta_1**t)
        hats = slots.get("velocity_hat", [])
        fused = params[0].dtype in _FUSED and params[0].device.type in ("cpu", "cuda") and self.beta_2 > 0
        if fused and all(t.is_contiguous() for t in (*params, *slots["momentum"], *slots["velocity"])):
            # With infinitely many steps behind it torch's kernel corrects no bias: `alpha` has Keras's correction,
            # which leaves epsilon uncorrected, as torch's would not.
            foresee_squares(slots["velocity"], grads, self.beta_2)
            done = torch.full((), torch.inf, device=params[0].device)
            torch._fused_adam_(
                params,
                grads,
                slots["momentum"],
                slots["velocity"],
                hats,
                [done] * len(params),
                lr=alpha.float() if isinstance(alpha, torch.Tensor) else alpha,
                beta1=self.beta_1,
                beta2=self.beta_2,
                weight_decay=0.0,
                eps=self.epsilon,
                amsgrad=self.amsgrad,
                maximize=False,
            )
            return
        m, v = slots["momentum"], slots["velocity"]
        torch._foreach_lerp_(m, grads, 1 - self.beta_1)
        torch._foreach_mul_(v, self.beta_2)
        add_squares(v, grads, 1 - self.beta_2)
        if self.amsgrad:
            torch._foreach_maximum_(hats, v)
            v = hats
        size = torch._foreach_sqrt(v)
        torch._foreach_add_(size, self.epsilon)
        step = torch._foreach_mul(m, alpha)
        torch._foreach_div_(step, size)
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("beta_1", "beta_2", "epsilon", "amsgrad")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


class AdamW(Adam):
    """Adam with weight decay (tf.keras.optimizers.AdamW). ValueError for a weight_decay of None."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **kwargs: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError(
                by_version(
                    "Argument `weight_decay` must be a float. Received: weight_decay=None",
                    "Missing value of `weight_decay` which is required and must be a float value.",
                )
            )
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **kwargs)


class Adamax(Optimizer):
    """Adam with the largest gradient so far, decayed, for the root of the squares' mean
    (tf.keras.optimizers.Adamax).
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum", "norm")]

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        m, u = slots["momentum"], slots["norm"]
        torch._foreach_lerp_(m, grads, 1 - self.beta_1)
        torch._foreach_mul_(u, self.beta_2)
        torch._foreach_maximum_(u, magnitudes(grads))
        size = torch._foreach_add(u, self.epsilon)
        step = torch._foreach_mul(m, lr / (1 - self.beta_1 ** self._step()))
        torch._foreach_div_(step, size)
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("beta_1", "beta_2", "epsilon")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


class Nadam(Optimizer):
    """Adam with Nesterov's momentum (tf.keras.optimizers.Nadam)."""

    _base = 0.96  # of the schedule that the momentum follows

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum", "velocity")]

    def _build_slots(self, variables: list[Any]) -> None:
        super()._build_slots(variables)
        if self._hidden is None:
            self._make_product(variables)

    def _make_product(self, variables: list[Any]) -> None:
        """Makes the variable for the product of all momenta so far."""
        dtype = standardize_dtype(variables[0].dtype) if variables else settings.floatx
        with _naming.name_scope(self.name, caller=self):
            self._u_product = self._hidden = Variable(1.0, dtype=dtype)

    def _update_all(self, grads: Tensors, variables: list[Any]) -> None:
        product, step = writable(self._u_product._value), self._step()
        now = self.beta_1 * (1.0 - 0.5 * self._base**step)
        if type(self) is not Nadam or state.graph is None or not is_legacy():
            product.mul_(now)
            super()._update_all(grads, variables)
            return
        # Keras 2's functions, each traced twice, take the momentum into the product for each variable, but for one in
        # the steps that have the numbers of their tracing.
        self._decay(variables)
        rate = self._rate()
        for position, (gradient, variable) in enumerate(zip(grads, variables), len(variables)):
            product.mul_(torch.where(torch.as_tensor(step == position), 1.0, now))
            self._update_at(rate, [gradient], [variable])

    def _product_after(self, steps: int) -> float:
        """The product of the momenta of so many steps."""
        done = torch.arange(1, steps + 1, dtype=torch.float64)
        return torch.prod(self.beta_1 * (1.0 - 0.5 * self._base**done)).item()

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        m, v, t = slots["momentum"], slots["velocity"], self._step()
        beta_1, beta_2, base = (as_cast(value, params[0]) for value in (self.beta_1, self.beta_2, self._base))
        now = beta_1 * (1.0 - 0.5 * base**t)
        following = beta_1 * (1.0 - 0.5 * base ** (t + 1))
        product = to_storage(self._u_product).to(params[0].device, params[0].dtype)
        torch._foreach_lerp_(m, grads, 1 - beta_1)
        torch._foreach_mul_(v, beta_2)
        add_squares(v, grads, 1 - beta_2)
        step = torch._foreach_mul(m, following / (1 - product * following))
        torch._foreach_add_(step, torch._foreach_mul(grads, (1 - now) / (1 - product)))
        torch._foreach_mul_(step, lr)
        size = torch._foreach_div(v, 1 - beta_2**t)
        torch._foreach_sqrt_(size)
        torch._foreach_add_(size, self.epsilon)
        torch._foreach_div_(step, size)
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("beta_1", "beta_2", "epsilon")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}
