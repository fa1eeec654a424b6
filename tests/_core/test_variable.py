"""Variables: value semantics, when memory is shared, what assignment returns and refuses."""

import copy

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given

import tfcompat as tf
from tfcompat._core.variable import sole_owner, writable


def values(x: object) -> np.ndarray:
    return x.detach().numpy().copy() if isinstance(x, torch.Tensor) else np.array(x)


def address(v: tf.Variable) -> int:
    return v._storage.t.data_ptr()


def test_assignment_is_in_place_while_nobody_else_sees_the_memory() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    before = address(v)
    v.assign([4.0, 5.0, 6.0])
    v.assign_add([1.0, 1.0, 1.0])
    v.assign_sub(tf.constant([2.0, 2.0, 2.0]))
    v[0].assign(9.0)
    v.scatter_add(tf.IndexedSlices([1.0], [2]))
    assert address(v) == before
    assert v.numpy().tolist() == [9.0, 4.0, 6.0]


READS = {
    "read_value": lambda v: v.read_value(),
    "value": lambda v: v.value(),
    "convert": tf.convert_to_tensor,
    "identity": lambda v: tf.identity(v),
    "slice": lambda v: v[1:],
    "element": lambda v: v[0],
    "all": lambda v: v[:],
    "reshape": lambda v: tf.reshape(v, [3, 1]),
    "same shape": lambda v: tf.reshape(v, [3]),
    "expand": lambda v: tf.expand_dims(v, 0),
    "transpose": lambda v: tf.transpose(tf.reshape(v, [1, 3])),
    "cast to its own dtype": lambda v: tf.cast(v, tf.float32),
    "squeeze": lambda v: tf.squeeze(v),
    "array": np.asarray,
    "array of the read value": lambda v: np.asarray(v.read_value()),
    "numpy": lambda v: v.numpy(),
    "dlpack": lambda v: torch.from_dlpack(v.read_value()),
    "to_torch": lambda v: tf.to_torch(v.read_value()),
    "variable": lambda v: tf.Variable(v),
    "constant": lambda v: tf.constant(v),
    "unstack": lambda v: tf.unstack(v)[2],
    "stop_gradient": lambda v: tf.stop_gradient(v),
    "ensure_shape": lambda v: tf.ensure_shape(v, [3]),
}
WRITES = {
    "assign": lambda v: v.assign([7.0, 8.0, 9.0]),
    "assign_add": lambda v: v.assign_add([1.0, 1.0, 1.0]),
    "slice": lambda v: v[0:2].assign([5.0, 5.0]),
    "scatter": lambda v: v.scatter_update(tf.IndexedSlices([6.0], [0])),
    "scatter_nd": lambda v: v.scatter_nd_add([[0], [2]], [1.0, 2.0]),
    "optimizer": lambda v: writable(v).mul_(-1),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("in_a_tape", [False, True])
def test_what_was_read_never_changes(read: str, write: str, in_a_tape: bool) -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    if in_a_tape:
        with tf.GradientTape(persistent=True) as tape:
            was_read = READS[read](v)
            product = v * v
    else:
        was_read, product, tape = READS[read](v), None, None
    before = values(was_read)
    WRITES[write](v)
    assert v.numpy().tolist() != [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(values(was_read), before)
    if tape is not None:
        assert tape.gradient(product, v).numpy().tolist() == [2.0, 4.0, 6.0]


def test_memory_is_taken_back_when_the_readers_are_gone() -> None:
    v = tf.Variable([1.0, 2.0])
    read = v[0:1]
    assert not sole_owner(v._storage)
    del read
    assert sole_owner(v._storage)
    with tf.GradientTape() as tape:
        y = v * v
    assert not sole_owner(v._storage)
    gradient = tape.gradient(y, v)
    assert sole_owner(v._storage), "a spent tape still holds the variable's memory through y"
    before = address(v)
    v.assign_sub(gradient)
    assert address(v) == before


def test_initial_value_is_copied() -> None:
    array = np.ones(3, "float32")
    constant = tf.constant([1.0, 1.0])
    v, w = tf.Variable(array), tf.Variable(constant)
    array[:] = 5
    w.assign_add([1.0, 1.0])
    assert v.numpy().tolist() == [1, 1, 1]
    assert constant.numpy().tolist() == [1, 1]


def test_assignment_of_its_own_views() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    v.assign(v[::-1])
    assert v.numpy().tolist() == [3, 2, 1]
    v[1:].assign(v[:-1])
    assert v.numpy().tolist() == [3, 3, 2]
    v.assign_add(v)
    assert v.numpy().tolist() == [6, 6, 4]


def test_what_assignments_return_is_the_variable() -> None:
    v = tf.Variable(1.0, name="v")
    unread = v.assign_add(1.0)
    assert unread.name == "UnreadVariable"
    unread.assign(5.0)
    assert float(v) == 5.0
    v.assign(6.0)
    assert float(unread) == 6.0
    assert v.assign(1.0, read_value=False) is None


def test_copies_are_variables_of_their_own() -> None:
    v = tf.Variable([1.0], name="v", trainable=False)
    for other in (copy.copy(v), copy.deepcopy(v), copy.deepcopy([v])[0]):
        other.assign([2.0])
        assert (other.name, other.trainable, v.numpy()[0]) == ("v:0", False, 1.0)


def test_shapes_that_are_partly_unknown() -> None:
    v = tf.Variable([[1.0]], shape=[None, 1])
    v.assign([[1.0], [2.0]])
    assert v.shape.as_list() == [None, 1]
    assert v.numpy().shape == (2, 1)
    with pytest.raises(ValueError, match=r"Shape mismatch.The variable shape \(None, 1\)"):
        v.assign([1.0, 2.0])
    v.set_shape([2, None])
    assert v.shape.as_list() == [2, 1]
    free = tf.Variable(1.0, shape=tf.TensorShape(None))
    free.assign([1.0, 2.0])
    assert free.numpy().tolist() == [1.0, 2.0]


def test_errors_name_what_is_wrong() -> None:
    v = tf.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"Cannot assign value to variable ' Variable:0': Shape mismatch"):
        v.assign([1.0, 2.0, 3.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="shapes must be equal"):
        v.assign_add([1.0])
    with pytest.raises(ValueError, match="requested dtype float32 for Tensor with dtype int32"):
        v.assign(tf.constant([1, 2]))
    with pytest.raises(ValueError, match="initial_value"):
        tf.Variable()
    with pytest.raises(TypeError, match="unhashable"):
        hash(v)
    with pytest.raises(AttributeError, match="no attribute 'uninitialized'"):
        _ = v.uninitialized
    assert v.numpy().tolist() == [1.0, 2.0]


def test_a_variable_is_initialized_when_it_is_made() -> None:
    assert bool(tf.Variable(1.0).is_initialized())
    calls = []
    v = tf.Variable(lambda: calls.append(1) or tf.zeros([2]))
    assert (len(calls), v.shape.as_list()) == (1, [2])


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=8), st.data())
def test_slices_assign_as_numpy_does(start: list[float], data: st.DataObject) -> None:
    size = len(start)
    numbers = st.none() | st.integers(-size - 2, size + 2)
    key = slice(data.draw(numbers), data.draw(numbers), data.draw(st.sampled_from([None, 1, 2, -1, -2])))
    v, expected = tf.Variable(np.array(start, "float32")), np.array(start, "float32")
    new = np.arange(len(expected[key]), dtype="float32")
    expected[key] = new
    v[key].assign(new)
    np.testing.assert_array_equal(v.numpy(), expected)
    np.testing.assert_array_equal(v[key].numpy(), expected[key])


def test_strings() -> None:
    v = tf.Variable(["a", "b"])
    read = v.read_value()
    v[0].assign("c")
    assert v.numpy().tolist() == [b"c", b"b"]
    assert read.numpy().tolist() == [b"a", b"b"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="AssignAddVariableOp"):
        v.assign_add(["x", "y"])


@pytest.mark.cuda
def test_variables_land_on_the_gpu() -> None:
    v = tf.Variable([1.0, 2.0])
    assert v.device.endswith("GPU:0")
    with tf.device("/CPU:0"):
        w = tf.Variable([1.0, 2.0])
    assert w.device.endswith("CPU:0")
    v.assign_add(w)
    assert v.device.endswith("GPU:0")
    assert v.numpy().tolist() == [2.0, 4.0]
