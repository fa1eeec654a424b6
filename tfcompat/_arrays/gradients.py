"""TensorFlow 1's gradients of graphs: tf.gradients and tf.hessians, for functions that are being captured."""

from __future__ import annotations

from typing import Any

from tfcompat._arrays.captures import graph_method
from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat._core.tape import UnconnectedGradients


def _as_list(values: Any) -> list[Any]:
    return list(values) if isinstance(values, (list, tuple)) else [values]


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: UnconnectedGradients = UnconnectedGradients.NONE,
) -> list[Any]:
    """The gradients of the sum of `ys` with respect to each of `xs`, within a captured function (tf.gradients).

    grad_ys: weights of the ys' elements, ones where None. stop_gradients: tensors that gradients do not flow through.
    unconnected_gradients: None, or zeros, where ys do not depend on an x. gate_gradients and aggregation_method are
    hints to TensorFlow's graphs. RuntimeError in eager execution, as in TensorFlow; ValueError for lists of different
    lengths.
    """
    if state.graph is None:
        raise RuntimeError(
            "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    unconnected = UnconnectedGradients(unconnected_gradients)
    targets, sources = _as_list(ys), _as_list(xs)
    weights = [None] * len(targets) if grad_ys is None else _as_list(grad_ys)
    if len(weights) != len(targets):
        raise ValueError(f"Passed {len(weights)} grad_ys for {len(targets)} ys")
    stops = [] if stop_gradients is None else structure.flatten(stop_gradients)
    return graph_method("gradients", "tf.gradients")(
        [convert_to_tensor(y) for y in targets], sources, weights, stops, unconnected is UnconnectedGradients.ZERO
    )


def hessians(
    ys: Any, xs: Any, gate_gradients: bool = False, aggregation_method: Any = None, name: str = "hessians"
) -> list[Any]:
    """The matrix of second derivatives of the sum of `ys` for each of `xs`, in a captured function (tf.hessians).

    For x of any shape it has the shape of x twice. gate_gradients and aggregation_method are hints to TensorFlow's
    graphs. RuntimeError in eager execution, as in TensorFlow, ValueError where `ys` do not depend on one of `xs`.
    """
    if state.graph is None:
        raise RuntimeError(
            "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    return graph_method("hessians", "tf.hessians")(_as_list(ys), _as_list(xs))
