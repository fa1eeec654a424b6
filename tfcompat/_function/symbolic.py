"""Symbolic tensors, what a function sees of its tensors while it is captured, and the operations they come from."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, NoReturn

import torch

from tfcompat._core import errors
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import NUMPY_ONLY, Tensor

_ADVICE = (
    "You can attempt the following resolutions to the problem: If you are running in Graph mode, use Eager execution "
    "mode or decorate this function with @tf.function. If you are using AutoGraph, you can try decorating this "
    "function with @tf.function. If that does not work, then you may be using an unsupported feature or your source "
    "code may not be visible to AutoGraph. See https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/"
    "autograph/g3doc/reference/limitations.md#access-to-source-code for more information."
)

# What the operations of some kernels are called where no name is given.
LABELS = {
    "AddV2": "add",
    "Sub": "sub",
    "Mul": "mul",
    "RealDiv": "truediv",
    "FloorDiv": "floordiv",
    "FloorMod": "mod",
    "Pow": "pow",
    "BitwiseAnd": "and",
    "BitwiseOr": "or",
    "BitwiseXor": "xor",
    "Invert": "LogicalNot",
    "GatherV2": "GatherV2",
    "ResourceGather": "ResourceGather",
    "BatchMatMulV2": "MatMul",
    "ConcatV2": "concat",
    "Pack": "stack",
    "Unpack": "unstack",
    "Transpose": "transpose",
    "SelectV2": "SelectV2",
    "Range": "range",
}


class Operation:
    """A node of a function's graph (tf.Operation): its name, its type and the tensors that it gives.

    span: the start, limit and step of a tf.range, as torch tensors, for loops that need no more of it.
    """

    span: tuple[Any, Any, Any] | None = None
    graph: Any = None
    name = type = device = ""
    # For a constant and a variable's placeholder, which have no symbolic tensor.
    value: Any = None
    dtype: Any = None
    shape: Any = None
    # What a graph that sessions run was given it as, and what stands for its outputs where these are not all tensors.
    imported: Any = None
    results: list[Any] | None = None
    raw: dict[str, Any] | None = None  # the arguments of the raw op that it is a call of, by name, in such a graph
    seeds: Any = None  # where sessions run the graph, what random_state.seeds_in told as it was made

    __module__ = "tensorflow.python.framework.ops"

    def __init__(self, graph: Any, name: str, kind: str, device: str = "") -> None:
        self.graph, self.name, self.type, self.device = graph, name, kind, device
        self._outputs: list[SymbolicTensor] = []
        self._inputs: list[Any] | None = None
        self._control_inputs: list[Operation] = []

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The tensors that this operation gives."""
        return list(self._outputs)

    @property
    def inputs(self) -> tuple[SymbolicTensor, ...]:
        """The tensors of other operations that this one is computed from."""
        return self.graph._inputs_of(self) if self._inputs is None else tuple(self._inputs)

    @property
    def control_inputs(self) -> list[Operation]:
        """The operations that must run before: for what a function returns, those that read and change variables."""
        return list(self._control_inputs)

    def colocation_groups(self) -> list[bytes]:
        """The operations that this one must be placed with: itself."""
        return [f"loc:@{self.name}".encode()]

    def get_attr(self, name: str) -> Any:
        """An attribute of `node_def`; ValueError where there is none of this name."""
        return messages().attribute(self, name)

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs the operation in `session`, or in the default one; ValueError where there is none."""
        self.graph.evaluated(
            self,
            feed_dict,
            session,
            "Cannot execute operation using `run()`: No default session is registered. Use `with sess.as_default():` "
            "or pass an explicit session to `run(session=sess)`",
        )

    def _no_proto(self, what: str) -> NoReturn:
        raise NotImplementedError(f"tf.Operation.{what}: a captured function is a torch.fx graph, which has no protos.")

    @property
    def node_def(self) -> Any:
        """The operation as a NodeDef message: its name, type, inputs and dtype."""
        return messages().node_def(self)

    @property
    def op_def(self) -> Any:
        """The kind of operation as an OpDef message, of which only the name is told."""
        return messages().op_def(self)

    traceback = property(lambda self: self._no_proto("traceback"))

    @classmethod
    def from_node_def(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Makes an operation of a proto. Not supported: NotImplementedError."""
        raise NotImplementedError("tf.Operation.from_node_def: a captured function is a torch.fx graph.")

    def experimental_set_type(self, type_proto: Any) -> NoReturn:
        """Sets a type as a proto. Not supported: NotImplementedError."""
        self._no_proto("experimental_set_type")

    def values(self) -> tuple[SymbolicTensor, ...]:
        """The tensors that this operation gives, as a tuple."""
        return tuple(self._outputs)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"

    def __str__(self) -> str:
        return str(self.node_def)


def messages() -> Any:
    """The module that makes protos of graphs: protobuf is loaded where one is asked for."""
    return importlib.import_module("tfcompat._formats.graph_def")


class SymbolicTensor(Tensor):
    """A tensor of a function's graph: it has a name, a shape and a dtype, and no value."""

    __slots__ = ("_held", "any_rank", "graph", "op", "value_index")
    __module__ = "tensorflow.python.framework.ops"

    def __init__(self, value: Any, op: Operation) -> None:
        self._held, self.op, self.graph, self.any_rank = value, op, op.graph, False
        self.value_index = len(op._outputs)
        op._outputs.append(self)

    @property
    def _t(self) -> Any:
        """What stands for the value in the graph that is being captured."""
        graph = state.graph
        if graph is self.graph:
            return self._held
        if graph is None:
            return self.graph.outside(self)
        return graph.captured(self)

    @_t.setter
    def _t(self, value: Any) -> None:
        self._held = value

    # ---- what is known ----

    @property
    def dtype(self) -> Any:
        """The dtype of the elements."""
        from tfcompat._core.dtypes import BY_STORAGE

        return BY_STORAGE[self._held.dtype]

    @property
    def shape(self) -> TensorShape:
        """The shape, None for the dimensions that calls may differ in."""
        if self.any_rank or (self.graph.open_sizes and self._varies_in_rank()):
            return TensorShape(None)
        told = self.graph.told_sizes
        if told:
            return TensorShape._of(tuple([told_size(d, told) for d in self._held.shape]))
        return static_shape(self._held)

    def _varies_in_rank(self) -> bool:
        sizes = [d for d in self._held.shape if size_of(d) is None]
        return any(not self.graph.open_sizes.isdisjoint(d.node.expr.free_symbols) for d in sizes)

    def _shape_tuple(self) -> tuple[int | None, ...]:
        return tuple([size_of(d) for d in self._held.shape])

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._held.ndim

    def set_shape(self, shape: Any) -> None:
        """Takes the sizes in `shape` for those that are not known; ValueError where known ones differ.

        As in TensorFlow, nothing checks that they are so when the function runs.
        """
        given = TensorShape(shape)
        if not self.shape.is_compatible_with(given):
            raise ValueError(difference(self.shape, given))
        if self.any_rank and given.is_compatible_with(static_shape(self._held)):
            self.any_rank = False
        if given.rank == self._held.ndim:
            for size, n in zip(self._held.shape, given.as_list(), strict=True):
                if n is not None and size_of(size) is None:
                    self.graph.told_sizes[size.node.expr] = n

    @property
    def name(self) -> str:
        """The operation's name and the number of the output: "add:0"."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def device(self) -> str:
        """The device that the function asked for, "" where it did not."""
        return self.op.device

    def consumers(self) -> list[Operation]:
        """The operations of the graph that this tensor is an input of."""
        return [op for op in self.graph.get_operations() if any(x is self for x in op.inputs)]

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = self.shape
        known = "" if shape.rank is None else f", shape={shape}"
        return f'Tensor("{self.name}"{known}, dtype={self.dtype.name})'

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError(f"unsupported format string passed to {type(self).__name__}.__format__")
        return str(self)

    def __hash__(self) -> int:
        if self.graph.deferred:  # where tensors are keys of what is fed
            return id(self)
        return super().__hash__()

    # ---- what needs a value ----

    def __getattr__(self, name: str) -> Any:
        if name in NUMPY_ONLY:
            return super().__getattr__(name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def _not_allowed(self, what: str) -> NoReturn:
        raise errors.OperatorNotAllowedInGraphError(f"{what} is not allowed. {_ADVICE}")

    # Python's own errors, for want of __int__, __float__, __complex__ and __index__, are TensorFlow's.

    def __bool__(self) -> bool:
        self._not_allowed("Using a symbolic `tf.Tensor` as a Python `bool`")

    def __round__(self, digits: int | None = None) -> Any:
        return self.astype  # as an eager tensor's

    def __iter__(self) -> Iterator[Any]:
        self._not_allowed("Iterating over a symbolic `tf.Tensor`")

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for a symbolic Tensor ({self.name}). Please call `x.shape` rather than `len(x)` "
            "for shape information."
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. This error may indicate that you're "
            "trying to pass a Tensor to a NumPy call, which is not supported."
        )

    def __copy__(self) -> SymbolicTensor:
        return self

    def __deepcopy__(self, memo: Any) -> SymbolicTensor:
        return self

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value in `session`, or in the default one, as numpy; ValueError where there is none."""
        return self.graph.evaluated(
            self,
            feed_dict,
            session,
            "Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or "
            "pass an explicit session to `eval(session=sess)`",
        )


def difference(shape: TensorShape, other: TensorShape) -> str:
    """Why two shapes can't be those of one tensor."""
    if shape.rank != other.rank:
        return f"Shapes must be equal rank, but are {shape.rank} and {other.rank}"
    pairs = enumerate(zip(shape.as_list(), other.as_list(), strict=True))
    at, (n, m) = next((i, pair) for i, pair in pairs if None not in pair and pair[0] != pair[1])
    shown = ["[" + ",".join("?" if d is None else str(d) for d in s.as_list()) + "]" for s in (shape, other)]
    return f"Dimension {at} in both shapes must be equal, but are {n} and {m}. Shapes are {shown[0]} and {shown[1]}."


def static_shape(t: Any) -> TensorShape:
    """The shape of a torch tensor, fake or not, with None for the sizes that are not known."""
    return TensorShape._of(tuple([size_of(d) for d in t.shape]))


def told_size(d: Any, told: dict[Any, int]) -> int | None:
    """As `size_of`, of a size that is known where those are that a program has told, by their expressions."""
    known = size_of(d)
    if known is not None:
        return known
    found = told.get(d.node.expr)
    if found is None:
        expression = d.node.expr.xreplace(told)
        found = int(expression) if expression.is_number else None
    return found


def size_of(d: Any) -> int | None:
    """A size as an int, or None for a symbolic one."""
    if type(d) is int:
        return d
    if isinstance(d, torch.SymInt):
        return int(d) if d.node.expr.is_number else None
    return int(d)
