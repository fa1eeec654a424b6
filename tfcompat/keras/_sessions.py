"""Keras's optimizers and metrics in graphs that sessions run: their updates are operations of the graph.

While the graph is built, variables are made under the names that Keras 2 gives them. What a session runs is the
optimizer's or the metric's own step, captured as in any function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._function.recipes import Recipe
from tfcompat._function.scopes import outside_of_graphs
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection
from tfcompat.compat.v1._variable_store import joining
from tfcompat.keras._building import is_building
from tfcompat.keras.optimizers._tensors import tf_variable

_HYPER = (
    "beta beta_1 beta_2 l1_regularization_strength l2_regularization_strength learning_rate_power momentum rho"
).split()  # what Keras 2 keeps in variables beside the learning rate and its decay


# ---- optimizers ----


def of_graph(optimizer: Any) -> Any:
    """An optimizer of Keras 2's kind whose variables belong to the graph: this one, or one with its configuration."""
    from tfcompat.keras.optimizers import legacy

    kind = type(optimizer)
    old = getattr(legacy, kind.__name__, None)
    if isinstance(optimizer, legacy.Optimizer) or old is None or not kind.__module__.startswith("tfcompat."):
        old = None
    if old is None and _is_here(optimizer):
        return optimizer
    with outside_of_graphs():
        config = optimizer.get_config()
    if old is not None:
        taken = (*inspect.signature(old.__init__).parameters, "clipnorm", "clipvalue", "global_clipnorm")
        config = {k: v for k, v in config.items() if k in taken and k != "name" and v is not None}
        kind = old
    return kind.from_config(config)


def _is_here(optimizer: Any) -> bool:
    made = getattr(tf_variable(optimizer._iterations), "_deferred", None)
    return made is not None and made[0] is state.graph


def gradients_of(loss: Any, variables: Sequence[Any], grad_loss: Any = None) -> list[Any]:
    """The gradients of a loss, a tensor or what gives one; ValueError where one has none."""
    loss = loss() if callable(loss) else loss
    gradients = tf.gradients(loss, [tf_variable(v) for v in variables], grad_loss)
    for gradient, variable in zip(gradients, variables, strict=True):
        if gradient is None:
            raise ValueError(
                f"Variable {variable} has `None` for gradient. Please make sure that all of your ops have a gradient "
                "defined (i.e. are differentiable). Common ops without gradient: K.argmax, K.round, K.eval."
            )
    return gradients


def minimize(optimizer: Any, loss: Any, variables: Sequence[Any]) -> Any:
    """The operation that updates variables by the gradient of a loss; ValueError where one has none."""
    return apply_gradients(optimizer, list(zip(gradients_of(loss, variables), variables, strict=True)))


def apply_gradients(optimizer: Any, pairs: Sequence[tuple[Any, Any]]) -> Any:
    """The operation that updates variables by their gradients, and counts the step."""
    graph: Any = state.graph
    pairs = [(tf.convert_to_tensor(g), tf_variable(v)) for g, v in pairs if g is not None]
    if not pairs:
        raise ValueError("No gradients provided for any variable.")
    if not _is_here(optimizer):
        within = optimizer.__dict__.setdefault("_of_graphs", {})
        if id(graph) not in within:
            within[id(graph)] = graph, of_graph(optimizer)
        optimizer = within[id(graph)][1]
    variables = [v for _, v in pairs]
    if not optimizer.built:
        _prepare(optimizer, variables, f"{state.scopes}{optimizer.name}/")
    own = _own(optimizer)

    def run(gradients: list[Any], variables: list[Any], own: list[Any]) -> None:
        optimizer.apply(gradients, variables)

    recipe = Recipe(run, [[g for g, _ in pairs], variables, own])
    recipe.assigns = [*variables, *own]
    done = graph.effect("AssignAddVariableOp", f"{optimizer.name}/AssignAddVariableOp", recipe)
    add_to_collection(GraphKeys.TRAIN_OP, done)
    return done


def _own(optimizer: Any) -> list[Any]:
    """The optimizer's variables."""
    kept = [v for slots in optimizer._slots.values() for v in slots if v is not None]
    rate = optimizer._learning_rate
    more = [*optimizer._averages, *optimizer._accumulators, *optimizer.variables]
    found = [optimizer._iterations, *([rate] if hasattr(rate, "_value") else []), *kept, *more]
    return list({id(tf_variable(v)): tf_variable(v) for v in found if v is not None}.values())


def _prepare(optimizer: Any, variables: list[Any], prefix: str) -> None:
    """Makes the optimizer's variables, under Keras 2's names, which are saved with the model."""
    with joining([]):
        optimizer.build(variables)
    names, seen = getattr(optimizer, "_slot_names", {}), set()
    if not optimizer.__dict__.get("_counts_elsewhere"):
        _name(optimizer._iterations, f"{prefix}iter")
    seen.add(id(tf_variable(optimizer._iterations)))
    if hasattr(optimizer._learning_rate, "_value"):
        _name(optimizer._learning_rate, f"{prefix}learning_rate")
        seen.add(id(optimizer._learning_rate._value))
    for slot, kept in optimizer._slots.items():
        for variable, own in zip(variables, kept, strict=True):
            if own is not None:
                _name(own, f"{prefix}{variable.op.name}/{names.get(slot, slot)}")
                seen.add(id(tf_variable(own)))
    for own in _own(optimizer):
        if id(own) not in seen:
            _name(own, f"{prefix}{own._scoped_name}")
    _keep_hyper(optimizer, prefix)


def _keep_hyper(optimizer: Any, prefix: str) -> None:
    """Makes variables of numbers, which Keras 2 has; they are saved, and change nothing."""
    numbers = {
        name: optimizer.__dict__[name] for name in _HYPER if isinstance(optimizer.__dict__.get(name), (int, float))
    }
    if "decay" in optimizer.__dict__:
        numbers["decay"] = optimizer.decay
    with tf.name_scope(""):
        for name, number in numbers.items():
            tf.Variable(float(number), trainable=False, name=f"{prefix}{name}")


def _name(variable: Any, name: str) -> None:
    """Gives a variable another name, under which it is saved."""
    own = tf_variable(variable)
    own._scoped_name = name
    add_to_collection(GraphKeys.GLOBAL_VARIABLES, own)


# ---- layers ----


def moved(variable: Any, value: torch.Tensor, momentum: float) -> Any:
    """The operation of a step of a moving average."""
    own = tf_variable(variable)
    return own.assign(own.read_value() * momentum + wrap(value.detach()) * (1.0 - momentum))


# ---- metrics ----


def record(metric: Any) -> None:
    """Makes the updates and the results of a metric, which is being made, operations of the graph."""
    methods = {"update_state": _updating, "reset_state": _updating, "result": _resulting}
    own = {name: wrap(metric, getattr(type(metric), name)) for name, wrap in methods.items()}
    for name, method in {**own, "reset_states": own["reset_state"], "updates": []}.items():
        object.__setattr__(metric, name, method)


def _updating(metric: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    def update(*args: Any, **kwargs: Any) -> Any:
        if not is_building():
            return method(metric, *args, **kwargs)
        graph: Any = state.graph
        variables = [tf_variable(v) for v in metric.variables]

        def run(args: Any, kwargs: Any, variables: Any) -> None:
            method(metric, *args, **kwargs)

        recipe = Recipe(run, [[*map(_tensor, args)], {k: _tensor(v) for k, v in kwargs.items()}, variables])
        recipe.assigns = variables
        done = graph.effect("AssignAddVariableOp", f"{metric.name}/AssignAddVariableOp", recipe)
        if args or kwargs:
            metric.updates.append(done)
        return done

    return update


def _tensor(x: Any) -> Any:
    return x if x is None or not hasattr(x, "_read") else tf.convert_to_tensor(x)


def _resulting(metric: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    def result() -> Any:
        found = method(metric)
        if is_building() and isinstance(found, tf.Tensor):
            graph: Any = state.graph
            found = tf.identity(found, name=f"{metric.name}/value")
            graph.remember(
                found, lambda variables: tf.identity(method(metric)), [tf_variable(v) for v in metric.variables]
            )
        return found

    return result
