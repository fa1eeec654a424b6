"""experimental_enable_numpy_behavior: what it changes, that all of it can be taken back, and the ways to import it."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.experimental.numpy.facts import enabled
from tests.programs import run_source
from tfcompat.experimental import numpy as tnp


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="promotion mode best does not exist.*'off', 'legacy', 'safe' or 'all'"):
        tnp.experimental_enable_numpy_behavior(dtype_conversion_mode="best")


@pytest.mark.parametrize("mode", ["off", "legacy", "safe", "all"])
def test_all_of_it_can_be_taken_back(mode: str) -> None:
    classes = (tf.Tensor, type(tf.ones([])), tf.Variable)
    before = [dict(vars(cls)) for cls in classes]
    functions = (tf.add, tf.abs, tf.maximum, tf.divide, tf.matmul, tf.squeeze)
    kinds = [type(function.op) for function in functions if hasattr(function, "op")]
    with enabled(dtype_conversion_mode=mode):
        assert tf.ones([2, 3]).T.shape == [3, 2]
        assert tf.ones([2, 3])[:, [0, 2]].shape == [2, 2]
    assert [dict(vars(cls)) for cls in classes] == before
    assert [type(function.op) for function in functions if hasattr(function, "op")] == kinds
    assert type(tf.constant(1)) is type(tf.ones([]))
    with pytest.raises(AttributeError, match="experimental_enable_numpy_behavior"):
        _ = tf.ones([2]).T


def test_the_functions_work_before_anything_is_enabled() -> None:
    assert tnp.exp([0, 0]).dtype is tf.float64
    assert tnp.add(tf.ones([2], tf.int32), tf.ones([2])).dtype is tf.float64
    assert tnp.log2(tf.constant([8.0])).dtype is tf.float32
    with pytest.raises(tf.errors.InvalidArgumentError):
        _ = tf.ones([2], tf.int32) + tf.ones([2])


def test_prefer_float32_is_about_python_floats() -> None:
    x = tf.ones([2], tf.int8)
    with enabled(prefer_float32=True):
        assert tnp.array([1.5]).dtype is tf.float32
        assert (x + 1.5).dtype is tf.float32
        assert tnp.array(1j).dtype is tf.complex64
        assert tnp.zeros([2], None).dtype is tf.float32
        assert tnp.zeros([2]).dtype is tf.float64
        single, half = tf.ones([2]), tf.ones([2], tf.float16)
        assert {f(single).dtype for f in (tnp.log2, tnp.log10, tnp.rad2deg)} == {tf.float32}
        assert {f(half).dtype for f in (tnp.log2, tnp.cbrt, tnp.deg2rad, tnp.rad2deg)} == {tf.float32}
        assert (tnp.rad2deg(x).dtype, tnp.rad2deg(tf.ones([2], tf.int32)).dtype) == (tf.float32, tf.float64)
        np.testing.assert_allclose(tnp.geomspace(1, 1000, 4), [1, 10, 100, 1000], rtol=1e-5)
        assert tnp.geomspace(1, 1000, 4).dtype is tf.float32
    with enabled():
        assert tnp.array([1.5]).dtype is tf.float64


@pytest.mark.parametrize("mode", ["safe", "all"])
def test_weak_tensors_are_indexed_by_arrays(mode: str) -> None:
    with enabled(dtype_conversion_mode=mode):
        x = tf.constant([3, 4, 5])
        assert type(x).__name__ == "EagerWeakTensor"
        for key in ([0, 2], np.array([0, 2]), tf.constant([0, 2])):
            assert type(x[key]) is type(tf.ones([]))
            assert x[key].numpy().tolist() == [3, 5]
        assert x[x > 3].numpy().tolist() == [4, 5]
        wide, narrow = tf.constant([1, 2], tf.int64), tf.constant([1, 2], tf.int8)
        assert [f(wide).dtype for f in (tnp.cumsum, tnp.cumprod)] == [tf.int64] * 2
        assert tnp.cumsum(narrow).dtype is tf.int32
        assert tnp.rad2deg(tf.ones([2], tf.bfloat16)).dtype is tf.bfloat16


def test_arrays_are_tensors_and_numpy_takes_them() -> None:
    x: Any = tnp.reshape(tnp.arange(6), (2, 3))
    np.testing.assert_array_equal(np.asarray(x), np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(np.add(np.ones([], np.int64), x), np.arange(1, 7).reshape(2, 3))
    assert tnp.ndarray is tf.Tensor
    assert isinstance(x, tnp.ndarray)
    assert (tnp.pi, tnp.e, tnp.inf, tnp.newaxis) == (np.pi, np.e, np.inf, None)
    assert tnp.iinfo(tnp.int8).max == 127
    assert tnp.finfo(tf.float32).eps == np.finfo(np.float32).eps
    assert tnp.promote_types(tf.int8, "uint8") == np.int16


def test_elements_cannot_be_assigned() -> None:
    with enabled(), pytest.raises(TypeError, match="does not support item assignment"):
        tf.ones([2])[0] = 1  # type: ignore[index]


def test_weak_tensors_have_gradients() -> None:
    with enabled(dtype_conversion_mode="all"), tf.GradientTape() as tape:
        x = tf.constant([1.0, 2.0])
        tape.watch(x)
        y = tf.reduce_sum(x * x * 0.5)
    gradient = tape.gradient(y, x)
    assert repr(gradient) == "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32), weak=True>"


def test_it_loads_on_first_use_by_every_path() -> None:
    run_source(
        """
        import sys
        import tfcompat
        tfcompat.install()
        import tensorflow as tf
        assert "tfcompat.experimental.numpy" not in sys.modules
        import tensorflow.experimental.numpy as tnp
        from tensorflow.experimental import numpy
        from tensorflow.experimental.numpy import random
        assert tnp is numpy is tf.experimental.numpy
        assert random is tnp.random
        assert tnp.random.rand(2, 3).shape == (2, 3)
        """
    )
