"""tf.__internal__: what TensorFlow keeps for Keras and other libraries of its own, as far as those ask for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from tfcompat._arrays.control import cond
from tfcompat._core import composite, data_structures, trackable
from tfcompat._core.flags import flags
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.type_spec import TypeSpec
from tfcompat._function.scopes import init_scope
from tfcompat._internals import decorators, moving_averages, weights_broadcast_ops
from tfcompat._internals import nest as _nest
from tfcompat.distribute import get_replica_context, get_strategy, in_cross_replica_context

CompositeTensor = composite.CompositeTensor


class Symbol:
    """tf.__internal__.types.Tensor: the base of what counts for a tensor; a base class alone, with nothing in it."""

    __module__ = "tensorflow.python.types.core"


class Trackable:
    """tf.__internal__.tracking.Trackable: the base of what checkpoints find; a base class alone, with nothing in it."""

    __module__ = "tensorflow.python.trackable.base"


def FuncGraph(
    name: str,
    collections: Any = None,
    capture_by_value: Any = None,
    structured_input_signature: Any = None,
    structured_outputs: Any = None,
) -> Any:
    """A graph to capture by hand: `with FuncGraph(name).as_default()`, where tf.compat.v1.placeholder makes inputs."""
    from tfcompat._function.graph import FuncGraph as Graph

    given = (collections, capture_by_value, structured_input_signature, structured_outputs)
    if any(argument is not None for argument in given):
        raise NotImplementedError("tf.__internal__.FuncGraph takes a name alone in tfcompat.")
    return Graph(name, None, may_create=True)


def _smart_cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """One of the functions' results; tf.cond where `pred` is a symbolic tensor (tf.__internal__.smart_cond)."""
    from tfcompat._core.tensor import Tensor

    if isinstance(pred, Tensor) and state.graph is not None:
        return cond(pred, true_fn, false_fn, name=name)
    return true_fn() if bool(pred) else false_fn()


@contextmanager
def _eager_mode() -> Any:
    """Within, ops run at once, also while a function is being captured."""
    with init_scope():
        yield


def _maybe_merge_call(fn: Callable[..., Any], strategy: Any, *args: Any, **kwargs: Any) -> Any:
    """`fn(strategy, *args, **kwargs)` across replicas."""
    if in_cross_replica_context():
        return fn(strategy, *args, **kwargs)
    return get_replica_context().merge_call(fn, args=args, kwargs=kwargs)


def _supports_no_merge_call() -> bool:
    return not get_strategy().extended._use_merge_call()


types = SimpleNamespace(Tensor=Symbol)
tracking = SimpleNamespace(
    AutoTrackable=trackable.AutoTrackable,
    Trackable=Trackable,
    no_automatic_dependency_tracking=trackable.no_automatic_dependency_tracking,
    ListWrapper=data_structures.ListWrapper,
    _DictWrapper=data_structures._DictWrapper,
    wrap=data_structures.tracked,
)
smart_cond = SimpleNamespace(smart_cond=_smart_cond)
decorator = SimpleNamespace(make_decorator=decorators.make_decorator, unwrap=decorators.unwrap)
ops = SimpleNamespace(broadcast_weights=weights_broadcast_ops.broadcast_weights)
nest = _nest
eager_context = SimpleNamespace(eager_mode=_eager_mode)
distribute = SimpleNamespace(
    strategy_supports_no_merge_call=_supports_no_merge_call,
    interim=SimpleNamespace(maybe_merge_call=_maybe_merge_call),
)
train = SimpleNamespace(assign_moving_average=moving_averages.assign_moving_average)
tf2 = SimpleNamespace(enabled=lambda: flags.tf2)

__all__ = [
    "CompositeTensor",
    "EagerTensor",
    "FuncGraph",
    "TypeSpec",
    "decorator",
    "distribute",
    "eager_context",
    "nest",
    "ops",
    "smart_cond",
    "tf2",
    "tracking",
    "train",
    "types",
]
