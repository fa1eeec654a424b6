"""Scopes that change what reading and assigning a Keras variable means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat.keras import tree
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._state import thread

if TYPE_CHECKING:
    from tfcompat.keras._variable import Variable


class AutocastScope:
    """Within it, float variables that allow it read as `dtype` (None: as they are). Mixed precision layers open it."""

    def __init__(self, dtype: Any) -> None:
        if dtype is not None:
            dtype = standardize_dtype(dtype)
            if not is_float_dtype(dtype):
                raise ValueError(f"`AutocastScope` takes a floating-point dtype. Received: dtype={dtype}")
        self.dtype: str | None = dtype
        self._outer: Any = None

    def maybe_cast(self, value: Any) -> Any:
        """`value` cast to the scope's dtype, where it is a float of another one."""
        from tfcompat.keras import ops

        if self.dtype is None or not is_float_dtype(value.dtype) or standardize_dtype(value.dtype) == self.dtype:
            return value
        return ops.cast(value, self.dtype)

    def __enter__(self) -> AutocastScope:
        self._outer = thread.autocast
        thread.autocast = self
        return self

    def __exit__(self, *exc: Any) -> None:
        thread.autocast = self._outer


class StatelessScope:
    """Within it, variables read as `state_mapping` says and assignments are collected instead of done.

    state_mapping: (variable, tensor) pairs. collect_losses: whether `add_loss` keeps its losses in the scope.
    initialize_variables: whether variables made inside get their values when the outermost scope closes.
    ValueError for a key that is no Keras variable or a value of another shape.
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        from tfcompat.keras import ops
        from tfcompat.keras._variable import Variable

        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self.state_mapping: dict[int, Any] = {}
        self._outer: StatelessScope | None = None
        for variable, value in state_mapping or ():
            if not isinstance(variable, Variable):
                raise ValueError(f"Keys of `state_mapping` must be keras.Variable objects. Received: {variable!r}")
            tensor = ops.convert_to_tensor(value, dtype=variable.dtype)
            if tuple(tensor.shape) != tuple(variable.shape):
                raise ValueError(
                    f"`state_mapping` gives variable {variable.path} of shape {variable.shape} a value of shape "
                    f"{tensor.shape}."
                )
            self.state_mapping[id(variable)] = tensor

    def add_loss(self, loss: Any) -> None:
        """Keeps a loss that a layer added."""
        self.losses.append(loss)

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Keeps (variable, new value) instead of assigning."""
        variable, value = update
        self.state_mapping[id(variable)] = value

    def get_current_value(self, variable: Variable) -> Any:
        """The value of a variable in this scope, None where it has not got one of its own."""
        return self.state_mapping.get(id(variable))

    def __enter__(self) -> StatelessScope:
        self._outer = thread.stateless
        thread.stateless = self
        return self

    def __exit__(self, *exc: Any) -> None:
        thread.stateless = self._outer
        if self._outer is None and self.initialize_variables:
            pending, thread.uninitialized = thread.uninitialized, []
            for variable in pending:
                variable._deferred_initialize()


class SymbolicScope:
    """Within it, layers are called on stand-ins for tensors, to learn shapes and dtypes."""

    def __init__(self) -> None:
        self._outer = False

    def __enter__(self) -> SymbolicScope:
        self._outer = thread.symbolic
        thread.symbolic = True
        return self

    def __exit__(self, *exc: Any) -> None:
        thread.symbolic = self._outer


@contextmanager
def batch_unknown(data: Any) -> Iterator[None]:
    """Within, in an epoch, layers are built for shapes with None for the size of the batch `data`."""
    sizes = {x.shape[0] for x in tree.flatten(data) if getattr(x, "shape", None)}
    with batch_of(sizes.pop() if len(sizes) == 1 and thread.epoch else None):
        yield


@contextmanager
def batch_of(size: int | None) -> Iterator[None]:
    """Within, layers are built for shapes with None in the place of this first size; None: for all that they get."""
    before, thread.batch_size = thread.batch_size, size
    try:
        yield
    finally:
        thread.batch_size = before


def without_batch(shapes: Any) -> Any:
    """The shapes of a layer's inputs, with None for the batch's size where layers are built for any."""
    size = thread.batch_size
    if size is None:
        return shapes
    return tree.map_shape_structure(lambda s: (None, *s[1:]) if len(s) and s[0] == size else tuple(s), shapes)
