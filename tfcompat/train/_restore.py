"""Putting a checkpoint's values into objects: those there are now, and those that appear later."""

from __future__ import annotations

import collections
import contextlib
import sys
from collections.abc import Iterable
from typing import Any

import torch

from tfcompat._core import errors, logging
from tfcompat._core.convert import from_numpy
from tfcompat._core.data_structures import ListWrapper, _DictWrapper
from tfcompat._core.dtypes import DType
from tfcompat._core.refilling import refill
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.storage import on_numpy
from tfcompat._core.trackable import children, node
from tfcompat._core.variable import Variable
from tfcompat._formats.checkpoints import Checkpoint
from tfcompat._formats.protos import message
from tfcompat.train._graph import VALUE, identity, state_of, walk

_CONTAINERS = (ListWrapper, _DictWrapper, list, tuple, dict)


def assign(variable: Variable, checkpoint: Checkpoint, key: str) -> None:
    """Gives a variable the value that a checkpoint has under `key`; errors where shape or dtype are others."""
    dtype, shape = checkpoint.entries[key]
    if dtype != variable.dtype.base_dtype:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"tensor_name = {key}; expected dtype {_kernel_name(variable.dtype)} does not equal original dtype "
            f"{_kernel_name(dtype)} [Op:RestoreV2]",
        )
    held = variable._storage
    if held.t.shape != shape and not variable.shape.is_compatible_with(shape):
        raise ValueError(
            f"Received incompatible tensor with shape {TensorShape(shape)} when attempting to restore variable "
            f"with shape {variable.shape} and name {variable.name}."
        )
    if isinstance(held.t, torch.Tensor) and state.graph is None and not hasattr(variable, "_copies"):
        refill(held, shape, lambda target: checkpoint.read_into(key, target))
    else:
        variable._write(on_numpy(checkpoint.read(key), dtype))


def _kernel_name(dtype: DType) -> str:
    return {"float32": "float", "float64": "double", "float16": "half"}.get(dtype.name, dtype.name)


class Restoration:
    """One restoring of a checkpoint: which of its nodes are which objects, and the values they were given.

    Objects that lack parts the checkpoint has keep it in `_deferred`, and get those values when the parts appear.
    """

    def __init__(self, checkpoint: Checkpoint, root: Any) -> None:
        self.expects_partial = True  # until all of it was looked at
        self.checkpoint = checkpoint
        self.graph = message("TrackableObjectGraph").FromString(checkpoint.object_graph)
        self.objects: dict[int, Any] = {}
        self.unused: dict[int, list[str]] = {}
        self._check_graph()
        self.bind(root, 0)
        self.expects_partial = False
        checkpoint.close()  # it opens its files again where something is restored later

    def __del__(self) -> None:
        if not sys.is_finalizing():
            warn_of_unrestored(self)

    def _check_graph(self) -> None:
        count = len(self.graph.nodes)
        if not count or any(not 0 <= c.node_id < count for node in self.graph.nodes for c in node.children):
            raise errors.DataLossError(
                None, None, f"The object graph of the checkpoint {self.checkpoint.prefix} is damaged: it names no node."
            )

    def bind(self, root: Any, number: int) -> None:
        """Makes node `number` of the checkpoint `root`, its children those of `root`, and so on; breadth first."""
        if state.graph is not None:  # while a function is traced: the values are not part of what it does
            state.graph.lifted(lambda: self.bind(root, number))
            return
        queue = collections.deque([(root, number)])
        while queue:
            value, number = queue.popleft()
            known = self.objects.get(number)
            # A tuple may be a new one each time that it is asked for.
            if known is not None and not (isinstance(value, tuple) and isinstance(known, tuple)):
                if identity(known) != identity(value):
                    logging.get_logger().warning(
                        "Inconsistent references when loading the checkpoint into this object graph. For example, in "
                        f"the saved checkpoint object, {known!r} and {value!r} are the same."
                    )
                continue
            self.objects[number] = value
            self._restore(value, number)
            proto = self.graph.nodes[number]
            if not (proto.children or proto.slot_variables):
                continue
            below = children(value)
            names = self._names_of(value, number)
            aliases = _aliases(value) if not below.keys() >= names.keys() else {}
            for name, child_number in names.items():
                child = below.get(name, aliases.get(name))
                if child is not None:
                    queue.append((child, child_number))
            missing = names.keys() - below.keys() - aliases.keys()
            if (missing or proto.slot_variables) and not isinstance(value, Variable):
                self._defer(value, number)
        self._bind_slots()

    def _bind_slots(self) -> None:
        """Restores what optimizers keep for variables, where both are known: that is not among their parts."""
        for number, value in list(self.objects.items()):
            find = getattr(value, "_slot_of", None)
            if find is None:
                continue
            for slot in self.graph.nodes[number].slot_variables:
                variable = self.objects.get(slot.original_variable_node_id)
                kept = None if variable is None else find(variable, slot.slot_name)
                if kept is not None and slot.slot_variable_node_id not in self.objects:
                    self.objects[slot.slot_variable_node_id] = kept
                    self._restore(kept, slot.slot_variable_node_id)

    def _names_of(self, value: Any, number: int) -> dict[str, int]:
        """The names of a node's parts, those that are the same in `value`."""
        names = self._names(number)
        tell = getattr(value, "_names_restored", None)
        return names if tell is None else tell(names)

    def _names(self, number: int) -> dict[str, int]:
        return {child.local_name: child.node_id for child in self.graph.nodes[number].children}

    def _restore(self, value: Any, number: int) -> None:
        attributes = {a.name: a.checkpoint_key for a in self.graph.nodes[number].attributes}
        if isinstance(value, Variable):
            key = attributes.pop(VALUE, None)
            if key is not None:
                self._assign(value, key)
        elif attributes and hasattr(value, "_restore_from_tensors"):
            wanted = [part.attribute for part in state_of(value)]
            found = {name: attributes.pop(name) for name in wanted if name in attributes}
            if found:
                value._restore_from_tensors({name: self._tensor(key) for name, key in found.items()})
        if attributes:
            self.unused[number] = list(attributes)

    def _assign(self, variable: Variable, key: str) -> None:
        self._entry(key)
        assign(variable, self.checkpoint, key)

    def _tensor(self, key: str) -> Any:
        from tfcompat._core.ops import wrap

        dtype, _ = self._entry(key)
        return wrap(from_numpy(self.checkpoint.read(key), dtype))

    def _entry(self, key: str) -> tuple[DType, Any]:
        if key not in self.checkpoint.entries:
            raise errors.NotFoundError(None, None, f"Key {key} not found in checkpoint")
        return self.checkpoint.entries[key]

    def _defer(self, value: Any, number: int) -> None:
        """Has `value` tell of new parts. The newest restoration comes first; an older one of the same file goes."""
        waiting = Waiting(self, number)
        for owner in (value, getattr(value, "_root", None)):  # a Checkpoint has the parts of its root
            # A tuple never gets new parts.
            with contextlib.suppress(AttributeError):
                if owner is not None:
                    before = getattr(owner, "_deferred", [])
                    object.__setattr__(owner, "_deferred", [waiting, *before][:4])

    # ---- what was restored ----

    def check_existing(self, root: Any) -> None:
        """AssertionError where an object below `root` got no value."""
        self.rescan()
        bound = {identity(value) for value in self.objects.values()}
        unmatched = [
            each.value
            for each in walk(root)
            if identity(each.value) not in bound and not isinstance(each.value, _CONTAINERS)
        ]
        # What holds no values itself may be named differently, as the same layers are in Keras 2's checkpoints.
        if any(next(state_of(value), None) for value in unmatched):
            raise AssertionError(
                f"Found {len(unmatched)} Python objects that were not bound to checkpointed values, likely due to "
                f"changes in the Python program. Showing {min(10, len(unmatched))} of {len(unmatched)} unmatched "
                f"objects: {unmatched[:10]}"
            )

    def rescan(self) -> None:
        """Looks for parts that appeared in a way that nobody told of."""
        for number, value in list(self.objects.items()):
            if not self.graph.nodes[number].children:
                continue
            below = {**_aliases(value), **children(value)}
            for name, child_number in self._names_of(value, number).items():
                if name in below and (isinstance(below[name], tuple) or child_number not in self.objects):
                    self.bind(below[name], child_number)

    def check_consumed(self, root: Any) -> None:
        """AssertionError where an object got no value, or a value of the checkpoint went to none."""
        self.check_existing(root)
        for number, proto in enumerate(self.graph.nodes):
            if proto.attributes and number not in self.objects:
                raise AssertionError(f"Unresolved object in checkpoint {self.names()[number]}: {proto}")
        if self.unused:
            told = [f"{self.names()[n]} ({self.objects[n]}): {names}" for n, names in self.unused.items()]
            raise AssertionError(
                "Unused attributes in these objects (the attributes exist in the checkpoint but were not restored):\n"
                + "\n".join(told)
            )

    def check_nontrivial(self, root: Any) -> None:
        """AssertionError where nothing but the root was found in the checkpoint."""
        self.rescan()
        if len(self.objects) > 1:
            return
        others = [each.value for each in walk(root)[1:]]
        if others:
            raise AssertionError(
                "Nothing except the root object matched a checkpointed value. Typically this means that the checkpoint "
                "does not match the Python program. The following objects have no matching checkpointed value: "
                f"{others}"
            )
        raise AssertionError(f"Nothing to load. No dependencies have been added to {root} yet.")

    def names(self) -> dict[int, str]:
        """The nodes' names: "(root).layer.kernel"."""
        names = {0: "(root)"}
        queue = collections.deque([0])
        while queue:
            number = queue.popleft()
            for name, child in self._names(number).items():
                if child not in names:
                    names[child] = f"{names[number]}.{name}"
                    queue.append(child)
        return names

    def unrestored(self) -> list[str]:
        """The names of the nodes with values that no object got."""
        names = self.names()
        missing = [n for n, node in enumerate(self.graph.nodes) if node.attributes and n not in self.objects]
        return [names.get(n, f"node {n}") for n in missing]


def _aliases(value: Any) -> dict[str, Any]:
    """Other names under which checkpoints of older Keras versions have the parts of `value`."""
    tell = getattr(value, "_trackable_aliases", None)
    return {} if tell is None else {name: node(part) for name, part in tell().items()}


class Waiting:
    """A node of a checkpoint whose object lacks parts that the checkpoint has."""

    def __init__(self, restoration: Restoration, number: int) -> None:
        self.restoration, self.number = restoration, number

    def attach(self, name: str, value: Any) -> None:
        """Restores `value`, the new part called `name`, if the checkpoint has one of that name."""
        number = self.restoration._names(self.number).get(name)
        if number is not None and (isinstance(value, tuple) or number not in self.restoration.objects):
            self.restoration.bind(value, number)

    def look(self, owner: Any) -> None:
        """Restores the parts that `owner` has by now."""
        names = self.restoration._names_of(owner, self.number)
        for name, value in {**_aliases(owner), **children(owner)}.items():
            if name in names:
                self.attach(name, value)
        self.restoration._bind_slots()


def warn_of_unrestored(restoration: Restoration) -> None:
    """Logs what of a checkpoint went nowhere, when the object it was restored to goes away."""
    if restoration.expects_partial:
        return
    names = restoration.unrestored()
    if not names:
        return
    logger = logging.get_logger()
    logger.warning(
        "An object that a checkpoint was restored to is going away, and these values of the checkpoint were never "
        "used; status.expect_partial(), where that is as it should be, silences this:"
    )
    for name in names:
        logger.warning(f"Value in checkpoint could not be found in the restored object: {name}")


def restore_by_name(checkpoint: Checkpoint, objects: Iterable[Any]) -> list[tuple[Any, list[str]]]:
    """Restores variables by their names, from a checkpoint without objects; those that have none there, and why."""
    missing = []
    for value in objects:
        for part in state_of(value):
            entry = checkpoint.entries.get(part.full_name)
            if entry is None or not isinstance(value, Variable):
                missing.append((value, [part.full_name]))
            else:
                assign(value, checkpoint, part.full_name)
    return missing
