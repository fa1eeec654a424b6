"""SavedModels of TensorFlow 1: a graph with variables of its own, whose loops and branches are nodes among others.

Values are asked for from the end. A Switch passes its value on one side, and what depends on the other side is dead;
a Merge takes what is alive. A loop's nodes have a value for each round: Enter's come from outside, those of Merge from
the round before, and Exit goes through the rounds until the loop's Switch lets a value out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor, from_numpy
from tfcompat._core.ops import wrap
from tfcompat._core.specs import TensorSpec
from tfcompat._core.trackable import AutoTrackable
from tfcompat._core.variable import Variable
from tfcompat._formats import checkpoints
from tfcompat._formats.structures import shape_of
from tfcompat.raw_ops._signatures import signature
from tfcompat.saved_model._functions import LoadedConcreteFunction, SignatureMap
from tfcompat.saved_model._graph_functions import GraphBody, of_handles

_DEAD = object()
VARIABLES = ("VariableV2", "Variable", "VarHandleOp", "AutoReloadVariable")
LOOPS = ("Enter", "RefEnter", "Exit", "RefExit", "Merge", "RefMerge", "Switch", "RefSwitch")
_OWN = frozenset(
    (
        *(*VARIABLES, *LOOPS, "NextIteration", "RefNextIteration", "LoopCond", "PlaceholderWithDefault"),
        *("Placeholder", "PlaceholderV2", "Assign", "AssignAdd", "AssignSub", "IsVariableInitialized"),
        *("VarIsInitializedOp", "RefIdentity", "ControlTrigger"),
    )
)  # fmt: skip
_INIT_OPS = ("saved_model_main_op", "legacy_init_op")
_INIT_SIGNATURE = "__saved_model_init_op"
Place = tuple[tuple[str, int], ...]  # the loops around a value, outermost first, and their rounds


class Session:
    """A graph with the values of its variables. variables: by the names of their nodes."""

    def __init__(self, graph_def: Any, variables: Mapping[str, Variable], name: str) -> None:
        self.nodes = {node.name: node for node in graph_def.node}
        self.variables = variables
        self._name = name
        self._graph = graph_def
        self._runner = GraphBody(graph_def, [], [])
        self._handles: dict[str, Any] = {}
        self.is_initialized: Callable[[Variable], bool] = lambda variable: True

    def check(self, fetches: Iterable[str], feeds: Iterable[str], others: Iterable[str] = ()) -> list[str]:
        """NotImplementedError, which lists them, where what is fetched needs ops that tfcompat lacks.

        others: tensors that can be given; those of them that are needed are returned.
        """
        given = {full(feed) for feed in feeds}
        can_be, found = set(others), []
        todo, seen = list(fetches), set()
        while todo:
            tensor = full(todo.pop())
            name = _node(tensor)
            if tensor in can_be and tensor not in given:
                given.add(tensor)
                found.append(tensor)
            if tensor in given or name in seen:
                continue
            seen.add(name)
            if name not in self.nodes:
                raise ValueError(f"The graph of {self._name!r} has no node {name!r}")
            todo.extend(self.nodes[name].input)
        needed = [self.nodes[name] for name in seen]
        missing = self._runner.functions.missing_in([node for node in needed if node.op not in _OWN])
        if missing:
            raise NotImplementedError(
                f"The graph of the SavedModel {self._name!r} uses ops that tfcompat lacks: {', '.join(missing)}."
            )
        return found

    def run(self, fetches: Sequence[str], feeds: Mapping[str, Any]) -> list[Any]:
        """The values of tensors ("node:0"), given those of others; None for what is an operation."""
        run = _Run(self, {full(name): value for name, value in feeds.items()})
        return [run.value(name) for name in fetches]

    def compute(self, node: Any, args: list[Any]) -> list[Any]:
        """The results of a node, for its inputs."""
        if _lasts(node):
            if node.name not in self._handles:
                self._handles[node.name] = _flat(self._runner._run(node, args))
            return self._handles[node.name]
        return _flat(self._runner._run(node, args))


def _lasts(node: Any) -> bool:
    """Whether what a node makes is one for all runs of a session: a table, a queue, an iterator."""
    if node.input and node.op.startswith(("TensorArray", "Stack")):
        return False
    try:
        outputs = signature(node.op).outputs
    except KeyError:
        return False
    return len(outputs) == 1 and outputs[0].type == "resource" and outputs[0].many == ""


def _flat(outputs: dict[str, list[Any]]) -> list[Any]:
    return [value for values in outputs.values() for value in values]


class _Run:
    """One run of a session: each node has its results once for each place."""

    def __init__(self, session: Session, feeds: Mapping[str, Any]) -> None:
        self._session, self._feeds = session, feeds
        self._known: dict[Place, dict[str, Any]] = {}

    def value(self, name: str) -> Any:
        """A tensor outside of all loops; ValueError where it is in a branch that was not taken."""
        stack: list[Generator[Any, Any, Any]] = [self._tensor(name, ())]
        answer: Any = None
        while stack:  # instead of calls within calls, of which Python has a limit
            try:
                stack.append(stack[-1].send(answer))
                answer = None
            except StopIteration as done:
                answer = done.value
                stack.pop()
        if answer is _DEAD:
            raise ValueError(f"Retval {name!r} does not have value: it is in a branch that was not taken.")
        return answer

    def _tensor(self, name: str, place: Place) -> Generator[Any, Any, Any]:
        if full(name) in self._feeds and not name.startswith("^"):
            return self._feeds[full(name)]
        node = _node(name)
        results = self._known.get(place, {}).get(node)
        if results is None:
            results = yield self._results(self._session.nodes[node], place)
            self._known.setdefault(place, {})[node] = results
        if name.startswith("^"):
            return _DEAD if results is _DEAD else None
        if results is _DEAD or not results:
            return results if results is _DEAD else None
        number = int(name.partition(":")[2] or 0)
        if number >= len(results):
            raise ValueError(f"The node {node!r} of the graph has {len(results)} outputs, {name!r} is none of them")
        return results[number]

    def _results(self, node: Any, place: Place) -> Generator[Any, Any, Any]:
        op = node.op.removeprefix("Ref")
        if op == "Exit":
            return (yield self._exit(node, place))
        if op == "Enter":
            value = yield self._tensor(node.input[0], place[:-1])
            return _DEAD if value is _DEAD else [value]
        if op == "NextIteration":
            value = yield self._tensor(node.input[0], place)
            return _DEAD if value is _DEAD else [value]
        if op == "Merge":
            return (yield self._merge(node, place))
        args = []
        for name in node.input:
            value = yield self._tensor(name, place)
            if value is _DEAD:
                return _DEAD
            if not name.startswith("^"):
                args.append(value)
        if op == "Switch":
            taken = bool(np.asarray(args[1].numpy()).any())
            return [_DEAD if taken else args[0], args[0] if taken else _DEAD]
        return self._plain(node, op, args)

    def _plain(self, node: Any, op: str, args: list[Any]) -> list[Any]:
        if node.op in VARIABLES:
            return [self._session.variables[node.name]]
        if op in ("LoopCond", "Identity") or node.op == "PlaceholderWithDefault":
            return [args[0].read_value() if isinstance(args[0], Variable) and node.op == "Identity" else args[0]]
        if node.op in ("Placeholder", "PlaceholderV2"):
            raise ValueError(f"You must feed a value for placeholder tensor {node.name!r}")
        if node.op in ("IsVariableInitialized", "VarIsInitializedOp"):
            return [convert_to_tensor(self._session.is_initialized(args[0]))]
        if node.op == "ControlTrigger":
            return []
        if not _takes_variables(node):
            args = [arg.read_value() if isinstance(arg, Variable) else arg for arg in args]
        return self._session.compute(node, args)

    def _merge(self, node: Any, place: Place) -> Generator[Any, Any, Any]:
        names = [name for name in node.input if not name.startswith("^")]
        backward = [self._session.nodes[_node(n)].op in ("NextIteration", "RefNextIteration") for n in names]
        if any(backward):
            first = place[-1][1] == 0
            at = backward.index(not first)
            before = place if first else (*place[:-1], (place[-1][0], place[-1][1] - 1))
            value = yield self._tensor(names[at], before)
            return _DEAD if value is _DEAD else [value, convert_to_tensor(at, dtypes.int32)]
        for at, name in enumerate(names):
            value = yield self._tensor(name, place)
            if value is not _DEAD:
                return [value, convert_to_tensor(at, dtypes.int32)]
        return _DEAD

    def _exit(self, node: Any, place: Place) -> Generator[Any, Any, Any]:
        switch = node.input[0]
        merge = self._session.nodes[_node(self._session.nodes[_node(switch)].input[0])]
        frame = next(
            self._session.nodes[_node(n)].attr["frame_name"].s.decode()
            for n in merge.input
            if self._session.nodes[_node(n)].op in ("Enter", "RefEnter")
        )
        number = 0
        while True:
            value = yield self._tensor(switch, (*place, (frame, number)))
            if value is not _DEAD:
                return [value]
            number += 1


_TAKE_VARIABLES = frozenset(
    "ReadVariableOp AssignVariableOp AssignAddVariableOp AssignSubVariableOp ResourceGather VariableShape Assign "
    "AssignAdd AssignSub".split()
)


def _takes_variables(node: Any) -> bool:
    """Whether a node takes variables themselves, not their values; functions may."""
    by_function = any(attr.func.name or attr.list.func for attr in node.attr.values())
    return node.op in _TAKE_VARIABLES or node.op.startswith("Resource") or bool(of_handles(node.op)) or by_function


def _node(name: str) -> str:
    return name.removeprefix("^").partition(":")[0]


def full(name: str) -> str:
    """A tensor's name with the number of the output."""
    return name if ":" in name or name.startswith("^") else f"{name}:0"


# ---- loading ----


def load(directory: str, prefix: str, meta: Any) -> Any:
    """What tf.saved_model.load gives for a graph of TensorFlow 1: `signatures`, `variables` and `prune`."""
    variables = _variables(meta.graph_def, prefix)
    session = Session(meta.graph_def, variables, directory)
    assets = initialize(session, directory, meta)
    root = _Loaded(session)
    root.variables = list({id(v): v for v in variables.values()}.values())
    root.asset_paths = list(assets.values())
    root.signatures = SignatureMap(
        {
            name: _signature(session, name, proto, root.variables)
            for name, proto in sorted(meta.signature_def.items())
            if name != _INIT_SIGNATURE and name != "__saved_model_train_op"
        }
    )
    return root


def initialize(session: Session, directory: str, meta: Any) -> dict[str, Any]:
    """Runs what fills the tables of a graph; the paths of its assets, by the names of the tensors that they are for."""
    assets = {
        each.tensor_info.name: convert_to_tensor(os.path.join(directory, "assets", os.path.basename(each.filename)))
        for each in meta.asset_file_def
    }
    for init in init_ops(meta):
        session.check([f"^{init}"], assets)
        session.run([f"^{init}"], assets)
    return assets


class _Loaded(AutoTrackable):
    """A graph of TensorFlow 1 with its variables."""

    variables: list[Variable]
    asset_paths: list[Any]
    signatures: SignatureMap

    def __init__(self, session: Session) -> None:
        object.__setattr__(self, "_session", session)

    def prune(self, feeds: Any, fetches: Any, name: str | None = None, input_signature: Any = None) -> Any:
        """The part of the graph between tensors as a function (WrappedFunction.prune).

        feeds, fetches: names of tensors ("x:0"), or nests of them. name: what the function is called. ValueError for
        names that the graph has not.
        """
        session: Session = self._session  # type: ignore[attr-defined]
        given = [full(feed) for feed in structure.flatten(feeds)]
        wanted = [full(fetch) for fetch in structure.flatten(fetches)]
        session.check(wanted, given)
        specs = [_spec_of(session, feed) for feed in given] if input_signature is None else input_signature

        def run(values: Sequence[Any]) -> Any:
            return structure.pack_sequence_as(fetches, session.run(wanted, dict(zip(given, values))))

        return LoadedConcreteFunction(name or "pruned", (tuple(specs), {}), fetches, run, self.variables)


def _spec_of(session: Session, name: str) -> TensorSpec:
    """What is known of a tensor: a placeholder's dtype and shape."""
    node = session.nodes.get(_node(name))
    if node is None:
        raise ValueError(f"The graph has no tensor {name!r}")
    kind = node.attr["dtype"].type or node.attr["T"].type
    shape = shape_of(node.attr["shape"].shape) if "shape" in node.attr else None
    return TensorSpec(shape, dtypes.as_dtype(kind), node.name)


def _variables(graph_def: Any, prefix: str) -> dict[str, Variable]:
    found: dict[str, Variable] = {}
    shared: dict[str, Variable] = {}
    nodes = [node for node in graph_def.node if node.op in VARIABLES]
    if not nodes or not checkpoints.exists(prefix):
        return found
    with checkpoints.Checkpoint(prefix) as checkpoint:
        for node in nodes:
            name = node.attr["shared_name"].s.decode() or node.name
            if name not in shared:
                entry = checkpoint.entries.get(name)
                dtype = dtypes.as_dtype(node.attr["dtype"].type)
                shape = shape_of(node.attr["shape"].shape)
                if entry is not None:
                    value = from_numpy(checkpoint.read(name), entry[0])
                else:  # one that was not saved, which an init op may give its value
                    value = from_numpy(np.zeros([n or 0 for n in shape.as_list()], dtype.as_numpy_dtype), dtype)
                shared[name] = Variable(wrap(value), name=name, shape=shape, validate_shape=False)
            found[node.name] = shared[name]
    return found


def init_ops(meta: Any) -> list[str]:
    """The operations that run when a graph is loaded."""
    signature = meta.signature_def.get(_INIT_SIGNATURE)
    if signature is not None:
        return [_node(info.name) for info in signature.outputs.values()]
    for key in _INIT_OPS:
        if key in meta.collection_def:
            return [_node(name) for name in meta.collection_def[key].node_list.value]
    return []


def _signature(session: Session, name: str, proto: Any, variables: Sequence[Variable]) -> LoadedConcreteFunction:
    keys = sorted(proto.inputs)
    specs = {k: TensorSpec(shape_of(i.tensor_shape), dtypes.as_dtype(i.dtype), k) for k, i in proto.inputs.items()}
    outputs = {k: TensorSpec(shape_of(i.tensor_shape), dtypes.as_dtype(i.dtype), k) for k, i in proto.outputs.items()}
    feeds = [proto.inputs[key].name for key in keys]
    fetches = {key: info.name for key, info in sorted(proto.outputs.items())}
    checked: list[bool] = []

    def run(values: Sequence[Any]) -> Any:
        if not checked:
            session.check(fetches.values(), feeds)
            checked.append(True)
        return dict(zip(fetches, session.run(list(fetches.values()), dict(zip(feeds, values)))))

    return LoadedConcreteFunction(name, ((), specs), outputs, run, variables, keys)
