"""What stands for a graph while the shapes of layers and functions are found, on torch's fake tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch._subclasses.fake_tensor import FakeTensorMode, unset_fake_temporarily

from tfcompat._core import device, dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.names import UniqueNames
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat._function.symbolic import LABELS, Operation, SymbolicTensor, difference


class ShapeGraph:
    """Stands in for a function's graph while shapes are found: variables read as fakes and assignments are dropped.

    Functions that are called meanwhile are a part of the run, and are captured when tensors come.
    """

    finds_shapes, deferred = True, False

    def __init__(self, mode: FakeTensorMode, size: int) -> None:
        self._mode, self.size = mode, size
        self.sized: set[int] = set()  # as of a function's graph; nothing is made of it
        self._values: dict[int, Any] = {}
        self._kept: list[Any] = []

    def placeholder(self, x: Any) -> Any:
        """What stands for a KerasTensor."""
        return EagerTensor(_zeros_of(x, self.size))

    def told(self, size: int) -> int:
        """A size as it is after all `set_shape` said."""
        return size

    def value(self, variable: Any) -> Any:
        """The fake tensor that stands for the variable's current value."""
        from tfcompat._function.recorder import fake_of  # takes a while to load

        storage = variable._storage
        key = id(storage)
        if key not in self._values:
            self._kept.append(storage)
            t = storage.t
            self._values[key] = fake_of(self._mode, t) if isinstance(t, torch.Tensor) else t
        return self._values[key]

    read = value

    def write(self, variable: Any, t: Any, kind: str = "") -> None:
        """Keeps `t` as the variable's value for the rest of this run."""
        self._kept.append(variable._storage)
        self._values[id(variable._storage)] = t

    def captured(self, tensor: Any) -> Any:
        """What holds an eager tensor's value: itself; a fake tensor stands for one of the graph around this run."""
        if isinstance(tensor, EagerTensor):
            return tensor._t
        key = id(tensor)
        if key not in self._values:
            self._kept.append(tensor)
            self._values[key] = _zeros_of(tensor, self.size)
        return self._values[key]

    def rebind(self, tensor: Any, t: Any) -> None:
        """Puts a tape's handle in the place of a tensor's value."""
        tensor._t = t

    def named(self, value: Any, name: str) -> Any:
        """The tf.Tensor of a torch tensor: names are not kept here."""
        return self.wrap(value)

    def writable(self, variable: Any) -> Any:
        """A fake tensor whose in-place changes are seen by later reads of this run only."""
        t = self.value(variable).clone()
        self.write(variable, t)
        return t

    def assigned(self, variable: Any) -> Any:
        """What an assignment returns: the variable."""
        return variable

    def created(self, variable: Any) -> None:
        """Nothing to note: variables made during a run are real ones."""

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None) -> Any:
        """What tf.cond gives: the first branch's result, as both are alike."""
        return true_fn()

    def case(self, pairs: Any, default: Callable[[], Any] | None, exclusive: bool, name: str | None) -> Any:
        """What tf.case gives: the first function's result, as all are alike."""
        return pairs[0][1]()

    def switch_case(self, index: Any, branches: Any, default: Callable[[], Any], name: str | None) -> Any:
        """What tf.switch_case gives: the first branch's result, as all are alike."""
        return branches[0]()

    def while_loop(
        self, cond: Any, body: Callable[..., Any], loop_vars: Any, invariants: Any, limit: Any, name: str | None
    ) -> Any:
        """What tf.while_loop gives: the loop's variables after one round, as every round leaves them alike."""
        return structure.map_structure(
            lambda x: x if isinstance(x, TensorArray) else convert_to_tensor(x), body(*loop_vars)
        )

    def call(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> None:
        """What is called for its effects, summaries, prints and assertions on values, is not called for shapes."""

    check = print = call

    def needs_values(self, error: Exception) -> bool:
        """Whether an op failed for want of its tensors' values: nothing here can give them."""
        return False

    def lifted(self, function: Callable[[], Any]) -> Any:
        """The result of `function`, run for real outside of this graph (initial values of variables)."""
        graph = state.graph
        state.graph, state.direct = None, device.short_way()
        try:
            with unset_fake_temporarily():
                return function()
        finally:
            state.graph, state.direct = graph, False

    def wrap(self, value: Any) -> Any:
        """The tf.Tensor of a torch tensor, fake or real."""
        return EagerTensor(value)

    def wrap_result(self, result: Any, op: Any, name: str | None) -> Any:
        """The tf.Tensors of an op's result."""
        if isinstance(result, (torch.Tensor, np.ndarray)):
            return EagerTensor(result)
        if isinstance(result, tuple) and hasattr(result, "_fields"):
            return type(result)(*(self.wrap_result(r, op, name) for r in result))
        if isinstance(result, (tuple, list)):
            return type(result)(self.wrap_result(r, op, name) for r in result)
        return result

    def wrap_constant(self, value: Any, name: str) -> Any:
        """The tf.Tensor of a constant."""
        return EagerTensor(value)

    def unique_name(self, name: str) -> str:
        """`name`: nothing here is named."""
        return name


class OpenGraph(ShapeGraph):
    """One whose tensors look as a function's do while it is captured: named, and of unknown size where that is open.

    An open size is a prime, and so is told from those that are known.
    """

    def __init__(self, mode: FakeTensorMode, size: int) -> None:
        super().__init__(mode, size)
        self._around = state.scopes  # which names of operations do not begin with, and those of variables do
        self._names = UniqueNames()
        self._told: dict[int, int] = {}

    def is_open(self, size: int) -> bool:
        """Whether a size is one, or several times one, that stands for any."""
        return size > 0 and size % self.size == 0

    def told(self, size: int) -> int:
        """A size as it is after all `set_shape` said."""
        return self._told.get(size, size)

    def known(self, size: int) -> int | None:
        """A size, None where it is open and no `set_shape` told it."""
        return self._told.get(size) if self.is_open(size) else size

    def tell(self, size: int, known: int) -> None:
        """Notes what an open size is known to be."""
        self._told[size] = known

    def placeholder(self, x: Any) -> Any:
        """What stands for a KerasTensor."""
        return self.named(_zeros_of(x, self.size), "Placeholder")

    def named(self, value: Any, name: str) -> Any:
        """The tensors of an operation called `name` that gives `value`, a torch tensor or a nest of them."""
        full = name[:-1] if name.endswith("/") else f"{state.scopes.removeprefix(self._around)}{name}"
        return self._of(value, Operation(self, self._names.unique_name(full), name, device.graph_name()))

    def _of(self, value: Any, op: Operation) -> Any:
        if isinstance(value, (torch.Tensor, np.ndarray)):
            return OpenTensor(value, op)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*(self._of(v, op) for v in value))
        return type(value)(self._of(v, op) for v in value) if isinstance(value, (tuple, list)) else value

    def wrap(self, value: Any) -> Any:
        """The tensor of a torch tensor, fake or real."""
        return self.named(value, "Identity")

    def wrap_result(self, result: Any, op: Any, name: str | None) -> Any:
        """The tensors of an op's result, named `name` or after the op."""
        kernel: str = op.kernel
        return self.named(result, name or LABELS.get(kernel, kernel))

    def wrap_constant(self, value: Any, name: str) -> Any:
        """The tensor of a constant."""
        return self.named(value, name or "Const")


class OpenTensor(SymbolicTensor):
    """A tensor of an OpenGraph."""

    __slots__ = ()
    __module__ = "tensorflow.python.framework.ops"

    @property
    def shape(self) -> TensorShape:
        """The shape, None for the sizes that are open."""
        return TensorShape._of(self._shape_tuple())

    def _shape_tuple(self) -> tuple[int | None, ...]:
        return tuple([self.graph.known(d) for d in self._held.shape])

    def set_shape(self, shape: Any) -> None:
        """Takes the sizes in `shape` for those that are not known; ValueError where known ones differ."""
        given = TensorShape(shape)
        if not self.shape.is_compatible_with(given):
            raise ValueError(difference(self.shape, given))
        for size, n in zip(self._held.shape, given.as_list() if given.rank is not None else ()):
            if n is not None and self.graph.is_open(size):
                self.graph.tell(size, n)


OpenTensor.__name__ = OpenTensor.__qualname__ = "SymbolicTensor"  # as programs print it


def _zeros_of(x: Any, size: int) -> Any:
    shape = tuple(size if d is None else d for d in x.shape)
    dtype = dtypes.as_dtype(x.dtype)
    if dtype.torch is None:
        return np.full(shape, b"", dtype=object)
    return torch.empty(shape, dtype=dtype.torch, device=device.default())
