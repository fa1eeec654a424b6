"""tensorflow.python.ops.parallel_for.control_flow_ops: loops whose iterations run at once, or one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._internals.function_utils import fn_args

__all__ = ["for_loop", "pfor"]


def for_loop(
    loop_fn: Callable[..., Any], loop_fn_dtypes: Any, iters: Any, parallel_iterations: int | None = None
) -> Any:
    """What `loop_fn` gives for 0 to `iters` - 1, one by one, stacked. loop_fn_dtypes: its dtypes, as a nest."""
    return tf.map_fn(loop_fn, tf.range(iters), fn_output_signature=loop_fn_dtypes)


def pfor(
    loop_fn: Callable[..., Any],
    iters: Any,
    fallback_to_while_loop: bool = True,
    parallel_iterations: int | None = None,
    warn: bool = False,
) -> Any:
    """What `loop_fn` gives for 0 to `iters` - 1, all at once, stacked: tf.vectorized_map over the numbers.

    parallel_iterations: how many at once; all of them in any case. ValueError where it is not positive,
    NotImplementedError for a `loop_fn` that takes a `pfor_config`.
    """
    if parallel_iterations is not None and parallel_iterations < 1:
        raise ValueError(
            f"Argument `parallel_iterations` must be None or a positive integer. Received: {parallel_iterations}."
        )
    if "pfor_config" in fn_args(loop_fn):
        raise NotImplementedError("pfor: tfcompat has no `pfor_config` to reduce over iterations with.")
    return tf.vectorized_map(loop_fn, tf.range(iters), fallback_to_while_loop, warn)
