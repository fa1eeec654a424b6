"""tf.function: a Python function that is captured once for each signature, and then runs as a graph."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tfcompat._core.flags import flags
from tfcompat._core.state import state
from tfcompat._function.signature import Encoder, Planner, Signature

if TYPE_CHECKING:
    from tfcompat._function.concrete import ConcreteFunction


class Function:
    """What tf.function makes of a Python function (tf.types.experimental.PolymorphicFunction).

    Calling it captures the Python function where no graph fits the arguments, and runs the graph. As an attribute of a
    class it is a method, with graphs of its own for each instance.
    """

    __module__ = "tensorflow.python.eager.polymorphic_function.polymorphic_function"

    def __init__(
        self,
        python_function: Callable[..., Any],
        name: str | None = None,
        input_signature: Any = None,
        autograph: bool = True,
        jit_compile: bool | None = None,
        reduce_retracing: bool = False,
        **options: Any,
    ) -> None:
        self._python_function = python_function
        self._name = name or getattr(python_function, "__name__", type(python_function).__name__)
        self._input_signature = input_signature
        self._autograph, self._jit_compile, self._reduce_retracing = autograph, jit_compile, reduce_retracing
        self._options = options
        self._signature = Signature(python_function)
        self._concrete: dict[Any, ConcreteFunction] = {}
        self._lock = threading.RLock()
        self._traces = 0
        self._creates_variables: bool | None = None
        self._bound: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()
        functools.update_wrapper(self, python_function, updated=())

    # ---- calling ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if flags.run_functions_eagerly:
            return self._python_function(*args, **kwargs)
        positional, keywords = self._signature.bind(args, kwargs)
        encoder = Encoder()
        key: Any = [encoder.key(value) for value in positional]
        if keywords:
            key.append(tuple([(name, encoder.key(value)) for name, value in keywords.items()]))
        key = tuple(key)
        if state.devices:
            key = key, state.devices[-1].spec.to_string()
        concrete = self._concrete.get(key)
        if concrete is None:
            concrete = self._new(key, positional, keywords, encoder)
        return concrete.run(encoder.tensors)

    def _new(self, key: Any, positional: list[Any], keywords: dict[str, Any], encoder: Encoder) -> ConcreteFunction:
        # Imported when it is needed: torch's tracing takes longer to load than all of tfcompat.
        from tfcompat._function.concrete import ConcreteFunction

        with self._lock:
            planner = Planner()
            plan = [planner.plan(v, self._signature.name_of(i)) for i, v in enumerate(positional)]
            named = {name: planner.plan(v, name) for name, v in keywords.items()}
            concrete = ConcreteFunction(self, plan, named, planner.leaves)
            concrete.prepare(encoder.tensors)
            self._concrete[key] = concrete
            for x in encoder.objects:
                self._forget_with(x, key)
            return concrete

    def _forget_with(self, x: Any, key: Any) -> None:
        """Drops a graph when an object that it is for is gone, as another may get its id."""
        table = weakref.ref(self)

        def forget(_: Any) -> None:
            function = table()
            if function is not None:
                function._concrete.pop(key, None)

        try:
            weakref.finalize(x, forget, None).atexit = False
        except TypeError:
            pass

    # ---- as a method ----

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        try:
            bound = self._bound.get(instance)
        except TypeError:
            return functools.partial(self, instance)
        if bound is None:
            bound = self._bound[instance] = self._copy_for(instance)
        return bound

    def _copy_for(self, instance: Any) -> Function:
        reference = weakref.ref(instance)
        python_function = self._python_function

        @functools.wraps(python_function)
        def method(*args: Any, **kwargs: Any) -> Any:
            return python_function(reference(), *args, **kwargs)

        import inspect

        parameters = list(inspect.signature(python_function).parameters.values())[1:]
        method.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return Function(
            method,
            self._name,
            self._input_signature,
            self._autograph,
            self._jit_compile,
            self._reduce_retracing,
            **self._options,
        )

    # ---- what is known of it ----

    @property
    def python_function(self) -> Callable[..., Any]:
        """The Python function that was decorated."""
        return self._python_function

    @property
    def input_signature(self) -> Any:
        """The signature that it was restricted to, or None."""
        return self._input_signature

    def experimental_get_tracing_count(self) -> int:
        """How many times the Python function was captured."""
        return self._traces

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} object at {id(self):#x}>"


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Sequence[Any] | None = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: str | None = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: dict[str, Any] | None = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Decorates a Python function, to be captured as a graph once for each signature (tf.function)."""

    def decorate(inner: Callable[..., Any]) -> Function:
        return Function(inner, None, input_signature, autograph, jit_compile, reduce_retracing)

    return decorate if func is None else decorate(func)
