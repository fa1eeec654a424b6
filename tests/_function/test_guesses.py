"""Functions that are captured for sizes that only some ops take, before any call."""

import pytest

import tfcompat as tf

_OPEN = tf.TensorSpec([None, None], tf.float32)


@pytest.mark.parametrize(
    ("function", "shape", "given"),
    [
        (lambda x: x - tf.range(5.0), [None, 5], [2, 5]),
        (lambda x: x @ tf.ones([4, 2]), [None, 2], [3, 4]),
        (lambda x: tf.concat([x, tf.ones([4, 2])], 1), [4, None], [4, 3]),
        (lambda x: tf.reshape(x, [2, 3]), [2, 3], [1, 6]),
        (lambda x: tf.reshape(x, [-1, 28, 28]), [None, 28, 28], [2, 784]),
        (lambda x: tf.split(x, 2, 1)[0], [None, None], [3, 8]),
        (lambda x: tf.einsum("ij,jk->ik", x, tf.ones([6, 2])), [None, 2], [3, 6]),
        (tf.function(tf.function(lambda x: tf.nn.relu(x @ tf.ones([4, 3])) @ tf.ones([3, 2]))), [None, 2], [3, 4]),
        (lambda x: (x @ tf.ones([7, 2])) @ tf.ones([2, 3]) + x[:, :1], [None, 3], [4, 7]),
    ],
)
def test_open_sizes_that_few_ops_take(function, shape, given, capsys):
    """TensorFlow 2.21's static shapes where it knows one; the graph gives what Python gives, with no warning."""
    concrete = tf.function(function, input_signature=[_OPEN]).get_concrete_function()
    assert concrete.structured_outputs.shape.as_list() == shape
    x = tf.reshape(tf.range(float(given[0] * given[1])), given)
    assert tf.reduce_all(concrete(x) == function(x))
    assert "eagerly" not in capsys.readouterr().err


def test_other_sizes_than_the_guess():
    """A size that broadcasts is taken; one that does not is an error of the op, as when TensorFlow's graph runs."""
    function = tf.function(lambda x: x - tf.range(5.0), input_signature=[_OPEN])
    function.get_concrete_function()
    assert function(tf.ones([2, 1])).shape == (2, 5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
        function(tf.ones([2, 3]))


def test_what_no_size_suits():
    """The first error is told, once."""
    function = tf.function(lambda x: x + tf.ones([4, 2]) + tf.ones([3, 2]), input_signature=[_OPEN])
    with pytest.raises(ValueError, match="Incompatible shapes"):
        function.get_concrete_function()


def test_the_function_prints_once(capsys):
    """Python's side effects happen once a signature, however many sizes were tried."""

    @tf.function(input_signature=[_OPEN])
    def function(x):
        print("Tracing")
        return tf.reshape(x @ tf.ones([9, 4]), [-1, 2, 4])

    function.get_concrete_function()
    assert capsys.readouterr().out == "Tracing\n"


def test_a_called_function_whose_size_is_fixed_is_a_graph(caplog):
    """An op that fixes an open size leaves a graph for that size, not Python."""
    function = tf.function(lambda x: x * tf.range(5.0), input_signature=[_OPEN])
    assert function(tf.ones([2, 5])).shape == (2, 5)
    assert function.get_concrete_function().graph.get_operations()


def test_a_module_is_saved_without_a_call(tmp_path):
    """The model of the guide of tf.saved_model that normalizes its inputs."""

    class Normalized(tf.Module):
        def __init__(self):
            self.mean = tf.Variable([1.0, 2.0, 3.0, 4.0])

        @tf.function(input_signature=[_OPEN])
        def __call__(self, x):
            return (x - self.mean) @ tf.ones([4, 1])

    tf.saved_model.save(Normalized(), str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    assert loaded(tf.constant([[1.0, 2.0, 3.0, 5.0], [0.0, 0.0, 0.0, 0.0]])).numpy().tolist() == [[1.0], [-10.0]]
