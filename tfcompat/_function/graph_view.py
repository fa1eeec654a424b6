"""tf.Graph: what can be seen of a captured function's graph."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from tfcompat._core.state import state
from tfcompat._function.recorder import is_fake
from tfcompat._function.symbolic import Operation, SymbolicTensor, messages

_GRAPH_BUILDING = (
    "Dismantle colocate_with container create_op gradient_override_map "
    "graph_def_versions new_operations op_def_for_type prevent_feeding "
    "prevent_fetching switch_to_thread_local"
).split()


class Graph:
    """The graph of a captured function, `f.get_concrete_function(...).graph` (tf.Graph): its operations by name.

    `tf.Graph()` is one that ops are added to while it is the default one, `with graph.as_default()`, and that
    tf.compat.v1.Session runs. NotImplementedError for some methods by which TensorFlow 1 builds graphs.
    """

    __module__ = "tensorflow.python.framework.ops"

    recorder: Any
    building_function = True
    deferred = False  # whether sessions run it
    seed: int | None = None
    _operations: list[Operation]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Graph:
            # Imported when it is needed: torch's tracing takes longer to load than all of tfcompat.
            from tfcompat._function.deferred import DeferredGraph

            cls = DeferredGraph
        return object.__new__(cls)

    def as_default(self) -> contextlib.AbstractContextManager[Any]:
        """Makes what is called within part of the graph."""
        raise NotImplementedError("tf.Graph.as_default: TensorFlow 1's graphs are not supported; use tf.function.")

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name`, or "name_1", "name_2"... where the graph has used it."""
        raise NotImplementedError("tf.Graph.unique_name")

    # ---- operations ----

    def get_operations(self) -> list[Operation]:
        """The operations, in the order in which they were made."""
        return list(self._operations)

    @property
    def operations(self) -> list[Operation]:
        """The operations, in the order in which they were made."""
        return self.get_operations()

    def num_operations(self) -> int:
        """How many operations there are."""
        return len(self._operations)

    @property
    def version(self) -> int:
        """A number that grows with every operation: how many there are."""
        return len(self._operations)

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation called `name`; KeyError where there is none, TypeError for what is no string."""
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name)}.")
        for op in self._operations:
            if op.name == name:
                return op
        raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")

    def get_tensor_by_name(self, name: str) -> SymbolicTensor:
        """The tensor called `name`, as "add:0"; KeyError where there is none, ValueError for another form."""
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name)}.")
        op_name, _, index = name.partition(":")
        outputs = [op.outputs for op in self._operations if op.name == op_name]
        if not index.isdigit():
            what = "refers to an Operation, not a Tensor" if outputs else "looks like an (invalid) Operation name"
            form = 'Tensor names must be of the form "<op_name>:<output_index>".'
            raise ValueError(f"The name {name!r} {what}{'. ' if outputs else ', not a Tensor. '}{form}")
        missing = f"The name {name!r} refers to a Tensor which does not exist."
        if not outputs:
            raise KeyError(f"{missing} The operation, {op_name!r}, does not exist in the graph.")
        if int(index) >= len(outputs[0]):
            raise KeyError(f"{missing} The operation, {op_name!r}, exists but only has {len(outputs[0])} outputs.")
        return outputs[0][int(index)]

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        """The operation or tensor that `obj`, which is one or has the name of one, stands for in this graph."""
        if isinstance(obj, str):
            return self.get_tensor_by_name(obj) if ":" in obj else self.get_operation_by_name(obj)
        fits = (allow_tensor and isinstance(obj, SymbolicTensor)) or (allow_operation and isinstance(obj, Operation))
        if not fits:
            raise TypeError(f"Can not convert a {type(obj).__name__} into a Tensor or Operation.")
        if obj.graph is not self:
            raise ValueError(f"{obj} is not an element of this graph.")
        return obj

    def _inputs_of(self, op: Operation) -> tuple[SymbolicTensor, ...]:
        """The tensors that an operation is computed from: those of other operations that its nodes lead back to."""
        known: dict[Any, SymbolicTensor] = {}
        for other in self._operations[: self._operations.index(op)]:
            for tensor in other.outputs:
                if not isinstance(tensor, SymbolicTensor) or isinstance(tensor._held, np.ndarray):
                    continue  # a constant, or a variable
                known.setdefault(self.recorder.node(tensor._held), tensor)
        found: list[SymbolicTensor] = []
        seen: set[Any] = set()

        def visit(node: Any) -> None:
            if node in seen:
                return
            seen.add(node)
            if node in known:
                found.append(known[node])
                return
            for source in node.all_input_nodes:
                visit(source)

        for tensor in op.outputs:
            if is_fake(getattr(tensor, "_held", None)):
                visit(self.recorder.node(tensor._held))
        return tuple(found)

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The graph as a GraphDef message: its operations with their names, types, inputs and dtypes.

        from_version: only the operations after so many; add_shapes: with the shapes of their results.
        """
        return messages().graph_def(self, from_version or 0, add_shapes)

    # ---- what else is known of it ----

    @property
    def finalized(self) -> bool:
        """Whether nothing may be added: never, as a graph that is captured is not added to anyway."""
        return False

    def is_feedable(self, tensor: Any) -> bool:
        """Whether a value may be given in the place of a tensor of the graph: of any."""
        return self.as_graph_element(tensor) is not None

    is_fetchable = is_feedable

    def evaluated(self, fetch: Any, feed_dict: Any, session: Any, otherwise: str) -> Any:
        """What `session` gives for a tensor or operation: ValueError, as a function's graph is not run by one."""
        if session is None:
            raise ValueError(otherwise)
        return session.run(fetch, feed_dict)

    def get_name_scope(self) -> str:
        """The name scope that operations are made in now."""
        return state.scopes.removesuffix("/") if state.graph is self else ""

    # ---- collections ----

    @property
    def _lists(self) -> dict[Any, list[Any]]:
        return self.__dict__.setdefault("_collections", {})

    @property
    def collections(self) -> list[Any]:
        """The names of the collections that have something in them."""
        return list(self._lists)

    def get_all_collection_keys(self) -> list[str]:
        """The names of the collections, those that are strings."""
        return [key for key in self._lists if isinstance(key, str)]

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Appends `value` to the collection `name`."""
        self._lists.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Appends `value` to each of the collections."""
        for name in (names,) if isinstance(names, str) else dict.fromkeys(names):
            self.add_to_collection(name, value)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of the collection `name`; with `scope`, of what has a name that begins with it."""
        found = list(self._lists.get(name, ()))
        return found if scope is None else [x for x in found if str(getattr(x, "name", "")).startswith(scope)]

    def get_collection_ref(self, name: Any) -> list[Any]:
        """The collection `name` itself."""
        return self._lists.setdefault(name, [])

    def clear_collection(self, name: Any) -> None:
        """Empties the collection `name`."""
        self._lists.pop(name, None)

    def name_scope(self, name: Any) -> contextlib.AbstractContextManager[Any]:
        """A context whose operations have `name` and a slash before theirs."""
        from tfcompat._core.names import name_scope_v1

        return name_scope_v1(name)

    def device(self, device_name_or_function: Any) -> contextlib.AbstractContextManager[Any]:
        """A context whose operations are for a device."""
        from tfcompat._core.device import device_v1

        return device_v1(device_name_or_function)

    def control_dependencies(self, control_inputs: Any) -> contextlib.AbstractContextManager[None]:
        """A context whose operations run after `control_inputs`: in a function all run in the program's order."""
        return contextlib.nullcontext()

    def finalize(self) -> NoReturn:
        """TensorFlow 1's, to refuse later additions: NotImplementedError."""
        raise NotImplementedError("tf.Graph.finalize: TensorFlow 1's graphs are not supported; use tf.function.")


def _refused(name: str) -> Callable[..., NoReturn]:
    def method(self: Graph, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"tf.Graph.{name}: TensorFlow 1's graphs are not supported; use tf.function.")

    method.__name__, method.__qualname__ = name, f"Graph.{name}"
    method.__doc__ = "A part of TensorFlow 1's graphs: NotImplementedError."
    return method


for _name in _GRAPH_BUILDING:
    setattr(Graph, _name, _refused(_name))
Graph.get = _refused("get")  # type: ignore[attr-defined]
