"""Ragged tensors behave as the nested lists they stand for."""

import functools
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfcompat as tf

rows = st.lists(st.lists(st.integers(-50, 50), max_size=5), min_size=1, max_size=6)
bounds = st.one_of(st.none(), st.integers(-7, 7))
slices = st.builds(slice, bounds, bounds, st.one_of(st.none(), st.integers(-3, 3).filter(bool)))
quick = settings(max_examples=60, deadline=None)


def ragged(lists):
    """The ragged tensor of lists of integers, which may all be empty."""
    return tf.ragged.constant(lists, dtype=tf.int32, ragged_rank=1)


@quick
@given(rows)
def test_every_encoding_of_the_rows_gives_them_back(lists):
    rt = ragged(lists)
    values = rt.values
    assert rt.to_list() == lists
    for other in (
        tf.RaggedTensor.from_row_splits(values, rt.row_splits),
        tf.RaggedTensor.from_row_lengths(values, rt.row_lengths()),
        tf.RaggedTensor.from_row_starts(values, rt.row_starts()),
        tf.RaggedTensor.from_row_limits(values, rt.row_limits()),
        tf.RaggedTensor.from_value_rowids(values, rt.value_rowids(), nrows=rt.nrows()),
        tf.RaggedTensor.from_tensor(rt.to_tensor(), lengths=rt.row_lengths()),
    ):
        assert other.to_list() == lists


@quick
@given(rows, slices, slices)
def test_slices_are_those_of_lists(lists, outer, inner):
    assert ragged(lists)[outer, inner].to_list() == [row[inner] for row in lists[outer]]


@quick
@given(rows, st.data())
def test_rows_are_those_of_lists(lists, data):
    i = data.draw(st.integers(-len(lists), len(lists) - 1))
    assert ragged(lists)[i].numpy().tolist() == lists[i]


@quick
@given(rows, rows)
def test_joined_rows_are_those_of_lists(a, b):
    assert tf.concat([ragged(a), ragged(b)], 0).to_list() == a + b
    assert tf.stack([ragged(a), ragged(b)]).to_list() == [a, b]
    count = min(len(a), len(b))
    pairs = list(zip(a[:count], b[:count]))
    assert tf.concat([ragged(a[:count]), ragged(b[:count])], 1).to_list() == [x + y for x, y in pairs]
    assert tf.stack([ragged(a[:count]), ragged(b[:count])], 1).to_list() == [[x, y] for x, y in pairs]


@quick
@given(rows)
def test_sums_of_rows_and_columns(lists):
    rt = ragged(lists)
    width = max(map(len, lists))
    columns = [sum(row[i] for row in lists if i < len(row)) for i in range(width)]
    assert tf.reduce_sum(rt, 1).numpy().tolist() == [sum(row) for row in lists]
    assert tf.reduce_sum(rt, 0).numpy().tolist() == columns
    assert int(tf.reduce_sum(rt)) == sum(map(sum, lists))
    products = [functools.reduce(operator.mul, row, 1) for row in lists]
    assert tf.reduce_prod(tf.cast(rt, tf.int64), 1).numpy().tolist() == products


@quick
@given(rows, st.data())
def test_a_column_of_numbers_is_repeated_along_the_rows(lists, data):
    column = data.draw(st.lists(st.integers(-9, 9), min_size=len(lists), max_size=len(lists)))
    found = ragged(lists) * tf.constant(column, shape=[len(lists), 1])
    assert found.to_list() == [[x * c for x in row] for row, c in zip(lists, column)]


@quick
@given(rows, st.data())
def test_gather_takes_rows_in_any_order(lists, data):
    order = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=6))
    assert tf.gather(ragged(lists), tf.constant(order, tf.int32)).to_list() == [lists[i] for i in order]


@pytest.mark.parametrize("axis", [0, 1, None])
@pytest.mark.parametrize("name", ["reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod"])
def test_gradients_of_reductions_are_those_of_finite_differences(name, axis):
    values = [0.5, -1.25, 2.0, 0.75, 1.5]

    def reduced(numbers):
        rt = tf.RaggedTensor.from_row_lengths(numbers, [2, 1, 2])
        return tf.reduce_sum(getattr(tf, name)(rt, axis) * 2.0)

    x = tf.constant(values, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = reduced(x)
    found = tape.gradient(y, x).numpy()
    step = 1e-6
    for i in range(len(values)):
        up, down = list(values), list(values)
        up[i], down[i] = up[i] + step, down[i] - step
        rise = float(reduced(tf.constant(up, tf.float64))) - float(reduced(tf.constant(down, tf.float64)))
        slope = rise / (2 * step)
        assert found[i] == pytest.approx(slope, abs=1e-5)


def test_gradients_pass_through_padding_slicing_and_joining():
    rt = tf.ragged.constant([[1.0, 2.0], [], [3.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(rt)
        padded = tf.reduce_sum(rt.to_tensor(7.0) ** 2)
        pieces = tf.reduce_sum(rt[:, 1:] * 5.0)
        joined = tf.reduce_sum(tf.concat([rt, rt * 2.0], axis=1))
    assert tape.gradient(padded, rt).to_list() == [[2.0, 4.0], [], [6.0]]
    assert tape.gradient(pieces, rt).to_list() == [[0.0, 5.0], [], [0.0]]
    assert tape.gradient(joined, rt).to_list() == [[3.0, 3.0], [], [3.0]]


def test_ragged_targets_sources_and_output_gradients():
    rt = tf.ragged.constant([[[1.0, 2.0], [3.0]], [[4.0]]])
    scale = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        tape.watch(rt)
        y = rt * rt * scale
    seed = tf.ragged.constant([[[1.0, 0.0], [1.0]], [[10.0]]])
    of_rt, of_scale = tape.gradient(y, [rt, scale], output_gradients=seed)
    assert of_rt.to_list() == [[[4.0, 0.0], [12.0]], [[160.0]]]
    assert float(of_scale) == 1.0 + 9.0 + 160.0


def test_an_unconnected_ragged_source_has_no_gradient():
    rt, x = tf.ragged.constant([[1.0], [2.0, 3.0]]), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([rt, x])
        y = x * 2.0
    assert tape.gradient(y, rt) is None
    zeros = tape.gradient(y, rt, unconnected_gradients="zero")
    assert zeros.to_list() == [[0.0], [0.0, 0.0]]
