"""tf.variable_creator_scope, as TensorFlow 2.21 calls the creators."""

import pytest

import tfcompat as tf

NAMES = {
    "aggregation",
    "caching_device",
    "constraint",
    "dtype",
    "experimental_enable_variable_lifting",
    "import_scope",
    "initial_value",
    "name",
    "shape",
    "synchronization",
    "trainable",
    "validate_shape",
    "variable_def",
}


def test_the_innermost_creator_is_asked_first_and_sees_all_arguments() -> None:
    seen = []

    def outer(next_creator, **kwargs):
        seen.append(("outer", kwargs))
        return next_creator(**{**kwargs, "trainable": False})

    def inner(next_creator, **kwargs):
        seen.append(("inner", kwargs))
        return next_creator(**kwargs)

    with tf.variable_creator_scope(outer), tf.variable_creator_scope(inner):
        variable = tf.Variable(1.0, name="a")
    assert [who for who, _ in seen] == ["inner", "outer"]
    assert set(seen[0][1]) == NAMES
    assert (seen[0][1]["initial_value"], seen[0][1]["name"], seen[0][1]["trainable"]) == (1.0, "a", None)
    assert not variable.trainable
    assert tf.Variable(1.0).trainable


def test_a_creator_may_return_anything_and_give_more_than_is_taken() -> None:
    with tf.variable_creator_scope(lambda next_creator, **kwargs: 5):
        assert tf.Variable(1.0) == 5
    with tf.variable_creator_scope(lambda next_creator, **kwargs: next_creator(bogus=1, **kwargs)):
        assert float(tf.Variable(1.0)) == 1.0


def test_subclasses_are_made_without_creators() -> None:
    class Mine(tf.Variable):
        pass

    with tf.variable_creator_scope(lambda next_creator, **kwargs: 5):
        assert isinstance(Mine(1.0), Mine)


def test_variables_of_keras_and_of_tensorflow_1_are_made_so_too() -> None:
    names = []

    def creator(next_creator, **kwargs):
        names.append((kwargs["name"], "collections" in kwargs))
        return next_creator(**kwargs)

    with tf.variable_creator_scope(creator):
        layer = tf.keras.layers.Dense(2)
        layer.build((None, 3))
        tf.compat.v1.Variable(1.0, name="old")
    assert ["kernel" in names[0][0], "bias" in names[1][0], names[2]] == [True, True, ("old", True)]


def test_the_scope_ends_with_an_error() -> None:
    with pytest.raises(KeyError), tf.variable_creator_scope(lambda next_creator, **kwargs: 5):
        raise KeyError
    assert float(tf.Variable(1.0)) == 1.0


def test_slices_are_described_as_checkpoints_write_them() -> None:
    info = tf.Variable.SaveSliceInfo("v", [4, 3], [0, 0], [2, 3])
    assert info.spec == "4 3 0,2:0,3"
    with pytest.raises(RuntimeError, match="not supported when eager"):
        tf.Variable.from_proto(None)
