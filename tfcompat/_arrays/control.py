"""Choosing and looping: tf.cond, tf.case, tf.switch_case and tf.while_loop.

While a function is captured and the choice has no value yet, the graph captures all branches, or the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tfcompat._arrays.captures import graph_method
from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import is_symbolic
from tfcompat._core.reference import Reference
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat._core.type_spec import type_spec_from_value


def _is_known(t: Any) -> bool:
    """Whether a predicate has a value that Python may read now: outside of captures all do, a graph's tensor never."""
    return state.graph is None or (type(t) in (EagerTensor, bool) and not is_symbolic(to_storage(t)))


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """What `true_fn()` returns where the scalar `pred` is true, else what `false_fn()` does; only one runs (tf.cond).

    While a function is captured and `pred` has no value yet both are captured and must return the same structure and
    dtypes. TypeError where a function is no callable.
    """
    if not callable(true_fn):
        raise TypeError("'true_fn' must be callable.")
    if not callable(false_fn):
        raise TypeError("'false_fn' must be callable.")
    pred = pred if isinstance(pred, (bool, Tensor)) else convert_to_tensor(pred)
    if not _is_known(pred):
        return graph_method("cond", "tf.cond")(pred, true_fn, false_fn, name)
    return true_fn() if bool(pred) else false_fn()


def _pairs(pred_fn_pairs: Any, exclusive: bool) -> list[tuple[Any, Callable[[], Any]]]:
    if isinstance(pred_fn_pairs, dict):
        if not exclusive:
            raise ValueError(
                "Unordered dictionaries are not supported for the 'pred_fn_pairs' argument when `exclusive=False` and "
                "eager mode is enabled."
            )
        items: Iterable[Any] = pred_fn_pairs.items()
    elif isinstance(pred_fn_pairs, (list, tuple)):
        items = pred_fn_pairs
    else:
        raise TypeError(f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pred_fn_pairs)}")
    pairs = []
    for pair in items:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair}.")
        pred = pair[0].deref() if isinstance(pair[0], Reference) else pair[0]
        if not isinstance(pred, Tensor):
            raise TypeError(f"pred must be a Tensor, got: {pred}")
        if pred.dtype is not dtypes.bool or not callable(pair[1]):
            raise TypeError(f"Each pred must be of type bool and each fn callable, got: {pred!s} and {pair[1]!r}")
        pairs.append((pred, pair[1]))
    if not pairs:
        raise ValueError("'pred_fn_pairs' takes at least one pair of a predicate and a function, got none.")
    return pairs


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function of the first true predicate returns, else what `default()` does (tf.case).

    pred_fn_pairs: (scalar bool tensor, callable) pairs, or with `exclusive` a dict of them, keyed by `pred.ref()`; then
    all predicates are looked at, and while a function is captured two true ones are an error. strict is TensorFlow's
    for single results of its graphs. InvalidArgumentError where none is true and there is no default.
    """
    pairs = _pairs(pred_fn_pairs, exclusive)
    if default is not None and not callable(default):
        raise TypeError("'false_fn' must be callable.")
    if not all(_is_known(pred) for pred, _ in pairs):
        return graph_method("case", "tf.case")(pairs, default, exclusive, name)
    for pred, fn in pairs:
        if bool(pred):
            return fn()
    if default is not None:
        return default()
    values = ", ".join(str(pred.numpy()) for pred, _ in pairs)
    raise errors.InvalidArgumentError(
        None, None, f"Input error: None of conditions evaluated as True: {values} (and there is no default)"
    )


def _branches(branch_fns: Any) -> list[Callable[[], Any]]:
    if isinstance(branch_fns, dict):
        items = list(branch_fns.items())
    elif isinstance(branch_fns, (list, tuple)):
        items = list(enumerate(branch_fns)) if all(callable(fn) for fn in branch_fns) else list(branch_fns)
    else:
        raise TypeError("'branch_fns' must be a list, tuple, or dict")
    if not items:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    for item in items:
        if not isinstance(item, tuple) or len(item) != 2:
            raise TypeError(f"Each entry in 'branch_fns' must be a 2-tuple. Received {item}.")
        if not isinstance(item[0], int):
            raise TypeError(f"key must be a Python `int`, got {type(item[0])}")
        if not callable(item[1]):
            raise TypeError(f"fn for key {item[0]} must be callable.")
    keys = sorted(key for key, _ in items)
    if keys != list(range(len(items))):
        raise ValueError(
            f"branch indices (keys) must form contiguous range of [0 to {len(items)}) but found "
            f"{{{','.join(map(str, keys))}}}"
        )
    return [fn for _, fn in sorted(items, key=lambda item: item[0])]


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: str = "switch_case"
) -> Any:
    """What the branch number `branch_index` returns, `default()` where there is no such branch (tf.switch_case).

    branch_index: a scalar integer tensor. branch_fns: callables, (index, callable) pairs or a dict of them, whose
    indices are 0, 1, 2... Without a default it is the last branch. TypeError and ValueError for anything else.
    """
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    if not branch_index.dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {branch_index.dtype!r}")
    branches = _branches(branch_fns)
    otherwise = branches[-1] if default is None else default
    if not _is_known(branch_index):
        return graph_method("switch_case", "tf.switch_case")(branch_index, branches, otherwise, name)
    if branch_index.shape.rank != 0:
        raise errors.InvalidArgumentError(
            None, None, f"Argument `branch_index` of tf.switch_case takes a scalar, got the shape {branch_index.shape}."
        )
    i = int(branch_index)
    return branches[i]() if 0 <= i < len(branches) else otherwise()


def _iterations(maximum_iterations: Any) -> Any:
    if maximum_iterations is None:
        return None
    limit = convert_to_tensor(maximum_iterations)
    if limit.shape.rank != 0:
        raise ValueError(f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}")
    return limit


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """`loop_vars` after ``while cond(*loop_vars): loop_vars = body(*loop_vars)`` (tf.while_loop).

    loop_vars: a list or tuple of tensors, TensorArrays and nests; `body` returns the same structure. At most
    `maximum_iterations` rounds. shape_invariants: where shapes change, what a captured loop may assume of them.
    parallel_iterations, back_prop and swap_memory are hints to TensorFlow's graphs. TypeError and ValueError for
    arguments of another kind or structure.
    """
    if not callable(cond):
        raise TypeError("'cond' must be callable.")
    if not callable(body):
        raise TypeError("'body' must be callable.")
    if parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")
    if not isinstance(loop_vars, (list, tuple)) or not loop_vars:
        raise ValueError("'loop_vars' must be provided.")
    limit = _iterations(maximum_iterations)
    if state.graph is not None:
        return graph_method("while_loop", "tf.while_loop")(cond, body, loop_vars, shape_invariants, limit, name)
    expected = structure.map_structure(type_spec_from_value, list(loop_vars))
    rounds = None if limit is None else int(limit)
    count = 0
    while (rounds is None or count < rounds) and bool(cond(*loop_vars)):
        loop_vars = body(*loop_vars)
        structure.assert_same_structure(expected, list(loop_vars))
        count += 1
    return structure.map_structure(
        lambda x: x if isinstance(x, TensorArray) else convert_to_tensor(x), loop_vars, expand_composites=True
    )
