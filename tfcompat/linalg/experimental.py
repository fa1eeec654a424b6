"""tf.linalg.experimental: the method of conjugate gradients."""

from __future__ import annotations

import collections
from typing import Any

import tfcompat as tf
from tfcompat import _names
from tfcompat._core.names import op_name_scope

CGState = collections.namedtuple("CGState", ["i", "x", "r", "p", "gamma"])


def conjugate_gradient(
    operator: Any,
    rhs: Any,
    preconditioner: Any = None,
    x: Any = None,
    tol: float = 1e-05,
    max_iter: int = 20,
    name: str = "conjugate_gradient",
) -> Any:
    """Solves A x = rhs step by step, by products with A alone (tf.linalg.experimental.conjugate_gradient).

    operator: a tf.linalg.LinearOperator that is known to be self-adjoint and positive definite, else ValueError. rhs:
    [..., N]. preconditioner: an operator close to the inverse of A. x: where to start. Ends when every residual is
    within `tol` of its right-hand side's norm, or after `max_iter` steps. Returns a named tuple of the number of steps
    i, the solution x, its residual r, the next direction p, and gamma, the product of r and the preconditioned r.
    """
    if not (operator.is_self_adjoint and operator.is_positive_definite):
        raise ValueError("Expected a self-adjoint, positive definite operator.")
    with op_name_scope(name):
        rhs = tf.convert_to_tensor(rhs)
        batch = tf.broadcast_dynamic_shape(tf.shape(rhs)[:-1], operator.batch_shape_tensor())
        if preconditioner is not None:
            batch = tf.broadcast_dynamic_shape(batch, preconditioner.batch_shape_tensor())
        shape = tf.concat([batch, tf.shape(rhs)[-1:]], 0)
        residual = tf.broadcast_to(rhs, shape)
        limit = tol * tf.norm(residual, axis=-1)
        if x is None:
            x = tf.zeros(shape, rhs.dtype)
        else:
            residual = rhs - operator.matvec(x)

        def improved(r: Any) -> Any:
            return r if preconditioner is None else preconditioner.matvec(r)

        def goes_on(i: Any, state: Any) -> Any:
            return tf.logical_and(i < max_iter, tf.reduce_any(tf.norm(state.r, axis=-1) > limit))

        def step(i: Any, state: Any) -> Any:
            image = operator.matvec(state.p)
            alpha = tf.expand_dims(state.gamma / _dot(state.p, image), -1)
            r = state.r - alpha * image
            q = improved(r)
            gamma = _dot(r, q)
            p = q + tf.expand_dims(gamma / state.gamma, -1) * state.p
            return i + 1, CGState(i + 1, state.x + alpha * state.p, r, p, gamma)

        direction = improved(residual)
        start = tf.constant(0)
        state = CGState(start, x, residual, direction, _dot(residual, direction))
        return tf.while_loop(goes_on, step, [start, state])[1]


def _dot(x: Any, y: Any) -> Any:
    return tf.reduce_sum(tf.math.conj(x) * y, -1)


__getattr__ = _names.module_getattr("tf.linalg.experimental", globals())
