"""Which functions are rewritten, and calling those that are."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import threading
import types
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from tfcompat._core import logging, random_state
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._function.autograph.source import NoSource, rewritten_code, with_code

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "_tfcompat_runs_as_it_is"
# Libraries whose functions run as they are, besides Python's own.
_LIBRARIES = frozenset(
    "tfcompat tensorflow keras torch numpy scipy pandas matplotlib PIL h5py pytest hypothesis tqdm IPython".split()
)
_codes: WeakKeyDictionary[types.CodeType, Any] = WeakKeyDictionary()
_lock = threading.RLock()
_warned: set[str] = set()

# Python's functions that do something of their own with tensors, and what they are then.
_BUILTINS: dict[Any, str] = {
    float: "tfcompat._function.autograph.builtins_:float_",
    int: "tfcompat._function.autograph.builtins_:int_",
    len: "tfcompat._function.autograph.builtins_:len_",
    max: "tfcompat._function.autograph.builtins_:max_",
    min: "tfcompat._function.autograph.builtins_:min_",
    range: "tfcompat._arrays.creation:range",
    enumerate: "tfcompat._function.autograph.builtins_:enumerate_",
    sorted: "tfcompat._function.autograph.builtins_:sorted_",
    sum: "tfcompat._function.autograph.builtins_:sum_",
    zip: "tfcompat._function.autograph.builtins_:zip_",
}


class _Verbosity:
    """What AutoGraph tells of its work: each function that it rewrites where `level` is not 0, to `stream`, too."""

    level = 0
    stream: Any = None

    def tell(self, text: str) -> None:
        """Tells a line, where it is asked for."""
        if self.level:
            logging.get_logger().info(text)
            if self.stream is not None:
                print(text, file=self.stream)


verbosity = _Verbosity()


def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    """Marks a function to run as it is, its control flow Python's (tf.autograph.experimental.do_not_convert)."""
    if func is None:
        return do_not_convert
    if inspect.ismethod(func) or inspect.isbuiltin(func) or not hasattr(func, "__dict__"):

        @functools.wraps(func)
        def unconverted(*args: Any, **kwargs: Any) -> Any:
            return func(*args, **kwargs)

        return mark(unconverted)
    return mark(func)


def mark(function: F) -> F:
    """Notes that a function is to run as it is."""
    setattr(function, _MARK, True)
    return function


def is_rewritten(function: Any) -> bool:
    """Whether a function runs as it is: it has been rewritten, or is marked."""
    return _MARK in getattr(function, "__dict__", ())


def _runs_as_it_is(function: types.FunctionType) -> bool:
    if is_rewritten(function):
        return True
    if function.__code__.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        return True
    module = (function.__globals__.get("__name__") or "").partition(".")[0]
    return module in _LIBRARIES or (module in sys.stdlib_module_names and module != "__main__")


def convert(function: Callable[..., Any], strict: bool = False, recursive: bool = True) -> Callable[..., Any]:
    """`function` with its control flow rewritten; itself where that can't or need not be.

    strict: raises NoSource where a Python function's source code can't be had, instead of a warning. recursive: the
    functions that it calls are rewritten, too.
    """
    if isinstance(function, functools.partial):
        return functools.partial(convert(function.func, strict, recursive), *function.args, **function.keywords)
    if isinstance(function, types.MethodType):
        inner = convert(function.__func__, strict, recursive)
        return function if inner is function.__func__ else types.MethodType(inner, function.__self__)
    if not isinstance(function, types.FunctionType):
        called = _call_method(function)
        inner = None if called is None else convert(called, strict, recursive)
        return function if inner is called else types.MethodType(inner, function)  # type: ignore[arg-type]
    if _runs_as_it_is(function):
        return function
    try:
        code, _ = _rewritten(function)
    except NoSource as e:
        if strict:
            raise
        _warn(function, e)
        return function
    from tfcompat._function.autograph import runtime

    verbosity.tell(f"AutoGraph rewrote {function!r}")
    return mark(with_code(function, code, runtime if recursive else _without_calls()))


@functools.cache
def _without_calls() -> Any:
    """What rewritten code uses, where the functions that it calls are not rewritten."""
    from tfcompat._function.autograph import runtime

    return types.SimpleNamespace(**{**vars(runtime), "call": _plain_call})


def _plain_call(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    if type(function) is types.BuiltinFunctionType or type(function) is type:
        return call(function, *args, **kwargs)
    return function(*args, **kwargs)


def source_of(function: Callable[..., Any]) -> str:
    """The source text of a function after rewriting; NoSource where there is none."""
    inner = getattr(function, "__func__", function)
    if not isinstance(inner, types.FunctionType):
        raise NoSource("it is no Python function")
    return _rewritten(inner)[1]


def _rewritten(function: types.FunctionType) -> tuple[types.CodeType, str]:
    with _lock:
        found = _codes.get(function.__code__)
        if found is None:
            scopes = function.__qualname__.split(".")
            owner = scopes[-2] if len(scopes) > 1 and scopes[-2] != "<locals>" else None
            try:
                found = rewritten_code(function.__code__, owner)
            except NoSource as e:
                found = e
            except (SyntaxError, RecursionError) as e:
                found = NoSource(f"its rewritten code does not compile: {e}")
            _codes[function.__code__] = found
        if isinstance(found, NoSource):
            raise NoSource(str(found))
        return found


def _warn(function: types.FunctionType, e: NoSource) -> None:
    name = f"{function!r}"
    if name not in _warned:
        _warned.add(name)
        logging.warning(
            f"AutoGraph could not transform {name} and will run it as-is.\nCause: {e}\nTo silence this warning, "
            "decorate the function with @tf.autograph.experimental.do_not_convert"
        )


def call(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """``function(*args, **kwargs)`` from rewritten code: rewrites the function, too, where it is a program's own."""
    kind = type(function)
    if kind is types.BuiltinFunctionType or kind is type:
        overload = _BUILTINS.get(function)
        if overload is not None and any(map(_is_the_graphs, args)):
            return _loaded(overload)(*args, **kwargs)
        return function(*args, **kwargs)
    if kind in (types.FunctionType, types.MethodType, functools.partial):
        return convert(function)(*args, **kwargs)
    return (function if _call_method(function) is None else convert(function))(*args, **kwargs)


def _is_the_graphs(x: Any) -> bool:
    return isinstance(x, Tensor) or hasattr(type(x), "_graph_loop") or _holds_tensors(x)


def _call_method(x: Any) -> types.FunctionType | None:
    """The Python function that calling an object runs; None for classes, and for objects of C."""
    found = inspect.getattr_static(type(x), "__call__", None)
    return found if isinstance(found, types.FunctionType) and not inspect.isclass(x) else None


def _holds_tensors(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(isinstance(v, Tensor) for v in value)


@functools.cache
def _loaded(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def staged(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that runs rewritten while a graph is being captured, or stood in for, and as it is otherwise."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        plain = state.graph is None and not random_state.is_passing()
        return (function if plain else convert(function))(*args, **kwargs)

    return run
