"""keras.Function: the graph between some KerasTensors, as an operation that can be called on values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat.keras import tree
from tfcompat.keras._graph import Operation, map_graph
from tfcompat.keras._keras_tensor import KerasTensor


class Function(Operation):
    """What leads from `inputs` to `outputs` (nests of KerasTensors), callable on tensors (tf.keras.Function).

    ValueError where either is empty, or where an output does not come from the inputs.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._inputs_struct = tree.map_structure(lambda x: x, inputs)
        self._outputs_struct = tree.map_structure(lambda x: x, outputs)
        self._inputs = tree.flatten(inputs)
        self._outputs = tree.flatten(outputs)
        for what, tensors in (("inputs", self._inputs), ("outputs", self._outputs)):
            if not tensors:
                raise ValueError(f"`{what}` cannot be empty. Received: inputs={inputs}, outputs={outputs}")
        graph = map_graph(self._inputs, self._outputs)
        self._nodes = graph.node_keys
        self._nodes_by_depth = graph.nodes_by_depth
        self._operations = graph.operations
        self._operations_by_depth = graph.operations_by_depth
        # Run once on nothing, so that an output that the inputs don't reach is told now.
        self._run_through_graph(
            [None] * len(self._inputs), call_fn=lambda op, *args, **kwargs: [None] * len(tree.flatten(op.output))
        )

    @property
    def operations(self) -> list[Any]:
        """The operations, in the order in which they run."""
        return self._operations[:]

    @property
    def inputs(self) -> list[Any]:
        """The inputs, as a flat list."""
        return self._inputs

    @property
    def outputs(self) -> list[Any]:
        """The outputs, as a flat list."""
        return self._outputs

    def compute_output_spec(self, inputs: Any) -> Any:
        """The KerasTensors that the function gives for KerasTensors."""
        self._assert_input_compatibility(inputs)
        if all(x.shape == own.shape for x, own in zip(tree.flatten(inputs), self._inputs)):
            return tree.map_structure(lambda x: KerasTensor(shape=x.shape, dtype=x.dtype), self._outputs_struct)
        return self._run_through_graph(inputs, operation_fn=lambda op: op.compute_output_spec)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes that the function gives for inputs of the given shapes."""
        symbolic = tree.map_shape_structure(lambda shape: KerasTensor(shape=shape), input_shape)
        for x, own in zip(tree.flatten(symbolic), self._inputs):
            x._dtype, x._sparse = own.dtype, own.sparse
        return tree.map_structure(lambda x: x.shape, self.compute_output_spec(symbolic))

    def call(self, inputs: Any) -> Any:
        """The outputs for the given inputs."""
        self._assert_input_compatibility(inputs)
        return self._run_through_graph(inputs)

    def _run_through_graph(
        self,
        inputs: Any,
        operation_fn: Callable[[Any], Callable[..., Any]] = lambda op: op,
        call_fn: Callable[..., Any] | None = None,
    ) -> Any:
        values = {id(x): value for x, value in zip(self._inputs, tree.flatten(inputs))}
        for depth in sorted(self._nodes_by_depth, reverse=True):
            for node in self._nodes_by_depth[depth]:
                if node.is_input or any(id(x) not in values for x in node.input_tensors):
                    continue
                args, kwargs = node.arguments.fill_in(values)
                operation = operation_fn(node.operation)
                result = operation(*args, **kwargs) if call_fn is None else call_fn(operation, *args, **kwargs)
                for x, value in zip(node.outputs, tree.flatten(result)):
                    values[id(x)] = value
        if len(self._outputs) == 1 and self._outputs_struct is self._outputs[0] and id(self._outputs[0]) in values:
            return values[id(self._outputs[0])]
        found = []
        for (path, _), x in zip(tree.flatten_with_path(self._outputs_struct), self._outputs):
            if id(x) not in values:
                raise ValueError(f"Output with path `{'.'.join(map(str, path))}` is not connected to `inputs`")
            found.append(values[id(x)])
        return tree.pack_sequence_as(self._outputs_struct, found)

    def _assert_input_compatibility(self, inputs: Any) -> None:
        try:
            tree.assert_same_structure(inputs, self._inputs_struct)
        except ValueError:
            raise ValueError(
                f"{type(self).__name__} was called with an invalid input structure. "
                f"Expected: {self._inputs_struct}\nReceived: {inputs}"
            ) from None
        for x, own in zip(tree.flatten(inputs), self._inputs):
            shape = tuple(x.shape)
            fits = len(shape) == len(own.shape) and all(
                a is None or b is None or a == b for a, b in zip(shape, own.shape)
            )
            if not fits:
                raise ValueError(
                    f"{type(self).__name__} was passed incompatible inputs. For input '{own.name}', expected shape "
                    f"{own.shape}, but received instead a tensor with shape {shape}."
                )
