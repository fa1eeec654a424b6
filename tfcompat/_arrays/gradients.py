"""TensorFlow 1's gradients of graphs: tf.gradients and tf.hessians, which eager TensorFlow refuses."""

from __future__ import annotations

from typing import Any, NoReturn

from tfcompat._core.state import state
from tfcompat._core.tape import UnconnectedGradients


def _refuse(name: str) -> NoReturn:
    if state.graph is None:
        raise RuntimeError(
            "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    raise NotImplementedError(f"{name} is not supported while a function is captured. Use tf.GradientTape instead.")


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: UnconnectedGradients = UnconnectedGradients.NONE,
) -> NoReturn:
    """Graphs only: RuntimeError in eager execution, as in TensorFlow; tf.GradientTape does it (tf.gradients)."""
    _refuse("tf.gradients")


def hessians(
    ys: Any, xs: Any, gate_gradients: bool = False, aggregation_method: Any = None, name: str = "hessians"
) -> NoReturn:
    """Graphs only: RuntimeError in eager execution, as in TensorFlow; two tapes do it (tf.hessians)."""
    _refuse("tf.hessians")
