"""Feature columns apart from Keras: configurations, checkpoints, TensorFlow 1's functions.

What the columns compute is compared with Keras 2 in tests/keras/keras2/programs/feature_columns.py.
"""

import pathlib

import numpy as np
import pytest

import tfcompat as tf

F = tf.feature_column
V1 = tf.compat.v1.feature_column
FEATURES = {"age": tf.constant([1.0, 2.0, 3.0]), "c": tf.constant(["a", "b", "z"])}
AGE = F.numeric_column("age")
C = F.categorical_column_with_vocabulary_list("c", ["a", "b"])


def halved(x: object) -> object:
    return x / 2  # type: ignore[operator]


def test_configurations_give_the_columns_back() -> None:
    columns = [
        AGE,
        F.numeric_column("x", (2, 2), default_value=1.5, dtype=tf.float64),
        F.bucketized_column(AGE, [1, 2.5]),
        F.weighted_categorical_column(C, "w"),
        F.crossed_column(["a", F.crossed_column(["b", F.bucketized_column(AGE, [1])], 3)], 5),
        F.categorical_column_with_identity("i", 3, 1),
        F.categorical_column_with_hash_bucket("h", 3, tf.int64),
        F.categorical_column_with_vocabulary_file("f", "words.txt", 3),
        F.indicator_column(C),
        F.sequence_numeric_column("s", 2),
        F.sequence_categorical_column_with_identity("i", 3),
    ]
    for column in columns:
        assert type(column).from_config(column.get_config()) == column
        assert hash(type(column).from_config(column.get_config())) == hash(column)
    layer = tf.keras.layers.DenseFeatures([F.numeric_column("age", normalizer_fn=halved), F.embedding_column(C, 2)])
    again = tf.keras.layers.DenseFeatures.from_config(layer.get_config(), custom_objects={"halved": halved})
    assert again(FEATURES)[:, 0].numpy().tolist() == [0.5, 1.0, 1.5]
    assert again.get_config() == layer.get_config()
    with pytest.raises(ValueError, match="Unknown object: halved"):
        tf.keras.layers.DenseFeatures.from_config(layer.get_config())
    with pytest.raises(ValueError, match="expected keys: .'key', 'shape'"):
        type(AGE).from_config({"key": "a"})


def test_columns_of_one_name_in_a_configuration_are_one_object() -> None:
    layer = tf.keras.layers.DenseFeatures([F.indicator_column(C), F.embedding_column(C, 2)])
    first, second = tf.keras.layers.DenseFeatures.from_config(layer.get_config())._columns
    assert first.categorical_column is second.categorical_column


def test_embeddings_begin_as_a_checkpoint_has_them(tmp_path: pathlib.Path) -> None:
    values = np.arange(4.0, dtype="float32").reshape(2, 2)
    path = tf.train.Checkpoint(table=tf.Variable(values)).save(str(tmp_path / "c"))
    column = F.embedding_column(
        C, 2, ckpt_to_load_from=path, tensor_name_in_ckpt="table/.ATTRIBUTES/VARIABLE_VALUE", trainable=False
    )
    found = tf.keras.layers.DenseFeatures(column)(FEATURES)
    np.testing.assert_array_equal(found, [[0, 1], [2, 3], [0, 0]])


def test_shared_embeddings_in_a_function() -> None:
    d = F.categorical_column_with_vocabulary_list("d", ["x", "y"])
    features = {**FEATURES, "d": tf.constant(["y", "y", "x"])}
    made = []

    @tf.function
    def looked_up(features: object) -> object:
        if not made:
            one = tf.compat.v1.constant_initializer([[1.0], [2.0]])
            made.append(tf.keras.layers.DenseFeatures(F.shared_embeddings([C, d], 1, initializer=one)))
        return made[0](features)

    np.testing.assert_array_equal(looked_up(features), [[1, 2], [2, 2], [0, 1]])
    with pytest.raises(RuntimeError, match="not supported when eager execution"):
        F.shared_embeddings([C, d], 1)


def test_input_layer_and_linear_model_of_tensorflow_1() -> None:
    parts: dict = {}
    found = V1.input_layer(FEATURES, [F.indicator_column(C), AGE], cols_to_output_tensors=parts)
    np.testing.assert_array_equal(found, [[1, 1, 0], [2, 0, 1], [3, 0, 0]])
    assert {column.name: value.shape for column, value in parts.items()} == {"age": [3, 1], "c_indicator": [3, 2]}
    variables: dict = {}
    found = V1.linear_model(FEATURES, [AGE, C], units=2, cols_to_vars=variables)
    np.testing.assert_array_equal(found, np.zeros((3, 2)))
    assert [v.shape for v in variables["bias"]] == [[2]]
    with pytest.raises(ValueError, match="must be a _DenseColumn"):
        V1.input_layer(FEATURES, [C])
    with pytest.raises(ValueError, match="feature_columns must not be empty"):
        V1.linear_model(FEATURES, [])
    with pytest.raises(RuntimeError, match="not supported when eager"):
        V1.shared_embedding_columns([C], 2)
    assert V1.categorical_column_with_vocabulary_file("c", "x.txt", 3, 2).num_buckets == 5


def test_a_linear_model_is_trained() -> None:
    from tfcompat.compat.v1._variable_store import EagerVariableStore

    store = EagerVariableStore()
    with store.as_default(), tf.GradientTape() as tape:
        loss = tf.reduce_sum(V1.linear_model(FEATURES, [AGE, C]))
    weights = {v.name.split("/", 1)[1]: v for v in store.variables()}
    gradients = tape.gradient(loss, weights)
    assert {k: tf.convert_to_tensor(g).numpy().tolist() for k, g in gradients.items()} == {
        "age/weights:0": [[6.0]],
        "c/weights:0": [[1.0], [1.0]],
        "bias_weights:0": [3.0],
    }
