"""tf.gather, tf.gather_nd and the scatters of variables: TensorFlow's values, gradients and errors."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts
from tfcompat._core import gathering

_V = "tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])"
_SLICES = "tf.IndexedSlices(tf.constant([[2.0, 1.0], [3.0, 0.5]]), tf.constant([2, 0]))"
_TWICE = "tf.IndexedSlices(tf.constant([[2.0, 1.0], [3.0, 0.5]]), tf.constant([1, 1]))"

facts = Facts(
    __file__,
    r"""
    tf.gather(f(4), [2, 0, 2])
    tf.gather(f(4, 3), [[2, 0], [1, 1]])
    tf.gather(f(4, 3), 1)
    tf.gather(f(4, 3), [2, 0], axis=1)
    tf.gather(f(4, 3), [2, 0], axis=-1)
    tf.gather(f(2, 3, 4), [[0, 1], [2, 0]], axis=1, batch_dims=1)
    tf.gather(f(2, 3, 4), [[0, 1], [2, 0]], axis=2, batch_dims=1)
    tf.gather(f(2, 3, 4), [[0, 1], [2, 0]], batch_dims=1)
    tf.gather(f(2, 3, 4), [[0, 1], [2, 0]], batch_dims=-1)
    tf.gather(f(2, 3, 4), [[[0], [1], [1]], [[3], [0], [2]]], axis=2, batch_dims=2)
    tf.gather(f(2, 3), [2, 0], batch_dims=1)
    tf.gather(f(2, 3), [[2, 3]], batch_dims=1)
    tf.gather(f(2, 3), [0, 1], batch_dims=2)
    tf.gather(f(3), [3])
    tf.gather(f(3), [-1])
    tf.gather(f(3), [1.0])
    tf.gather(f(3), tf.constant([1], tf.uint8))
    tf.gather(f(3), tf.constant([1], tf.int16))
    tf.gather(f(2, 3), [0], axis=2)
    tf.gather(1, [0])
    tf.gather(tf.zeros([0, 3]), tf.zeros([0], tf.int32))
    tf.gather(['a', 'b', 'c'], [[2, 0]])
    tf.gather(f(2, 3), [0], axis=tf.constant(1))
    tf.gather_nd(f(2, 3), [[0, 1], [1, 2]])
    tf.gather_nd(f(2, 3), [[1], [1]])
    tf.gather_nd(f(2, 3), [1])
    tf.gather_nd(f(2, 3, 2), [[[0], [2]], [[1], [1]]], batch_dims=1)
    tf.gather_nd(f(2, 3, 2), [[0, 1]])
    tf.gather_nd(f(2, 3), [[2, 0]])
    tf.gather_nd(f(2, 3), [[0, -1]])
    tf.gather_nd(f(2, 3), [[0, 1, 0]])
    tf.gather_nd(f(2, 3), 0)
    tf.gather_nd(f(2, 3), [[0]], batch_dims=2)
    tf.gather_nd(f(2, 3), [[0]], batch_dims=-1)
    tf.gather_nd([[1.0, 2.0], [3.0, 4.0]], [[1], [5]], bad_indices_policy='IGNORE')
    tf.gather_nd(f(2, 3), [[1], [5]], bad_indices_policy='ERROR')
    tf.gather_nd(f(2, 3), [[1]], bad_indices_policy='other')
    tf.gather_nd([['a', 'b'], ['c', 'd']], [[1, 0], [0, 1]])
    tf.Variable(['a', 'b']).scatter_update(tf.IndexedSlices(tf.constant(['z']), tf.constant([1])))
    tf.Variable(['a', 'b']).scatter_nd_update([[0]], ['z'])
    tf.Variable(['a', 'b']).scatter_add(tf.IndexedSlices(tf.constant(['z']), tf.constant([1])))
    tf.Variable([True, False]).scatter_update(tf.IndexedSlices(tf.constant([True]), tf.constant([1])))
    tf.Variable([True, False]).scatter_add(tf.IndexedSlices(tf.constant([True]), tf.constant([1])))
    tf.Variable([7, 8]).scatter_div(tf.IndexedSlices(tf.constant([2, 3]), tf.constant([0, 1])))
    tf.Variable([-7, 8]).scatter_div(tf.IndexedSlices(tf.constant([2, 2, 2]), tf.constant([0, 1, 1])))
    tf.Variable([7, 8]).scatter_mul(tf.IndexedSlices(tf.constant([2, 3]), tf.constant([1, 1])))
    """
    + "\n".join(
        f"{_V}.scatter_{how}({slices})"
        for how in ("add", "sub", "mul", "div", "min", "max", "update")
        for slices in (
            _SLICES,
            _TWICE,
            "tf.IndexedSlices(tf.constant(2.5), tf.constant([0, 2]))",
            "tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([3]))",
            "tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([-1]))",
            "tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([0, 1]))",
            "tf.IndexedSlices(tf.constant([[1, 2]]), tf.constant([0]))",
            "[[1.0, 2.0]]",
        )
    )
    + "\n"
    + "\n".join(
        f"{_V}.scatter_nd_{how}({arguments})"
        for how in ("add", "sub", "min", "max", "update")
        for arguments in (
            "[[0], [2]], [[9.0, -1.0], [0.5, 8.0]]",
            "[[0, 1], [2, 0]], [9.0, -1.0]",
            "[[3]], [[1.0, 2.0]]",
            "[[0]], [1.0]",
            "[[0], [1]], [[1.0, 2.0]]",
            "[[0.0]], [[1.0, 2.0]]",
        )
    )
    + f"""
    {_V}.batch_scatter_update(tf.IndexedSlices(tf.constant([[9.0], [8.0], [7.0]]), tf.constant([[1], [0], [1]])))
    {_V}.batch_scatter_update(tf.IndexedSlices(tf.constant([[9.0]]), tf.constant([[5]])))
    {_V}.sparse_read([2, 0, 2])
    {_V}.sparse_read([[2, 0]])
    {_V}.sparse_read([3])
    {_V}.sparse_read([1.0])
    {_V}.gather_nd([[2, 0], [0, 1]])
    {_V}.gather_nd([[3, 0]])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


MESSAGES = {
    "indices[1,0] = 9 is not in [0, 3)": lambda v: tf.gather(v, [[0], [9]]),
    "indices[0] = -1 is not in [0, 2)": lambda v: tf.gather(v, [-1], axis=1),
    "indices[1,1] = 7 is not in [0, 2)": lambda v: tf.gather(v, [[0, 0], [1, 7], [0, 0]], batch_dims=1),
    "indices[1] = [2, 5] does not index into param shape [3,2]": lambda v: tf.gather_nd(v, [[0, 0], [2, 5]]),
    "indices[0] = 4 is not in [0, 3)": lambda v: v.scatter_sub(tf.IndexedSlices([[1.0, 1.0]], [4])),
    "indices[1] = [3] does not index into shape [3,2]": lambda v: v.scatter_nd_add([[0], [3]], tf.ones([2, 2])),
    "The shape of indices ([1]) must be a prefix of the shape of updates ([2,2])": lambda v: v.scatter_add(
        tf.IndexedSlices(tf.ones([2, 2]), tf.constant([0]))
    ),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_the_first_bad_index_is_told(message: str) -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with pytest.raises(tf.errors.InvalidArgumentError) as failure:
        MESSAGES[message](v)
    assert message in failure.value.message
    assert v.numpy().tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_only_indexed_slices_are_scattered() -> None:
    with pytest.raises(TypeError, match="Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: "):
        tf.Variable([1.0]).scatter_add([1.0])


READS = {
    "gather": lambda v: tf.gather(v, [0, 2, 0]),
    "gather of int64": lambda v: tf.gather(v, tf.constant([0, 2, 0], tf.int64)),
    "sparse_read": lambda v: v.sparse_read([0, 2, 0]),
    "gather_nd": lambda v: tf.gather_nd(v, [[0], [2], [0]]),
    "Variable.gather_nd": lambda v: v.gather_nd([[0], [2], [0]]),
    "twice": lambda v: tf.concat([tf.gather(v, [0]), tf.gather(v, [2, 0])], 0),
}


@pytest.mark.parametrize("read", READS)
def test_the_gradient_of_rows_is_indexed_slices(read: str) -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = READS[read](v) ** 2
    gradient = tape.gradient(y, v)
    assert isinstance(gradient, tf.IndexedSlices)
    assert gradient.indices.dtype is (tf.int64 if "int64" in read else tf.int32)
    assert sorted(gradient.indices.numpy().tolist()) == [0, 0, 2]
    assert gradient.dense_shape.numpy().tolist() == [3, 2]
    assert tf.convert_to_tensor(gradient).numpy().tolist() == [[4.0, 8.0], [0.0, 0.0], [10.0, 12.0]]


def test_the_gradient_is_dense_where_more_than_rows_is_used() -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    for use in (
        lambda: tf.gather(v, [1]) + v,
        lambda: tf.gather(v * 1.0, [1]),
        lambda: tf.gather(v, [1], axis=1),
        lambda: tf.gather_nd(v, [[1, 1]]),
    ):
        with tf.GradientTape() as tape:
            y = use()
        assert isinstance(tape.gradient(y, v), tf.Tensor)


def test_second_derivatives_through_rows() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.gather(v, [0, 2, 2]) ** 3)
        first = inner.gradient(y, v)
        dense = tf.convert_to_tensor(first)
    assert dense.numpy().tolist() == [3.0, 0.0, 54.0]
    assert tf.convert_to_tensor(outer.gradient(dense, v)).numpy().tolist() == [6.0, 0.0, 36.0]


def test_jacobian_of_rows() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.gather(v, [2, 0]) ** 2
    assert tape.jacobian(y, v).numpy().tolist() == [[0.0, 0.0, 6.0], [2.0, 0.0, 0.0]]


def test_what_was_read_before_a_scatter_stays() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    before, view = v.read_value(), v[1:]
    v.scatter_add(tf.IndexedSlices([10.0], [1]))
    v.scatter_nd_update([[2]], [7.0])
    assert before.numpy().tolist() == [1.0, 2.0, 3.0]
    assert view.numpy().tolist() == [2.0, 3.0]
    assert v.numpy().tolist() == [1.0, 12.0, 7.0]


def test_a_scatter_is_in_place_while_nobody_else_sees_the_memory() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    address = v._storage.t.data_ptr()
    for how in ("add", "sub", "mul", "div", "min", "max", "update"):
        getattr(v, f"scatter_{how}")(tf.IndexedSlices([2.0], [1]))
    assert v._storage.t.data_ptr() == address


indices = st.lists(st.integers(0, 4), min_size=1, max_size=12)


@given(indices)
def test_gather_is_numpys_take(rows: list[int]) -> None:
    table = np.arange(15.0, dtype=np.float32).reshape(5, 3)
    assert np.array_equal(tf.gather(table, rows).numpy(), table[rows])


@given(indices)
def test_scatter_add_is_numpys_add_at(rows: list[int]) -> None:
    table = np.arange(10.0, dtype=np.float32).reshape(5, 2)
    updates = np.arange(2.0 * len(rows), dtype=np.float32).reshape(-1, 2)
    v = tf.Variable(table)
    v.scatter_add(tf.IndexedSlices(tf.constant(updates), tf.constant(rows)))
    np.add.at(table, rows, updates)
    assert np.array_equal(v.numpy(), table)


@given(indices)
def test_the_last_update_of_a_row_wins(rows: list[int]) -> None:
    v = tf.Variable(np.zeros(5, np.float32))
    updates = np.arange(1.0, len(rows) + 1, dtype=np.float32)
    v.scatter_update(tf.IndexedSlices(tf.constant(updates), tf.constant(rows)))
    expected = np.zeros(5, np.float32)
    expected[rows] = updates
    assert np.array_equal(v.numpy(), expected)


@pytest.mark.parametrize("how", ["add", "sub", "mul", "div", "min", "max", "update"])
def test_a_spare_row_takes_what_bad_rows_get(how: str) -> None:
    t, updates = torch.arange(6.0).reshape(3, 2) + 1, torch.tensor([[2.0, 3.0], [5.0, 7.0], [9.0, 9.0]])
    found = gathering._with_spare_row(t, how, torch.tensor([2, -1, 3]), updates)
    assert torch.equal(found, gathering.combine_rows(t, how, torch.tensor([2]), updates[:1]))


@pytest.mark.cuda
def test_bad_indices_read_zeros_and_write_nothing_on_cuda() -> None:
    with tf.device("/GPU:0"):
        x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        with tf.GradientTape() as tape:
            tape.watch(x)
            rows = tf.gather(x, [1, 5, -1])
        assert rows.numpy().tolist() == [[3, 4], [0, 0], [0, 0]]
        assert tf.convert_to_tensor(tape.gradient(rows, x)).numpy().tolist() == [[0, 0], [1, 1]]
        assert tf.gather_nd(x, [[0, 1], [2, 0]]).numpy().tolist() == [2, 0]
        assert tf.tensor_scatter_nd_add(x, [[0], [2]], tf.ones([2, 2])).numpy().tolist() == [[2, 3], [3, 4]]
        assert tf.scatter_nd([[1], [4]], [7.0, 8.0], [3]).numpy().tolist() == [0, 7, 0]
