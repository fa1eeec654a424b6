"""TensorFlow's functions on KerasTensors: they draw the model's graph, as they did in Keras 2."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tfcompat as tf
from tfcompat.keras import _naming, _version, tree
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._symbolic import spec_of_function


@functools.cache
def _public_name(function: Callable[..., Any]) -> str:
    """The function's name below `tf`, "math.reduce_mean", as its module tells it."""
    name = function.__name__
    parts = [p for p in function.__module__.split(".")[1:] if not p.startswith("_")]
    for count in (1, 0, *range(2, len(parts) + 1)):
        path = ".".join([*parts[:count], name])
        if not name.startswith("_") and find(path) is function:
            return path
    return _canonical(_INNER.get(name, name.lstrip("_")))


# What does the work of public functions that look at their arguments first.
_INNER = {
    "concat_tensors": "concat", "stack_tensors": "stack", "_split_evenly": "split", "_gather_tensor": "gather",
    "_select": "where",
}  # fmt: skip


def _canonical(path: str) -> str:
    """The name of a function that Keras 2 calls it by, of those that it has below `tf`."""
    space, _, name = path.rpartition(".")
    if name in _CANONICAL or space not in ("", "math", "nn", "linalg", "dtypes"):
        return _CANONICAL.get(name, path)
    spaces = (tf.math, "math."), (tf, ""), (tf.linalg, "linalg."), (tf.nn, "nn."), (tf.image, "image.")
    return next((f"{prefix}{name}" for module, prefix in spaces if callable(getattr(module, name, None))), path)


def find(path: str) -> Any:
    """The function of that name below `tf`, or of a tensor's operator in Keras 2's files; None where there is none."""
    found: Any = tf
    for part in path.split("."):
        found = getattr(found, part, None)
    if found is None and path.startswith("compat.v1."):
        return find(path.removeprefix("compat.v1."))
    if found is None and path.startswith("__operators__."):
        name = path.rpartition(".")[2]
        found = _OPERATORS.get(name) or getattr(tf.Tensor, f"__{name}__", None)
    return found


def _get_item(tensor: Any, slice_spec: Any, var: Any = None) -> Any:
    """A part of a tensor, as Keras 2's files describe it."""
    return tensor[_slices(slice_spec)]


def _binary(operation: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """An operator of Python's with the arguments that files give it."""

    def call(x: Any, y: Any, name: str | None = None) -> Any:
        return operation(x, y)

    return call


# Operators whose tensor may be the second of two values.
_OPERATORS = {
    "getitem": _get_item,
    "add": _binary(operator.add),
    "eq": _binary(operator.eq),
    "ne": _binary(operator.ne),
}
# Where it is not told by the order in which namespaces are looked through.
_CANONICAL = {
    **{name: f"compat.v1.{name}" for name in ("gather", "norm", "shape", "squeeze", "transpose")},
    "floordiv": "compat.v1.floor_div", "floor_divide": "compat.v1.floor_div", "not_equal": "__operators__.ne",
    "softmax": "nn.softmax", "log_softmax": "nn.log_softmax", "matmul": "linalg.matmul",
}  # fmt: skip


def _slices(spec: Any) -> Any:
    if isinstance(spec, dict):
        return slice(spec.get("start"), spec.get("stop"), spec.get("step"))
    return tuple(map(_slices, spec)) if isinstance(spec, (list, tuple)) else spec


class Drawn:
    """What operations and, in Keras 2, layers around a function of TensorFlow have in common."""

    function: Any
    name: str
    symbol: str

    def _take_function(self, function: Any, symbol: str | None) -> str:
        """Notes the function, or that of a name below `tf`; what to call the operation. ValueError for no function."""
        found = find(function) if isinstance(function, str) else function
        if not callable(found):
            raise ValueError(f"`function` must be the name of a function below `tf`. Received: function={function!r}")
        described = hasattr(found, "get_config")
        own = function if isinstance(function, str) else found.name if described else symbol or _public_name(found)
        self.function, self.symbol = found, own if described or not _version.is_legacy() else _canonical(own)
        return self.symbol if described else f"tf.{self.symbol}"

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result."""
        return self.function(*args, **kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors of the function's result."""
        sources: dict[int, KerasTensor] = {}
        for x in tree.flatten((args, kwargs)):
            if isinstance(x, KerasTensor):
                sources.update({id(source): source for source in _sources(x)})

        def run(*values: Any) -> Any:
            known = dict(zip(sources, values))

            def fill(x: Any) -> Any:
                return _computed(x, known) if isinstance(x, KerasTensor) else x

            return self.function(*tree.map_structure(fill, args), **tree.map_structure(fill, kwargs))

        return spec_of_function(run, *sources.values())

    def _described_function(self) -> Any:
        """What a config has of the function: its name, or what describes a loss."""
        if not hasattr(self.function, "get_config"):
            return self.symbol
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return serialize_keras_object(self.function)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The operation, or layer, that `get_config` described, of Keras 2 too."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        function = deserialize_keras_object(config["function"])
        is_operator = isinstance(function, str) and function.startswith("__operators__.")
        if isinstance(function, str) and not is_operator and not _only_computes(find(function)):
            raise ValueError(
                f"The file has tf.{function} in a model's graph. Only functions that compute tensors from tensors are "
                "taken from files: build the model in Python and load its weights."
            )
        made: Any = cls
        return made(function, name=config["name"])


class TFOpLambda(Drawn, Operation):
    """A function of TensorFlow at one place of a model's graph.

    function: it (a loss too), or its name below `tf`, as configs have it; ValueError for a name that is none.
    """

    _api_name = "keras.src.layers.core.tf_op_layer.TFOpLambda"
    built = True

    def __init__(self, function: Any, name: str | None = None) -> None:
        own = self._take_function(function, None)
        super().__init__(name=_naming.uniquify(own) if name is None else name)

    def count_params(self) -> int:
        """None: a function has no variables."""
        return 0

    def get_config(self) -> dict[str, Any]:
        """The operation's name and the function's."""
        return {"name": self.name, "function": self._described_function()}


def _only_computes(function: Any) -> bool:
    """Whether a function is of a namespace whose functions have no effect but their result."""
    module = getattr(function, "__module__", None) or ""
    parts = module.split(".")
    if not callable(function) or isinstance(function, type) or parts[0] != "tfcompat" or len(parts) < 2:
        return False
    if module in _OF_TF1:
        return True
    return module not in _WITH_EFFECTS and parts[2 if parts[1] == "keras" else 1] in _COMPUTING


_COMPUTING = frozenset(
    "math nn linalg image signal strings dtypes random bitwise sets audio sparse ragged clipping _clipping _arrays "
    "_core _sparse _ragged _drawn ops activations losses metrics backend".split()
)
_OF_TF1 = frozenset(f"tfcompat.compat.v1.{name}" for name in ("_arrays", "_reductions", "nn", "image", "sparse"))
_WITH_EFFECTS = frozenset(
    f"tfcompat.{name}" for name in ("_arrays.calling", "_arrays.mapping", "_arrays.printing", "_core.random_state")
)


def classes() -> dict[str, Any]:
    """The classes that files name: in Keras 2 layers, and one of their own for slices."""
    if not _version.is_legacy():
        return {"TFOpLambda": TFOpLambda, "SlicingOpLambda": TFOpLambda}
    from tfcompat.keras.layers import op_layers

    return {"TFOpLambda": op_layers.TFOpLambda, "SlicingOpLambda": op_layers.SlicingOpLambda}


def _sources(x: KerasTensor) -> list[KerasTensor]:
    """What `x` is computed from, where it may hold sizes: a run that begins there has their values."""
    operation: Any = x._keras_history.operation if hasattr(x, "_keras_history") else None
    small = len(x.shape) <= 1 and x.dtype in ("int32", "int64")
    if operation is None or not small or not (operation._is_pure or isinstance(operation, Drawn)):
        return [x]
    node = x._keras_history.operation._inbound_nodes[x._keras_history.node_index]
    return [source for y in node.input_tensors for source in _sources(y)]


def _computed(x: KerasTensor, known: dict[int, Any]) -> Any:
    """The value of `x`, from those of its sources; what is computed on the way is noted in `known`."""
    if id(x) not in known:
        node = x._keras_history.operation._inbound_nodes[x._keras_history.node_index]
        args, kwargs = node.arguments.fill_in({id(y): _computed(y, known) for y in node.input_tensors})
        results = tree.flatten(node.operation.call(*args, **kwargs))
        known.update({id(y): value for y, value in zip(node.outputs, results)})
    return known[id(x)]


def draw(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None, symbol: str | None = None) -> Any:
    """The KerasTensors that `function(*args, **kwargs)` gives, recorded in the graph: in Keras 2 as a layer's.

    symbol: the function's name below `tf`, where it is not told by the function.
    """
    if _version.is_legacy():
        from tfcompat.keras.layers.op_layers import layer_of

        return layer_of(function, symbol)(*args, **(kwargs or {}))
    return TFOpLambda(function).symbolic_call(*args, **(kwargs or {}))
