"""Running a captured function as a CUDA graph: one launch for all of its kernels.

A CUDA graph reads and writes fixed memory. So arguments are copied to buffers of its own, variables are read and
assigned where they lie, and results are copied out. What may move or change that, another storage of a variable or
somebody who still holds a value read before, is looked at at each call: the call then runs the graph's program as
anywhere else, and a variable that has moved has the graph made anew.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from tfcompat._core.logging import get_logger
from tfcompat._core.variable import sole_owner
from tfcompat._function.symbolic import size_of

Run = Callable[..., Sequence[Any]]
# Runs a function with a graph of its kernels made; returns what replays that, and the results' memory.
Capture = Callable[[Callable[[], Sequence[Any]]], tuple[Callable[[], None], Sequence[Any]]]

_WARM_UP = 2  # calls before the graph is made: libraries set themselves up, and many functions run only once
_MOST = 4  # how often a graph is made anew before that is given up
_RANDOM = torch.Tag.nondeterministic_seeded
_pool: list[Any] = []
_lock = threading.Lock()


def wanted() -> bool:
    """Whether functions may run as CUDA graphs here: there is a GPU, and TFCOMPAT_CUDA_GRAPHS is not 0."""
    return torch.cuda.is_available() and os.environ.get("TFCOMPAT_CUDA_GRAPHS", "1") != "0"


def obstacle(part: Any, nodes: Iterable[Any], kind: str = "cuda") -> str | None:
    """Why a part of a graph can't run as a CUDA graph; None where it may.

    nodes: those that its program runs. kind: the type of the device that all tensors must be on.
    """
    places: set[torch.device] = set()
    for leaves in part.leaves:
        like = leaves[0]
        if not isinstance(like, torch.Tensor) or like.device.type != kind:
            return "an input is not on the GPU"
        places.add(like.device)
        if any(size_of(d) is None for d in like.shape):
            return "a size is only known at the call"
    for node in nodes:
        if node.meta.get("opaque"):
            return "a branch, a loop or a Python function runs on the CPU"
        if node.op != "call_function":
            continue
        if _RANDOM in getattr(node.target, "tags", ()) and node.kwargs.get("generator") is not None:
            return "a random op has a generator of its own"
        values = node.meta.get("val")
        for value in values if isinstance(values, (tuple, list)) else (values,):
            if isinstance(value, (torch.SymInt, torch.SymFloat, torch.SymBool, int)):
                return "a number is read from a tensor"
            if isinstance(value, torch.Tensor) and value.device.type != kind:
                return "an op runs on the CPU"
            if isinstance(value, torch.Tensor):
                places.add(value.device)
            if isinstance(value, torch.Tensor) and any(size_of(d) is None for d in value.shape):
                return "a size is only known when an op has run"
    return "it runs on several GPUs" if len(places) > 1 else None


def on_cuda(make: Callable[[], Sequence[Any]]) -> tuple[Callable[[], None], Sequence[Any]]:
    """Captures the kernels of `make` as a CUDA graph; all such graphs share memory, as none runs within another."""
    if not _pool:
        _pool.append(torch.cuda.graph_pool_handle())
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=_pool[0], capture_error_mode="thread_local"):
        results = make()
    return graph.replay, results


class Graphed:
    """A function's graph on the GPU: its program for the first calls and the odd ones, a CUDA graph for the others.

    plain: takes the arguments alone, and reads and assigns variables by itself. raw: takes arguments, then what the
    graph has from outside and its variables, and returns the outputs, then the new values of the variables `written`.
    fixed: what the graph has from outside; cells: those of its variables; count: the number of outputs.
    """

    def __init__(
        self,
        plain: Run,
        raw: Run,
        fixed: Sequence[Any],
        cells: Sequence[Any],
        written: Sequence[Any],
        count: int,
        capture: Capture = on_cuda,
    ) -> None:
        self.plain, self.raw, self.fixed, self.count = plain, raw, fixed, count
        self.cells, self.written, self._capture = list(cells), list(written), capture
        self.calls = self.made = 0
        self.failure: str | None = None
        self._replay: Callable[[], None] | None = None
        self._inputs: list[torch.Tensor] = []
        self._results: Sequence[Any] = []
        self._places: list[tuple[int, Any, Any]] = []

    def __call__(self, *tensors: torch.Tensor) -> Sequence[Any]:
        if self.failure is not None:
            return self.plain(*tensors)
        self.calls += 1
        if self.calls <= _WARM_UP or not all(map(sole_owner, self.written)):
            return self.plain(*tensors)
        with _lock:
            if self._replay is None or self._moved():
                if self.made >= _MOST:
                    self._give_up("its variables move in memory")
                    return self.plain(*tensors)
                try:
                    self._make(tensors)
                except Exception as e:  # whatever it is: the program runs without a graph, too
                    self._give_up(f"{type(e).__name__}: {e}")
                    return self.plain(*tensors)
            if self._inputs:
                torch._foreach_copy_(self._inputs, list(tensors))
            self._replay()  # type: ignore[misc]
            return [r.clone() if isinstance(r, torch.Tensor) else r for r in self._results]

    def _moved(self) -> bool:
        """Whether a variable lies elsewhere now than when the graph was made, or looks different."""
        return any(_place(cell) != place for cell, place in zip(self.cells, self._places, strict=True))

    def _make(self, tensors: Sequence[torch.Tensor]) -> None:
        self.made += 1
        self._replay, self._results = None, []
        self._inputs = [t.clone() for t in tensors]
        outside = [x._t for x in self.fixed]
        self._replay, self._results = self._capture(lambda: self._run(outside))
        self._places = [_place(cell) for cell in self.cells]

    def _run(self, outside: Sequence[torch.Tensor]) -> list[Any]:
        """What the graph does: computes, then puts the variables' new values where the old ones are."""
        held = [cell.t for cell in self.cells]
        results = list(self.raw(*self._inputs, *outside, *held))
        new = results[self.count :]
        targets = [cell.t for cell in self.written]
        memory = {t.untyped_storage().data_ptr() for t in targets}
        outputs = [
            r.clone() if isinstance(r, torch.Tensor) and r.untyped_storage().data_ptr() in memory else r
            for r in results[: self.count]
        ]
        if targets:
            torch._foreach_copy_(targets, new)
        return outputs

    def _give_up(self, cause: str) -> None:
        self.failure = cause
        self._replay, self._results, self._inputs = None, [], []
        get_logger().debug("A function does not run as a CUDA graph: %s", cause)


def _place(cell: Any) -> tuple[int, Any, Any]:
    t = cell.t
    return t.data_ptr(), t.shape, t.stride()
