"""Keras under a tf.distribute.Strategy with several replicas: losses' shares, updates of all copies, steps in each.

With one replica, and while tf.distribute is not in use, nothing here does anything.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat.keras import tree


def strategy_in_force() -> Any:
    """The strategy whose scope is open, or whose replica runs; None without one, and where none is in use."""
    context = sys.modules.get("tfcompat.distribute._context")
    return context.get_strategy() if context is not None and context.has_strategy() else None


def count() -> int:
    """How many replicas' gradients are added up here: 1 without a strategy."""
    context = sys.modules.get("tfcompat.distribute._context")
    strategy = None if context is None else context._current()
    return 1 if strategy is None else strategy.num_replicas_in_sync


def share(loss: Any) -> Any:
    """A replica's share of the mean over all replicas, whose gradients are added up: a tensor of torch or ours."""
    n = count()
    return loss if n == 1 else loss * (1.0 / n)


def whole(loss: Any) -> Any:
    """The reverse of `share`."""
    n = count()
    return loss if n == 1 else loss * float(n)


def is_spread(variable: Any) -> bool:
    """Whether a change of a tf.Variable must reach copies of it that its memory is not: it is changed across replicas.

    A replica changes its own copy.
    """
    return state.replica is None and hasattr(variable, "_copies")


def for_all_copies(update: Callable[[list[Any]], None], gradients: Sequence[Any], variable: Any) -> None:
    """Has `update(gradients)` change the variables' copies, one replica's at a time, by the replicas' summed gradients.

    variable: one of the variables. Called by each replica, or across them for gradients that count for all.
    """
    from tfcompat._core.device import device
    from tfcompat.distribute import _context
    from tfcompat.distribute._values import ReduceOp, of_replica

    def across(strategy: Any, given: list[Any], summed: bool = True) -> None:
        given = strategy._all_reduced(ReduceOp.SUM, given) if summed else given
        for i, place in enumerate(strategy.extended.worker_devices):
            with _context.entered(strategy, None, i), device(place):
                update(of_replica(i, given))

    replica = _context.running_replica()
    if replica is not None:
        replica.merge_call(across, (list(gradients),))
    elif state.replica is not None:  # one copy is being updated by who asks
        update(list(gradients))
    else:
        across(variable._distribute_strategy, list(gradients), summed=False)


def synchronized_moments(x: Any, axes: Any, keepdims: bool = False) -> tuple[Any, Any] | None:
    """The mean and the variance of a torch tensor over axes and over all replicas; None where none of several runs.

    The variance is that of the squares' mean, as in Keras.
    """
    if state.replica is None:
        return None
    from tfcompat.distribute import get_replica_context

    context = get_replica_context()
    if context is None:
        return None
    sums = [part.sum(axes, keepdim=keepdims) for part in (x, x.square(), x.new_ones(()).expand(x.shape))]
    total, squares, number = map(to_storage, context.all_reduce("SUM", list(map(wrap, sums))))
    mean = total / number
    return mean, (squares / number - mean.square()).clamp_min(0)


def in_each(strategy: Any, step: Callable[[Any], Any], put_together: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """A step that runs in each replica, by its part of a batch, and whose outputs are put together."""
    from tfcompat.autograph.experimental import do_not_convert

    plain = do_not_convert(step)

    def in_all(data: Any) -> Any:
        return put_together(strategy, strategy.run(plain, args=(data,)))

    return in_all


def _each(join: Callable[[Sequence[Any]], Any], outputs: Any, everywhere: bool) -> Any:
    """A nest with what `join` makes of the replicas' values; `everywhere`: also of tensors, as others have theirs."""
    from tfcompat.distribute._values import PerReplica

    def one(x: Any) -> Any:
        if isinstance(x, PerReplica):
            return join(x.values)
        return join([x]) if everywhere and isinstance(x, Tensor) else x

    return tree.map_structure(one, outputs)


def mean_of(strategy: Any, outputs: Any) -> Any:
    """A nest with the means of the replicas' values."""
    from tfcompat.distribute._values import PerReplica

    def join(values: Sequence[Any]) -> Any:
        if strategy._workers is not None:
            return strategy.reduce("MEAN", PerReplica(values), axis=None)
        import torch

        parts = [to_storage(value) for value in values]
        return wrap(torch.stack([part.to(parts[0].device) for part in parts]).mean(0))

    return _each(join, outputs, strategy._workers is not None)


def rows_of(strategy: Any, outputs: Any) -> Any:
    """A nest with the replicas' rows, one after the other."""
    from tfcompat.distribute._reductions import gathered
    from tfcompat.distribute._values import PerReplica
    from tfcompat.keras.trainers.outputs import joined

    def join(values: Sequence[Any]) -> Any:
        return gathered(PerReplica(values), 0, strategy._workers) if values[0].shape.rank else joined(values)

    return _each(join, outputs, strategy._workers is not None)


def batches(found: Iterable[Any], strategy: Any, is_divided: bool) -> Iterator[Any]:
    """The batches, each divided among the replicas and on their devices; those that are divided already stay so."""
    from tfcompat.distribute._datasets import divided, placed

    first = strategy._first_replica
    own = range(first, first + strategy._local_count)
    for batch in found:
        if not is_divided:
            batch = divided(batch, strategy.num_replicas_in_sync, own)
        yield placed(batch, strategy.extended.worker_devices)
