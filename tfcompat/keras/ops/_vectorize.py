"""keras.ops.vectorize: a function of single elements, applied over the leading axes of its arguments at once."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat.keras.ops.core import convert_to_tensor

_SHAPE = r"\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)"
_SIGNATURE = re.compile(rf"^\s*{_SHAPE}\s*(?:,\s*{_SHAPE}\s*)*->\s*{_SHAPE}\s*(?:,\s*{_SHAPE}\s*)*$")


def vectorized(
    function: Callable[..., Any], excluded: Iterable[int | str] | None, signature: str | None
) -> Callable[..., Any]:
    """`function` over the leading axes of its arguments; see keras.ops.vectorize."""
    if not callable(function):
        raise TypeError(f"`pyfunc` must be callable. Received: pyfunc={function!r}")
    passed = frozenset(excluded or ())
    if any(not isinstance(name, (int, str)) for name in passed):
        raise TypeError(f"`excluded` takes positions and names of arguments. Received: excluded={excluded}")
    own = None if signature is None else _parse(signature)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        loose = [i for i in range(len(args)) if i not in passed]
        names = [name for name in kwargs if name not in passed]
        tensors = [convert_to_tensor(v) for v in (*(args[i] for i in loose), *(kwargs[name] for name in names))]
        ranks = _ranks(own, tensors)
        batch = functools.reduce(
            tf.broadcast_static_shape, [t.shape[: t.shape.rank - r] for t, r in zip(tensors, ranks)], tf.TensorShape([])
        )

        def one(slices: Any) -> Any:
            given, named = list(args), dict(kwargs)
            for i, value in zip(loose, slices):
                given[i] = value
            named.update(zip(names, slices[len(loose) :]))
            return function(*given, **named)

        if not batch.rank:
            return one(tensors)
        flat = [
            tf.reshape(tf.broadcast_to(t, [*batch, *t.shape[t.shape.rank - r :]]), [-1, *t.shape[t.shape.rank - r :]])
            for t, r in zip(tensors, ranks)
        ]
        found = tf.vectorized_map(one, flat)
        return tf.nest.map_structure(lambda t: tf.reshape(t, [*batch, *t.shape[1:]]), found)

    return call


def _parse(signature: str) -> list[tuple[str, ...]]:
    """The names of the axes of each argument."""
    if not _SIGNATURE.match(signature):
        raise ValueError(f"not a valid gufunc signature: {signature}")
    return [tuple(re.findall(r"\w+", shape)) for shape in re.findall(_SHAPE, signature.split("->")[0])]


def _ranks(own: Sequence[Sequence[str]] | None, tensors: Sequence[Any]) -> list[int]:
    """How many of the last axes of each argument belong to the function."""
    if own is None:
        return [0] * len(tensors)
    if len(own) != len(tensors):
        raise TypeError(f"The signature has {len(own)} arguments, the call {len(tensors)}.")
    known: dict[str, Any] = {}
    for names, t in zip(own, tensors):
        if t.shape.rank < len(names):
            raise ValueError(f"Argument of shape {t.shape} has fewer axes than its signature {names}.")
        for name, size in zip(reversed(names), reversed(list(t.shape))):
            if known.setdefault(name, size) != size:
                raise ValueError(f"Axis {name!r} of the signature is {known[name]} in one argument, {size} in another.")
    return [len(names) for names in own]
