"""What a kernel refuses as a graph runs, told as TensorFlow tells it."""

from __future__ import annotations

import contextlib
import io
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from tfcompat._core import draws, errors
from tfcompat._function.trace import Captured
from tfcompat._function.writer import FILE_NAME

# What torch's kernels raise.
KERNELS = (RuntimeError, IndexError, ZeroDivisionError)
_AROUND = re.compile(r"^\{\{function_node .*?\}\} | \[Op:(\w+)\](?: name: .*)?$")


class ShapeError(errors.InvalidArgumentError, ValueError):
    """An op refuses its arguments while a function is captured, which TensorFlow tells with a ValueError."""

    @classmethod
    def of(cls, error: errors.InvalidArgumentError) -> ShapeError:
        """The same error, as a ValueError, too; as a TypeError where a tensor's dtype is refused."""
        kind = _DtypeError if _OF_DTYPE.search(error.message) else cls
        return kind(error.node_def, error.op, _OF_SYMBOLS.sub("?", error.message))


class _DtypeError(ShapeError, TypeError):
    """An op refuses the dtype of a tensor while a function is captured, which TensorFlow tells with a TypeError."""


_OF_SYMBOLS = re.compile(r"(?<=[\[,])s\d+(?:[*+-]\w+)*(?=[\],])")  # sizes that are not known
_OF_DTYPE = re.compile(r"Value for attr '\w+' of \w+ is not in the list of allowed values")
ShapeError.__name__ = ShapeError.__qualname__ = "ValueError"
_DtypeError.__name__ = _DtypeError.__qualname__ = "TypeError"


def is_of_a_kernel(error: BaseException) -> bool:
    """Whether an error was raised by what a graph's own code called, rather than by Python code of a program's."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1].f_code.co_filename.startswith(FILE_NAME)


def told(error: Exception, captured: Captured, name: str, again: Callable[[], Any]) -> errors.OpError:
    """TensorFlow's error for `error`, which the graph of the function `name` raised.

    Its words are those of the op that refuses its arguments where Python runs, `again`, after which variables have the
    values that they had; torch's where that would do twice what lasts.
    """
    from tfcompat._function.sizes import lasts  # takes sympy, which takes a while to load

    found: Any = None
    if not any(map(lasts, captured.part.nodes)):
        held = [(slot.variable._storage, slot.variable._storage.t) for slot in captured.written]
        try:
            found = _of_the_op(again)
        finally:
            for storage, value in held:
                storage.t = value
    kind = errors.InvalidArgumentError if found is None else type(found)
    text = str(error) if found is None else found.message
    return kind(None, None, _of_function(text, name))


@contextlib.contextmanager
def of_a_graph(name: str) -> Iterator[None]:
    """Tells of ops that refuse their arguments as if they ran as the graph of the function `name`."""
    try:
        yield
    except errors.InvalidArgumentError as e:
        raise type(e)(None, None, _of_function(e.message, name)) from None


def _of_function(text: str, name: str) -> str:
    node = "".join(f"\t [[{{{{node {op}}}}}]]" for op in filter(None, _AROUND.findall(text)))
    return f"Graph execution error:\n\n{_AROUND.sub('', text)}\n{node} [Op:{name}]"


def _of_the_op(again: Callable[[], Any]) -> errors.OpError | None:
    streams = draws.local.streams
    before = streams.state()
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what the function prints was printed
            again()
    except errors.OpError as e:
        return _first(e)
    except Exception:  # another one than the graph's: it tells nothing of that
        return None
    finally:
        streams.go_back(before)
    return None


def _first(error: errors.OpError) -> errors.OpError:
    """The op's own error, where what called it told of it in its own words."""
    inner = error.__cause__ or error.__context__
    return _first(inner) if isinstance(inner, errors.OpError) else error
