"""keras.backend: Keras 2's control flow, gradients, functions of models, and what was left of sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import tfcompat as tf
from tfcompat.keras import _naming, _version
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._session_values import graph_of_sessions, keep_session, session_of, values_of
from tfcompat.keras._state import thread
from tfcompat.keras.backend._drawing import draws


@draws
def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """`fn` applied to each slice of `elems`, the results, of `dtype`, stacked."""
    return tf.map_fn(fn, elems, dtype=dtype, name=name)


@draws
def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """The last of the values a = fn(a, slice), from the first slice of `elems` on."""
    return tf.foldl(fn, elems, initializer=initializer, name=name)


@draws
def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """The last of the values a = fn(a, slice), from the last slice of `elems` on."""
    return tf.foldr(fn, elems, initializer=initializer, name=name)


@draws
def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """The first of two tensors, or of callables that make them, where the condition holds, else the second.

    A condition of two dimensions or more counts for whole rows. ValueError where it has more.
    """
    condition = condition if condition.dtype is tf.bool else tf.cast(condition, tf.bool)
    rank = condition.shape.rank
    if not rank:
        first, second = (e if callable(e) else (lambda e=e: e) for e in (then_expression, else_expression))
        return tf.cond(condition, first, second)
    then, other = (e() if callable(e) else e for e in (then_expression, else_expression))
    then = tf.convert_to_tensor(then)
    if rank > then.shape.rank:
        raise ValueError(
            "Rank of `condition` should be less than or equal to rank of `then_expression` and `else_expression`. "
            f"ndim(condition)={rank}, ndim(then_expression)={then.shape.rank}"
        )
    if 1 < rank < then.shape.rank:
        condition = tf.reshape(condition, tf.concat([tf.shape(condition), [1] * (then.shape.rank - rank)], axis=0))
    return tf.where(condition, then, other)


def gradients(loss: Any, variables: Any) -> Any:
    """The gradients of the sum of `loss` with respect to `variables`, in a tf.function's graph (tf.gradients).

    KerasTensors of a model give KerasTensors, for `function` and further models.
    """
    wanted = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    if isinstance(loss, KerasTensor) and all(isinstance(x, KerasTensor) for x in wanted):
        from tfcompat.keras.backend._gradients import gradients as of_keras_tensors

        return of_keras_tensors(loss, wanted)
    return tf.gradients(loss, variables)


# ---- the learning phase ----


def learning_phase() -> int:
    """1 where layers train by default, else 0."""
    return int(thread.learning_phase)


def set_learning_phase(value: Any) -> None:
    """Sets whether layers that are called without `training` train: 1 or 0; ValueError for others."""
    if value not in (0, 1):
        raise ValueError(f"Expected learning phase to be 0 or 1. Received: value={value!r}")
    thread.learning_phase = bool(value)


class learning_phase_scope:
    """A context in which the learning phase is `value`."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self._outer = False

    def __enter__(self) -> None:
        self._outer = thread.learning_phase
        set_learning_phase(self._value)

    def __exit__(self, *exc: Any) -> None:
        thread.learning_phase = self._outer


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x, a tensor or a callable that makes it, where layers train, else `alt`."""
    training = thread.learning_phase if training is None else training
    if not tf.is_tensor(training):
        chosen = x if training else alt
        return chosen() if callable(chosen) else chosen
    return switch(training, x, alt)


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x, a tensor or a callable that makes it, where layers do not train, else `alt`."""
    return in_train_phase(alt, x, training=training)


# ---- functions of models ----


def function(
    inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any
) -> Callable[[Any], Any]:
    """A function from the values of a model's KerasTensors `inputs` to numpy arrays of its `outputs`.

    inputs, outputs: a KerasTensor or a list of them. ValueError for `updates` and other arguments, which belong to
    graphs with a session.
    """
    from tfcompat.keras._function import Function

    if kwargs or updates:
        given = [*(["updates"] if updates else []), *kwargs]
        raise ValueError(f"`keras.backend.function` does not take {given}: there are no graphs with a session here.")
    flat = [inputs] if isinstance(inputs, KerasTensor) else [x for x in inputs if isinstance(x, KerasTensor)]
    if name is None and _version.is_legacy():
        name = _naming.auto_name("Functional")  # there it is a model, and counted among them
    graph = Function(flat, outputs, name=name)

    def call(values: Any) -> Any:
        given = list(values) if isinstance(values, (list, tuple)) else [values]
        with values_of([v for op in graph.operations for v in getattr(op, "variables", ())]):
            tensors = [tf.cast(tf.convert_to_tensor(v), x.dtype) for v, x in zip(given, flat)]
            return tf.nest.map_structure(lambda t: t.numpy(), graph(tensors))

    return call


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
    ragged: bool = False,
) -> Any:
    """A KerasTensor to draw a model's graph from, as keras.Input makes them; dense, sparse or ragged."""
    from tfcompat.keras.layers import Input

    if shape is None and ndim is None:
        raise ValueError("`placeholder` needs a `shape` or `ndim`.")
    dims = tuple(shape) if shape is not None else (None,) * int(ndim or 0)
    return Input(batch_shape=dims, dtype=dtype, sparse=sparse, ragged=ragged, name=name)


def is_placeholder(x: Any) -> bool:
    """Whether x is a KerasTensor that nothing computes."""
    from tfcompat.keras.layers.input_layer import InputLayer

    history = getattr(x, "_keras_history", None)
    return isinstance(x, KerasTensor) and (history is None or isinstance(history.operation, InputLayer))


# ---- sessions ----


def _no_session(name: str) -> NoReturn:
    raise NotImplementedError(
        f"tf.keras.backend.{name} is not in tfcompat: there are no sessions, as in TensorFlow 2. Tensors have "
        "values at once; read them with tf.keras.backend.get_value(x) or x.numpy()."
    )


def get_session(op_input_list: Sequence[Any] = ()) -> Any:
    """The session that runs Keras in a graph of TensorFlow 1's; NotImplementedError in eager execution."""
    graph = graph_of_sessions()
    return _no_session("get_session") if graph is None else session_of(graph)


def set_session(session: Any) -> None:
    """Has a session run Keras in its graph, one of TensorFlow 1's; NotImplementedError in eager execution."""
    if graph_of_sessions() is None:
        _no_session("set_session")
    keep_session(session)


def get_graph() -> NoReturn:
    """Refused: there is no graph that all ops go into."""
    _no_session("get_graph")


def manual_variable_initialization(value: bool) -> None:
    """Whether variables wait for a session to initialize them; ValueError for True, as they have values at once."""
    if value:
        raise ValueError("tf.keras.backend.manual_variable_initialization takes False only: there are no sessions.")
