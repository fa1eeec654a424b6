"""Raw ops that call functions: If, While, Case, For, PartitionedCall; and the optional values that they pass on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays import control, mapping
from tfcompat._core import device, dtypes, structure
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, Values, wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._function.concrete import ConcreteFunction
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Variant


def _wrapped(x: Any) -> Any:
    return wrap(x) if isinstance(x, (torch.Tensor, np.ndarray)) else x


def call(function: Callable[..., Any], args: Sequence[Any], kinds: Sequence[dtypes.DType] | None = None) -> list[Any]:
    """The tensors that a function gives for tensors; kinds: the dtypes that they must have.

    What comes after the arguments of a concrete function is what it captured, which it knows itself.
    """
    given = [_wrapped(x) for x in args]
    if isinstance(function, ConcreteFunction):
        captured = len(function.captured_inputs) if function.has_graph else 0
        wanted = [leaf.spec.dtype for leaf in function.plan.leaves]
        if len(given) not in (len(wanted), len(wanted) + captured):
            raise Invalid(f"Expected {len(wanted) + captured} arguments, got {len(given)}")
        for i, (x, dtype) in enumerate(zip(given, wanted, strict=False)):
            if x.dtype != dtype:
                raise Invalid(f"Expected argument {i} of dtype {dtype.name}, got {x.dtype.name}")
        given = given[: len(wanted)]
    found = [
        x if isinstance(x, (Tensor, Variant)) else convert_to_tensor(x)
        for x in structure.flatten(function(*given), expand_composites=True)
        if x is not None
    ]
    if kinds is not None:
        have = [x.dtype for x in found]
        if have != list(kinds):
            raise Invalid(f"The function gives {[d.name for d in have]}, not {[d.name for d in kinds]}")
    return found


def _held(tensors: Sequence[Any]) -> list[Any]:
    return [to_storage(x) if isinstance(x, Tensor) else x for x in tensors]


def _truth(cond: Any) -> Any:
    """A condition as a bool scalar: a number is true where it is not 0, a string or other tensor where it has any."""
    t = to_storage(cond)
    if isinstance(t, np.ndarray):
        return bool(len(t.item())) if not t.ndim else bool(t.size)
    return wrap(t != 0) if not t.ndim else bool(t.numel())


def _if(cond: Any, input: Values, Tout: Any, then_branch: Any, else_branch: Any, output_shapes: Any) -> list[Any]:
    """What one of two functions gives for `input`."""
    given = [_wrapped(x) for x in input]  # in this graph: the branches have their own
    branches = (lambda: call(then_branch, given, Tout)), (lambda: call(else_branch, given, Tout))
    return _held(control.cond(_truth(cond), *branches))


def _case(branch_index: Any, input: Values, Tout: Any, branches: Any, output_shapes: Any) -> list[Any]:
    """What the function number `branch_index` gives for `input`, the last one where there is no such."""
    given = [_wrapped(x) for x in input]
    functions = [lambda f=f: call(f, given, Tout) for f in branches]
    return _held(control.switch_case(_wrapped(to_storage(branch_index)), functions))


def _while(input: Values, cond: Any, body: Any, output_shapes: Any) -> list[Any]:
    """`body` applied to `input` over and over, while `cond` says so."""
    kinds = [BY_STORAGE[x.dtype] if isinstance(x, (torch.Tensor, np.ndarray)) else x.dtype for x in input]

    def go_on(*xs: Any) -> Any:
        return _truth(call(cond, xs)[0])

    def again(*xs: Any) -> Any:
        return call(body, xs, kinds)

    return _held(control.while_loop(go_on, again, [_wrapped(x) for x in input]))


def _called(args: Values, Tout: Any, f: Any, config: str, config_proto: str, executor_type: str) -> list[Any]:
    """What a function gives; how TensorFlow would share the work among devices changes nothing."""
    return _held(call(f, args, Tout))


for _prefix in ("", "Stateless"):
    raw(f"{_prefix}If")(_if)
    raw(f"{_prefix}Case")(_case)
    raw(f"{_prefix}While")(_while)
for _prefix in ("", "Stateful"):
    raw(f"{_prefix}PartitionedCall")(_called)


@raw("RemoteCall")
def remote_call(target: Any, args: Values, Tout: Any, f: Any) -> list[Any]:
    """What a function gives; `target` must be a device of this machine."""
    name: Any = to_storage(target).item()
    device.to_torch(name.decode())
    return _held(call(f, args, Tout))


@raw("For")
def for_(start: Any, limit: Any, delta: Any, input: Values, body: Any) -> list[Any]:
    """`body` applied to each number from `start` to `limit`, and to what it gave before."""
    kinds = [BY_STORAGE[x.dtype] if isinstance(x, (torch.Tensor, np.ndarray)) else x.dtype for x in input]
    first, last, step = (_wrapped(to_storage(x)) for x in (start, limit, delta))

    def go_on(i: Any, *xs: Any) -> Any:
        return (last - i) * step > 0

    def again(i: Any, *xs: Any) -> Any:
        return [i + step, *call(body, [i, *xs], kinds)]

    return _held(control.while_loop(go_on, again, [first, *map(_wrapped, input)]))[1:]


@raw("BatchFunction")
def batch_function(**given: Any) -> list[Any]:
    """What a function gives for a batch, alone: there are no others' calls to put it together with."""
    return _held(call(given["f"], [*given["in_tensors"], *given["captured_tensors"]], given["Tout"]))


@raw("FakeParam")
def fake_param(dtype: dtypes.DType, shape: TensorShape) -> Any:
    """A tensor that stands in the place of one that is not used."""
    sizes = [d or 0 for d in shape.as_list()]
    return np.full(sizes, b"", object) if dtype.torch is None else torch.zeros(sizes, dtype=dtype.torch)


@raw("MapDefun")
def map_defun(
    arguments: Values,
    captured_inputs: Values,
    output_types: list[Any],
    output_shapes: list[Any],
    f: Any,
    max_intra_op_parallelism: int,
) -> list[Any]:
    """`f` applied to each row of the arguments, the results stacked."""
    if any(not x.ndim or x.shape[0] != arguments[0].shape[0] for x in arguments):
        raise Invalid(f"All inputs must have the same dimension 0, got {[list(x.shape) for x in arguments]}")

    def each(rows: Any) -> Any:
        return call(f, [*rows, *captured_inputs], output_types)

    return _held(mapping.map_fn(each, [wrap(x) for x in arguments], fn_output_signature=output_types))


@raw("SymbolicGradient")
def symbolic_gradient(input: Values, Tout: list[Any], f: Any) -> list[Any]:
    """The gradients of `f` by its arguments, the first of `input`, for those of its results, the others."""
    from tfcompat._core.tape import GradientTape

    given = [_wrapped(x) for x in input]
    xs = given[: len(Tout)]
    with GradientTape() as tape:
        for x in xs:
            tape.watch(x)
        ys = call(f, xs)
    if len(given) != len(xs) + len(ys):
        raise Invalid(f"Expected {len(xs)} arguments and {len(ys)} gradients, got {len(given)} tensors")
    return _held(tape.gradient(ys, xs, given[len(xs) :], unconnected_gradients="zero"))


# ---- the switches of TensorFlow 1's loops, which pass tensors on ----


def _passed(data: Any) -> Any:
    return data.view_as(data) if isinstance(data, torch.Tensor) else data.copy()


@raw("Enter")
def enter(data: Value, frame_name: str, is_constant: bool) -> Any:
    """The tensor: eagerly there are no frames."""
    return _passed(data)


@raw("Exit", "NextIteration")
def leave(data: Value) -> Any:
    """The tensor: eagerly there are no frames."""
    return _passed(data)


@raw("LoopCond")
def loop_cond(input: Value) -> Any:
    """The condition."""
    return _passed(input)


@raw("Switch")
def switch(data: Value, pred: Value) -> tuple[Any, Any]:
    """(the tensor where `pred` is false, the tensor where it is true); what is not chosen is empty."""
    if pred.ndim:
        raise Invalid(f"The second input must be a scalar, but it has shape {list(pred.shape)}")
    empty = data[:0] if data.ndim else data.reshape(1)[:0]
    chosen = _passed(data)
    return (empty, chosen) if bool(pred) else (chosen, empty)


@raw("Merge")
def merge(inputs: Values) -> tuple[Any, torch.Tensor]:
    """(the first tensor, its number): eagerly all are there."""
    return _passed(inputs[0]), torch.tensor(0, dtype=torch.int32)


# ---- optional values ----


class _Optional(Variant):
    """Tensors, or none where `components` is None."""

    def __init__(self, components: Sequence[Any] | None) -> None:
        self.components = components


@raw("OptionalFromValue")
def optional_from_value(components: Values) -> _Optional:
    """An optional value that is there."""
    return _Optional(list(components))


@raw("OptionalNone")
def optional_none() -> _Optional:
    """An optional value that is not there."""
    return _Optional(None)


def optional(value: Any) -> _Optional:
    """What ops on optional values take; InvalidArgumentError for others."""
    if not isinstance(value, _Optional):
        raise Invalid("Input is not an optional value")
    return value


@raw("OptionalHasValue")
def optional_has_value(optional: Any) -> torch.Tensor:
    """Whether there is a value."""
    return torch.tensor(_checked(optional).components is not None)


@raw("OptionalGetValue")
def optional_get_value(optional: Any, output_types: list[Any], output_shapes: list[Any]) -> list[Any]:
    """The value, of these dtypes and shapes."""
    found = _checked(optional).components
    if found is None:
        raise Invalid("The given optional does not have a value.")
    have = [BY_STORAGE[x.dtype] for x in found]
    if have != output_types:
        raise Invalid(f"The given optional has {[d.name for d in have]}, not {[d.name for d in output_types]}")
    for x, shape in zip(found, output_shapes, strict=True):
        if not shape.is_compatible_with(tuple(x.shape)):
            raise Invalid(f"The given optional has a component of shape {list(x.shape)}, not {shape}")
    return [_passed(x) for x in found]


_checked = optional


# ---- composite tensors as variants ----


class _Composite(Variant):
    """The components of a composite tensor, and what their type is as a serialized message."""

    def __init__(self, components: Sequence[Any], metadata: str) -> None:
        self.components, self.metadata = list(components), metadata


@raw("CompositeTensorVariantFromComponents")
def composite_from_components(components: Values, metadata: str) -> _Composite:
    """A composite tensor as one variant."""
    return _Composite(components, metadata)


@raw("CompositeTensorVariantToComponents")
def composite_to_components(encoded: Any, metadata: str, Tcomponents: list[Any]) -> list[Any]:
    """The components in a variant; InvalidArgumentError for other dtypes."""
    if not isinstance(encoded, _Composite):
        raise Invalid("The input `encoded` has no composite tensor in it")
    kinds = [x.dtype if isinstance(x, Variant) else BY_STORAGE[x.dtype] for x in encoded.components]
    if kinds != Tcomponents:
        raise Invalid(f"Tcomponents must be {[d.name for d in kinds]}, got {[d.name for d in Tcomponents]}")
    return encoded.components
