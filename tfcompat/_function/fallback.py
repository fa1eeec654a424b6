"""What to do with a function that can't be captured: run it eagerly, and say so once."""

from __future__ import annotations

import traceback
from typing import Any

from tfcompat._core import errors, logging
from tfcompat._function import symbolic
from tfcompat._function.autograph.blame import is_rewritten
from tfcompat._function.recorder import NotCapturable

_OURS = __file__.rsplit("_function", 1)[0]
_REWRITING = __file__.rsplit("fallback", 1)[0] + "autograph"

_FAKES = (
    "FakeTensor",
    "fake tensor",
    "doesn't have storage",
    "tensor subclasses",
    "data pointer",
    "data-dependent",
    "not tracked with proxy",
)


# What Python says where it is to make a number of a symbolic tensor.
_NUMBERS = ("'SymbolicTensor'", "not SymbolicTensor", "have an __index__ method")


def is_due_to_capture(error: BaseException, function: Any) -> bool:
    """Whether an error tells that a function can't be captured, rather than that it is wrong.

    What the program itself asks of a symbolic tensor though TensorFlow refuses it, too, is wrong.
    """
    if isinstance(error, errors.OperatorNotAllowedInGraphError) or _asks_for_a_number(error):
        return not _is_the_programs(error, function._autograph)
    return tells_of_capture(error)


def _asks_for_a_number(error: BaseException) -> bool:
    """Whether an error tells that Python was to make a number of a symbolic tensor."""
    return isinstance(error, TypeError) and any(s in str(error) for s in _NUMBERS)


def _is_the_programs(error: BaseException, autograph: bool) -> bool:
    """Whether the program's own code asked, in a function that was rewritten where `autograph` is to do that."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for frame in reversed(frames):
        name, path = frame.f_globals.get("__name__", ""), frame.f_code.co_filename
        if name.startswith("numpy") or name == symbolic.__name__ or path.startswith(_REWRITING):
            continue  # asked on behalf of who called it
        return not path.startswith(_OURS) and (not autograph or is_rewritten(frame.f_code))
    return False


def tells_of_capture(error: BaseException) -> bool:
    """Whether an error comes of what symbolic tensors lack: values, memory, sizes."""
    if isinstance(error, NotCapturable) or is_about_sizes(error) or _asks_for_a_number(error):
        return True
    if type(error).__module__.startswith(("torch.fx", "torch._subclasses", "torch._dynamo")):
        return True
    return isinstance(error, (RuntimeError, TypeError, NotImplementedError)) and any(s in str(error) for s in _FAKES)


def is_about_sizes(error: BaseException) -> bool:
    """Whether torch found out, too late to tell of it otherwise, that what it took for granted of a size is wrong."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = last.tb_frame.f_globals.get("__name__", "") if last is not None else ""
    return isinstance(error, AssertionError) and where.startswith("torch.fx")


def warn(function: Any, error: BaseException) -> None:
    """Tells, once for a signature, where and why a function is not captured."""
    where = _where(error)
    cause = str(error).split(". You can attempt")[0].split("\n")[0]
    logging.warning(f"The function {function._name!r} runs eagerly for this signature, not as a graph{where}: {cause}")


def _where(error: BaseException) -> str:
    """The line of the program that asked for what can't be captured."""
    frames = traceback.extract_tb(error.__traceback__)
    users = [f for f in frames if not f.filename.startswith(_OURS) and "/torch/" not in f.filename]
    if not users:
        return ""
    return f", because of {users[-1].filename}, line {users[-1].lineno} ({users[-1].line})"
