"""tf.function(jit_compile=True): a captured graph compiled by torch's Inductor."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core import logging
from tfcompat._function.capture import Part
from tfcompat._function.program import Program
from tfcompat._function.writer import Wiring


def compiled(part: Part, wiring: Wiring) -> Callable[..., Any] | None:
    """The part as a function that Inductor compiles at its first call; None, with a warning, where that can't be.

    A branch, a loop or a Python function in the graph is not compiled, nor is what is called under a tape.
    """
    opaque = next((n for n in part.nodes if n.meta.get("opaque")), None)
    if opaque is not None:
        _warn(part, "Inductor compiles no branches, loops and Python functions on tensors' values")
        return None
    if any(isinstance(o, torch.Tensor) for o in part.output_nodes):
        _warn(part, "it returns a constant")
        return None
    program = Program(part.nodes, part.input_nodes, part.output_nodes)
    run = torch.compile(program.module(part.graph.recorder.tracer.root), fullgraph=True)
    return _Compiled(part, wiring, run)


class _Compiled:
    """A compiled graph, with what it reads and stores by itself; without Inductor's help once that failed."""

    def __init__(self, part: Part, wiring: Wiring, run: Callable[..., Any]) -> None:
        self.part, self.wiring, self.run = part, wiring, run
        self.checked = False

    def __call__(self, *tensors: torch.Tensor) -> Sequence[Any]:
        given = iter(tensors)
        found, stored = self.wiring.found, self.wiring.stored
        count = len(self.part.input_nodes)
        inputs = [getattr(*found[i]) if i in found else next(given) for i in range(count)]
        results = self.run(*inputs) if self.checked else self._first(inputs)
        for i, (x, attribute) in stored.items():
            setattr(x, attribute, results[i])
        return [r for i, r in enumerate(results) if i not in stored]

    def _first(self, inputs: Sequence[torch.Tensor]) -> Sequence[Any]:
        """Compiles; where that fails the graph runs as without jit_compile, with a warning."""
        self.checked = True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of torch, about code of its own
                return self.run(*inputs)
        except Exception as e:
            _warn(self.part, f"{type(e).__name__}: {' '.join(str(e).split())[:200]}")
            self.run = self.part.whole()
            return self.run(*inputs)


def _warn(part: Part, cause: str) -> None:
    logging.warning(f"jit_compile=True: the function {part.name!r} runs as a graph, not compiled: {cause}")
