"""tf.tpu.experimental.embedding off TPUs: configurations, lookups by them, and tables in checkpoints."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

embedding = tf.tpu.experimental.embedding
ROWS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], "float32")


def config(combiner: str = "mean", **feature: Any) -> Any:
    table = embedding.TableConfig(4, 2, initializer=tf.constant_initializer(ROWS), combiner=combiner, name="t")
    return embedding.FeatureConfig(table, **feature)


def found(ids: Any, weights: Any = None, **options: Any) -> list:
    feature = config(**options)
    return (
        embedding.serving_embedding_lookup(ids, weights, {feature.table: tf.constant(ROWS)}, feature).numpy().tolist()
    )


SPARSE = tf.sparse.from_dense([[1, 2], [3, 0]])  # ids 1 and 2, then 3
RAGGED = tf.ragged.constant([[1, 2], [3]])


@pytest.mark.parametrize("ids", [SPARSE, RAGGED])
@pytest.mark.parametrize(
    ("combiner", "first"), [("sum", [8.0, 10.0]), ("mean", [4.0, 5.0]), ("sqrtn", [8 / 2**0.5, 10 / 2**0.5])]
)
def test_rows_are_combined(ids, combiner, first) -> None:
    np.testing.assert_allclose(found(ids, combiner=combiner), [first, [7.0, 8.0]], rtol=1e-6)


def test_weights_multiply_rows() -> None:
    weights = tf.ragged.constant([[1.0, 3.0], [2.0]])
    np.testing.assert_allclose(found(RAGGED, weights, combiner="sum"), [[18.0, 22.0], [14.0, 16.0]])
    sparse = SPARSE.with_values([1.0, 3.0, 2.0])
    np.testing.assert_allclose(found(SPARSE, sparse), [[4.5, 5.5], [7.0, 8.0]])


@pytest.mark.parametrize("ids", [SPARSE, RAGGED])
def test_sequences_are_padded_and_cut(ids) -> None:
    assert found(ids, max_sequence_length=3)[1] == [[7, 8], [0, 0], [0, 0]]
    assert found(ids, max_sequence_length=1) == [[[3, 4]], [[7, 8]]]


def test_an_output_shape_divides_ragged_sequences() -> None:
    assert found(RAGGED, output_shape=[2, 2]) == [[[3, 4], [5, 6]], [[7, 8], [0, 0]]]
    assert found(RAGGED, output_shape=[2, 1]) == [[[4, 5]], [[7, 8]]]
    with pytest.raises(ValueError, match="factor of the input data batch size"):
        found(RAGGED, output_shape=[3])


def test_nested_features_and_what_is_refused() -> None:
    feature = config()
    tables = {feature.table: tf.constant(ROWS)}
    got = embedding.serving_embedding_lookup({"a": tf.constant([3])}, None, tables, {"a": feature, "b": feature})
    assert got["a"].numpy().tolist() == [[7, 8]]
    with pytest.raises(ValueError, match="not a subset"):
        embedding.serving_embedding_lookup({"c": tf.constant([3])}, None, tables, {"a": feature})
    with pytest.raises(ValueError, match="input is dense"):
        found(tf.constant([1]), tf.constant([1.0]))
    with pytest.raises(ValueError, match="does not match type of the input"):
        found(RAGGED, SPARSE)
    with pytest.raises(ValueError, match="sequence feature but a dense"):
        found(tf.constant([1]), max_sequence_length=2)
    with pytest.raises(ValueError, match="RaggedTensor expected"):
        found(3)


def test_tables_train_and_are_restored(tmp_path) -> None:
    feature = config("sum")
    first = embedding.TPUEmbeddingForServing({"f": feature}, embedding.Adagrad(0.1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(first({"f": RAGGED})["f"])
    table = first.embedding_tables[feature.table]
    np.testing.assert_array_equal(tf.convert_to_tensor(tape.gradient(loss, table)), [[0, 0], [1, 1], [1, 1], [1, 1]])
    assert first.variables["t"]["accumulators"].numpy().tolist() == [[np.float32(0.1)] * 2] * 4
    table.assign(ROWS + 1)
    path = tf.train.Checkpoint(embedding=first).write(str(tmp_path / "c"))
    second = embedding.TPUEmbeddingForServing({"f": config("sum")}, embedding.Adagrad(0.1))
    status = tf.train.Checkpoint(embedding=second).read(path)
    np.testing.assert_array_equal(second({"f": tf.constant([0])})["f"], [[2, 3]])
    status.assert_consumed()


def test_configurations_say_what_they_were_made_of() -> None:
    table = embedding.TableConfig(10, 4, name="t", quantization_config=embedding.QuantizationConfig(4, -1.0, 1.0))
    assert repr(table) == (
        "TableConfig(vocabulary_size=10, dim=4, initializer=None, optimizer=None, combiner='mean', name='t', "
        "quantization_config=QuantizationConfig(num_buckets=4, lower=-1.0, upper=1.0))"
    )
    assert table.initializer([400, 4], tf.float32).numpy().std() == pytest.approx(0.5 * 0.88, abs=0.05)
    assert embedding.Adam(0.1) == embedding.Adam(0.1) != embedding.Adam(0.2)
    assert embedding.Adam()._slot_names() == ["momenta", "velocities"]
    assert embedding.SGD(clipvalue=2).clip_gradient_min == -2
    rows = embedding.RowIdInitializer(3)([2, 2], tf.float32)
    assert rows.numpy().tolist() == [[3, 3], [4, 4]]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: embedding.TableConfig(0, 1), "vocabulary_size"),
        (lambda: embedding.TableConfig(1, 1.5), "dim"),
        (lambda: embedding.TableConfig(1, 1, initializer=1), "initializer"),
        (lambda: embedding.TableConfig(1, 1, combiner="max"), "combiner"),
        (lambda: embedding.TableConfig(1, 1, dtype=tf.float64), "dtype"),
        (lambda: embedding.FeatureConfig(3), "table"),
        (lambda: config(max_sequence_length=-1), "max_sequence_length"),
        (lambda: config(validate_weights_and_indices=1), "validate_weights_and_indices"),
        (lambda: embedding.Adagrad(initial_accumulator_value=0), "initial_accumulator_value"),
        (lambda: embedding.Adam(beta_1=1.0), "beta_1"),
        (lambda: embedding.AdagradMomentum(epsilon=0), "epsilon"),
        (lambda: embedding.SGD(use_gradient_accumulation=False, clipvalue=1.0), "clipvalue"),
        (lambda: embedding.QuantizationConfig(1, 0, 1), "num_buckets"),
        (lambda: embedding.CustomOptimizer(max, slot_names=["a"]), "slot_names"),
        (lambda: embedding.CustomCombiner(max, 2, num_weights=1), "initializer"),
        (lambda: embedding.TPUEmbeddingForServing(config(), "sgd"), "unsupported optimizer"),
    ],
)
def test_what_is_refused(make, words) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_off_tpus_tables_are_only_kept() -> None:
    feature = config()
    kept = embedding.TPUEmbedding(feature, None)
    np.testing.assert_array_equal(kept.embedding_tables[feature.table], ROWS)
    for call in (lambda: kept.enqueue(SPARSE), kept.dequeue, lambda: kept.apply_gradients({})):
        with pytest.raises(RuntimeError, match="not created under a TPUStrategy"):
            call()
    with pytest.raises(RuntimeError, match="should be created under TPUStrategy"):
        embedding.TPUEmbeddingV0(feature, None)
    with pytest.raises(AttributeError, match=r"TensorFlow 2.21 has tf\.tpu\.experimental\.embedding\.TPUEmbeddingV2,"):
        embedding.TPUEmbeddingV2  # noqa: B018


def test_hardware_features() -> None:
    kind = tf.tpu.experimental.HardwareFeature
    chip = kind(type("Proto", (), {"embedding_feature": 2, "num_embedding_devices_per_chip": 4}))
    assert chip.embedding_feature is kind.EmbeddingFeature.V2
    assert chip.num_embedding_devices_per_chip == 4
