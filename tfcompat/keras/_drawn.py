"""TensorFlow's functions on KerasTensors: they draw the model's graph, as they did in Keras 2."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tfcompat as tf
from tfcompat.keras import _naming, tree
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
        if _find(path) is function:
            return path
    return name


def _find(path: str) -> Any:
    """The function of that name below `tf`, or of a tensor's operator in Keras 2's files; None where there is none."""
    found: Any = tf
    for part in path.split("."):
        found = getattr(found, part, None)
    if found is None and path.startswith("compat.v1."):
        return _find(path.removeprefix("compat.v1."))
    if found is None and path.startswith("__operators__."):
        found = _get_item if path.endswith(".getitem") else getattr(tf.Tensor, f"__{path.rpartition('.')[2]}__", None)
    return found


def _get_item(tensor: Any, slice_spec: Any, var: Any = None) -> Any:
    """A part of a tensor, as Keras 2's files describe it."""
    return tensor[_slices(slice_spec)]


def _slices(spec: Any) -> Any:
    if isinstance(spec, dict):
        return slice(spec.get("start"), spec.get("stop"), spec.get("step"))
    return tuple(map(_slices, spec)) if isinstance(spec, (list, tuple)) else spec


class TFOpLambda(Operation):
    """A function of TensorFlow at one place of a model's graph.

    function: it (a loss too), or its name below `tf`, as configs have it; ValueError for a name that is none.
    """

    _api_name = "keras.src.layers.core.tf_op_layer.TFOpLambda"
    built = True

    def __init__(self, function: Any, name: str | None = None) -> None:
        found = _find(function) if isinstance(function, str) else function
        if not callable(found):
            raise ValueError(f"`function` must be the name of a function below `tf`. Received: function={function!r}")
        self.function = found
        own = found.name if hasattr(found, "get_config") else f"tf.{_public_name(found)}"
        super().__init__(name=_naming.uniquify(own) if name is None else name)

    def count_params(self) -> int:
        """None: a function has no variables."""
        return 0

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

    def get_config(self) -> dict[str, Any]:
        """The operation's name and the function's."""
        if not hasattr(self.function, "get_config"):
            return {"name": self.name, "function": _public_name(self.function)}
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {"name": self.name, "function": serialize_keras_object(self.function)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> TFOpLambda:
        """The operation that `get_config` described, of Keras 2 too."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        function = deserialize_keras_object(config["function"])
        if isinstance(function, str) and not _only_computes(_find(function)):
            raise ValueError(
                f"The file has tf.{function} in a model's graph. Only functions that compute tensors from tensors are "
                "taken from files: build the model in Python and load its weights."
            )
        return cls(function, config["name"])


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


# The classes that files name; Keras 2 had one of its own for slices.
CLASSES = {"TFOpLambda": TFOpLambda, "SlicingOpLambda": TFOpLambda}


def _sources(x: KerasTensor) -> list[KerasTensor]:
    """What `x` is computed from, where it may hold sizes: a run that begins there has their values."""
    operation: Any = x._keras_history.operation if hasattr(x, "_keras_history") else None
    small = len(x.shape) <= 1 and x.dtype in ("int32", "int64")
    if operation is None or not small or not (operation._is_pure or isinstance(operation, TFOpLambda)):
        return [x]
    node = operation._inbound_nodes[x._keras_history.node_index]
    return [source for y in node.input_tensors for source in _sources(y)]


def _computed(x: KerasTensor, known: dict[int, Any]) -> Any:
    """The value of `x`, from those of its sources; what is computed on the way is noted in `known`."""
    if id(x) not in known:
        node = x._keras_history.operation._inbound_nodes[x._keras_history.node_index]
        args, kwargs = node.arguments.fill_in({id(y): _computed(y, known) for y in node.input_tensors})
        results = tree.flatten(node.operation.call(*args, **kwargs))
        known.update({id(y): value for y, value in zip(node.outputs, results)})
    return known[id(x)]


def draw(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any] | None = None) -> Any:
    """The KerasTensors that `function(*args, **kwargs)` gives, recorded in the graph."""
    return TFOpLambda(function).symbolic_call(*args, **(kwargs or {}))
