"""The constructors of public classes whose arguments a private base class takes."""

from __future__ import annotations

import types


def own_constructor(cls: type) -> None:
    """Gives a public class of tfcompat that inherits `__init__` from a private one its own, of the same code: errors
    of its arguments then tell the class's name, as Keras's do."""
    owner = next(base for base in cls.__mro__ if "__init__" in base.__dict__)
    inherits = owner.__name__.startswith("_") and not cls.__name__.startswith("_")
    init = owner.__dict__["__init__"]
    if not inherits or not cls.__module__.startswith("tfcompat.") or not isinstance(init, types.FunctionType):
        return
    own = types.FunctionType(init.__code__, init.__globals__, "__init__", init.__defaults__, init.__closure__)
    own.__kwdefaults__, own.__annotations__ = init.__kwdefaults__, init.__annotations__
    own.__dict__.update(init.__dict__)
    own.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = own  # type: ignore[misc]
