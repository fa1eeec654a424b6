"""keras.Optimizer: variables' updates from gradients, done for all variables at once with torch's foreach kernels.

A subclass implements `_update(grads, params, slots, learning_rate)` over lists of torch tensors of one dtype and device
(they are written to in place), or Keras's `update_step(gradient, variable, learning_rate)` over one variable.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, cast

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.variable import writable
from tfcompat.keras import _naming, initializers, ops
from tfcompat.keras._building import is_building, outside_collections, sessions
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._replicas import for_all_copies
from tfcompat.keras._state import thread
from tfcompat.keras._variable import Variable
from tfcompat.keras._version import by_version
from tfcompat.keras.layers._foreign import variables_of
from tfcompat.keras.layers._tracking import Tracker
from tfcompat.keras.optimizers._checks import check
from tfcompat.keras.optimizers._keras2 import NOT_GIVEN, Keras2Optimizer, Variables, takes_rate
from tfcompat.keras.optimizers._tensors import (
    Tensors,
    clipped,
    dense,
    number,
    tf_variable,
    update_averages,
    where_true,
)


class Optimizer(Keras2Optimizer):
    """What optimizers share (tf.keras.optimizers.Optimizer).

    learning_rate: a float, a LearningRateSchedule or a callable without arguments. weight_decay: the share of each
    weight, times the learning rate, that a step takes away. clipnorm, clipvalue, global_clipnorm: bounds for each
    gradient's norm, its elements, or all gradients' norm; at most one of them. use_ema: keeps moving averages of the
    weights, which replace the weights every `ema_overwrite_frequency` steps and at the end of `fit`.
    loss_scale_factor: what `scale_loss` multiplies losses by and gradients are divided by.
    gradient_accumulation_steps: over how many steps gradients are averaged before the weights change.
    """

    _accumulators: Any
    _averages: Any
    _index: Any
    _slots: Any
    _tracker: Any
    _trainable_variables: Any
    _variables: Any

    def __init__(
        self,
        learning_rate: Any = NOT_GIVEN,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        variables: list[Any] = []
        stores: dict[str, Any] = {"variables": (lambda x: isinstance(x, Variable), variables)}
        object.__setattr__(self, "_tracker", Tracker(stores))
        object.__setattr__(self, "_variables", variables)
        learning_rate, self.name = self._named(learning_rate, name)
        learning_rate = self._legacy_arguments(learning_rate, kwargs)
        self.weight_decay, self.clipnorm, self.clipvalue = weight_decay, clipnorm, clipvalue
        self.global_clipnorm, self.use_ema, self.ema_momentum = global_clipnorm, use_ema, ema_momentum
        self.ema_overwrite_frequency, self.loss_scale_factor = ema_overwrite_frequency, loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        check(self)
        self.built = False
        object.__setattr__(self, "_trainable_variables", [])
        object.__setattr__(self, "_index", {})
        object.__setattr__(self, "_slots", {})
        object.__setattr__(self, "_averages", [])
        object.__setattr__(self, "_accumulators", [])
        self._excluded: set[int] = set()
        self._excluded_pattern: re.Pattern[str] | None = None
        with _naming.name_scope(self.name, caller=self), outside_collections():
            self._iterations = Variable(
                0, name="iteration", dtype="int", trainable=False, aggregation="only_first_replica"
            )
            self._learning_rate = self._checked_learning_rate(learning_rate)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_tracker" not in self.__dict__:
            raise RuntimeError(
                f"In optimizer '{type(self).__name__}', you forgot to call `super().__init__()` as the first "
                "statement in "
                "the `__init__()` method. Go add it!"
            )
        if isinstance(value, (Variable, list, dict, tuple)):
            value = self._tracker.track(value)
        object.__setattr__(self, name, value)

    # ---- steps ----

    @property
    def iterations(self) -> Any:
        """How many updates were done: a variable, or a tensor where gradients are accumulated."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    @iterations.setter
    def iterations(self, variable: Any) -> None:
        if self.built:
            raise RuntimeError(
                "Cannot set `iterations` to a new Variable after the Optimizer weights have been created. Here it is "
                f"attempting to set `iterations` to {variable}.{self._told_when}"
            )
        self._tracker.untrack(self._iterations)
        self._iterations = variable if hasattr(variable, "_value") else variables_of([variable])[0]
        object.__setattr__(self, "_counts_elsewhere", True)

    def _step(self) -> Any:
        """The number of the update that is being done, from 1: a float where it can be read at once, else a scalar."""
        done = number(to_storage(self._iterations))
        steps = self.gradient_accumulation_steps
        return (done // steps if steps else done) + 1.0

    # ---- variables ----

    @property
    def variables(self) -> list[Any]:
        """The optimizer's variables: the iteration count, the learning rate, then those for trainable variables."""
        return Variables(self._told_variables())

    @property
    def weights(self) -> list[Any]:
        """`variables` under Keras 2's name."""
        return self.variables

    def get_weights(self) -> list[Any]:
        """The variables' values, as numpy arrays."""
        return [variable.numpy() for variable in self.variables]

    def build(self, variables: Sequence[Any]) -> None:
        """Makes the variables for the given trainable variables; done by the first update otherwise."""
        if self.built:
            return
        variables = list(variables)
        if self.use_ema:
            self._averages.extend(self._started(self.add_optimizer_variables(variables, "average"), variables))
        for position, variable in enumerate(variables):
            for copy in getattr(tf_variable(variable), "_copies", (variable,)):
                self._index[self._var_key(copy)] = position
            if self.gradient_accumulation_steps:
                self._accumulators.append(self.add_variable_from_reference(variable, name="gradient_accumulator"))
        self._trainable_variables.extend(variables)
        self._build_slots(variables)
        self.built = True
        self._restore_new_parts()

    def _build_slots(self, variables: list[Any]) -> None:
        for names in self._slot_groups():
            starts = [self._slot_initializer(name) for name in names]
            self._slots.update(zip(names, self.add_optimizer_variables(variables, list(names), starts)))

    def _slot_groups(self) -> list[tuple[str, ...]]:
        """The names of the variables kept for each trainable variable; a group's are made together, one by one."""
        return []

    def _slot_initializer(self, name: str) -> Any:
        return "zeros"

    def _var_key(self, variable: Any) -> int:
        return id(tf_variable(variable)._storage)

    def _get_variable_index(self, variable: Any) -> int:
        return self._index[self._var_key(variable)]

    def _slot_of(self, variable: Any, name: str) -> Any:
        """The variable that is kept for a trainable one, by Keras 2's name; None where there is none (yet)."""
        from tfcompat.keras.optimizers import legacy

        names = getattr(getattr(legacy, type(self).__name__, self), "_slot_names", {})
        ours = {old: new for new, old in names.items()}.get(name, name)
        kept = self._slots.get(ours, ())
        place = self._index.get(self._var_key(variable), len(kept))
        return tf_variable(kept[place]) if place < len(kept) else None

    def add_variable(
        self,
        shape: Any,
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str | None = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of the optimizer."""
        with _naming.name_scope(self.name, caller=self):
            variable = Variable(
                initializer=initializers.get(initializer),
                shape=shape,
                dtype=dtype,
                trainable=False,
                aggregation=aggregation,
                layout=layout,
                name=name,
            )
        self._tracker.track(variable)
        return variable

    def add_variable_from_reference(
        self,
        reference_variable: Any = None,
        name: str | None = None,
        initializer: Any = "zeros",
        *,
        model_variable: Any = None,
        variable_name: str | None = None,
        shape: Any = None,
        initial_value: Any = None,
    ) -> Variable:
        """A new variable like a trainable variable, named after it: "sequential_dense_kernel_momentum".

        model_variable, variable_name: Keras 2's names of the first two; it takes a shape and a value, too.
        """
        reference_variable = model_variable if reference_variable is None else reference_variable
        name = variable_name if name is None else name
        path = getattr(reference_variable, "path", None) or str(reference_variable.name).replace(":", "_")
        made = self.add_variable(
            shape=reference_variable.shape if shape is None else shape,
            initializer=initializer,
            dtype=standardize_dtype(reference_variable.dtype),
            name=f"{path.replace('/', '_')}_{name or 'var'}",
        )
        if initial_value is not None:
            made.assign(initial_value)
        return self._rename(made, reference_variable, name)

    def add_optimizer_variables(self, trainable_variables: Sequence[Any], name: Any, initializer: Any = "zeros") -> Any:
        """Variables for each trainable variable: a list for one name, a tuple of lists for a list of names."""
        names = [name] if isinstance(name, str) else list(name)
        starts = list(initializer) if isinstance(initializer, (list, tuple)) else [initializer] * len(names)
        if len(names) != len(starts):
            raise ValueError(f"`name` and `initializer` must have one length. Received: {name} and {initializer}")
        made: tuple[list[Any], ...] = tuple([] for _ in names)
        for variable in trainable_variables:
            for found, own_name, start in zip(made, names, starts):
                skip = getattr(variable, "overwrite_with_gradient", False)
                found.append(None if skip else self.add_variable_from_reference(variable, own_name, start))
        return made[0] if isinstance(name, str) else made

    # ---- updating ----

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Any]], **kwargs: Any) -> Any:
        """Updates variables by (gradient, variable) pairs; returns the iteration count.

        Gradients of None are passed over with a warning; ValueError where all are, where there are no pairs, and for
        variables that the optimizer was not built with.
        """
        if kwargs:
            self._take_keywords(kwargs)
        pairs = list(grads_and_vars)
        if not pairs:
            return self._without_pairs()
        if is_building():
            return sessions().apply_gradients(self, pairs)
        self.apply([grad for grad, _ in pairs], [variable for _, variable in pairs])
        return self._applied()

    def minimize(self, loss: Any, var_list: Any, tape: Any = None) -> Any:
        """Updates `var_list` by the gradient of `loss`: a tensor of `tape`, or a callable (Keras 2's method)."""
        from tfcompat._core.tape import GradientTape

        if is_building() and callable(loss):
            value = loss()
            return sessions().minimize(self, value, var_list() if callable(var_list) else var_list)
        if callable(loss):
            with GradientTape() as own:
                value = loss()
            loss, tape = value, own
        if tape is None:
            more = by_version("", f" Received: loss={loss}, tape=None.")
            raise ValueError(f"`tape` is required when a `Tensor` loss is passed.{more}")
        variables = list(cast(Any, var_list() if callable(var_list) else var_list))
        done = self.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return by_version(done, None)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Updates variables by gradients; without variables, those that the optimizer was built with."""
        grads = list(grads)
        if not grads:
            return
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    "Without `trainable_variables`, the optimizer must be built: `optimizer.build(variables)`."
                )
            if len(grads) != len(self._trainable_variables):
                raise ValueError(
                    f"The gradients must match the variables one to one. Received {len(grads)} gradients for "
                    f"{len(self._trainable_variables)} variables."
                )
            variables = list(self._trainable_variables)
        else:
            variables = list(trainable_variables)
            if not self.built:
                with self._scope():
                    self.build(variables)
            unknown = [variable for variable in variables if self._var_key(variable) not in self._index]
            if unknown:
                self._meet(unknown)
        grads, variables = self._with_gradients(grads, variables)
        if hasattr(self._iterations._value, "_copies"):
            for_all_copies(lambda summed: self._finish(summed, variables), grads, self._iterations._value)
        else:
            self._finish(grads, variables)

    def _finish(self, grads: list[Any], variables: list[Any]) -> None:
        """The step by gradients that all have one."""
        if variables:
            self._apply_all(grads, variables)
            for variable in variables:
                if variable.constraint is not None:
                    variable.assign(variable.constraint(variable))
        self._add_iteration()

    def _add_iteration(self) -> None:
        if thread.stateless is not None:
            self._iterations.assign_add(1)
        elif state.graph is not None:  # a captured function computes the new value
            own = self._iterations._value
            state.graph.write(own, state.graph.value(own) + 1)
        else:
            writable(self._iterations._value).add_(1)

    def _with_gradients(self, grads: list[Any], variables: list[Any]) -> tuple[list[Any], list[Any]]:
        """The pairs whose gradient is to be applied; variables that take it as their value get it here."""
        missing = [v for g, v in zip(grads, variables) if g is None]
        if missing:
            if len(missing) == len(grads):
                more = self._told_pairs(grads, variables)
                raise ValueError(f"No gradients provided for any variable{more}.")
            names = [getattr(v, "path", None) or v.name for v in missing]
            warnings.warn(
                f"Gradients do not exist for variables {names} when minimizing the loss. If using `model.compile()`, "
                "did "
                "you forget to provide a `loss` argument?",
                stacklevel=4,
            )
        pairs = [(g, v) for g, v in zip(grads, variables) if g is not None]
        if any(getattr(v, "overwrite_with_gradient", False) for _, v in pairs):
            for gradient, variable in pairs:
                if getattr(variable, "overwrite_with_gradient", False):
                    variable.assign(gradient)
            pairs = [(g, v) for g, v in pairs if not getattr(v, "overwrite_with_gradient", False)]
        return [g for g, _ in pairs], [v for _, v in pairs]

    def _apply_all(self, grads: list[Any], variables: list[Any]) -> None:
        tensors = [dense(g, v) for g, v in zip(grads, variables)]
        if self.loss_scale_factor is not None:
            tensors = list(torch._foreach_div(tensors, self.loss_scale_factor))
        steps = self.gradient_accumulation_steps
        if not steps:
            self._update_all(self._clipped(tensors), variables)
        else:
            self._accumulate(tensors, variables, steps)
        if self.use_ema:
            self._update_averages()

    def _accumulate(self, grads: Tensors, variables: list[Any], steps: int) -> None:
        """Adds gradients up; every `steps` steps their mean updates the variables."""
        sums = [writable(self._accumulators[self._get_variable_index(v)]._value) for v in variables]
        torch._foreach_add_(sums, grads)
        is_last = (number(to_storage(self._iterations)) + 1) % steps == 0
        means = list(torch._foreach_div(sums, steps))
        if isinstance(is_last, bool):
            if is_last:
                self._update_all(self._clipped(means), variables)
                torch._foreach_zero_(sums)
            return
        indices = [self._get_variable_index(v) for v in variables]
        changed = [tf_variable(v) for v in variables] + [s[i]._value for s in self._slots.values() for i in indices]
        where_true(is_last, changed, lambda: self._update_all(self._clipped(means), variables))
        torch._foreach_mul_(sums, (~is_last).to(sums[0].dtype))

    def _update_all(self, grads: Tensors, variables: list[Any]) -> None:
        self._decay(variables)
        self._update_at(self._rate(), grads, variables)

    def _update_at(self, rate: Any, grads: Tensors, variables: list[Any]) -> None:
        if type(self).update_step is not Optimizer.update_step:
            more = (rate,) if takes_rate(self.update_step) else ()
            for gradient, variable in zip(grads, variables):
                self.update_step(wrap(gradient), variable, *more)
            return
        groups: dict[Any, list[int]] = {}
        for position, gradient in enumerate(grads):
            groups.setdefault((gradient.dtype, gradient.device), []).append(position)
        names = list(self._slots)
        for (dtype, device), positions in groups.items():
            chosen = [variables[i] for i in positions]
            indices = [self._get_variable_index(v) for v in chosen]
            slots = {name: [writable(self._slots[name][i]._value) for i in indices] for name in names}
            params = [writable(tf_variable(v)) for v in chosen]
            lr = number(to_storage(rate))
            lr = lr.to(device, dtype) if isinstance(lr, torch.Tensor) else lr
            self._update_group([grads[i] for i in positions], params, slots, lr)

    def _update_group(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        """`_update`, of which a subclass may leave out what gradients made of slices do not touch."""
        self._update(grads, params, slots, lr)

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        """Updates `params` and `slots` in place; all are of one dtype and device. `lr` is a float or a scalar
        tensor.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement `update_step`.")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates one variable by its gradient; for optimizers of one's own."""
        raise NotImplementedError(f"{type(self).__name__} must implement `update_step`.")

    def assign(self, variable: Any, value: Any) -> None:
        """Assigns a value, cast to the variable's dtype."""
        tf_variable(variable).assign(ops.convert_to_tensor(value, standardize_dtype(variable.dtype)), read_value=False)

    def assign_add(self, variable: Any, value: Any) -> None:
        """Adds a value, cast to the variable's dtype."""
        tf_variable(variable).assign_add(
            ops.convert_to_tensor(value, standardize_dtype(variable.dtype)), read_value=False
        )

    def assign_sub(self, variable: Any, value: Any) -> None:
        """Subtracts a value, cast to the variable's dtype."""
        tf_variable(variable).assign_sub(
            ops.convert_to_tensor(value, standardize_dtype(variable.dtype)), read_value=False
        )

    # ---- what is done around an update ----

    def _clipped(self, grads: Tensors) -> Tensors:
        return self._summed(clipped(grads, self.clipnorm, self.clipvalue, self.global_clipnorm))

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Leaves variables, given themselves or by patterns for their names, out of weight decay; before building."""
        if self.built:
            done = by_version("configured", "configued")
            raise ValueError(f"`exclude_from_weight_decay()` can only be {done} before the optimizer is built.")
        self._excluded = {self._var_key(variable) for variable in var_list or ()}
        self._excluded_pattern = re.compile("|".join(sorted(set(var_names)))) if var_names else None

    def _use_weight_decay(self, variable: Any) -> bool:
        if self._var_key(variable) in self._excluded:
            return False
        return self._excluded_pattern is None or self._excluded_pattern.search(variable.name) is None

    def _decay_of(self, variable: Any) -> float | None:
        return self.weight_decay

    def _decay(self, variables: list[Any]) -> None:
        shares = [(v, self._decay_of(v)) for v in variables if self._use_weight_decay(v)]
        if not any(share for _, share in shares):
            return
        rate = number(to_storage(self._scheduled()))
        for variable, share in shares:
            if share:
                t, factor = writable(tf_variable(variable)), rate * share
                t.sub_(t * (factor.to(t.device, t.dtype) if isinstance(factor, torch.Tensor) else factor))

    def _update_averages(self) -> None:
        pairs = [(writable(a._value), v) for v, a in zip(self._trainable_variables, self._averages) if a is not None]
        step = self._step() - 1
        own = [tf_variable(v) for _, v in pairs]
        update_averages([a for a, _ in pairs], own, self.ema_momentum, self._averaged(step))
        every = self.ema_overwrite_frequency
        if every:
            overwrite = (step + 1) % every == 0
            for average, variable in pairs:
                if isinstance(overwrite, torch.Tensor):
                    t = writable(tf_variable(variable))
                    t.copy_(torch.where(overwrite.to(t.device), average, t))
                elif overwrite:
                    writable(tf_variable(variable)).copy_(average)

    def _overwrite_model_variables_with_average_value(self, trainable_variables: Sequence[Any]) -> None:
        if len(trainable_variables) != len(self._averages):
            raise ValueError(
                f"The number of model variables ({len(trainable_variables)}) does not match the number of averages "
                "that "
                f"the optimizer keeps ({len(self._averages)}). Was the optimizer called on this model?"
            )
        for variable, average in zip(trainable_variables, self._averages):
            if average is not None:
                variable.assign(average)

    def finalize_variable_values(self, var_list: Sequence[Any]) -> None:
        """Gives variables the values that training ends with: their moving averages, where those are kept."""
        if self.use_ema:
            self._overwrite_model_variables_with_average_value(var_list)

    def scale_loss(self, loss: Any) -> Any:
        """The loss times `loss_scale_factor`."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def stateless_apply(self, optimizer_variables: Any, grads: Any, trainable_variables: Any) -> Any:
        """Not with the TensorFlow backend, as in Keras: ValueError."""
        raise ValueError(
            "stateless_apply is not supported with the TensorFlow backend, whose semantics tfcompat follows."
        )

    # ---- saving ----

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to the variables; ValueError where the optimizer is not built or a shape differs."""
        if not self.built:
            raise ValueError(
                "You are calling `set_weights()` on an optimizer that has not yet been built. Please call "
                "`optimizer.build(trainable_variables)` to create the optimizer weights before calling `set_weights()`."
            )
        for variable, weight in zip(self.variables, weights):
            if tuple(variable.shape) != tuple(weight.shape):
                raise ValueError(
                    f"Optimizer variable {variable.name.partition(':')[0]}_{variable._value._number} has shape "
                    f"{variable.shape} not compatible with provided weight shape {weight.shape}."
                )
            variable.assign(weight)

    def save_own_variables(self, store: Any) -> None:
        """Puts the variables' values into `store`, a mapping, under "0", "1", ..."""
        for index, variable in enumerate(self.variables):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Takes the variables' values from `store`; warns and takes none where their number differs."""
        from tfcompat.keras.saving import optimizer_state

        try:
            optimizer_state.assign(self, [store[str(index)] for index in range(len(store.keys()))])
        except ValueError:
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has {len(self.variables)} "
                "variables "
                f"whereas the saved optimizer has {len(store.keys())} variables.",
                stacklevel=2,
            )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        rate: Any = self._learning_rate
        if isinstance(rate, Variable):
            rate = float(rate.numpy())
        elif not isinstance(rate, float):
            rate = serialize_keras_object(rate)
        own = ("weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema", "ema_momentum")
        own += ("ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps")
        rates = {"lr": rate, "decay": self.decay} if self.decay else {"learning_rate": rate}
        return self._told_config({"name": self.name, **rates, **{key: getattr(self, key) for key in own}})

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The optimizer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        if isinstance(config.get("learning_rate"), dict):
            rate = deserialize_keras_object(config["learning_rate"], custom_objects=custom_objects)
            config = {**config, "learning_rate": rate}
        return cls(**config)

    def _obj_type(self) -> str:
        return "Optimizer"
