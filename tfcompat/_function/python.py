"""Python that a captured function calls each time it runs: tf.print, tf.py_function and tf.numpy_function."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.type_spec import TypeSpec
from tfcompat._core.variable import Variable
from tfcompat._function import opaque
from tfcompat._function.recorder import NotCapturable, SizesDiffer
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.sources import Input, Source


def _is_tensor(x: Any) -> bool:
    return isinstance(x, (Tensor, Variable)) or hasattr(x, "__tf_tensor__")


Replay = Callable[..., tuple[Callable[..., Any], Sequence[Any], Mapping[str, Any]]]


def call(
    graph: Any,
    function: Callable[..., Any],
    inputs: Sequence[Any],
    replay: Replay | None = None,
    only_raises: bool = False,
) -> None:
    """Calls `function` with the values of `inputs` whenever the graph runs: eager tensors for symbolic ones.

    replay: tells for the inputs which public function with what arguments does the same, so that it can be saved.
    """
    flat = structure.flatten(list(inputs), expand_composites=True)
    where = [i for i, x in enumerate(flat) if _is_tensor(x)]

    def run(*values: Any) -> Sequence[Any]:
        filled = list(flat)
        for i, value in zip(where, values, strict=True):
            filled[i] = EagerTensor(value)
        function(*structure.pack_sequence_as(list(inputs), filled, expand_composites=True))
        return ()

    node = opaque.Node(run, [], effect=True)
    node.undoable = only_raises
    if replay is not None and len(structure.flatten(list(inputs))) == len(flat):  # no composite tensor among them
        filled = list(flat)
        for number, i in enumerate(where):
            filled[i] = Input(number, True)
        node.source = Source(*replay(*structure.pack_sequence_as(list(inputs), filled)))
    opaque.record(graph, node, [to_storage(flat[i]) for i in where])


def checked(graph: Any, function: Callable[[Any], Any], t: torch.Tensor, replay: Replay | None = None) -> torch.Tensor:
    """What `function`, which may raise, gives for `t` whenever the graph runs: a tensor like it.

    replay: as `call`'s, of an op and all its arguments.
    """
    like = graph.recorder.empty(tuple(t.shape), t.dtype, t.device)
    node = opaque.Node(lambda x: [function(x)], [like], effect=True)
    node.undoable = True
    if replay is not None:
        node.source = Source(*replay(Input(0)))
    return opaque.record(graph, node, [t])[0]


def _specs(kinds: Any) -> list[TensorSpec]:
    """The TensorSpecs of what a Python function returns; NotCapturable where a shape or a torch dtype is missing."""
    specs = []
    for kind in kinds if isinstance(kinds, (list, tuple)) else [kinds]:
        if isinstance(kind, TypeSpec) and not isinstance(kind, TensorSpec):
            raise NotCapturable(f"a Python function gives a composite tensor, {kind!r}")
        spec = kind if isinstance(kind, TensorSpec) else TensorSpec(None, dtypes.as_dtype(kind))
        if spec.dtype.torch is None and spec.dtype is not dtypes.string:
            raise NotCapturable(
                f"a Python function gives a tensor of dtype {spec.dtype.name}, which torch does not have"
            )
        specs.append(spec)
    return specs


def _deliver(graph: Any, results: Sequence[Any], kinds: Any, kernel: str) -> Any:
    symbols = graph.named(list(results), kernel)
    return symbols if isinstance(kinds, (list, tuple)) else symbols[0]


def _record(graph: Any, run: Callable[..., Any], inputs: Any, kinds: Any, effect: bool, kernel: str) -> Any:
    specs = _specs(kinds)
    args = [to_storage(x) for x in (inputs if isinstance(inputs, (list, tuple)) else [inputs])]
    unknown = [s.shape.rank is None for s in specs]
    if any(unknown):
        run, shapes = _tried(graph, run, args)
        specs = [TensorSpec(known, s.dtype) if u else s for s, u, known in zip(specs, unknown, shapes, strict=True)]
    likes = [_like(graph, s) for s in specs]
    results = opaque.record(graph, opaque.Node(run, likes, effect), args)
    symbols = _deliver(graph, results, kinds, kernel)
    for symbol, u in zip(structure.flatten(symbols), unknown, strict=True):
        symbol.any_rank = u
    return symbols


def _tried(graph: Any, run: Callable[..., Any], args: Sequence[Any]) -> tuple[Callable[..., Any], list[Any]]:
    """`run`, and the shapes of what it gives, which are only known once it was called: with the values of this call.

    What it gave is what the graph's first run gives, so that the function is not called once too often.
    """
    values, printed = graph.values_of(args), io.StringIO()
    with outside_of_graphs(), contextlib.redirect_stdout(printed):
        first = list(run(*values))
    shapes = [tuple(r.shape) for r in first]
    waiting = [first]

    def once_tried(*values: Any) -> Sequence[Any]:
        followed = torch.is_grad_enabled() and any(isinstance(v, torch.Tensor) and v.requires_grad for v in values)
        if waiting and (results := waiting.pop()) and not followed:
            print(printed.getvalue(), end="")  # in its turn
            return results
        results = list(run(*values))
        if [tuple(r.shape) for r in results] != shapes:
            raise SizesDiffer
        return results

    return once_tried, shapes


def _like(graph: Any, spec: TensorSpec) -> torch.Tensor:
    kind, where = (spec.dtype.torch, None) if spec.dtype.torch is not None else (dtypes.SYMBOLIC_STRING, "cpu")
    return graph.recorder.empty_of(spec.shape.as_list(), kind, where)


def py_function(graph: Any, function: Callable[..., Any], inputs: Any, kinds: Any, kernel: str) -> Any:
    """Records a call of `function` with eager tensors; gradients flow through what it does with them."""
    from tfcompat._core.tape import GradientTape

    def run(*values: Any) -> Sequence[Any]:
        with GradientTape(persistent=True, watch_accessed_variables=False):
            result = function(*map(EagerTensor, values))
            given = result if isinstance(result, (list, tuple)) else [result]
            return [
                to_storage(convert_to_tensor(r, dtypes.as_dtype(getattr(k, "dtype", k))))
                for r, k in zip(given, kinds if isinstance(kinds, (list, tuple)) else [kinds])
            ]

    return _record(graph, run, inputs, kinds, True, kernel)


def numpy_function(graph: Any, function: Callable[..., Any], inputs: Any, kinds: Any, stateful: bool) -> Any:
    """Records a call of `function` with numpy arrays; no gradient flows through it."""
    flat = kinds if isinstance(kinds, (list, tuple)) else [kinds]

    def run(*values: Any) -> Sequence[Any]:
        result = function(*[np.asarray(EagerTensor(v).numpy()) for v in values])
        given = result if isinstance(result, (list, tuple)) else [result]
        return [_as_torch(r, k) for r, k in zip(given, flat)]

    return _record(graph, run, inputs, kinds, stateful, "PyFunc")


def _as_torch(value: Any, kind: Any) -> torch.Tensor:
    return to_storage(convert_to_tensor(value, dtypes.as_dtype(getattr(kind, "dtype", kind))))
