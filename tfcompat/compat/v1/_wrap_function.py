"""tf.compat.v1.wrap_function: a function of TensorFlow 1's as a graph that is called like a tf.function's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._function.deferred import DeferredGraph
from tfcompat._function.session import Session
from tfcompat._function.symbolic import Operation, SymbolicTensor


class WrappedFunction:
    """What wrap_function and its `prune` give: a part of a graph, called with tensors for its inputs.

    The graph's variables have their initial values from the start. Tapes and tf.functions see what it does.
    """

    __module__ = "tensorflow.python.eager.wrap_function"

    def __init__(self, session: Session, inputs: Sequence[SymbolicTensor], result: Any) -> None:
        self._session, self._inputs = session, list(inputs)
        self._result = structure.map_structure(lambda x: _element(session.graph, x), result)

    @property
    def graph(self) -> DeferredGraph:
        """The graph."""
        return self._session.graph

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The graph's tensors that the arguments of a call are for."""
        return list(self._inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The graph's tensors that a call gives."""
        return [x for x in structure.flatten(self._result) if isinstance(x, SymbolicTensor)]

    @property
    def structured_outputs(self) -> Any:
        """The graph's tensors in the nest that a call gives."""
        return self._result

    @property
    def variables(self) -> list[Any]:
        """The variables of the graph."""
        return self.graph.get_collection("variables")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the graph gives for these tensors, or nests of them, in the place of the inputs; also by their names."""
        given = structure.flatten(list(args))
        rest = dict(kwargs)
        given += [rest.pop(t.op.name) for t in self._inputs[len(given) :] if t.op.name in rest]
        if rest:
            raise TypeError(f"The wrapped function has no inputs called {sorted(rest)}.")
        if len(given) != len(self._inputs):
            raise TypeError(f"The wrapped function takes {len(self._inputs)} tensors, got {len(given)}.")
        tensors = [convert_to_tensor(v, t.dtype) for v, t in zip(given, self._inputs, strict=True)]
        elements = structure.flatten(self._result)
        run = self._session.run_of(elements, self._inputs)
        initialized = self._session._initialized
        _, results = run.traced(initialized, [*tensors, *map(convert_to_tensor, run.pulled(initialized))])
        return structure.pack_sequence_as(self._result, results)

    def prune(self, feeds: Any, fetches: Any, name: str = "pruned", input_signature: Any = None) -> WrappedFunction:
        """The part of the graph that leads from `feeds` to `fetches`, tensors of it in nests, as a function.

        Operations among the fetches run, and give None. The name and signature are for TensorFlow's messages.
        """
        inputs = [_element(self.graph, f) for f in structure.flatten(feeds)]
        for x in inputs:
            if not isinstance(x, SymbolicTensor):
                raise ValueError(f"All members of argument `feeds` must be tensors. Got {x!r}.")
        return WrappedFunction(self._session, inputs, fetches)


def wrap_function(fn: Callable[..., Any], signature: Any, name: str | None = None) -> WrappedFunction:
    """Builds the graph of a function written for TensorFlow 1, once, with placeholders (tf.compat.v1.wrap_function).

    signature: tf.TensorSpecs of its arguments, in nests. name: for TensorFlow's messages. Variables that `fn` makes
    are the graph's, and begin with their initial values.
    """
    graph = DeferredGraph()
    inputs: list[SymbolicTensor] = []

    def placeholder(spec: Any) -> SymbolicTensor:
        if not isinstance(spec, TensorSpec):
            raise NotImplementedError(f"tf.compat.v1.wrap_function: signature takes tf.TensorSpecs, got {spec!r}.")
        inputs.append(graph.placeholder(spec.dtype, spec.shape, spec.name))
        return inputs[-1]

    with graph.as_default():
        result = fn(*structure.map_structure(placeholder, list(signature)))
        result = structure.map_structure(lambda x: x if _is_element(x) else convert_to_tensor(x), result)
    session = Session(graph=graph)
    starts = [v.initializer for v in graph.get_collection("variables")]
    if starts:
        session.run(starts)
    return WrappedFunction(session, inputs, result)


def _is_element(x: Any) -> bool:
    return x is None or isinstance(x, (SymbolicTensor, Operation))


def _element(graph: DeferredGraph, x: Any) -> Any:
    return x if x is None or not isinstance(x, (SymbolicTensor, Operation, str)) else graph.as_graph_element(x)
