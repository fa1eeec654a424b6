"""What kernels refuse as graphs run: the errors and words are TensorFlow's."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

ANY = tf.TensorSpec([None, None])
NUMBERS = tf.TensorSpec([None], tf.int32)


@pytest.mark.parametrize(
    ("call", "specs", "args", "words"),
    [
        (tf.gather, [ANY, NUMBERS], [tf.ones([2, 3]), [7]], r"indices\[0\] = 7 is not in \[0, 2\)"),
        (lambda x, i: x[i[0]], [ANY, NUMBERS], [tf.ones([2, 3]), [7]], "slice index 7 of dimension 0 out of bounds"),
        (lambda i: 1 // i, [NUMBERS], [[0]], "Integer division by zero"),
        (lambda x, y: tf.concat([x, y], 0), [ANY, ANY], [tf.ones([3, 4]), tf.ones([3, 2])], r"\[3,4\] vs. shape\[1\]"),
        (tf.matmul, [ANY, ANY], [tf.ones([3, 4]), tf.ones([3, 4])], r"In\[0\]: \[3,4\], In\[1\]: \[3,4\]"),
        (lambda x: tf.math.top_k(x, 9).values, [ANY], [tf.ones([2, 4])], "at least k columns. Had 4, needed 9"),
    ],
)
def test_what_open_sizes_and_values_make_wrong_is_told_as_it_runs(
    call: Any, specs: list[Any], args: list[Any], words: str
) -> None:
    function = tf.function(call, input_signature=specs)
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match=words) as found:
            function(*args)
        assert found.value.message.startswith("Graph execution error:")
        assert not isinstance(found.value, ValueError)


def test_what_no_size_makes_right_is_told_at_capture() -> None:
    function = tf.function(tf.matmul, input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([4, None])])
    with pytest.raises(ValueError, match=r"Matrix size-incompatible: In.0.: .\?,3., In.1.: .4,\?."):
        function(tf.ones([2, 3]), tf.ones([4, 2]))


def test_a_function_that_refused_sizes_takes_others() -> None:
    traced = []

    @tf.function(input_signature=[ANY, ANY])
    def total(x: Any, y: Any) -> Any:
        traced.append(1)
        return tf.reduce_sum(x + y)

    with pytest.raises(tf.errors.InvalidArgumentError):
        total(tf.ones([3, 4]), tf.ones([2, 4]))
    assert total(tf.ones([3, 4]), tf.ones([3, 4])).numpy() == 24


def test_what_a_program_raises_stays() -> None:
    def refuse(x: np.ndarray) -> np.ndarray:
        if x.any():
            raise KeyError("mine")
        return x

    function = tf.function(lambda x: tf.numpy_function(refuse, [x], tf.float32))
    assert function(tf.zeros([2])).numpy().tolist() == [0, 0]
    with pytest.raises(Exception, match="mine"):
        function(tf.ones([2]))


def test_variables_keep_their_values_where_a_graph_fails() -> None:
    steps, table = tf.Variable(0), tf.Variable([1.0, 2.0, 3.0])

    @tf.function
    def step(i: Any) -> Any:
        steps.assign_add(1)
        found = tf.gather(table, i)
        table.assign(table * 2)
        return found

    step(tf.constant([1]))
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"error:\n\nindices\[0\] = 5 is not in \[0, 3\)"):
            step(tf.constant([5]))
    assert steps.numpy() == 1
    assert table.numpy().tolist() == [2, 4, 6]
    assert step(tf.constant([2])).numpy().tolist() == [6]


def test_training_tells_of_an_index_outside_of_an_embedding() -> None:
    model = tf.keras.Sequential([tf.keras.layers.Embedding(5, 3), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(np.array([[1]]), np.array([[0.5]]), verbose=0)
    before = [w.copy() for w in model.get_weights()]
    for call in (model.fit, model.evaluate):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"error:\n\nindices\[0,0\] = 7 is not in \[0, 5\)"):
            call(np.array([[7]]), np.array([[0.5]]), verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert model.optimizer.iterations.numpy() == 1
