"""tf.variable_creator_scope: functions that see, and may change, how variables are made."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tfcompat._core.state import state


@contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Within, every tf.Variable is what `variable_creator(next_creator, **kwargs)` returns (tf.variable_creator_scope).

    kwargs: the arguments of tf.Variable by name, all of them; `next_creator(**kwargs)` makes the variable, by way of
    the creators of the scopes around this one. The variables of Keras are made so, too.
    """
    before = state.creators
    state.creators = (*before, variable_creator)
    try:
        yield
    finally:
        state.creators = before


class VariableMetaclass(type):
    """Asks the open creator scopes where a tf.Variable is made; subclasses are made as any class is."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if not state.creators or "_takes_creators" not in vars(cls):
            return super().__call__(*args, **kwargs)
        return cls.created(_arguments(cls, args, kwargs))

    def created(cls, kwargs: dict[str, Any]) -> Any:
        """The variable that the creators of the open scopes, the innermost first, make of these arguments."""
        create = functools.partial(_default, cls)
        for creator in state.creators:
            create = functools.partial(creator, create)
        return create(**kwargs)


def _arguments(cls: type, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    bound = inspect.signature(cls.__init__).bind(None, *args, **kwargs)
    bound.arguments.setdefault("experimental_enable_variable_lifting", None)  # as TensorFlow's metaclass has it
    bound.apply_defaults()
    return dict(list(bound.arguments.items())[1:])


def _default(cls: type, **kwargs: Any) -> Any:
    """The last creator: makes the variable. What tf.Variable does not take, it leaves alone, as TensorFlow's does."""
    known = inspect.signature(cls.__init__).parameters
    return type.__call__(cls, **{name: value for name, value in kwargs.items() if name in known})
