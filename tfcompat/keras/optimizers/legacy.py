"""tf.keras.optimizers.legacy: Keras 2's first optimizers, with `lr`, `decay`, hyperparameters and slots."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
import torch

from tfcompat import _keras_modules, _names
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _naming, _version
from tfcompat.keras._building import is_building, sessions
from tfcompat.keras.optimizers import adam, adaptive, base, sgd
from tfcompat.keras.optimizers._hyperparameters import WithHyperparameters
from tfcompat.keras.optimizers._tensors import Tensors, add_squares, tf_variable

_VARIABLES = (
    "beta beta_1 beta_2 l1_regularization_strength l2_regularization_strength learning_rate_power momentum rho"
).split()


class Optimizer(WithHyperparameters):
    """What Keras 2's optimizers share (tf.keras.optimizers.legacy.Optimizer).

    name: the optimizer's name. Keywords: `lr`, an older name of the learning rate; `decay`, by which the learning rate
    falls to lr / (1 + decay * iterations); clipnorm, clipvalue, global_clipnorm. TypeError for others. A subclass of
    one's own implements `_resource_apply_dense(grad, var, apply_state)`, and `_create_slots(var_list)` with `add_slot`.
    """

    # Keras 2's names of the variables kept for each trainable variable.
    _slot_names: dict[str, str] = {}
    _by_rows = False  # whether slices change the rows that they are of alone
    _told_when = ""
    _use_locking = True
    _own_slots: Any
    _transformers: Any

    def __init__(
        self, name: str | None = None, gradient_aggregator: Any = None, gradient_transformers: Any = None, **kwargs: Any
    ) -> None:
        more = {"gradient_aggregator": gradient_aggregator, "gradient_transformers": gradient_transformers}
        self._start(0.001, name, {**kwargs, **more})

    def _start(self, learning_rate: Any, name: str | None, kwargs: dict[str, Any]) -> None:
        """What `__init__` does, given a learning rate and the keywords."""
        transformers = list(kwargs.pop("gradient_transformers", None) or ())
        if kwargs.pop("gradient_aggregator", None) is not None:
            raise NotImplementedError(
                "`gradient_aggregator` is not in tfcompat: gradients are aggregated by the strategy alone."
            )
        allowed = {"clipnorm", "clipvalue", "lr", "decay", "global_clipnorm"}
        for key, value in kwargs.items():
            if key not in allowed:
                raise TypeError(
                    f"Unexpected keyword argument passed to optimizer: {key}. Allowed kwargs are {allowed}."
                )
            if value is not None and value < 0:
                raise ValueError(f"Expected {key} >= 0, received: {value}")
        clips = {key: kwargs.get(key) for key in ("clipnorm", "global_clipnorm")}
        if None not in clips.values():
            told = ", ".join(f"`{key}`={value}" for key, value in clips.items())
            raise ValueError(f"Cannot accept both `clipnorm` and `global_clipnorm`. Received: {told}.")
        decay = kwargs.pop("decay", None) or 0.0
        rate = kwargs.pop("lr", None)
        super().__init__(learning_rate if rate is None else rate, name=name or type(self).__name__, **kwargs)
        self.__dict__.update(_own_slots={}, _hyper={}, _transformers=transformers)
        if _version.is_legacy():
            self._iterations._told_name = "iter:0"
        self.decay = self._initial_decay = decay

    def _slot_groups(self) -> list[tuple[str, ...]]:
        # Keras 2 makes one kind of slot for all variables before the next.
        return [(name,) for group in super()._slot_groups() for name in group]

    def _take_keywords(self, keywords: dict[str, Any]) -> None:
        for key in ("name", "experimental_aggregate_gradients"):
            keywords.pop(key, None)
        for key in keywords:
            raise TypeError(f"OptimizerV2.apply_gradients() got an unexpected keyword argument '{key}'")

    def _without_pairs(self) -> None:
        """Applying no gradients does nothing."""

    def _summed(self, grads: Tensors) -> Tensors:
        return grads if self._by_rows else super()._summed(grads)

    def _update_group(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        """Updates those rows of a variable alone that slices are of, where the optimizer does so."""
        whole = [i for i, g in enumerate(grads) if not hasattr(g, "_slices")]
        if len(whole) == len(grads):
            self._update(grads, params, slots, lr)
            return
        if whole:
            kept = {name: [own[i] for i in whole] for name, own in slots.items()}
            self._update([grads[i] for i in whole], [params[i] for i in whole], kept, lr)
        for i in sorted(set(range(len(grads))) - set(whole)):
            rows = grads[i]._slices[0]  # type: ignore[attr-defined]
            below = {name: [own[i].index_select(0, rows)] for name, own in slots.items()}
            part = params[i].index_select(0, rows)
            self._update([grads[i].index_select(0, rows)], [part], below, lr)
            for full, own in [(params[i], part), *((slots[name][i], below[name][0]) for name in slots)]:
                full.index_copy_(0, rows, own)

    def _decay_of(self, variable: Any) -> None:
        """No weight decay: those that have one here do it themselves."""

    def _rename(self, made: Any, reference: Any, name: str | None) -> Any:
        if _version.is_legacy():
            slot = self._slot_names.get(str(name), name)
            made._told_name = _naming.told(f"{str(reference.name).partition(':')[0]}/{slot}")
        return made

    # ---- slots ----

    def get_slot_names(self) -> list[str]:
        """The names of the slots: the variables kept for each trainable variable."""
        return [*(str(self._slot_names.get(name, name)) for name in self._slots), *self._own_slots]

    def get_slot(self, var: Any, slot_name: str) -> Any:
        """The slot of a variable; KeyError where there is none of this name."""
        if slot_name in self._own_slots:
            return self._own_slots[slot_name][self._var_key(var)]
        new = {old: name for name, old in self._slot_names.items()}
        return self._slots[new.get(slot_name, slot_name)][self._get_variable_index(var)]

    def add_slot(self, var: Any, slot_name: str, initializer: Any = "zeros", shape: Any = None) -> Any:
        """A new slot of a variable, or the one it has; of the shape of `initializer` where that is a tensor."""
        shape = getattr(initializer, "shape", None) if shape is None else shape
        own = self._own_slots.setdefault(slot_name, {})
        if self._var_key(var) not in own:
            if shape is None:
                own[self._var_key(var)] = self.add_variable_from_reference(var, slot_name, initializer)
            else:
                own[self._var_key(var)] = self.add_variable(shape, initializer, name=slot_name)
        return own[self._var_key(var)]

    def add_weight(
        self, name: str, shape: Any, dtype: Any = None, initializer: Any = "zeros", trainable: Any = None, **_: Any
    ) -> Any:
        """A new variable of the optimizer."""
        return self.add_variable(shape, initializer, dtype, name=name)

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        """Makes the slots of a subclass of one's own."""

    def _build_slots(self, variables: list[Any]) -> None:
        self._create_hypers()
        super()._build_slots(variables)
        self._create_slots(variables)

    def _meet(self, variables: list[Any]) -> None:
        """Makes slots for variables that were not among those of the first update."""
        known = dict(self._slots)
        for variable in variables:
            for copy in getattr(tf_variable(variable), "_copies", (variable,)):
                self._index[self._var_key(copy)] = len(self._trainable_variables)
            self._trainable_variables.append(variable)
        with self._scope():
            self._build_slots(variables)
        for name, slots in known.items():
            self._slots[name] = [*slots, *self._slots[name]]

    @property
    def variables(self) -> base.Variables:
        """The iteration count and the slots; the learning rate is a hyperparameter."""
        if not self._counted:
            return base.Variables()
        return base.Variables(v for v in self._variables if v is not self._learning_rate)

    @property
    def weights(self) -> list[Any]:
        """`variables` under another name."""
        return self.variables

    def get_weights(self) -> list[Any]:
        """The weights' values, as numpy arrays."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to the weights; ValueError where their number or a shape differs."""
        own = self.weights
        if len(own) != len(weights):
            raise ValueError(
                f"You called `set_weights(weights)` on optimizer {self.name} with a  weight list of length "
                f"{len(weights)}, but the optimizer was expecting {len(own)} weights. Provided weights: "
                f"{str(weights)[:50]}..."
            )
        for variable, value in zip(own, weights):
            if tuple(variable.shape) != tuple(getattr(value, "shape", ())):
                raise ValueError(
                    f"Optimizer weight shape {variable.shape} not compatible with provided weight shape {value.shape}."
                )
            variable.assign(value)

    # ---- updating ----

    def get_gradients(self, loss: Any, params: Sequence[Any]) -> list[Any]:
        """Gradients of a function without arguments that gives the loss."""
        from tfcompat._core.tape import GradientTape

        if is_building():
            return sessions().gradients_of(loss, params)
        if not callable(loss):
            raise ValueError(
                "`get_gradients` needs a function that computes the loss: an eager tensor has no graph. Received: "
                f"loss={loss!r}"
            )
        with GradientTape() as tape:
            value = loss()
        return tape.gradient(value, list(params))

    def get_updates(self, loss: Any, params: Sequence[Any]) -> list[Any]:
        """Updates `params` by the gradients of a function that gives the loss; returns the iteration count, in a
        list.
        """
        grads = self.get_gradients(loss, params)
        return [self.apply_gradients(zip(grads, params))]

    def _compute_gradients(
        self, loss: Any, var_list: Any, grad_loss: Any = None, tape: Any = None
    ) -> list[tuple[Any, Any]]:
        """(gradient, variable) pairs of a loss: a function, or a tensor of `tape`; ValueError for neither."""
        from tfcompat._core.tape import GradientTape

        if is_building() and callable(loss):
            value = loss()
            variables = list(cast(Any, var_list() if callable(var_list) else var_list))
            return list(zip(sessions().gradients_of(value, variables, grad_loss), variables))
        if callable(loss):
            with tape or GradientTape() as tape:
                loss = loss()
                var_list = var_list() if callable(var_list) else var_list
        if tape is None:
            raise ValueError(f"`tape` is required when a `Tensor` loss is passed. Received: loss={loss}, tape=None.")
        variables: list[Any] = list(cast(Any, var_list() if callable(var_list) else var_list))
        return list(zip(tape.gradient(loss, variables, grad_loss), variables))

    def minimize(  # type: ignore[override]
        self, loss: Any, var_list: Any, grad_loss: Any = None, name: str | None = None, tape: Any = None
    ) -> Any:
        """Updates `var_list` by the gradient of `loss`: a function, or a tensor of `tape`."""
        return self.apply_gradients(self._compute_gradients(loss, var_list, grad_loss, tape), name=name)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Updates variables by gradients, after the gradient transformers."""
        if self._transformers and trainable_variables is not None:
            pairs: Any = list(zip(grads, trainable_variables))
            for transform in self._transformers:
                pairs = list(transform(pairs))
            grads, trainable_variables = [g for g, _ in pairs], [v for _, v in pairs]
        missing = [g is None for g in grads]
        if trainable_variables is not None and any(missing) and not all(missing):  # no slots for those without
            grads, trainable_variables = self._with_gradients(list(grads), list(trainable_variables))
        super().apply(grads, trainable_variables)

    def _update_all(self, grads: Tensors, variables: list[Any]) -> None:
        if type(self)._resource_apply_dense is Optimizer._resource_apply_dense:
            super()._update_all(grads, variables)
            return
        apply = self._resource_apply_dense
        function = getattr(apply, "python_function", apply)
        own = [tf_variable(variable) for variable in variables]
        takes_state = "apply_state" in inspect.signature(function).parameters
        more = (self._prepare(own),) if takes_state else ()
        for gradient, variable in zip(grads, own):
            apply(wrap(gradient), variable, *more)

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Any]], name: str | None = None, **kwargs: Any) -> Any:
        """Updates variables by (gradient, variable) pairs; returns the iteration count."""
        return super().apply_gradients(grads_and_vars, name=name, **kwargs)

    @property
    def _name(self) -> str:
        return self.name

    @property
    def _weights(self) -> list[Any]:
        return list(Optimizer.variables.fget(self))  # type: ignore[misc]

    @property
    def _dense_apply_args(self) -> list[str]:
        return inspect.getfullargspec(self._resource_apply_dense).args

    def _prepare(self, var_list: Sequence[Any]) -> dict[Any, dict[str, Any]]:
        """What the updates find computed: for each (device, dtype) of the variables, what `_prepare_local` puts in."""
        apply_state: dict[Any, dict[str, Any]] = {}
        for variable in var_list:
            key = variable.device, variable.dtype.base_dtype
            if key not in apply_state:
                apply_state[key] = {}
                self._prepare_local(*key, apply_state)
        return apply_state

    def _prepare_local(self, var_device: str, var_dtype: Any, apply_state: dict[Any, dict[str, Any]]) -> None:
        """Puts the learning rate in, as "lr_t"; a subclass may add to it, or change it."""
        apply_state[var_device, var_dtype]["lr_t"] = self._decayed_lr(var_dtype)

    def _fallback_apply_state(self, var_device: str, var_dtype: Any) -> dict[str, Any]:
        """What `_prepare_local` puts in, for a device and a dtype that were not prepared."""
        apply_state: dict[Any, dict[str, Any]] = {(var_device, var_dtype): {}}
        self._prepare_local(var_device, var_dtype, apply_state)
        return apply_state[var_device, var_dtype]

    def _resource_apply_dense(self, grad: Any, var: Any, apply_state: dict[Any, dict[str, Any]] | None = None) -> Any:
        """Updates one variable by its gradient; a subclass may do something before, or all of it."""
        if self._var_key(var) not in self._index:
            self._meet([var])  # for an optimizer around this one, that was given the variables
        coefficients = (apply_state or {}).get((var.device, var.dtype.base_dtype))
        rate = self._rate() if coefficients is None else coefficients["lr_t"]
        self._update_at(rate, [to_storage(grad)], [var])
        return var

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config: dict[str, Any] = {"name": self.name}
        clips = ("clipnorm", "clipvalue", "global_clipnorm")
        return config | {key: getattr(self, key) for key in clips if getattr(self, key) is not None}

    def _config(self, *own: str) -> dict[str, Any]:
        rate = self._serialize_hyperparameter("learning_rate")
        values = {key: getattr(self, key) for key in own}
        if self.built or self._told_rate:  # what are variables in Keras 2 by then
            values.update({key: np.float32(value) for key, value in values.items() if key in _VARIABLES})
        return {**Optimizer.get_config(self), "learning_rate": rate, "decay": self.decay, **values}


def _check_momentum(momentum: Any) -> None:
    if isinstance(momentum, (int, float)) and not 0 <= momentum <= 1:
        raise ValueError(
            f"`momentum` must be between [0, 1]. Received: momentum={momentum} (of type {type(momentum)})."
        )


class SGD(Optimizer, sgd.SGD):
    """Stochastic gradient descent with momentum (tf.keras.optimizers.legacy.SGD)."""

    _always_kept = False
    _by_rows = True

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        name: str = "SGD",
        **kwargs: Any,
    ) -> None:
        self._start(learning_rate, name, kwargs)
        _check_momentum(momentum)
        self.momentum, self.nesterov = momentum, nesterov

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("momentum", "nesterov")


class Adam(Optimizer, adam.Adam):
    """Adam (tf.keras.optimizers.legacy.Adam)."""

    _slot_names = {"momentum": "m", "velocity": "v", "velocity_hat": "vhat"}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        name: str = "Adam",
        **kwargs: Any,
    ) -> None:
        self._start(learning_rate, name, kwargs)
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon or 1e-7, amsgrad

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("beta_1", "beta_2", "epsilon", "amsgrad")


class RMSprop(Optimizer, adaptive.RMSprop):
    """RMSprop; epsilon is added to the root of the mean square, not within it, without momentum
    (tf.keras.optimizers.legacy.RMSprop).
    """

    _slot_names = {"velocity": "rms", "average_gradient": "mg"}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        name: str = "RMSprop",
        **kwargs: Any,
    ) -> None:
        self._start(learning_rate, name, kwargs)
        _check_momentum(momentum)
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon or 1e-7, centered
        vars(self)["_by_rows"] = momentum > 0

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        if self.momentum > 0:
            adaptive.RMSprop._update(self, grads, params, slots, lr)
            return
        size = slots["velocity"]
        torch._foreach_mul_(size, self.rho)
        add_squares(size, grads, 1 - self.rho)
        if self.centered:
            mean = slots["average_gradient"]
            torch._foreach_lerp_(mean, grads, 1 - self.rho)
            size = torch._foreach_addcmul(size, mean, mean, -1)
        step = torch._foreach_mul(grads, lr)
        torch._foreach_div_(step, torch._foreach_add(torch._foreach_sqrt(size), self.epsilon))
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("rho", "momentum", "epsilon", "centered")


class Adagrad(Optimizer, adaptive.Adagrad):
    """Adagrad; epsilon is added to the root of the sum of squares (tf.keras.optimizers.legacy.Adagrad)."""

    _by_rows = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        name: str = "Adagrad",
        **kwargs: Any,
    ) -> None:
        if initial_accumulator_value < 0.0:
            raise ValueError(f"initial_accumulator_value must be non-negative: {initial_accumulator_value}")
        self._start(learning_rate, name, kwargs)
        self.initial_accumulator_value, self.epsilon = initial_accumulator_value, epsilon or 1e-7

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        sums = slots["accumulator"]
        add_squares(sums, grads)
        step = torch._foreach_mul(grads, lr)
        torch._foreach_div_(step, torch._foreach_add(torch._foreach_sqrt(sums), self.epsilon))
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("initial_accumulator_value", "epsilon")


class Ftrl(Optimizer, adaptive.Ftrl):
    """Follow the regularized leader (tf.keras.optimizers.legacy.Ftrl)."""

    _by_rows = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        name: str = "Ftrl",
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **kwargs: Any,
    ) -> None:
        self._start(learning_rate, name, kwargs)
        self._take(
            learning_rate_power,
            initial_accumulator_value,
            l1_regularization_strength,
            l2_regularization_strength,
            l2_shrinkage_regularization_strength,
            beta,
        )

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return adaptive.Ftrl._slot_groups(self)  # this one makes both for a variable before the next

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        power, start, l1, l2, shrinkage, beta = self._own
        return self._config(start, power, l1, l2, beta, shrinkage)


class Adamax(Optimizer, adam.Adamax):
    """Adamax (tf.keras.optimizers.legacy.Adamax)."""

    _slot_names = {"momentum": "m", "norm": "v"}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "Adamax",
        **kwargs: Any,
    ) -> None:
        self._start(learning_rate, name, kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon or 1e-7

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("beta_1", "beta_2", "epsilon")


class Nadam(Optimizer, adam.Nadam):
    """Nadam, whose momentum grows more slowly (tf.keras.optimizers.legacy.Nadam).

    schedule_decay: how fast it grows; `decay` in the configuration, it leaves the learning rate alone.
    """

    _slot_names = {"momentum": "m", "velocity": "v"}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "Nadam",
        **kwargs: Any,
    ) -> None:
        # Keras 2's `decay` is that of the momentum's schedule here, whatever else was given.
        decay = kwargs["decay"] = kwargs.pop("schedule_decay", 0.004)
        object.__setattr__(self, "_base", 0.96**decay)
        self._start(learning_rate, name, kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon or 1e-7

    def _rate(self) -> Any:
        return self._scheduled()

    def _build_slots(self, variables: list[Any]) -> None:
        if not self.built:
            self._make_product(variables)
            self._u_product._told_name = _naming.told("momentum_cache")
        super()._build_slots(variables)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("beta_1", "beta_2", "epsilon")


class Adadelta(Optimizer, adaptive.Adadelta):
    """Adadelta (tf.keras.optimizers.legacy.Adadelta)."""

    _slot_names = {"accumulated_grad": "accum_grad", "accumulated_delta_var": "accum_var"}
    _by_rows = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        name: str = "Adadelta",
        **kwargs: Any,
    ) -> None:
        self._start(learning_rate, name, kwargs)
        self.rho, self.epsilon = rho, epsilon or 1e-7

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return self._config("rho", "epsilon")


__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]

_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.optimizers.legacy", globals())
