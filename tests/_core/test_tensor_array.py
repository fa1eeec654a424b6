"""tf.TensorArray: what is written is read, once; its errors, and gradients through it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

_TWO = "tf.TensorArray(tf.float32, 2)"
_FREE = "tf.TensorArray(tf.float32, 2, infer_shape=False)"

facts = Facts(
    __file__,
    rf"""
    tf.TensorArray(tf.float32)
    tf.TensorArray(None, size=1)
    tf.TensorArray(tf.float32, size='a')
    tf.TensorArray(tf.float32, size=1, handle=5)
    {_TWO}.size()
    tf.TensorArray(tf.float32, size=tf.constant(2)).size()
    {_TWO}.stack()
    {_TWO}.read(0)
    {_TWO}.read(2)
    {_TWO}.read(-1)
    {_TWO}.write(2, 1.0)
    {_TWO}.write(-1, 1.0)
    {_TWO}.write(0, tf.constant(1)).stack()
    {_TWO}.write(0, 1).stack()
    {_TWO}.write(0, [1.0]).write(1, [2.0, 3.0])
    {_FREE}.write(0, [1.0]).write(1, [2.0, 3.0]).concat()
    {_FREE}.write(0, [1.0]).write(1, [2.0, 3.0]).stack()
    {_TWO}.write(0, [1.0, 2.0]).stack()
    {_TWO}.write(0, 1.0).write(0, 2.0).read(0)
    {_TWO}.write(0, 1.0).concat()
    {_TWO}.write(0, f(3)).write(1, f(3)).stack()
    {_TWO}.write(0, f(3)).write(1, f(3)).concat()
    {_TWO}.write(0, f(3)).write(1, f(3)).gather([1, 0, 1])
    {_TWO}.write(0, f(3)).write(1, f(3)).read(1)
    {_TWO}.write(0, f()).write(1, f()).gather([2])
    {_TWO}.unstack(f(2, 3)).stack()
    {_TWO}.unstack(f(2, 3)).read(1)
    {_TWO}.unstack(f(3, 3))
    {_TWO}.unstack(1.0)
    {_TWO}.split(f(5, 2), [3, 2]).concat()
    {_FREE}.split(f(5), [3, 2]).read(1)
    {_TWO}.split(f(5), [3, 1])
    {_TWO}.split(f(5), [3, 1, 1])
    {_TWO}.split(1.0, [1])
    {_TWO}.scatter([1, 0], f(2, 3)).stack()
    {_TWO}.scatter([1], f(1, 3)).stack()
    {_TWO}.scatter([2], f(1, 3))
    tf.TensorArray(tf.float32, 1, dynamic_size=True).write(3, [1.0]).stack()
    tf.TensorArray(tf.float32, 0, dynamic_size=True).unstack(f(3)).stack()
    tf.TensorArray(tf.float32, 2, dynamic_size=True).split(f(3), [1, 1, 1]).concat()
    tf.TensorArray(tf.float32, 2, element_shape=[2]).stack()
    tf.TensorArray(tf.float32, 2, element_shape=[2]).read(1)
    tf.TensorArray(tf.float32, 2, element_shape=[2]).write(0, [1.0])
    tf.TensorArray(tf.float32, 2, element_shape=[None]).write(0, [1.0]).read(0)
    tf.TensorArray(tf.float32, 0, element_shape=[3]).stack()
    tf.TensorArray(tf.float32, 0).stack()
    tf.TensorArray(tf.float32, 0).concat()
    tf.TensorArray(tf.string, 2).write(1, 'a').stack()
    tf.TensorArray(tf.string, 2).unstack(['a', 'b']).gather([1])
    tf.TensorArray(tf.int64, 2).unstack(tf.constant([1, 2], tf.int64)).stack()
    {_TWO}.grad('source')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_an_element_is_read_once() -> None:
    array = tf.TensorArray(tf.float32, 2).unstack([1.0, 2.0])
    assert array.read(0).numpy() == 1.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="Could not read index 0 twice because it was cleared"):
        array.read(0)
    assert array.stack().numpy().tolist() == [0.0, 2.0]


def test_an_element_is_read_again_where_reading_does_not_clear() -> None:
    array = tf.TensorArray(tf.float32, 2, clear_after_read=False).unstack([1.0, 2.0])
    assert [float(array.read(i)) for i in (1, 1, 0)] == [2.0, 2.0, 1.0]


def test_closing_lets_the_elements_go() -> None:
    array = tf.TensorArray(tf.float32, 2).unstack([1.0, 2.0])
    array.close()
    assert array.size().numpy() == 0
    with pytest.raises(tf.errors.OutOfRangeError, match="array size is: 0"):
        array.read(0)


def test_what_an_array_says_of_itself() -> None:
    array = tf.TensorArray("float32", 2, dynamic_size=True, tensor_array_name="scores")
    assert (array.dtype, array.dynamic_size, array.element_shape.rank) == (tf.float32, True, None)
    assert array.write(0, [1.0, 2.0]).element_shape == [2]
    assert array.identity() is array
    assert array.handle is None
    assert not tf.is_tensor(array)
    free = tf.TensorArray(tf.float32, 1, infer_shape=False).write(0, [1.0])
    assert free.element_shape.rank is None


def test_the_flow_brings_the_array_back() -> None:
    array = tf.TensorArray(tf.float32, 2).unstack([1.0, 2.0])
    again = tf.TensorArray(tf.float32, flow=array.flow)
    assert again.stack().numpy().tolist() == [1.0, 2.0]


def test_its_spec() -> None:
    spec = tf.type_spec_from_value(tf.TensorArray(tf.float32, 1).write(0, [1.0, 2.0]))
    assert spec == tf.TensorArraySpec([2], tf.float32, dynamic_size=False, infer_shape=True)


def test_a_loop_that_writes() -> None:
    array = tf.TensorArray(tf.float32, 4)
    _, array = tf.while_loop(lambda i, _: i < 4, lambda i, a: (i + 1, a.write(i, float(i) ** 2)), (0, array))
    assert array.stack().numpy().tolist() == [0.0, 1.0, 4.0, 9.0]


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=8), st.data())
def test_gather_is_indexing(numbers: list[float], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(numbers) - 1), min_size=1, max_size=6))
    array = tf.TensorArray(tf.float32, len(numbers)).unstack(numbers)
    assert array.gather(rows).numpy().tolist() == [numbers[i] for i in rows]
