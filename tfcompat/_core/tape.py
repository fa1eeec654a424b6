"""tf.GradientTape on torch.autograd.

torch records one graph for the thread; a tape owns the part of it that starts at the tape's *handles*. A handle is the
torch tensor that stands for a watched tensor or variable: an autograd leaf on the same storage for the outermost tape
that watches it, and a view of the outer tape's handle for an inner one, so that every tape differentiates with respect
to just what happened after it began to watch. Outside of all tapes nothing is recorded (`ops.wrap` detaches).
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

import torch

from tfcompat._core import logging, ops, structure
from tfcompat._core.autograd import EMPTY, Graph, sum_gradients, vjp
from tfcompat._core.composite_gradient import gradient_tensors, with_gradients
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor


class UnconnectedGradients(Enum):
    """What a gradient is where the target does not depend on the source: None, or zeros (tf.UnconnectedGradients)."""

    NONE = "none"
    ZERO = "zero"

    @classmethod
    def _missing_(cls, value: object) -> UnconnectedGradients:
        raise ValueError(f"Unknown value for unconnected_gradients: {value!r}")


class Entry:
    """One watched object's handles in one tape; the last is current, earlier ones are from before an assignment."""

    __slots__ = ("handles", "parent", "source")

    def __init__(self, source: Any) -> None:
        self.source = source  # keeps the object alive, so that its id stays its own
        self.parent: Any = None
        self.handles: list[torch.Tensor] = []

    def handle(self, parent: torch.Tensor) -> torch.Tensor:
        """The current handle on `parent`, the value as the enclosing tapes see it."""
        if self.parent is not parent:
            self.parent = parent
            self.handles.append(new_handle(parent))
        return self.handles[-1]


def new_handle(parent: torch.Tensor) -> torch.Tensor:
    """An autograd tensor on the storage of `parent`: a view where a graph leads to it, else a leaf."""
    if parent.requires_grad:
        return parent.view_as(parent)
    return parent.detach().requires_grad_()


def is_trainable(dtype: torch.dtype) -> bool:
    """Whether tensors of this dtype have gradients."""
    return dtype.is_floating_point or dtype.is_complex


class Recorder:
    """What GradientTape and ForwardAccumulator share: recording between `start` and `stop`, and watched objects."""

    only_logs = False  # notes the variables that are read, and follows none

    def __init__(self, watch_accessed_variables: bool) -> None:
        self._auto = watch_accessed_variables
        self._entries: dict[int, Entry] = {}
        self._variables: dict[int, Any] = {}
        self._graph = Graph()
        self._recording = False
        self._group: weakref.WeakSet[Recorder] = weakref.WeakSet((self,))

    def _start(self) -> None:
        for other in state.tapes:
            other._group.update(self._group)
            for member in list(other._group):
                member._group = other._group
        state.tapes = (*state.tapes, self)
        self._recording = True
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            self._graph.restore_grad_mode = True
        self._graph.open()

    def _stop(self) -> None:
        state.tapes = tuple(t for t in state.tapes if t is not self)
        self._recording = False
        self._graph.close()
        if self._graph.restore_grad_mode:
            torch.set_grad_enabled(False)
            self._graph.restore_grad_mode = False

    def _entry(self, key: Any) -> Entry:
        entry = self._entries.get(id(key))
        if entry is None:
            entry = self._entries[id(key)] = Entry(key)
        return entry

    def _watch_tensor(self, tensor: Tensor) -> None:
        entry = self._entries.get(id(tensor))
        t = current(tensor)
        if entry is not None and entry.handles and t is entry.handles[-1]:
            return
        entry = self._entry(tensor)
        if self._graph.recorded(t):
            entry.handles.append(t)  # an intermediate value that this tape follows already
            return
        # Every open tape that does not watch the tensor keeps seeing what it saw: the handle is a view of it.
        rebind(tensor, entry.handle(t))

    def _watch_variable(self, variable: Any) -> None:
        self._variables.setdefault(id(variable._storage), variable)
        self._entry(variable._storage)

    def _handles(self, source: Any) -> list[torch.Tensor]:
        """The torch tensors that stand for `source` in this tape's graph; none where it has not followed it."""
        key = source if isinstance(source, Tensor) else source._storage
        entry = self._entries.get(id(key))
        if entry is not None and entry.source is key:
            return entry.handles
        t = current(source) if isinstance(source, Tensor) else None
        if isinstance(t, torch.Tensor) and t.requires_grad and t.grad_fn is not None and self._graph.recorded(t):
            leaves = [h for e in self._entries.values() for h in e.handles]
            if self._graph.reaches(t, leaves):
                return [t]
        return []

    def _is_shared(self) -> bool:
        return any(other is not self for other in self._group)

    def _release(self) -> None:
        """Forgets everything, and frees the variables' storages for assignment in place."""
        self._group.discard(self)
        for entry in self._entries.values():
            watched = isinstance(entry.source, Tensor) and entry.handles
            if watched and entry.parent is not None and current(entry.source) is entry.handles[-1]:
                rebind(entry.source, entry.parent)
        if not self._group:
            for entry in self._entries.values():
                if not isinstance(entry.source, Tensor):
                    for handle in entry.handles:
                        if handle.is_leaf:
                            handle.data = EMPTY.get(handle.dtype)
        self._entries = {}


def current(tensor: Tensor) -> Any:
    """What holds a tensor's value here: in a capture, what stands for it."""
    return tensor._t if state.graph is None else state.graph.captured(tensor)


def rebind(tensor: Tensor, t: torch.Tensor) -> None:
    """Puts a handle, or what it was put on, in the place of a tensor's value."""
    if state.graph is None:
        tensor._t = t
    else:
        state.graph.rebind(tensor, t)


def read_variable(variable: Any, value: Any = None) -> torch.Tensor:
    """The value of a variable as the open tapes see it: each that watches it puts its handle on it.

    value: what stands for the variable's own in a capture.
    """
    storage = variable._storage
    t = storage.t if value is None else value
    if not isinstance(t, torch.Tensor) or not is_trainable(t.dtype):
        return t
    key = id(storage)
    for tape in state.tapes:
        if tape.only_logs:
            tape._variables.setdefault(key, variable)
            continue
        entry = tape._entries.get(key)
        if entry is None:
            if not (tape._auto and variable.trainable):
                continue
            tape._watch_variable(variable)
            entry = tape._entries[key]
        t = entry.handle(t)
    return t


def variable_of(source: Any) -> Any:
    """The tf.Variable behind a Keras variable, ours or one that says it acts as a resource; else the object itself."""
    if type(source) is EagerTensor or type(source) is ops.VARIABLE:
        return source
    inner = getattr(source, "_tf_variable", None)
    if inner is None and hasattr(source, "_should_act_as_resource_variable"):
        cell = getattr(source.handle, "variable", None)
        inner = cell() if cell is not None else None
    return source if inner is None else inner


def _has_gradients(x: Any, role: str) -> bool:
    """Whether `x`, a target or source, has a dtype that gradients are of; warns where not, TypeError for no tensor."""
    if not isinstance(x, Tensor) and not hasattr(x, "_storage"):
        raise TypeError(f"Argument `{role}` takes tensors and variables, and nests of them; got {x!r}.")
    dtype = x._t.dtype if type(x) is EagerTensor else x.dtype.torch
    if isinstance(dtype, torch.dtype) and is_trainable(dtype):
        return True
    logging.warning(
        f"The dtype of the {role} tensor must be floating (e.g. tf.float32) when calling GradientTape.gradient, got %r",
        x.dtype,
        first=5,
    )
    return False


class GradientTape(Recorder):
    """Records the operations within its context, for their gradients (tf.GradientTape).

    persistent: allows more than one call of `gradient`, `jacobian` and `batch_jacobian`.
    watch_accessed_variables: whether trainable variables are watched when they are read; `watch` adds to them.
    Tapes nest to any order; a gradient computed within an outer tape is recorded by it.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        super().__init__(watch_accessed_variables)
        self._persistent = persistent
        self._spent = False

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError("Tape is still recording, This can happen if you try to re-enter an already-active tape.")
        self._start()
        return self

    def __exit__(self, *exc: Any) -> None:
        if self._recording:
            self._stop()

    def watch(self, tensor: Any) -> None:
        """Records what is computed from `tensor`: a tensor or variable, or a nest of them.

        Raises ValueError for other objects. Tensors of integer and other dtypes without gradients are passed over
        with a warning.
        """
        for x in structure.flatten(tensor, expand_composites=True):
            x = variable_of(x)
            if not (isinstance(x, Tensor) or hasattr(x, "_storage")):
                raise ValueError(
                    f"Passed in object {x} of type {type(x).__name__!r}, not tf.Tensor or tf.Variable or ExtensionType."
                )
            if x.dtype.torch is None or not is_trainable(x.dtype.torch):
                logging.warning(
                    "The dtype of the watched tensor must be floating (e.g. tf.float32), got %r", x.dtype, first=5
                )
            elif isinstance(x, Tensor):
                self._watch_tensor(x)
            else:
                self._watch_variable(x)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A context in which this tape records nothing, for computing what needs no gradient.

        Raises RuntimeError where the tape is not recording.
        """
        if not self._recording:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forgets what was recorded: as a new tape entered at this point.

        Raises ValueError where the tape is not recording.
        """
        if not self._recording:
            raise ValueError("Tape is not recording.")
        self._stop()
        self._release()
        self.__init__(persistent=self._persistent, watch_accessed_variables=self._auto)
        self._start()

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables read or watched so far, in the order in which they were first."""
        return tuple(self._variables.values())

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradient of `target` (a tensor or nest; their sum) with respect to each of `sources`.

        output_gradients: a gradient for each target, ones where None. Returns the structure of `sources`: a tensor
        each, IndexedSlices where only rows of it were gathered, None (or zeros, as `unconnected_gradients` says)
        where the target does not depend on it. RuntimeError where a non-persistent tape was used before.
        """
        self._use()
        flat_sources = self._flat_sources(sources)
        targets = self._flat_targets(target)
        outputs, grads = [], []
        for t, seed in zip(targets, self._seeds(targets, output_gradients), strict=True):
            if _has_gradients(t, "target"):
                for value in self._values(t):
                    outputs.append(value)
                    grads.append(torch.ones_like(value) if seed is None else seed)
        found = self._vjp(outputs, flat_sources, grads)
        result = [self._finish(s, g, unconnected_gradients) for s, g in zip(flat_sources, found, strict=True)]
        self._end_use()
        if flat_sources is sources:
            return result
        return structure.pack_sequence_as(sources, with_gradients(structure.flatten(sources), result))

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of every element of `target` by every element of each source.

        Shape: target.shape + source.shape. `experimental_use_pfor` vectorises the backward passes with torch.vmap;
        without it they run one by one (`parallel_iterations` then changes nothing: torch runs each in full).
        """
        from tfcompat._core.jacobian import jacobian

        self._use()
        flat = self._flat_sources(sources)
        rows = jacobian(self, variable_of(target), flat, experimental_use_pfor)
        leading = tuple(target.shape)
        result = [self._finish(s, g, unconnected_gradients, leading) for s, g in zip(flat, rows, strict=True)]
        self._end_use()
        return structure.pack_sequence_as(sources, result)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of target[i, ...] by source[i, ...] for every i, examples being independent of each other.

        Shape: [batch] + target.shape[1:] + source.shape[1:], zeros where unconnected (whatever
        `unconnected_gradients` says, as in TensorFlow). ValueError for ranks below 2 or different first dimensions.
        """
        from tfcompat._core.jacobian import batch_jacobian

        UnconnectedGradients(unconnected_gradients)
        self._use()
        result = batch_jacobian(self, variable_of(target), variable_of(source), experimental_use_pfor)
        self._end_use()
        return wrap(result)

    # ---- the parts of a gradient ----

    def _use(self) -> None:
        if self._spent:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
            )
        if self._recording:
            if not self._persistent:
                self._stop()
            else:
                logging.warning(
                    "Calling GradientTape.gradient on a persistent tape inside its context is significantly less "
                    "efficient than calling it outside the context (it causes the gradient ops to be recorded on the "
                    "tape, leading to increased CPU and memory usage). Only call GradientTape.gradient inside the "
                    "context if you actually want to trace the gradient in order to compute higher order derivatives.",
                    first=1,
                )

    def _end_use(self) -> None:
        if not self._persistent:
            self._spent = True
            self._release()

    def _flat_sources(self, sources: Any) -> list[Any]:
        if type(sources) is list and all(type(s) is ops.VARIABLE or type(s) is EagerTensor for s in sources):
            flat = sources
        else:
            parts = structure.flatten(gradient_tensors(structure.flatten(sources)), expand_composites=True)
            flat = [variable_of(s) for s in parts]
        for s in flat:
            _has_gradients(s, "source")
            if isinstance(s, Tensor) and not isinstance(s._t, torch.Tensor):
                raise ValueError(f"Argument `sources` takes numbers, got a tensor of dtype {s.dtype.name}.")
        return flat

    @staticmethod
    def _flat_targets(target: Any) -> list[Any]:
        if type(target) is EagerTensor:
            return [target]
        parts = structure.flatten(gradient_tensors(structure.flatten(target)), expand_composites=True)
        return [variable_of(t) for t in parts]

    @staticmethod
    def _seeds(targets: Sequence[Any], output_gradients: Any) -> list[Any]:
        if output_gradients is None:
            return [None] * len(targets)
        from tfcompat._core.convert import to_storage

        flat = gradient_tensors(structure.flatten(output_gradients))
        if len(flat) != len(targets):
            raise ValueError(
                f"Argument `output_gradients` needs one gradient for each of {len(targets)} targets, got {len(flat)}."
            )
        seeds = []
        for t, g in zip(targets, flat, strict=True):
            g = None if g is None else to_storage(g, t.dtype, soft=True)
            if g is not None and tuple(g.shape) != tuple(t.shape):
                g = g.expand(tuple(t.shape))
            seeds.append(g)
        return seeds

    def _values(self, target: Any) -> list[torch.Tensor]:
        """The torch tensors of a target that this tape has followed."""
        if not isinstance(target, Tensor):
            handles = self._handles(target)
            return [handles[-1] if handles else self._entry(target._storage).handle(self._raw(target))]
        t = current(target)
        entry = self._entries.get(id(target))
        if entry is not None and entry.source is target:
            return entry.handles[-1:]
        if not t.requires_grad and torch._C._functorch.is_batchedtensor(t):  # pyright: ignore[reportAttributeAccessIssue] - not in the stub
            raise RuntimeError("torch.vmap records no gradients of what it runs")
        return [t] if t.requires_grad and self._graph.recorded(t) else []

    def _raw(self, source: Any) -> torch.Tensor:
        if isinstance(source, Tensor):
            return current(source)
        return source._storage.t if state.graph is None else state.graph.value(source)

    def _vjp(self, outputs: list[torch.Tensor], sources: list[Any], grads: list[Any]) -> list[torch.Tensor | None]:
        handles = [self._handles(s) for s in sources]
        flat = [h for hs in handles for h in hs]
        # What a function computes may be differentiated by the tapes around its calls.
        followed = bool(state.tapes) or state.graph is not None
        keep = self._persistent or self._is_shared() or followed
        found = iter(vjp(outputs, flat, grads, keep, followed, self._graph))
        return [sum_gradients([next(found) for _ in hs]) for hs in handles]

    def _finish(
        self,
        source: Any,
        gradient: torch.Tensor | None,
        unconnected: UnconnectedGradients | str,
        leading: tuple[int, ...] = (),
    ) -> Any:
        if gradient is None:
            if UnconnectedGradients(unconnected) is UnconnectedGradients.ZERO:
                raw = self._raw(source)
                return wrap(torch.zeros((*leading, *raw.shape), dtype=raw.dtype, device=raw.device))
            return None
        rows = None if state.graph is None or leading else state.graph.slices_of(gradient)
        if rows is not None:
            return rows
        if gradient.is_sparse:
            from tfcompat._core.indexed_slices import IndexedSlices

            rows = gradient._indices()[0].to(getattr(self._handles(source)[-1], "index_dtype", torch.int64))
            return IndexedSlices(
                wrap(gradient._values()), wrap(rows), wrap(torch.tensor(gradient.shape, dtype=torch.int32))
            )
        return wrap(gradient)
