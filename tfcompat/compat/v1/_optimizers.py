"""TensorFlow 1's optimizers (tf.compat.v1.train.GradientDescentOptimizer and relatives), in graphs and eagerly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core.state import state
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection, get_collection


def _deferred() -> bool:
    return state.graph is not None and state.graph.deferred


class Optimizer:
    """What all of them have in common (tf.compat.v1.train.Optimizer): gradients, slots and when updates run.

    Subclasses give `_step(gradient, variable, slots, hyper)`, the update itself, and `_slots`, how slots begin.
    use_locking: TensorFlow's kernels'; updates here never interleave. name: of the operations and slots.
    """

    GATE_NONE, GATE_OP, GATE_GRAPH = 0, 1, 2

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking, self._name = use_locking, name
        self._slots_made: dict[str, dict[int, Any]] = {}
        self._powers: list[Any] = []

    # ---- what subclasses have ----

    _begin: dict[str, Callable[[Any], Any]]  # for each slot what makes its initial value of a variable

    def _hyper(self) -> dict[str, Any]:
        """The numbers and tensors that the updates depend on."""
        raise NotImplementedError("tf.compat.v1.train.Optimizer: a subclass gives the update.")

    def _step(self, gradient: Any, variable: Any, slots: dict[str, Any], hyper: dict[str, Any]) -> None:
        """Updates a variable and its slots."""
        raise NotImplementedError("tf.compat.v1.train.Optimizer: a subclass gives the update.")

    def _finish(self, powers: Sequence[Any], hyper: dict[str, Any]) -> None:
        """What happens once after all updates."""

    def _make_powers(self) -> list[Any]:
        """Variables that all updates share."""
        return []

    # ---- public ----

    def get_name(self) -> str:
        """The name that was given."""
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Any:
        """The operation that updates `var_list`, all trainable variables where None, to make `loss` smaller.

        Eagerly `loss` is a callable, and the update happens now. gate_gradients, aggregation_method and
        colocate_gradients_with_ops are hints to TensorFlow's graphs. ValueError where no variable has a gradient.
        """
        pairs = self.compute_gradients(
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss
        )
        variables = [v for g, v in pairs if g is not None]
        if not variables:
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not support gradients, "
                f"between variables {[str(v) for _, v in pairs]} and loss {loss}."
            )
        return self.apply_gradients(pairs, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[tuple[Any, Any]]:
        """Pairs of a gradient of `loss`, or None, and the variable that it is for."""
        if gate_gradients not in (0, 1, 2):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH. "
                f"Not {gate_gradients}"
            )
        if callable(loss):
            with tf.GradientTape() as tape:
                value = loss()
            variables = list(var_list) if var_list is not None else list(tape.watched_variables())
            return list(zip(tape.gradient(value, variables, grad_loss), variables))
        if state.graph is None:
            raise RuntimeError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager execution is enabled."
            )
        variables = tf.nest.flatten(var_list) if var_list is not None else get_collection(GraphKeys.TRAINABLE_VARIABLES)
        if not variables:
            raise ValueError("No variables to optimize.")
        return list(zip(tf.gradients(loss, variables, grad_loss), variables))

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """The operation that updates the variables with their gradients, and then adds 1 to `global_step`.

        Eagerly the updates happen now, and None is returned. ValueError where no variable has a gradient.
        """
        pairs = [(g, v) for g, v in grads_and_vars if g is not None]
        if not pairs:
            raise ValueError(f"No gradients provided for any variable: {[str(v) for _, v in grads_and_vars]}.")
        label = name or self._name
        if not self._powers:
            self._powers = self._make_powers()
        slots = [{s: self._slot(s, v) for s in self._begin} for _, v in pairs]
        hyper, powers = self._hyper(), self._powers
        if not _deferred():
            for (g, v), own in zip(pairs, slots):
                self._update(g, v, own, hyper, powers)
            self._finish(powers, hyper)
            return None if global_step is None else global_step.assign_add(tf.ones((), global_step.dtype))
        from tfcompat._function.deferred import Recipe

        graph = state.graph
        updates = [
            graph.effect(
                f"Apply{self._name}",
                f"{label}/update_{v.op.name}/Apply{self._name}",
                Recipe(self._update, [g, v, own, hyper, powers]),
            )
            for (g, v), own in zip(pairs, slots)
        ]
        if powers:
            updates.append(
                graph.effect("AssignVariableOp", f"{label}/Assign", Recipe(self._finish, [powers, hyper]), updates)
            )
        if global_step is None:
            done = graph.effect("NoOp", label, None, updates)
        else:
            last = graph.effect("NoOp", f"{label}/update", None, updates)
            one = Recipe(global_step.assign_add, [tf.ones((), global_step.dtype)])
            done = graph.effect("AssignAddVariableOp", label, one, [last])
        add_to_collection(GraphKeys.TRAIN_OP, done)
        return done

    def _update(self, gradient: Any, variable: Any, slots: dict[str, Any], hyper: dict[str, Any], powers: Any) -> None:
        g = tf.convert_to_tensor(gradient)
        numbers = {k: tf.cast(v() if callable(v) else v, g.dtype) for k, v in hyper.items()}
        self._step(g, variable, {**slots, "powers": powers}, numbers)

    # ---- slots ----

    def _slot(self, slot: str, variable: Any) -> Any:
        made = self._slots_made.setdefault(slot, {})
        found = made.get(id(variable._storage))
        if found is None:
            number = list(self._begin).index(slot)
            part = variable.__dict__.get("_part")  # what an estimator's variable is called beside its name
            owner = variable.name.split(":")[0] + (f"/{part}" if part else "")
            name = f"{owner}/{self._name}" + (f"_{number}" if number else "")
            value = self._begin[slot](variable)
            with tf.name_scope(""):
                found = made[id(variable._storage)] = tf.Variable(value, trainable=False, name=name)
        return found

    def get_slot(self, var: Any, name: str) -> Any:
        """The slot variable called `name` of a variable, None where there is none."""
        return self._slots_made.get(name, {}).get(id(var._storage))

    def get_slot_names(self) -> list[str]:
        """The names of the slots."""
        return sorted(self._slots_made)

    def variables(self) -> list[Any]:
        """The optimizer's own variables."""
        return [*self._powers, *(v for made in self._slots_made.values() for v in made.values())]


def _zeros(variable: Any) -> Any:
    return tf.zeros(variable.shape, variable.dtype)


def _filled(value: Any) -> Callable[[Any], Any]:
    return lambda variable: tf.fill(variable.shape, tf.cast(value, variable.dtype))


class GradientDescentOptimizer(Optimizer):
    """Variables less their gradients times the learning rate (tf.compat.v1.train.GradientDescentOptimizer)."""

    _begin: dict[str, Any] = {}

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name)
        self._rate = learning_rate

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        variable.assign_sub(gradient * hyper["rate"])


class MomentumOptimizer(Optimizer):
    """Gradients are summed up, each sum `momentum` times the last one (tf.compat.v1.train.MomentumOptimizer)."""

    _begin = {"momentum": _zeros}

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._rate, self._momentum, self._nesterov = learning_rate, momentum, use_nesterov

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate, "momentum": self._momentum}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        total = slots["momentum"]
        new = total * hyper["momentum"] + gradient
        total.assign(new)
        step = gradient + hyper["momentum"] * new if self._nesterov else new
        variable.assign_sub(hyper["rate"] * step)


class AdamOptimizer(Optimizer):
    """Adam (Kingma and Ba, 2014), with `epsilon` as its "epsilon hat" (tf.compat.v1.train.AdamOptimizer)."""

    _begin = {"m": _zeros, "v": _zeros}

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
        super().__init__(use_locking, name)
        self._rate, self._beta1, self._beta2, self._epsilon = learning_rate, beta1, beta2, epsilon
        self._prefix = f"{name}/" if use_own_namescope_for_non_slot_vars else ""

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate, "beta1": self._beta1, "beta2": self._beta2, "epsilon": self._epsilon}

    def _make_powers(self) -> list[Any]:
        betas = {"beta1_power": self._beta1, "beta2_power": self._beta2}
        made = []
        with tf.name_scope(""):
            for name, beta in betas.items():
                value = beta() if callable(beta) else beta
                made.append(tf.Variable(value, dtype=tf.float32, trainable=False, name=self._prefix + name))
        return made

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        power1, power2 = (tf.cast(p, gradient.dtype) for p in slots["powers"])
        m, v = slots["m"], slots["v"]
        rate = hyper["rate"] * tf.sqrt(1 - power2) / (1 - power1)
        m.assign_add((gradient - m) * (1 - hyper["beta1"]))
        v.assign_add((tf.square(gradient) - v) * (1 - hyper["beta2"]))
        variable.assign_sub(rate * m / (tf.sqrt(v) + hyper["epsilon"]))

    def _finish(self, powers: Sequence[Any], hyper: dict[str, Any]) -> None:
        for power, beta in zip(powers, (hyper["beta1"], hyper["beta2"])):
            power.assign(power * tf.cast(beta() if callable(beta) else beta, power.dtype))


class AdagradOptimizer(Optimizer):
    """Adagrad (Duchi et al., 2011; tf.compat.v1.train.AdagradOptimizer)."""

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
        self._rate = learning_rate
        self._begin = {"accumulator": _filled(initial_accumulator_value)}

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        total = slots["accumulator"]
        total.assign_add(tf.square(gradient))
        variable.assign_sub(hyper["rate"] * gradient * tf.math.rsqrt(total))


class RMSPropOptimizer(Optimizer):
    """RMSProp (Hinton's lecture; tf.compat.v1.train.RMSPropOptimizer)."""

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
        self._rate, self._decay, self._momentum, self._epsilon = learning_rate, decay, momentum, epsilon
        self._centered = centered
        self._begin = {"rms": _filled(1), **({"mg": _zeros} if centered else {}), "momentum": _zeros}

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate, "decay": self._decay, "momentum": self._momentum, "epsilon": self._epsilon}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        rms, momentum, rest = slots["rms"], slots["momentum"], 1 - hyper["decay"]
        rms.assign_add((tf.square(gradient) - rms) * rest)
        scale: Any = rms
        if self._centered:
            slots["mg"].assign_add((gradient - slots["mg"]) * rest)
            scale = rms - tf.square(slots["mg"])
        momentum.assign(
            momentum * hyper["momentum"] + hyper["rate"] * gradient * tf.math.rsqrt(scale + hyper["epsilon"])
        )
        variable.assign_sub(momentum)


class AdadeltaOptimizer(Optimizer):
    """Adadelta (Zeiler, 2012; tf.compat.v1.train.AdadeltaOptimizer)."""

    _begin = {"accum": _zeros, "accum_update": _zeros}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._rate, self._rho, self._epsilon = learning_rate, rho, epsilon

    def _hyper(self) -> dict[str, Any]:
        return {"rate": self._rate, "rho": self._rho, "epsilon": self._epsilon}

    def _step(self, gradient: Any, variable: Any, slots: Any, hyper: Any) -> None:
        total, updates, rho, epsilon = slots["accum"], slots["accum_update"], hyper["rho"], hyper["epsilon"]
        total.assign(total * rho + tf.square(gradient) * (1 - rho))
        step = tf.sqrt(updates + epsilon) * tf.math.rsqrt(total + epsilon) * gradient
        updates.assign(updates * rho + tf.square(step) * (1 - rho))
        variable.assign_sub(hyper["rate"] * step)
