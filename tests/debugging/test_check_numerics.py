"""tf.debugging.check_numerics' gradient, enable_check_numerics, and the switches of tracebacks and placement."""

import pytest

import tfcompat as tf


@pytest.fixture
def checked():
    tf.debugging.enable_check_numerics()
    yield
    tf.debugging.disable_check_numerics()


def test_the_gradient_is_checked_too() -> None:
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.sqrt(tf.debugging.check_numerics(x, "before the root"))
    with pytest.raises(tf.errors.InvalidArgumentError, match="before the root .*in gradient"):
        tape.gradient(y, x)


def test_a_finite_gradient_passes() -> None:
    x = tf.Variable(4.0)
    with tf.GradientTape() as tape:
        y = tf.debugging.check_numerics(x, "message") ** 2
    assert tape.gradient(y, x).numpy() == 8.0


BAD = {
    "Log": lambda: tf.math.log(tf.constant([1.0, -1.0])),
    "RealDiv": lambda: tf.constant(1.0) / tf.constant(0.0),
    "Exp": lambda: tf.exp(tf.constant([1e3])),
}


@pytest.mark.parametrize("kernel", BAD)
def test_every_op_is_checked_where_asked_for(kernel: str, checked: None) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as failure:
        BAD[kernel]()
    assert f'of eagerly-executing op "{kernel}"' in failure.value.message
    assert "Input tensor" in failure.value.message
    assert "test_check_numerics.py" in failure.value.message


def test_moving_an_infinity_is_no_error(checked: None) -> None:
    x = tf.constant([1.0, float("inf")])
    assert tf.reshape(tf.concat([x, x], 0), [2, 2]).shape == [2, 2]
    assert tf.reduce_sum(tf.constant([1.0, 2.0])).numpy() == 3.0


def test_ops_are_checked_after_a_device_scope_too(checked: None) -> None:
    with tf.device("/CPU:0"), pytest.raises(tf.errors.InvalidArgumentError):
        tf.math.log(tf.constant(-1.0))
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.math.log(tf.constant(-1.0))


def test_nothing_is_checked_any_more_where_switched_off() -> None:
    tf.debugging.enable_check_numerics()
    tf.debugging.disable_check_numerics()
    tf.debugging.disable_check_numerics()
    assert tf.math.is_nan(tf.math.log(tf.constant(-1.0)))


def test_traceback_filtering_is_what_was_asked_for() -> None:
    assert tf.debugging.is_traceback_filtering_enabled()
    tf.debugging.disable_traceback_filtering()
    assert not tf.debugging.is_traceback_filtering_enabled()
    tf.debugging.enable_traceback_filtering()
    assert tf.debugging.is_traceback_filtering_enabled()


def test_messages_tell_where_and_what() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as failure:
        tf.debugging.assert_equal([1, 2, 5], [1, 3, 5], message="not the same")
    assert failure.value.message.split("\n") == [
        "not the same",
        "Condition x == y did not hold.",
        "Indices of first 1 different values:",
        "[[1]]",
        "Corresponding x values:",
        "[2]",
        "Corresponding y values:",
        "[3]",
        "First 3 elements of x:",
        "[1 2 5]",
        "First 3 elements of y:",
        "[1 3 5]",
    ]


def test_numeric_tensors() -> None:
    assert tf.debugging.is_numeric_tensor(tf.constant(1.0))
    assert not tf.debugging.is_numeric_tensor(tf.constant("a"))
    assert not tf.debugging.is_numeric_tensor(1.0)
    assert tf.debugging.assert_same_float_dtype([tf.constant(1.0)]) is tf.float32
    with pytest.raises(ValueError, match="must be of the same type"):
        tf.debugging.assert_same_float_dtype([tf.constant(1.0)], tf.float64)
