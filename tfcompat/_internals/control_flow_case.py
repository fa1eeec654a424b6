"""tensorflow.python.ops.control_flow_case: tf.case with a branching function of the caller's."""

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat import case, cast, reduce_sum, stack
from tfcompat.debugging import assert_less

__all__ = ["case"]


def _case_helper(
    cond_fn: Callable[..., Any],
    pred_fn_pairs: Sequence[tuple[Any, Callable[[], Any]]],
    default: Callable[[], Any] | None,
    exclusive: bool,
    name: str | None,
    allow_python_preds: bool = False,
    **cond_kwargs: Any,
) -> Any:
    """The result of the first function whose predicate holds, else of `default`, found by nested calls of `cond_fn`.

    cond_fn(pred, true_fn, false_fn, **cond_kwargs), as tf.cond. Python predicates only with `allow_python_preds`:
    TypeError; ValueError for no pairs without a default. With `exclusive`, no more than one predicate may hold:
    ValueError, InvalidArgumentError where they are tensors (asserted as the graph runs where they are symbolic).
    """
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    if not pairs and default is None:
        raise ValueError("pred_fn_pairs must not be empty where there is no default.")
    known = [bool(pred) for pred, _ in pairs if isinstance(pred, bool)]
    if known and not allow_python_preds:
        raise TypeError(f"pred must be a tensor of bools, got {next(p for p, _ in pairs if isinstance(p, bool))!r}")
    if exclusive and sum(known) > 1:
        raise ValueError(f"exclusive=True, but {sum(known)} of the predicates are True.")
    if exclusive and len(pairs) > len(known):
        count = reduce_sum(cast(stack([pred for pred, _ in pairs]), "int32"))
        assert_less(count, 2, message="exclusive=True, but more than one of the predicates holds.")
    if default is None:
        *pairs, (_, default) = pairs

    def chosen(rest: Sequence[tuple[Any, Callable[[], Any]]]) -> Any:
        if not rest:
            return default()
        (pred, function), *others = rest
        return cond_fn(pred, function, lambda: chosen(others), **cond_kwargs)

    return chosen(pairs)
