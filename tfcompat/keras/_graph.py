"""The graph that layers draw when they are called on KerasTensors: operations, their calls (nodes), and its order."""

from __future__ import annotations

import collections
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from tfcompat._core import errors
from tfcompat._keras_modules import home
from tfcompat.keras import _naming, _version, tree
from tfcompat.keras._constructors import own_constructor
from tfcompat.keras._keras_tensor import KerasTensor, any_symbolic


class KerasHistory(NamedTuple):
    """Where a KerasTensor comes from: output `tensor_index` of call `node_index` of `operation`."""

    operation: Any
    node_index: int
    tensor_index: int

    @property
    def layer(self) -> Any:
        """`operation`, as Keras 2 calls it."""
        return self.operation


class SymbolicArguments:
    """The arguments of a call, with KerasTensors in the places that values will fill."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = tree.map_structure(lambda x: x, args)
        self.kwargs = tree.map_structure(lambda x: x, kwargs)
        self.keras_tensors = [x for x in tree.flatten((self.args, self.kwargs)) if isinstance(x, KerasTensor)]
        alone = not self.kwargs and len(self.args) == 1 and isinstance(self.args[0], KerasTensor)
        self._single = self.args[0] if alone else None

    def convert(self, change: Callable[[Any], Any]) -> tuple[Any, dict[str, Any]]:
        """The arguments with `change` applied to every leaf."""
        return tree.map_structure(change, self.args), tree.map_structure(change, self.kwargs)

    def fill_in(self, values: dict[int, Any]) -> tuple[Any, dict[str, Any]]:
        """The arguments with values, found by the KerasTensors' ids, in their places."""
        if self._single is not None:
            return (values[id(self._single)],), {}
        return self.convert(lambda x: values.get(id(x)) if isinstance(x, KerasTensor) else x)


class Keras2Node:
    """The attributes that Node had in Keras 2."""

    arguments: SymbolicArguments
    operation: Any
    outputs_struct: Any

    @property
    def layer(self) -> Any:
        """What was called."""
        return self.operation

    outbound_layer = layer

    @property
    def call_args(self) -> tuple[Any, ...]:
        """The call's positional arguments."""
        return self.arguments.args

    @property
    def call_kwargs(self) -> dict[str, Any]:
        """The call's arguments by name."""
        return self.arguments.kwargs

    @property
    def keras_inputs(self) -> list[KerasTensor]:
        """The KerasTensors among the arguments."""
        return self.arguments.keras_tensors

    @property
    def inbound_layers(self) -> Any:
        """The layers that made the arguments: one by itself, others as a list."""
        layers = [x._keras_history.layer for x in self.keras_inputs]
        return layers[0] if len(layers) == 1 else layers

    @property
    def input_shapes(self) -> Any:
        """The shapes of the first argument, in its structure; an input's own in a list."""
        return _shapes(self.call_args[0]) if self.keras_inputs else self.output_shapes

    @property
    def output_shapes(self) -> Any:
        """The shapes of the outputs, in their structure; an input's in a list."""
        return _shapes(self.outputs_struct if self.keras_inputs else [self.outputs_struct])

    def iterate_inbound(self) -> Iterator[tuple[Any, int, int, KerasTensor]]:
        """(layer, number of its call, number of the output, KerasTensor) for each of the inputs."""
        for x in self.keras_inputs:
            yield (*x._keras_history, x)


def _shapes(tensors: Any) -> Any:
    return tree.map_structure(lambda x: tuple(x.shape), tensors)


class Node(Keras2Node):
    """One call of an operation on KerasTensors. Making it tells the operation and the outputs about each other."""

    def __init__(
        self,
        operation: Any,
        call_args: Sequence[Any] = (),
        call_kwargs: dict[str, Any] | None = None,
        outputs: Any = None,
    ) -> None:
        self.operation = operation
        self.arguments = SymbolicArguments(*call_args, **(call_kwargs or {}))
        self.outputs_struct = outputs
        self.outputs = [] if outputs is None else tree.flatten(outputs)
        for x in self.outputs:
            if not isinstance(x, KerasTensor):
                raise ValueError(
                    f"Operation {operation} returned {x!r}, which is no tensor, when called on KerasTensors."
                )
        inputs = self.arguments.keras_tensors
        recorded = all(x.record_history for x in inputs)
        for x in inputs:
            if recorded and not hasattr(x, "_keras_history"):
                x._keras_history = KerasHistory(None, 0, 0)  # type: ignore[attr-defined]
        operation._inbound_nodes.append(self)
        for x in inputs:
            source = x._keras_history.operation if hasattr(x, "_keras_history") else None
            if source is not None:
                source._outbound_nodes.append(self)
        if recorded:
            index = len(operation._inbound_nodes) - 1
            for i, x in enumerate(self.outputs):
                x._keras_history = KerasHistory(operation, index, i)
        self.is_input = not inputs

    @property
    def input_tensors(self) -> list[Any]:
        """The KerasTensors among the arguments."""
        return self.arguments.keras_tensors

    @property
    def output_tensors(self) -> list[Any]:
        """The KerasTensors that the call returned."""
        return self.outputs

    @property
    def parent_nodes(self) -> list[Node]:
        """The calls that made the inputs."""
        histories = (x._keras_history for x in self.arguments.keras_tensors)
        return [h.operation._inbound_nodes[h.node_index] for h in histories if h.operation is not None]

    def __repr__(self) -> str:
        return f"<Node operation={self.operation.name}, id={id(self)}>"


class Saveable:
    """What the weight formats walk over: layers, optimizers, metrics, losses. `_obj_type` tells which attributes are
    the base class's own and are not followed."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_constructor(cls)

    def _obj_type(self) -> str:
        raise NotImplementedError(f"{type(self)} must implement `_obj_type`.")

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """What a checkpoint of this object holds, under the names that TensorFlow's has."""
        from tfcompat.keras.saving.object_graph import children_of

        return children_of(self)

    def _trackable_aliases(self) -> dict[str, Any]:
        """The same parts under the names of Keras 2's checkpoints."""
        from tfcompat.keras.saving.object_graph import aliases_of

        return aliases_of(self)

    def _names_restored(self, names: dict[str, int]) -> dict[str, int]:
        """Those of the names in a checkpoint that are taken for parts of this object."""
        from tfcompat.keras.saving.object_graph import names_restored

        return names_restored(self, names)

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Notes a part of the object under a name, an attribute's; ValueError where another part has the name."""
        if getattr(self, name, trackable) is not trackable and not overwrite:
            raise ValueError(f"Called Trackable._track_trackable() with name='{name}', but that name is already in use")
        setattr(self, name, trackable)
        return trackable

    def _restore_new_parts(self) -> None:
        """Gives parts that were just made the values of a checkpoint that was restored before."""
        for waiting in self.__dict__.get("_deferred", ()):
            waiting.look(self)


class Operation(Saveable):
    """A function with a name that can be called on tensors and on KerasTensors (tf.keras.Operation).

    Subclasses implement `call`, and `compute_output_spec` where calling it on stand-ins would not tell the result.
    The arguments of `__init__` are kept as its config where they are plain values.
    """

    _auto_config: dict[str, Any] | None
    _is_pure = False  # whether `call` creates and changes nothing

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        instance = object.__new__(cls)
        object.__setattr__(instance, "_auto_config", _auto_config(cls, args, kwargs))
        return instance

    def __init__(self, name: str | None = None) -> None:
        self.name = _naming.check_name(name if name is not None else _naming.auto_name(type(self).__name__))
        self._inbound_nodes: list[Node] = []
        self._outbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if any_symbolic(args, kwargs):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors that the call gives, recorded as a node."""
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the operation computes."""
        raise NotImplementedError(f"{type(self).__name__} must implement `call`.")

    def _call_in_graph(self) -> Callable[..., Any]:
        """`call`, as it is run where a graph is built."""
        return self.call

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """`call` with weights in few bits; layers have it."""
        raise NotImplementedError(f"{type(self).__name__} must implement `quantized_call`.")

    def rematerialized_call(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """`fn` as it is: layers compute again, for their gradients, what a RematScope tells."""
        return fn

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors that `call` gives for KerasTensors, found by calling it on stand-ins."""
        from tfcompat.keras import _symbolic

        find = _symbolic.spec_of_function if self._is_pure else _symbolic.compute_output_spec
        try:
            return find(self._call_in_graph(), *args, **kwargs)
        except Exception as error:
            message = (
                f"The output shape and dtype of '{self.name}' (of type {type(self).__name__}) could not be found by "
                f"calling it on stand-ins for its inputs. Either `call()` is wrong, or the class needs a "
                f"`compute_output_shape()` or `compute_output_spec()`. The error was:\n\n{error}"
            )
            raise _same_class(error, message) from error

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an operation like this one; NotImplementedError where they are not plain values."""
        config: dict[str, Any] = {"name": self.name}
        if type(self).get_config not in (Operation.get_config, *_default_configs):
            return config
        if self._auto_config is None:
            raise NotImplementedError(
                f"{type(self).__name__} was made with arguments that are not plain values (or with *args), so it must "
                "implement `get_config()`: return a dict of the arguments of `__init__`, serialized."
            )
        config.update(self._auto_config)
        parameters = inspect.signature(type(self).__init__).parameters
        takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        if "name" not in parameters and not takes_any:
            config.pop("name")
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An operation with the config that `get_config` returned; TypeError where `__init__` does not take it."""
        from tfcompat.keras import dtype_policies

        if isinstance(config.get("dtype"), dict):
            policy = dtype_policies.deserialize(config["dtype"])
            config = {**config, "dtype": getattr(policy, "name", policy)}
        try:
            return cls(**config)
        except Exception as error:
            raise TypeError(
                f"Error when deserializing class '{cls.__name__}' using config={config}.\n\n{error}"
            ) from error

    @property
    def input(self) -> Any:
        """The KerasTensors of the first call; a single one without its list. AttributeError before any call."""
        return self._node_tensors("input_tensors", "input")

    @property
    def output(self) -> Any:
        """The KerasTensors that the first call returned; a single one without its list."""
        return self._node_tensors("output_tensors", "output")

    def _node_tensors(self, attribute: str, what: str) -> Any:
        if not self._inbound_nodes:
            if _version.is_legacy():
                lacks = "is not connected, no input to return" if what == "input" else "has no inbound nodes"
                raise AttributeError(f"Layer {self.name} {lacks}.")
            raise AttributeError(f"The layer {self.name} has never been called and thus has no defined {what}.")
        tensors = getattr(self._inbound_nodes[0], attribute)
        return tensors[0] if len(tensors) == 1 else tensors

    def _obj_type(self) -> str:
        return "Operation"

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


# The get_config methods of base classes that build on Operation's: subclasses that keep them have an automatic config.
_default_configs: list[Any] = []


def _same_class(error: Exception, message: str) -> Exception:
    """An exception of the class of `error` with another message, where that class takes just a message.

    What an op refuses is a ValueError, as shapes that do not fit are while TensorFlow makes a graph.
    """
    if isinstance(error, errors.InvalidArgumentError):
        return ValueError(message)
    try:
        return type(error)(message)
    except Exception:
        return RuntimeError(message)


def _auto_config(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """The arguments of `__init__` by name, defaults included; None where they are not plain values."""
    signature = inspect.signature(cls.__init__)
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return None
    if not _version.is_legacy() or home(cls).startswith("tfcompat."):  # Keras 2's are those that are given alone
        bound.apply_defaults()
    parameters = list(signature.parameters.values())
    config = dict(bound.arguments)
    config.pop(parameters[0].name)
    config.pop("name", None)
    for parameter in parameters[1:]:
        if parameter.kind is parameter.POSITIONAL_ONLY:
            return None
        if parameter.kind is parameter.VAR_POSITIONAL and config.pop(parameter.name, ()):
            return None
        if parameter.kind is parameter.VAR_KEYWORD:
            config.update(config.pop(parameter.name, {}))
    config.pop("name", None)
    plain = all(isinstance(leaf, (str, int, float, bool, type(None))) for leaf in tree.flatten(config))
    return config if plain else None


def node_key(operation: Any, index: int) -> str:
    """What names call number `index` of an operation."""
    return f"{id(operation)}_ib-{index}"


class Graph(NamedTuple):
    """The part of the graph between some inputs and outputs, in the order to compute it."""

    node_keys: set[str]
    nodes_by_depth: dict[int, list[Node]]
    operations: list[Any]
    operations_by_depth: dict[int, list[Any]]


def nodes_between(inputs: Iterable[Any], outputs: Iterable[Any]) -> tuple[list[Node], dict[Any, int]]:
    """The calls that lead from `inputs` to `outputs`, each after those it depends on, and the operations' order.

    ValueError where the graph has a cycle.
    """
    stop = {id(x) for x in inputs}
    done: set[Node] = set()
    running: set[Node] = set()
    order: list[Node] = []
    indices: dict[Any, int] = {}

    def visit(tensor: Any) -> None:
        operation, index, _ = tensor._keras_history
        if operation is None:
            return
        node = operation._inbound_nodes[index]
        if node in done:
            return
        if not node.is_input and id(tensor) in stop:
            done.add(node)
            return
        if node in running:
            raise ValueError(f"Tensor {tensor} from operation '{operation.name}' is part of a cycle.")
        indices.setdefault(operation, len(indices))
        running.add(node)
        for x in node.input_tensors:
            visit(x)
        running.discard(node)
        done.add(node)
        order.append(node)

    for output in outputs:
        visit(output)
    return order, indices


def map_graph(inputs: list[Any], outputs: list[Any]) -> Graph:
    """Sorts the calls between `inputs` and `outputs` by depth, deepest (nearest the inputs) first to run.

    ValueError where an output does not come from the inputs, or two operations have one name.
    """
    order, indices = nodes_between(inputs, outputs)
    members = set(order)
    keys = {node_key(node.operation, node.operation._inbound_nodes.index(node)) for node in order}
    node_depth: dict[Node, int] = {}
    operation_depth: dict[Any, int] = {}
    for node in reversed(order):
        depth = max(node_depth.get(node, 0), operation_depth.get(node.operation, 0))
        node_depth[node] = operation_depth[node.operation] = depth
        for parent in node.parent_nodes:
            if parent in members:
                node_depth[parent] = max(depth + 1, node_depth.get(parent, 0))
    for tensor in inputs:  # inputs that no output needs are still part of the model
        operation, index, _ = tensor._keras_history
        if operation is not None and operation not in operation_depth and operation._inbound_nodes[index].is_input:
            operation_depth[operation] = node_depth[operation._inbound_nodes[index]] = 0
            indices[operation] = -1
            keys.add(node_key(operation, index))
    nodes_by_depth: dict[int, list[Node]] = collections.defaultdict(list)
    for node, depth in node_depth.items():
        nodes_by_depth[depth].append(node)
    operations_by_depth: dict[int, list[Any]] = collections.defaultdict(list)
    for operation, depth in operation_depth.items():
        operations_by_depth[depth].append(operation)
    operations: list[Any] = []
    for depth in sorted(operations_by_depth, reverse=True):
        operations.extend(sorted(operations_by_depth[depth], key=lambda o: indices[o]))
    _check_connected(inputs, nodes_by_depth)
    counts = collections.Counter(operation.name for operation in operations)
    for name, count in counts.items():
        if count > 1:
            raise ValueError(f'The name "{name}" is used {count} times in the model. Operation names must be unique.')
    return Graph(keys, nodes_by_depth, operations, operations_by_depth)


def _check_connected(inputs: list[Any], nodes_by_depth: dict[int, list[Node]]) -> None:
    known = {id(x) for x in inputs}
    legacy = _version.is_legacy()  # where an input of others is told here; in Keras 3 the first run does
    reached: list[str] = []
    for depth in sorted(nodes_by_depth, reverse=True):
        for node in nodes_by_depth[depth]:
            for x in node.input_tensors:
                if id(x) not in known and legacy:
                    raise ValueError(
                        f'Graph disconnected: cannot obtain value for tensor {x} at layer "{node.operation.name}". The '
                        f"following previous layers were accessed without issue: {reached}"
                    )
                if id(x) not in known:
                    raise ValueError(
                        f"Graph disconnected: cannot find parent for tensor {x} at operation '{node.operation}'. The "
                        f"following previous operations were accessed without issue: {reached}"
                    )
            if legacy and node.is_input:
                continue
            reached.append(node.operation.name)
            known.update(id(x) for x in node.outputs)
