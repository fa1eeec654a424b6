"""Gradients that functions of a SavedModel say themselves: tf.custom_gradient's, as TensorFlow saves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core.custom_gradient import custom_gradient
from tfcompat._core.state import state
from tfcompat._core.variable import Variable
from tfcompat.saved_model._structures import decode

_KIND = "_gradient_op_type"


class CustomGradients:
    """The gradient functions of a graph, by the type that the nodes have whose gradients they give.

    Such a node is an IdentityN of a function's results and arguments. The gradient function takes their gradients, and
    tensors of the graph that the node is in, which the objects tell.
    """

    def __init__(self, graph_def: Any, objects: Any, bound: Callable[[int], Any]) -> None:
        self._functions = {
            each.registered_op_type: each.gradient_func for each in graph_def.library.registered_gradients
        }
        self._objects, self._bound = objects, bound

    def passed(
        self, node: Any, args: Sequence[Any], body: Callable[[str], Callable[..., Any]], value: Callable[[str], Any]
    ) -> list[Any]:
        """What an IdentityN gives, with the gradient that is said for it.

        body: gives a function of the library. value: gives the node's graph's tensor of a name such as "mul:0".
        LookupError, once the gradient is asked for, where the SavedModel lacks its function.
        """
        tensors = [arg.read_value() if isinstance(arg, Variable) else arg for arg in args]
        recorded = state.tapes or state.graph is not None
        if _KIND not in node.attr or not recorded or any(tensor.dtype.torch is None for tensor in tensors):
            return tensors
        name = self._functions.get(node.attr[_KIND].s.decode("utf8"))

        @custom_gradient
        def identity(*inputs: Any) -> Any:
            def gradient(*upstream: Any) -> list[Any]:
                if name is None:
                    raise LookupError(
                        f"No gradient defined for operation {node.name!r} (op type: IdentityN): it has one of its own, "
                        "which was not saved. tf.saved_model.SaveOptions(experimental_custom_gradients=True) saves it."
                    )
                proto = self._objects.concrete_functions[name]
                results = iter(body(name)([*upstream, *(self._captured(n, value) for n in proto.bound_inputs)]))
                told = [None if spec is None else next(results) for spec in decode(proto.output_signature)]
                return [*told, *[None] * (len(inputs) - len(told))]

            return list(inputs), gradient

        return identity(*tensors)

    def _captured(self, number: int, value: Callable[[str], Any]) -> Any:
        captured = self._objects.nodes[number].captured_tensor.name
        return value(captured) if captured else self._bound(number)
