"""tf.function: what captured functions do to variables."""

from __future__ import annotations

import pytest

import tfcompat as tf


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level("ERROR", "tensorflow")


def test_variables_are_read_and_assigned_in_order():
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        before = v + 0
        v.assign_add(x)
        between = v.read_value()
        v.assign(v * 10)
        return before, between, v

    assert [float(t) for t in f(tf.constant(2.0))] == [1.0, 3.0, 30.0]
    assert v.numpy() == 30.0
    v.assign(5.0)
    assert [float(t) for t in f(tf.constant(1.0))] == [5.0, 6.0, 60.0]


def test_what_was_read_does_not_change():
    v = tf.Variable([1.0, 2.0])
    read = tf.function(lambda: v.read_value())
    bump = tf.function(lambda: v.assign_add([1.0, 1.0]))
    first = read()
    array = first.numpy()
    second = bump()
    bump()
    v.assign_add([1.0, 1.0])
    assert first.numpy().tolist() == array.tolist() == [1.0, 2.0]
    assert second.numpy().tolist() == [2.0, 3.0]
    assert v.numpy().tolist() == [4.0, 5.0]


def test_a_variable_may_be_assigned_an_argument():
    v, w = tf.Variable([0.0]), tf.Variable([0.0])

    @tf.function
    def f(x):
        v.assign(x)
        w.assign(v)

    x = tf.constant([3.0])
    f(x)
    v.assign_add([1.0])
    assert (x.numpy()[0], v.numpy()[0], w.numpy()[0]) == (3.0, 4.0, 3.0)


def test_slices_and_rows_are_assigned():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])

    @tf.function
    def f():
        v[0].assign([5.0, 6.0])
        v.scatter_add(tf.IndexedSlices(tf.constant([[1.0, 1.0]]), tf.constant([1])))
        return v + 0

    assert f().numpy().tolist() == v.numpy().tolist() == [[5.0, 6.0], [4.0, 5.0]]


def test_integer_and_other_dtypes():
    count, flag = tf.Variable(0), tf.Variable(False)

    @tf.function
    def f():
        flag.assign(count > 1)
        return count.assign_add(1)

    assert [int(f()) for _ in range(3)] == [1, 2, 3]
    assert bool(flag.numpy())


def test_nothing_is_assigned_when_the_capture_fails():
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        v.assign_add(1.0)
        if x.shape[0] > 2:
            raise KeyError("boo")
        return v

    f(tf.ones([2]))
    with pytest.raises(KeyError, match="boo"):
        f(tf.ones([3]))
    assert v.numpy() == 2.0


def test_nothing_is_assigned_when_a_run_fails():
    v, table = tf.Variable(1.0), tf.constant([1.0, 2.0])

    @tf.function
    def f(i):
        v.assign_add(1.0)
        return tf.gather(table, i)

    assert float(f(tf.constant(1))) == 2.0
    with pytest.raises(Exception, match=r"."):
        f(tf.constant(7))
    assert v.numpy() == 2.0


def test_a_variable_of_changing_shape():
    v = tf.Variable([1.0], shape=[None])
    f = tf.function(lambda: tf.reduce_sum(v * 2))
    assert float(f()) == 2.0
    v.assign([1.0, 2.0, 3.0])
    assert float(f()) == 12.0


def test_variables_are_created_on_the_first_call_only():
    seen = []

    class Counter:
        value = None

        @tf.function
        def __call__(self, x):
            seen.append(self.value is None)
            if self.value is None:
                self.value = tf.Variable(x, name="made")
            return self.value.assign_add(x)

    counter = Counter()
    assert [float(counter(tf.constant(x))) for x in (2.0, 5.0)] == [4.0, 9.0]
    assert seen == [True, False]  # TensorFlow captures twice where the first capture makes variables
    assert counter.value.name == "made:0"


def test_variables_created_at_each_call_are_refused():
    with pytest.raises(ValueError, match="only supports singleton tf.Variables created on the first call"):
        tf.function(lambda: tf.Variable(3.0))()


def test_initial_values_may_depend_on_arguments():
    made = []

    @tf.function
    def f(x):
        if not made:
            made.append(tf.Variable(lambda: x * 2 + 1))
        return made[0] + x

    assert float(f(tf.constant(3.0))) == 10.0
    assert float(f(tf.constant(1.0))) == 8.0


def test_variables_as_arguments():
    f = tf.function(lambda v, d: v.assign_add(d))
    a, b = tf.Variable(1.0), tf.Variable(10.0)
    for _ in range(2):
        f(a, tf.constant(1.0))
        f(b, tf.constant(2.0))
    assert (a.numpy(), b.numpy()) == (3.0, 14.0)


def test_init_scope_runs_eagerly():
    v = tf.Variable(4.0)
    seen = []

    @tf.function
    def f(x):
        with tf.init_scope():
            seen.append(v.numpy())
            seen.append(int(tf.constant(3) + 4))
        return x + seen[0]

    assert float(f(tf.constant(1.0))) == 5.0
    assert seen == [4.0, 7]
