"""The public names of tf.errors."""

from tfcompat import errors


def test_public_names_are_those_of_tf_errors():
    codes = {name: getattr(errors, name) for name in errors.__all__ if name.isupper()}
    assert sorted(codes.values()) == list(range(17))
    assert codes["OK"] == 0
    assert codes["UNAUTHENTICATED"] == 16
    classes = {name for name in errors.__all__ if not name.isupper()}
    assert len(classes) == 18
    assert {"OpError", "OperatorNotAllowedInGraphError"} < classes
    assert all(issubclass(getattr(errors, name), Exception) for name in classes)
