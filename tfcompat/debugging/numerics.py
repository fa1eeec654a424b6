"""Looking for infinities and NaNs: in one tensor, and in what every op gives."""

from __future__ import annotations

import traceback
from typing import Any

import torch

from tfcompat._core import device, errors, ops, substitutes
from tfcompat._core.arguments import FLOATS
from tfcompat._core.operators import no_kernel
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor


def _problem(t: torch.Tensor) -> str | None:
    """What is in a tensor that is not finite, in TensorFlow's words."""
    if bool(torch.isfinite(t).all()):
        return None
    found = [word for word, test in (("Inf", torch.isinf), ("NaN", torch.isnan)) if bool(test(t).any())]
    return f"Tensor had {' and '.join(found)} values"


@op("CheckNumerics")
def check_numerics(tensor: Value, message: str, name: str | None = None) -> torch.Tensor:
    """The tensor, unchanged; InvalidArgumentError with `message` where an element is infinite or no number.

    So with its gradient, on the way back. (tf.debugging.check_numerics)
    """
    if tensor.dtype not in FLOATS:
        raise no_kernel(tensor)
    if is_symbolic(tensor):
        from tfcompat._arrays.captures import graph_method

        return graph_method("checked", "tf.debugging.check_numerics")(
            lambda t: _checked(t, message), tensor, lambda t: (check_numerics, [t, message, None], {})
        )
    return _checked(tensor, message)


def _checked(tensor: torch.Tensor, message: str) -> torch.Tensor:
    text = _problem(tensor)
    if text is not None:
        raise Invalid(f"{message} : {text}")
    result = tensor.view_as(tensor)
    if result.requires_grad:
        result.register_hook(lambda grad: _check_gradient(grad, message))
    return result


def _check_gradient(grad: torch.Tensor, message: str) -> None:
    text = _problem(grad)
    if text is not None:
        what = "Not a number (NaN) or infinity (Inf) values detected in gradient."
        raise errors.InvalidArgumentError(None, None, f"{message} {what} : {text} [Op:CheckNumerics] name: ")


def assert_all_finite(x: Any, message: str, name: str | None = None) -> Any:
    """The tensor, unchanged; as `check_numerics` (tf.debugging.assert_all_finite)."""
    return check_numerics(x, message, name)


# ---- all ops ----

# Ops that give infinities and NaNs only where they are given some.
_MOVERS = frozenset(
    """BatchToSpaceND BroadcastTo Bitcast ConcatV2 DynamicPartition DynamicStitch ExpandDims Fill GatherNd GatherV2
    Identity IdentityN MirrorPad Pack Pad Range Reshape ResourceGather ReverseSequence ReverseV2 Roll ScatterNd SelectV2
    Slice SpaceToBatchND Split SplitV Squeeze StopGradient StridedSlice Tile Transpose Unpack ZerosLike""".split()
)
_plain_run = ops.Op.run


class _Limits:
    stack_height = 30
    path_length = 50


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Makes every eager op fail that gives an infinity or NaN: InvalidArgumentError that tells op, inputs and place.

    stack_height_limit: how many of the program's frames the message shows; path_length_limit: how many characters of a
    file's path. Ops within captured functions are not looked at. (tf.debugging.enable_check_numerics)
    """
    _Limits.stack_height, _Limits.path_length = stack_height_limit, path_length_limit
    ops.Op.run = _checked_run  # type: ignore[method-assign] - so that ops cost no more while nobody asks for it
    device.look_at_ops(check_numerics=True)


def disable_check_numerics() -> None:
    """Undoes `enable_check_numerics` (tf.debugging.disable_check_numerics)."""
    if ops.Op.run is _checked_run:
        ops.Op.run = _plain_run  # type: ignore[method-assign]
        device.look_at_ops(check_numerics=False)


def _checked_run(self: Any, args: list[Any]) -> Any:
    result = _plain_run(self, args)
    if self.kernel not in _MOVERS and state.graph is None:
        results = list(result) if isinstance(result, (list, tuple)) else [result]
        for i, t in enumerate(results):
            if isinstance(t, torch.Tensor) and t.is_floating_point() and not bool(torch.isfinite(t).all()):
                raise errors.InvalidArgumentError(None, None, _report(self, args, i, len(results), t))
    return result


def _report(info: Any, args: list[Any], number: int, count: int, t: torch.Tensor) -> str:
    lines = [
        "\n\n!!! Detected Infinity or NaN in output "
        f'{number} of eagerly-executing op "{info.kernel}" (# of outputs: {count}) !!!',
        f"  dtype: {ops.BY_STORAGE[t.dtype]!r}",
        f"  shape: {tuple(t.shape)}",
    ]
    kinds = {"-Inf": torch.isneginf, "+Inf": torch.isposinf, "+NaN": torch.isnan}
    counts = {name: int(test(t).sum()) for name, test in kinds.items()}
    lines += [f"  # of {name} elements: {n}" for name, n in counts.items() if n]
    inputs = [v for i, kind in info.kinds if i < len(args) for v in substitutes.each(args[i], kind)]
    if len(inputs) == 1:
        lines += ["", f"  Input tensor: {EagerTensor(inputs[0])!s}"]
    elif inputs:
        lines += ["", f"  Input tensors ({len(inputs)}):"]
        lines += [f"         {i}: {EagerTensor(v)!s}" for i, v in enumerate(inputs)]
    found = " and ".join(name.replace("+NaN", "NaN") for name, n in counts.items() if n)
    return "\n".join([*lines, "", *_place(), f" : Tensor had {found} values [Op:CheckNumericsV2] name: "])


def _place() -> list[str]:
    """Where in the program the op was called."""
    ours = __file__.rsplit("debugging", 1)[0]
    frames = [f for f in traceback.extract_stack() if not f.filename.startswith(ours)][-_Limits.stack_height :]
    limit = _Limits.path_length
    lines = []
    for f in frames:
        path = f.filename if len(f.filename) <= limit else "..." + f.filename[-limit:]
        lines.append(f"    -> {path}:{f.lineno} in {f.name}: {f.line}")
    return ["  Stack trace of the op (most recent call last):", *lines, ""] if lines else []
