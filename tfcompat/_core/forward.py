"""tf.autodiff.ForwardAccumulator: derivatives along a direction, by differentiating the gradient.

With g(u) = uT J, the gradient of outputs weighted with u, the product J t is the gradient of g(u) . t by u: two
reverse passes over the recorded graph, which nest with tapes and other accumulators to any order.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import logging, structure
from tfcompat._core.convert import to_storage
from tfcompat._core.state import state
from tfcompat._core.tape import Recorder, UnconnectedGradients, is_trainable, variable_of
from tfcompat._core.tensor import EagerTensor, Tensor


class ForwardAccumulator(Recorder):
    """Computes Jacobian-vector products of what happens within its context (tf.autodiff.ForwardAccumulator).

    primals: a tensor or variable, or a nest of them. tangents: the direction, of the same structure, dtypes and
    shapes. `jvp(y)` then gives the derivative of y along it. ValueError where primals and tangents do not match, or
    one primal is given twice.
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        super().__init__(watch_accessed_variables=False)
        structure.assert_same_structure(primals, tangents)
        self._pairs: list[tuple[Any, torch.Tensor]] = []
        flat = zip(structure.flatten(primals), structure.flatten(tangents), strict=True)
        for primal, tangent in flat:
            primal = variable_of(primal)
            t = to_storage(tangent, primal.dtype)
            if not is_trainable(t.dtype):
                logging.warning(
                    "The dtype of the watched primal must be floating (e.g. tf.float32), got %r", primal.dtype, first=5
                )
                continue
            if any(primal is p for p, _ in self._pairs):
                raise ValueError(f"Argument `primals` has {primal!r} twice; give the sum of its tangents.")
            try:
                t = t.expand(tuple(primal.shape))
            except RuntimeError:
                raise ValueError(
                    f"A tangent's shape must be its primal's, {primal.shape}; got {tuple(t.shape)}."
                ) from None
            self._pairs.append((primal, t))
            if isinstance(primal, Tensor):
                self._watch_tensor(primal)
            else:
                self._watch_variable(primal)

    def __enter__(self) -> ForwardAccumulator:
        if self._recording:
            raise ValueError("Accumulator is already recording.")
        self._start()
        return self

    def __exit__(self, *exc: Any) -> None:
        if self._recording:
            self._stop()

    def jvp(self, primals: Any, unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE) -> Any:
        """The derivative of each of `primals` along the tangents, in the structure given.

        None (or zeros, as `unconnected_gradients` says) where one does not depend on the accumulator's primals.
        What was computed outside of its context does not depend on them.
        """
        unconnected = UnconnectedGradients(unconnected_gradients)

        def product(y: Any) -> Any:
            y = variable_of(y)
            result = self._product(y)
            if result is None and unconnected is UnconnectedGradients.ZERO:
                return EagerTensor(torch.zeros_like(to_storage(y)).detach())
            return result

        return structure.map_structure(product, primals)

    def _product(self, y: Any) -> EagerTensor | None:
        t = y._t if isinstance(y, Tensor) else (self._handles(y) or [y._storage.t])[-1]
        handles = [(h, tangent) for primal, tangent in self._pairs for h in self._handles(primal)]
        if not isinstance(t, torch.Tensor) or (not any(t is h for h, _ in handles) and not self._graph.recorded(t)):
            return None
        weight = torch.zeros_like(t, requires_grad=True)
        with torch.enable_grad():
            found = torch.autograd.grad(
                t, [h for h, _ in handles], weight, create_graph=True, allow_unused=True, materialize_grads=False
            )
            rows = [(g, tangent) for g, (_, tangent) in zip(found, handles, strict=True) if g is not None]
            rows = [(g.to_dense() if g.is_sparse else g, tangent) for g, tangent in rows if g.requires_grad]
            if not rows:
                return None
            nested = bool(state.tapes) or self._is_shared()
            (result,) = torch.autograd.grad(
                [g for g, _ in rows],
                weight,
                [tangent for _, tangent in rows],
                create_graph=nested,
                retain_graph=True,
                allow_unused=True,
            )
        if result is None:
            return None
        if nested and result.requires_grad:
            for member in self._group:
                member._graph.adopt(result)
            return EagerTensor(result)
        return EagerTensor(result.detach())
