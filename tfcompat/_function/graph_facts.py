"""What can be seen of the graph of one function: what it takes, captures, uses and returns."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes, structure
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._function import listing
from tfcompat._function.graph_view import Graph
from tfcompat._function.symbolic import Operation


class FunctionGraph(Graph):
    """A graph that was captured of a function (what TensorFlow calls a FuncGraph)."""

    captures: dict[int, tuple[Tensor, Any]]
    slots: dict[int, Any]
    resources: dict[int, Any]
    structured_outputs: Any = None
    structured_input_signature: Any = None
    finds_shapes = False  # whether it only stands for a graph, while shapes are found

    def __init__(self) -> None:  # not as a user makes a graph
        self.met: dict[int, None] = {}  # what it has from outside, in the order in which it came across that
        self.custom_gradients: dict[str, None] = {}  # the functions in it that say their own gradients

    @property
    def outputs(self) -> list[Tensor]:
        """The symbolic tensors that the function returns."""
        flat = structure.flatten(self.structured_outputs, expand_composites=True)
        return [x for x in flat if isinstance(x, Tensor)]

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the graph reads or assigns."""
        return tuple(slot.variable for slot in self.slots.values())

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The trainable ones among `variables`."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def external_captures(self) -> list[Any]:
        """What the graph has from outside: eager tensors, and the cells of variables."""
        found = {key: tensor for key, (tensor, _) in self.captures.items()}
        found.update({key: slot.variable.handle for key, slot in self.slots.items()})
        return [found[key] for key in self.met if key in found]

    @property
    def internal_captures(self) -> list[Any]:
        """What stands in the graph for each of `external_captures`."""
        return [self._placeholder(key) for key in self.met if key in self.captures or key in self.slots]

    def _placeholder(self, key: int) -> Any:
        """The Placeholder of what comes from outside; one that is not listed where no operation takes it directly."""
        found = self.resources.get(key)
        if found is not None:
            return found
        op = Operation(self, "captured", "Placeholder")
        if key in self.captures:
            tensor = self.captures[key][0]
            op.dtype, op.shape = tensor.dtype, tensor.shape
        else:
            op.dtype, op.shape = dtypes.resource, TensorShape(())
        self.resources[key] = listing.output(op)
        return self.resources[key]
