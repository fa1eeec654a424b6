"""Learning rates that change with the step (tf.compat.v1.train.exponential_decay and relatives).

In a graph they are tensors; eagerly, functions without arguments that give the rate for the step's value at the call.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core.state import state


def _now_or_later(compute: Callable[..., Any]) -> Callable[..., Any]:
    """`compute` as a public function: it runs now in a graph, later otherwise."""

    @functools.wraps(compute)
    def decay(*args: Any, **kwargs: Any) -> Any:
        later = functools.partial(compute, *args, **kwargs)
        return later if state.graph is None else later()

    return decay


def _numbers(learning_rate: Any, global_step: Any, *others: Any) -> list[Any]:
    if global_step is None:
        raise ValueError("Argument `global_step` must not be None.")
    rate = tf.convert_to_tensor(learning_rate, name="learning_rate")
    return [rate, *(tf.cast(x, rate.dtype) for x in (global_step, *others))]


@_now_or_later
def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Any:
    """``learning_rate * decay_rate ** (global_step / decay_steps)``; of whole periods only, if `staircase`."""
    rate, step, steps, base = _numbers(learning_rate, global_step, decay_steps, decay_rate)
    p = step / steps
    return tf.multiply(rate, tf.pow(base, tf.floor(p) if staircase else p), name=name)


@_now_or_later
def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Any:
    """``learning_rate * exp(-decay_rate * global_step / decay_steps)``; of whole periods only, if `staircase`."""
    rate, step, steps, factor = _numbers(learning_rate, global_step, decay_steps, decay_rate)
    p = step / steps
    return tf.multiply(rate, tf.exp(-factor * (tf.floor(p) if staircase else p)), name=name)


@_now_or_later
def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Any:
    """``learning_rate / (1 + decay_rate * global_step / decay_steps)``; of whole periods only, if `staircase`."""
    rate, step, steps, factor = _numbers(learning_rate, global_step, decay_steps, decay_rate)
    p = step / steps
    return tf.divide(rate, 1 + factor * (tf.floor(p) if staircase else p), name=name)


@_now_or_later
def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Any:
    """From `learning_rate` to `end_learning_rate` along a polynomial, in `decay_steps`; in longer ones, if `cycle`."""
    rate, step, steps, end, exponent = _numbers(learning_rate, global_step, decay_steps, end_learning_rate, power)
    if cycle:
        steps = steps * tf.where(tf.equal(step, 0), tf.ones_like(step), tf.math.ceil(step / steps))
    else:
        step = tf.minimum(step, steps)
    return tf.add((rate - end) * tf.pow(1 - step / steps, exponent), end, name=name)


@_now_or_later
def cosine_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, alpha: Any = 0.0, name: str | None = None
) -> Any:
    """From `learning_rate` to `alpha` of it along a cosine, in `decay_steps` (Loshchilov and Hutter, 2016)."""
    rate, step, steps, least = _numbers(learning_rate, global_step, decay_steps, alpha)
    wave = 0.5 * (1 + tf.cos(math.pi * tf.minimum(step, steps) / steps))
    return tf.multiply(rate, (1 - least) * wave + least, name=name)


@_now_or_later
def piecewise_constant(x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None) -> Any:
    """The first of `values` up to the first of `boundaries`, the second up to the second one, and so on.

    ValueError where there is not one value more than there are boundaries.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")
    step = tf.convert_to_tensor(x)
    passed = tf.stack([step > tf.cast(b, step.dtype) for b in boundaries]) if boundaries else tf.zeros([1], tf.bool)
    return tf.gather(
        tf.stack([tf.convert_to_tensor(v) for v in values]), tf.reduce_sum(tf.cast(passed, tf.int32)), name=name
    )


piecewise_constant_decay = piecewise_constant


@_now_or_later
def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: float = 2.0,
    m_mul: float = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Any:
    """As `cosine_decay`, again and again: each takes `t_mul` times as long and begins at `m_mul` times the rate."""
    rate, step, steps, longer, lower, least = _numbers(
        learning_rate, global_step, first_decay_steps, t_mul, m_mul, alpha
    )
    done = step / steps
    if t_mul == 1.0:
        count = tf.floor(done)
        done -= count
    else:
        count = tf.floor(tf.math.log(1.0 - done * (1.0 - longer)) / tf.math.log(longer))
        done = (done - (1.0 - longer**count) / (1.0 - longer)) / longer**count
    wave = 0.5 * lower**count * (1 + tf.cos(math.pi * done))
    return tf.multiply(rate, (1 - least) * wave + least, name=name)


def _linear_cosine(step: Any, steps: Any, periods: Any, noise: Any, alpha: Any, beta: Any) -> Any:
    wave = 0.5 * (1 + tf.cos(math.pi * 2.0 * periods * (step / steps)))
    return (alpha + (steps - step) / steps + noise) * wave + beta


@_now_or_later
def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Any:
    """A line downwards times a cosine of `num_periods`, between `alpha` and `beta` of the rate (Bello et al., 2017)."""
    rate, step, steps, periods, least, more = _numbers(
        learning_rate, global_step, decay_steps, num_periods, alpha, beta
    )
    return tf.multiply(rate, _linear_cosine(tf.minimum(step, steps), steps, periods, 0.0, least, more), name=name)


@_now_or_later
def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any = 1.0,
    variance_decay: Any = 0.55,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Any:
    """As `linear_cosine_decay`, with noise on the line, of ``initial_variance / (1 + step) ** variance_decay``."""
    rate, step, steps, variance, falling, periods, least, more = _numbers(
        learning_rate, global_step, decay_steps, initial_variance, variance_decay, num_periods, alpha, beta
    )
    step = tf.minimum(step, steps)
    noise = tf.sqrt(variance / (1.0 + step) ** falling) * tf.random.normal(step.shape, dtype=rate.dtype)
    return tf.multiply(rate, _linear_cosine(step, steps, periods, noise, least, more), name=name)
