"""Conversion to tensors and back: numpy and torch round trips, Python values, registered conversions."""

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import ml_dtypes
import numpy as np
import pytest
import torch
from hypothesis import given

import tfcompat as tf

KINDS = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32"]
KINDS += ["float64", "complex64", "complex128"]


@given(
    st.sampled_from(KINDS).flatmap(lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, min_side=0, max_dims=3)))
)
def test_numpy_arrays_keep_dtype_shape_and_values(array: np.ndarray) -> None:
    for form in (array, array.T, array[..., ::-1] if array.ndim else array):
        t = tf.constant(form)
        assert (t.dtype.name, t.shape.as_list()) == (form.dtype.name, list(form.shape))
        np.testing.assert_array_equal(t.numpy(), form)
        np.testing.assert_array_equal(tf.Variable(form).numpy(), form)


@pytest.mark.parametrize("kind", [ml_dtypes.bfloat16, ml_dtypes.float8_e5m2, ml_dtypes.float8_e4m3fn, ml_dtypes.int4])
def test_small_dtypes_round_trip(kind: type) -> None:
    array = np.array([[1, -2], [3, 0]], dtype=kind)
    t = tf.constant(array)
    assert t.dtype.as_numpy_dtype is kind
    np.testing.assert_array_equal(t.numpy(), array)
    assert np.asarray(t).dtype == kind


def test_constants_do_not_share_memory_with_their_source() -> None:
    array = np.zeros(3, "float32")
    t = tf.constant(array)
    array[0] = 1
    assert t.numpy().tolist() == [0, 0, 0]
    copy = t.numpy()
    copy[1] = 5
    assert t.numpy().tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(t)[0] = 1


def test_big_endian_and_strided_arrays() -> None:
    assert tf.constant(np.arange(6, dtype=">i4").reshape(2, 3).T).numpy().tolist() == [[0, 3], [1, 4], [2, 5]]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_python_ints_are_int32_where_they_fit(values: list[int]) -> None:
    t = tf.constant(values) if values else tf.constant(values, tf.int32)
    assert t.dtype == (tf.int32 if all(-(2**31) <= v < 2**31 for v in values) else tf.int64)
    assert t.numpy().tolist() == values


@given(st.integers(0, 3).flatmap(lambda n: st.lists(st.lists(st.binary() | st.text(), min_size=n, max_size=n))))
def test_strings_are_bytes(rows: list[list[str | bytes]]) -> None:
    t = tf.constant(rows, tf.string)
    expected = [[v.encode() if isinstance(v, str) else v for v in row] for row in rows]
    assert t.dtype == tf.string
    assert t.numpy().tolist() == expected
    assert [bytes(v.numpy()) for row in t for v in row] == [v for row in expected for v in row]


def test_torch_tensors_cross_over_with_memory_and_gradients() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    t = tf.from_torch(x * 3)
    assert tf.to_torch(t) is t._t
    tf.to_torch(t).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [3.0, 3.0]
    shared = torch.zeros(2)
    assert tf.to_torch(tf.from_torch(shared)).data_ptr() == shared.data_ptr()
    with pytest.raises(TypeError, match="torch has no tensor of dtype string"):
        tf.to_torch("text")
    with pytest.raises(TypeError, match="from_torch takes a torch.Tensor"):
        tf.from_torch([1.0])  # type: ignore[arg-type]


def test_registered_conversions() -> None:
    class Metres:
        def __init__(self, value: float) -> None:
            self.value = value

    tf.register_tensor_conversion_function(Metres, lambda m, dtype=None, name=None, as_ref=False: tf.constant(m.value))
    assert float(tf.convert_to_tensor(Metres(2.0)) + Metres(0.5)) == 2.5
    with pytest.raises(TypeError, match="conversion_func"):
        tf.register_tensor_conversion_function(Metres, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="base_type"):
        tf.register_tensor_conversion_function("Metres", Metres)


def test_lists_of_tensors_are_stacked_with_gradients() -> None:
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.convert_to_tensor([x, x * x, 1.0])
    assert y.numpy().tolist() == [2.0, 4.0, 1.0]
    assert float(tape.gradient(y, x)) == 5.0


@pytest.mark.cuda
def test_tensors_land_on_the_gpu() -> None:
    assert tf.constant([1.0]).device.endswith("GPU:0")
    with tf.device("/CPU:0"):
        on_cpu = tf.constant([1.0])
    assert on_cpu.device.endswith("CPU:0")
    assert (on_cpu + tf.constant([1.0])).device.endswith("GPU:0")
    assert (tf.constant([1.0]) + on_cpu).numpy().tolist() == [2.0]


def test_tensors_in_a_list_are_cast_to_what_is_asked_for() -> None:
    half, flag, v = tf.constant(2.5), tf.constant(True), tf.Variable(3.0)
    assert tf.convert_to_tensor([half, 1], tf.int32).numpy().tolist() == [2, 1]
    assert tf.convert_to_tensor([[flag], [4]], tf.float32).numpy().tolist() == [[1.0], [4.0]]
    assert tf.add(tf.constant([1, 2]), [half, 1]).numpy().tolist() == [3, 3]
    assert tf.convert_to_tensor([v, 1, np.float64(2)]).numpy().tolist() == [3.0, 1.0, 2.0]
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.convert_to_tensor([v, v * 2.0], tf.float64))
    assert tape.gradient(y, v).numpy() == 3.0
    with pytest.raises(ValueError, match="requested dtype int32"):
        tf.convert_to_tensor(half, tf.int32)


def test_sizes_among_which_are_tensors_of_other_dtypes() -> None:
    x, two = tf.ones([2, 3]), tf.constant(2.7)
    assert tf.tile(x, [two, 1]).shape == (4, 3)
    assert tf.reshape(x, [two, -1]).shape == (2, 3)
    assert tf.zeros([two, 2]).shape == (2, 2)
    assert tf.image.resize(tf.ones([1, 4, 4, 1]), [two * 2.0, 3]).shape == (1, 5, 3, 1)
    assert tf.reduce_sum(x, [two - two]).shape == (3,)
    assert tf.function(lambda n: tf.fill([n, 2], 1.0))(two).shape == (2, 2)
    for refuses in (lambda: tf.tile(x, [2.0, 1]), lambda: tf.roll(x, [two], [0]), lambda: tf.random.normal([two])):
        with pytest.raises(tf.errors.InvalidArgumentError, match="allowed values: int32, int64"):
            refuses()


def test_numbers_out_of_range() -> None:
    with pytest.raises(ValueError, match="out-of-range integer"):
        tf.constant(2**70, tf.int32)
    with pytest.raises(ValueError, match="out-of-range integer"):
        tf.constant(2**70, tf.complex64)
    with pytest.raises(ValueError, match="out of range for a double-precision float"):
        tf.constant(1e40)
    assert tf.constant(2**70, tf.float32).numpy() == 2.0**70
    assert tf.constant(2**2000, tf.float64).numpy() == np.inf
    assert tf.constant([-1e40], tf.float32).numpy() == -np.inf
    assert tf.constant(-1, tf.uint8).numpy() == 255


def test_what_does_not_fit_a_dtype_is_named_whole() -> None:
    with pytest.raises(TypeError, match=r"Cannot convert \[1, 2.5\] to EagerTensor of dtype int32"):
        tf.constant([1, 2.5], tf.int32)
    for left in (2.5, [2.5, 1.0], 2j, "a"):
        for call in (lambda v: v + tf.constant([1, 2]), lambda v: v / tf.constant([1, 2])):
            with pytest.raises(TypeError, match="Cannot convert .* to EagerTensor of dtype int32"):
                call(left)
    with pytest.raises(ValueError, match="Unsupported object type float"):
        tf.constant(np.array([1.5]), tf.string)
