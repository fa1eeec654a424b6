"""Functions that say their own gradient: tf.custom_gradient, tf.recompute_grad, tf.grad_pass_through."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tape import GradientTape, Recorder, variable_of
from tfcompat._core.tensor import Tensor


class _VariableLog(Recorder):
    """A recorder in the list of open tapes that only notes which variables are read."""

    only_logs = True

    def __init__(self) -> None:
        super().__init__(watch_accessed_variables=True)

    def __enter__(self) -> _VariableLog:
        state.tapes = (*state.tapes, self)
        return self

    def __exit__(self, *exc: Any) -> None:
        state.tapes = tuple(t for t in state.tapes if t is not self)


class _Rule:
    """The gradient function of one call, and what it needs to know when it runs."""

    def __init__(self, grad_fn: Callable[..., Any], args: Sequence[Any], variables: Sequence[Any], name: str) -> None:
        self.grad_fn, self.args, self.variables, self.name = grad_fn, args, variables, name
        self.tapes = state.tapes

    def __call__(self, upstream: Sequence[torch.Tensor]) -> list[torch.Tensor | None]:
        """The gradients of the arguments, then of the variables."""
        before = state.tapes
        if torch.is_grad_enabled() and not before:
            state.tapes = self.tapes  # a backward pass on a thread of torch's own, that is recorded
        try:
            dys = [wrap(g) for g in upstream]
            if self.variables:
                grads, variable_grads = self.grad_fn(*dys, variables=list(self.variables))
                flat_variables = structure.flatten(variable_grads)
                if len(flat_variables) != len(self.variables):
                    raise ValueError(
                        f"Must return gradient for each variable from @custom_gradient grad_fn: expected "
                        f"{len(self.variables)}, got {len(flat_variables)}."
                    )
            else:
                grads, flat_variables = self.grad_fn(*dys), []
            flat = structure.flatten(grads)
            if len(flat) != len(self.args):
                raise ValueError(
                    f"custom_gradient function expected to return {len(self.args)} gradients, but returned "
                    f"{len(flat)} instead."
                )
            kept = [g for a, g in zip(self.args, flat, strict=True) if _is_differentiable(a)]
            return [None if g is None else to_storage(g) for g in (*kept, *flat_variables)]
        finally:
            state.tapes = before


def _is_differentiable(x: Any) -> bool:
    return isinstance(x, Tensor) or hasattr(variable_of(x), "_storage")


class _Custom(torch.autograd.Function):
    """Passes the outputs on, and takes their gradients from a rule."""

    @staticmethod
    def forward(ctx: Any, rule: _Rule, count: int, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:  # type: ignore[override]
        ctx.rule, ctx.count = rule, count
        outputs = tuple(t.view_as(t) for t in tensors[:count])
        ctx.mark_non_differentiable(*(t for t in outputs if not (t.is_floating_point() or t.is_complex())))
        return outputs

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> Any:  # type: ignore[override]
        return None, None, *([None] * ctx.count), *ctx.rule(upstream)


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorates a function that returns (value, grad_fn), to give it grad_fn as gradient (tf.custom_gradient).

    grad_fn takes the gradient of each output tensor and returns one for each argument; where the function reads
    variables it also takes `variables=` and returns (gradients, gradients of the variables). grad_fn may itself be
    differentiated. TypeError where variables are read and grad_fn does not take them.
    """
    if f is None:
        return custom_gradient

    return _WithGradient(f)


class _WithGradient:
    """A function that says its own gradient; a method's object is none of the arguments that have one."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __get__(self, instance: Any, owner: Any = None) -> _WithGradient:
        return self if instance is None else _WithGradient(self._function.__get__(instance, owner))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        f = self._function
        with _VariableLog() as log:
            result, grad_fn = f(*args, **kwargs)
        flat_args = structure.flatten(args)
        variables = [v for v in log._variables.values() if not any(v is variable_of(a) for a in flat_args)]
        _check_takes_variables(grad_fn, variables)
        outputs = [convert_to_tensor(r) for r in structure.flatten(result)]
        if not state.tapes and state.graph is None:
            return structure.pack_sequence_as(result, [wrap(to_storage(o)) for o in outputs])
        inputs = [to_storage(variable_of(a)) for a in flat_args if _is_differentiable(a)]
        inputs += [v._read() for v in variables]
        rule = _Rule(grad_fn, flat_args, variables, getattr(f, "__name__", "custom_gradient"))
        graph = state.graph
        while graph is not None:
            graph.custom_gradients[rule.name] = None
            graph = graph.outer_graph
        passed = _Custom.apply(rule, len(outputs), *(to_storage(o).detach() for o in outputs), *inputs)
        return structure.pack_sequence_as(result, [wrap(t) for t in passed])


def _check_takes_variables(grad_fn: Callable[..., Any], variables: Sequence[Any]) -> None:
    parameters = inspect.signature(grad_fn).parameters
    takes = "variables" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if variables and not takes:
        raise TypeError(
            "If using @custom_gradient with a function that uses variables, then grad_fn must accept a 'variables' "
            "keyword argument."
        )


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function equal to `f` that keeps nothing for its gradient: the backward pass computes `f` again.

    Saves memory for time (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"; tf.recompute_grad).
    """

    @custom_gradient
    def inner(*args: Any, **kwargs: Any) -> Any:
        with torch.no_grad():
            result = f(*args, **kwargs)

        def grad(*upstream: Any, variables: Sequence[Any] | None = None) -> Any:
            with GradientTape() as tape:
                fresh = structure.map_structure(_alias, args)
                tape.watch([a for a in structure.flatten(fresh) if isinstance(a, Tensor) and _has_gradient(a)])
                again = f(*fresh, **kwargs)
            flat = structure.flatten(fresh)
            wanted = [a for a in flat if _has_gradient(a)]
            found = iter(tape.gradient(again, [*wanted, *(variables or ())], output_gradients=list(upstream)))
            grads = [next(found) if _has_gradient(a) else None for a in flat]
            return (grads, list(found)) if variables else grads

        return result, grad

    return functools.wraps(f)(inner)


def _alias(x: Any) -> Any:
    return wrap(x._t.view_as(x._t)) if isinstance(x, Tensor) and isinstance(x._t, torch.Tensor) else x


def _has_gradient(x: Any) -> bool:
    dtype = getattr(x, "dtype", None)
    return _is_differentiable(x) and dtype is not None and (dtype.is_floating or dtype.is_complex)


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function equal to `f` whose gradient is the identity: upstream gradients reach its arguments unchanged.

    Variables that `f` reads get no gradient (tf.grad_pass_through).
    """

    @custom_gradient
    def passed(*args: Any, **kwargs: Any) -> Any:
        def grad(*upstream: Any, variables: Sequence[Any] | None = None) -> Any:
            return (upstream, [None] * len(variables)) if variables is not None else upstream

        return f(*args, **kwargs), grad

    return functools.wraps(f)(passed)
