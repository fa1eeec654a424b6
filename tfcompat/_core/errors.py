"""The exception tree of `tf.errors`."""

import inspect
import itertools
import traceback
import warnings
from typing import Any

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """The base class of the errors that ops raise (`tf.errors.OpError`).

    `node_def` and `op` name the failed node where a graph knows it, else they are None; `error_code` is one of the
    constants of `tf.errors`; a dictionary after `error_code` becomes `experimental_payloads`.
    """

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int, *args: Any):
        super().__init__()
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code
        self._experimental_payloads = args[0] if args else {}

    @property
    def message(self) -> str:
        """What went wrong."""
        return self._message

    @property
    def op(self) -> Any:
        """The operation that failed, or None; always None in eager execution."""
        return self._op

    @property
    def error_code(self) -> int:
        """The status code, one of the integer constants of `tf.errors`."""
        return self._error_code

    @property
    def node_def(self) -> Any:
        """The description of the graph node that failed, or None."""
        return self._node_def

    @property
    def experimental_payloads(self) -> dict:
        """A dictionary with details of the error; empty unless the raiser gave one."""
        return self._experimental_payloads

    def __str__(self) -> str:
        if self._op is None:
            return self._message
        return f"{self._message}\n\nOriginal stack trace for {self._op.name!r}:\n{_creation_stacks(self._op)}"

    def __reduce__(self):
        # Subclasses may take fewer arguments than OpError: each is read back from the attribute of its name.
        args = []
        for parameter in list(inspect.signature(type(self).__init__).parameters.values())[1:]:
            if parameter.kind is not parameter.VAR_POSITIONAL:
                args.append(getattr(self, parameter.name))
            elif self._experimental_payloads:
                args.append(self._experimental_payloads)
        if globals().get(type(self).__name__) is type(self):
            # __module__ names TensorFlow's module, which pickle could not import.
            return _restore, (type(self).__name__, *args)
        return type(self), tuple(args)


def _restore(class_name: str, *args: Any) -> OpError:
    return globals()[class_name](*args)


def _creation_stacks(op: Any) -> str:
    """Formats where `op`, and each op it was derived from, was created; shared runs of lines are elided."""
    lines = traceback.format_list(op.traceback or [])
    output = list(lines)
    while (op := op._original_op) is not None:
        output.append(f"\n...which was originally created as op {op.name!r}, defined at:\n")
        previous, lines = lines, traceback.format_list(op.traceback or [])
        for same, pairs in itertools.groupby(zip(lines, previous, strict=False), lambda pair: pair[0] == pair[1]):
            run = [line for line, _ in pairs]
            if same and len(run) > 2:
                run[1:-1] = [f"[elided {len(run) - 2} identical lines from previous traceback]\n"]
            output.extend(run)
    return "".join(output)


class _StatusError(OpError):
    """An OpError whose class determines its error code."""

    _code: int

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any):
        super().__init__(node_def, op, message, self._code, *args)


class CancelledError(_StatusError):
    """An operation was cancelled, for example an enqueue on a queue that was closed."""

    _code = CANCELLED


class UnknownError(_StatusError):
    """An error whose cause is not known, or does not map to another class."""

    _code = UNKNOWN


class InvalidArgumentError(_StatusError):
    """An operation received an argument whose value, shape or dtype it does not take."""

    _code = INVALID_ARGUMENT


class DeadlineExceededError(_StatusError):
    """A deadline passed before the operation completed."""

    _code = DEADLINE_EXCEEDED


class NotFoundError(_StatusError):
    """A requested entity, such as a file or directory, does not exist."""

    _code = NOT_FOUND


class AlreadyExistsError(_StatusError):
    """An entity that was to be created exists already."""

    _code = ALREADY_EXISTS


class PermissionDeniedError(_StatusError):
    """The caller may not do this, for example read a file that it has no permission for."""

    _code = PERMISSION_DENIED


class UnauthenticatedError(_StatusError):
    """The request carries no valid credentials."""

    _code = UNAUTHENTICATED


class ResourceExhaustedError(_StatusError):
    """A resource ran out: memory of the host or of the accelerator, disk space, a quota."""

    _code = RESOURCE_EXHAUSTED


class FailedPreconditionError(_StatusError):
    """The system is not in the state the operation needs, for example a variable is not initialized."""

    _code = FAILED_PRECONDITION


class AbortedError(_StatusError):
    """An operation was aborted, usually by a concurrent action."""

    _code = ABORTED


class OutOfRangeError(_StatusError):
    """An operation went past the valid range, for example past the end of a dataset."""

    _code = OUT_OF_RANGE


class UnimplementedError(_StatusError):
    """The operation, or this use of it, is not implemented."""

    _code = UNIMPLEMENTED


class InternalError(_StatusError):
    """An invariant of the runtime is broken."""

    _code = INTERNAL


class UnavailableError(_StatusError):
    """The runtime is unavailable at present."""

    _code = UNAVAILABLE


class DataLossError(_StatusError):
    """Data was lost or corrupted, for example a truncated file or one of another format."""

    _code = DATA_LOSS


class OperatorNotAllowedInGraphError(TypeError):
    """A Python operator was applied to a symbolic tensor, for example `bool(tensor)` while a graph is captured."""


class InaccessibleTensorError(ValueError):
    """A tensor was used outside the graph it belongs to."""


_CLASS_OF_CODE: dict[int, type[OpError]] = {cls._code: cls for cls in _StatusError.__subclasses__()}

for _cls in (OpError, *_CLASS_OF_CODE.values(), OperatorNotAllowedInGraphError, InaccessibleTensorError):
    # Uncaught errors print under the name TensorFlow's do; logs are searched for it.
    _cls.__module__ = "tensorflow.python.framework.errors_impl"


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """Returns the exception class for a status code (`tf.compat.v1.errors.exception_type_from_error_code`).

    Raises KeyError for `tf.errors.OK` and for numbers that are no status code.
    """
    return _CLASS_OF_CODE[error_code]


def error_code_from_exception_type(cls: type) -> Any:
    """Returns the status code of an exception class (`tf.compat.v1.errors.error_code_from_exception_type`).

    A class that is none of `tf.errors`' own gives a warning and, as in TensorFlow, an UnknownError instance.
    """
    if issubclass(cls, _StatusError) and _CLASS_OF_CODE[cls._code] is cls:
        return cls._code
    warnings.warn("Unknown class exception", stacklevel=2)
    return UnknownError(None, None, "Unknown class exception")
