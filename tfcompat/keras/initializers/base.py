"""The base class of initializers."""

from __future__ import annotations

from typing import Any

from tfcompat.keras._constructors import own_constructor


class Initializer:
    """A callable that makes the starting value of a variable from its shape and dtype (tf.keras.Initializer).

    Subclasses implement `__call__(shape, dtype=None)` and, where `__init__` takes arguments, `get_config`.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_constructor(cls)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of the given shape and dtype."""
        raise NotImplementedError(f"{type(self).__name__} must implement `__call__(shape, dtype=None)`.")

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, JSON-ready."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The initializer that `get_config` described."""
        return cls(**config)

    def clone(self) -> Any:
        """An initializer with the same config."""
        return self.__class__.from_config(self.get_config())
