"""tf.errors: codes, fields, printing and pickling. The codes are those of absl::StatusCode."""

import copy
import pickle
import traceback
from types import SimpleNamespace

import pytest

from tfcompat._core import errors

CODES = {
    "CancelledError": 1,
    "UnknownError": 2,
    "InvalidArgumentError": 3,
    "DeadlineExceededError": 4,
    "NotFoundError": 5,
    "AlreadyExistsError": 6,
    "PermissionDeniedError": 7,
    "ResourceExhaustedError": 8,
    "FailedPreconditionError": 9,
    "AbortedError": 10,
    "OutOfRangeError": 11,
    "UnimplementedError": 12,
    "InternalError": 13,
    "UnavailableError": 14,
    "DataLossError": 15,
    "UnauthenticatedError": 16,
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_each_class_has_its_code_and_fields(name, code):
    cls = getattr(errors, name)
    error = cls("node", None, "it failed")
    assert isinstance(error, errors.OpError)
    assert (error.error_code, error.message, error.node_def, error.op) == (code, "it failed", "node", None)
    assert error.experimental_payloads == {}
    assert str(error) == "it failed"
    assert errors.exception_type_from_error_code(code) is cls
    assert errors.error_code_from_exception_type(cls) == code


def test_payloads_are_the_argument_after_the_message():
    assert errors.InternalError(None, None, "m", {"a": 1}).experimental_payloads == {"a": 1}
    assert errors.OpError(None, None, "m", 7, {"a": 1}).experimental_payloads == {"a": 1}


def test_op_error_takes_the_code():
    assert errors.OpError(None, None, "m", errors.PERMISSION_DENIED).error_code == 7


def test_an_uncaught_error_prints_under_tensorflows_module():
    try:
        raise errors.InvalidArgumentError(None, None, "bad shape")
    except errors.OpError as error:
        last_line = traceback.format_exception(error)[-1]
    assert last_line == "tensorflow.python.framework.errors_impl.InvalidArgumentError: bad shape\n"


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize(
    "error",
    [errors.NotFoundError(None, None, "no file", {"path": "x"}), errors.OpError("node", None, "m", 9)],
    ids=lambda error: type(error).__name__,
)
def test_copies_and_pickles_keep_every_field(clone, error):
    twin = clone(error)
    assert type(twin) is type(error)
    for field in ("message", "node_def", "op", "error_code", "experimental_payloads"):
        assert getattr(twin, field) == getattr(error, field)


class MissingRow(errors.NotFoundError):
    def __init__(self, message):
        super().__init__(None, None, message)


def test_a_subclass_with_fewer_arguments_copies():
    twin = copy.copy(MissingRow("row 3"))
    assert type(twin) is MissingRow
    assert (twin.message, twin.error_code) == ("row 3", errors.NOT_FOUND)


def test_message_of_a_graph_op_tells_where_it_was_made():
    frame = traceback.FrameSummary("model.py", 7, "build", lookup_line=False, line="x = f(y)")
    original = SimpleNamespace(name="dense", traceback=[frame], _original_op=None)
    op = SimpleNamespace(name="dense/gradient", traceback=[frame], _original_op=original)
    text = str(errors.AbortedError(None, op, "stopped"))
    assert text.startswith("stopped\n\nOriginal stack trace for 'dense/gradient':\n")
    assert 'File "model.py", line 7, in build' in text
    assert "...which was originally created as op 'dense', defined at:" in text


def test_a_long_shared_stack_is_elided():
    frames = [traceback.FrameSummary("m.py", n, "f", lookup_line=False, line="") for n in range(10)]
    original = SimpleNamespace(name="a", traceback=frames, _original_op=None)
    op = SimpleNamespace(name="b", traceback=frames, _original_op=original)
    text = str(errors.AbortedError(None, op, "m"))
    assert text.count("line 5, in f") == 1
    assert text.count("line 9, in f") == 2
    assert "[elided 8 identical lines from previous traceback]" in text


def test_lookups_of_unknown_codes_and_classes():
    with pytest.raises(KeyError):
        errors.exception_type_from_error_code(errors.OK)
    for cls in (ValueError, MissingRow):
        with pytest.warns(UserWarning, match="Unknown class exception"):
            assert isinstance(errors.error_code_from_exception_type(cls), errors.UnknownError)


def test_graph_errors_are_python_errors():
    assert issubclass(errors.OperatorNotAllowedInGraphError, TypeError)
    assert issubclass(errors.InaccessibleTensorError, ValueError)
    assert not issubclass(errors.OperatorNotAllowedInGraphError, errors.OpError)
