"""tf.estimator's canned estimators and model_fns of one's own; values are TensorFlow 2.15.1's for these programs."""

import logging
import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1
NUMBERS, WORDS = np.arange(8, dtype=np.float32), np.array(list("xyxyxzxy"))
LABELS = np.array([0, 1, 0, 1, 0, 0, 1, 1])


def input_fn() -> Any:
    return tf.data.Dataset.from_tensor_slices(({"a": NUMBERS, "b": WORDS}, LABELS)).batch(4)


def columns() -> list[Any]:
    words = tf.feature_column.categorical_column_with_vocabulary_list("b", ["x", "y", "z"])
    return [tf.feature_column.numeric_column("a"), words]


def test_a_linear_regressor_trains_evaluates_and_predicts_as_tensorflow(tmp_path: pathlib.Path) -> None:
    model = tf.estimator.LinearRegressor(columns(), model_dir=str(tmp_path))
    assert model.train(input_fn, steps=2) is model
    names = dict(tf.train.list_variables(str(tmp_path)))
    assert names["linear/linear_model/b/weights"] == [3, 1]
    assert names["training/Ftrl/linear/linear_model/b/weights/linear"] == [3, 1]
    assert len(names) == 16
    found = model.evaluate(input_fn)
    assert list(found) == ["average_loss", "label/mean", "loss", "prediction/mean", "global_step"]
    expected = {"average_loss": 0.44293225, "label/mean": 0.5, "loss": 0.44293225, "prediction/mean": -0.035325292}
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-6), name
    assert found["global_step"] == 2
    assert next(iter(model.predict(input_fn)))["predictions"] == pytest.approx([-0.1593616], abs=1e-6)


def test_tensorflow_1_adds_losses_up_and_names_the_optimizers_variables_otherwise(tmp_path: pathlib.Path) -> None:
    model = v1.estimator.LinearRegressor(columns()[:1], model_dir=str(tmp_path))
    model.train(input_fn, steps=1)
    assert "linear/linear_model/a/weights/part_0/Ftrl_1" in model.get_variable_names()
    found = model.evaluate(input_fn, steps=1)
    assert found["loss"] == pytest.approx(4 * found["average_loss"], rel=1e-6)


def test_what_is_logged(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    logger = tf.get_logger()
    before = logger.level, logger.propagate
    logger.setLevel(logging.INFO)
    logger.propagate = True
    try:
        v1.estimator.LinearRegressor(columns()[:1], model_dir=str(tmp_path)).train(input_fn, max_steps=2)
    finally:
        logger.setLevel(before[0])
        logger.propagate = before[1]
    lines = [r.getMessage() for r in caplog.records if r.name == "tensorflow"]
    assert lines.pop(1).startswith("Using config: {'_model_dir': ")
    path = tmp_path / "model.ckpt"
    assert lines == [
        "Using default config.",
        *("Calling model_fn.", "Done calling model_fn.", "Create CheckpointSaverHook.", "Graph was finalized."),
        *("Running local_init_op.", "Done running local_init_op."),
        "Calling checkpoint listeners before saving checkpoint 0...",
        f"Saving checkpoints for 0 into {path}.",
        "Calling checkpoint listeners after saving checkpoint 0...",
        "loss = 2.0, step = 0",
        "Calling checkpoint listeners before saving checkpoint 2...",
        f"Saving checkpoints for 2 into {path}.",
        "Calling checkpoint listeners after saving checkpoint 2...",
        lines[-1],
    ]
    assert lines[-1].startswith("Loss for final step: ")


def test_a_network_is_saved_under_tensorflows_names(tmp_path: pathlib.Path) -> None:
    number, words = columns()
    embedded = tf.feature_column.embedding_column(words, 2)
    model = tf.estimator.DNNRegressor([3], [number, embedded], model_dir=str(tmp_path), batch_norm=True)
    model.train(input_fn, steps=1)
    names = [name for name in model.get_variable_names() if not name.startswith("training/")]
    layer = "dnn/hiddenlayer_0"
    assert names == [
        *(f"{layer}/batchnorm_0/{name}" for name in ("beta", "gamma", "moving_mean", "moving_variance")),
        *(f"{layer}/bias", f"{layer}/kernel"),
        "dnn/input_from_feature_columns/input_layer/b_embedding/embedding_weights",
        *("dnn/logits/bias", "dnn/logits/kernel", "global_step"),
    ]
    assert (model.get_variable_value(f"{layer}/batchnorm_0/moving_mean") != 0).any()


def own_model(features: Any, labels: Any, mode: str, params: Any) -> Any:
    """A line through the points, by gradient descent."""
    w = v1.get_variable("w", [], initializer=v1.zeros_initializer())
    predicted = w * features["a"]
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, {"y": predicted})
    loss = tf.reduce_mean(tf.square(predicted - tf.cast(labels, tf.float32)))
    if mode == tf.estimator.ModeKeys.EVAL:
        mean = v1.metrics.mean(predicted)
        return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops={"mean": mean})
    step = v1.train.get_global_step()
    train = v1.train.GradientDescentOptimizer(params["rate"]).minimize(loss, global_step=step)
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)


def test_a_model_fn_of_ones_own_is_trained_and_goes_on_from_its_checkpoint(tmp_path: pathlib.Path) -> None:
    model = tf.estimator.Estimator(own_model, str(tmp_path), params={"rate": 0.01})
    model.train(input_fn, steps=1)
    # the gradient of the first four points at 0: -2 * mean(a * y) = -2 * (1 + 3) / 4
    assert model.get_variable_value("w") == pytest.approx(0.02)
    model.train(input_fn, max_steps=1)
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-1")
    assert model.evaluate(input_fn, steps=1)["mean"] == pytest.approx(0.02 * 1.5)
    batches = list(model.predict(input_fn, yield_single_examples=False))
    assert [b["y"].tolist() for b in batches] == [pytest.approx(0.02 * NUMBERS[:4]), pytest.approx(0.02 * NUMBERS[4:])]
    assert tf.executing_eagerly()
    with pytest.raises(ValueError, match="Expected to run at least one output"):
        next(iter(model.predict(input_fn, predict_keys=["z"])))


def test_train_and_evaluate_evaluates_each_checkpoint(tmp_path: pathlib.Path) -> None:
    config = tf.estimator.RunConfig(save_checkpoints_steps=2, model_dir=str(tmp_path))
    model = tf.estimator.Estimator(own_model, config=config, params={"rate": 0.0})
    seen: list[Any] = []

    class Noting(tf.estimator.Exporter):
        name = property(lambda self: "noting")

        def export(self, estimator: Any, export_path: str, checkpoint_path: str, eval_result: Any, **more: Any) -> None:
            assert pathlib.Path(export_path) == tmp_path / "export" / "noting"
            seen.append((pathlib.Path(checkpoint_path).name, more["is_the_final_export"]))

    train = tf.estimator.TrainSpec(lambda: input_fn().repeat(), max_steps=4)
    check = tf.estimator.EvalSpec(input_fn, exporters=[Noting()], throttle_secs=0)
    metrics, exports = tf.estimator.train_and_evaluate(model, train, check)
    assert seen == [("model.ckpt-2", False), ("model.ckpt-4", True)]
    assert metrics["loss"] == pytest.approx(0.5)
    assert metrics["global_step"] == 4
    assert exports == [None]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: tf.estimator.Estimator(None), "model_fn must be provided"),  # type: ignore[arg-type]
        (lambda: tf.estimator.Estimator(lambda x: x), "must include features argument"),
        (lambda: tf.estimator.RunConfig(save_checkpoints_steps=1, save_checkpoints_secs=1), "cannot be both set"),
        (lambda: tf.estimator.MultiClassHead(2), "n_classes must be > 2: 2"),
        (lambda: tf.estimator.EvalSpec(input_fn, steps=0), "Must specify steps > 0, given: 0"),
        (lambda: tf.estimator.EstimatorSpec("train"), "Missing train_op."),
        (lambda: tf.estimator.EstimatorSpec("infer"), "Missing predictions."),
    ],
)
def test_errors(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_heads_compute_eagerly() -> None:
    head = tf.estimator.BinaryClassHead()
    logits, labels = tf.constant([[45.0], [-41.0]]), tf.constant([[1], [1]])
    assert float(head.loss(labels, logits)) == pytest.approx(20.5)
    metrics = head.update_metrics(head.metrics(), {"x": logits}, logits, labels)
    assert float(metrics["accuracy"].result()) == 0.5
    assert float(metrics["recall"].result()) == 0.5
    with pytest.raises(ValueError, match="Mismatched label shape. Expected labels dimension=1.  Received 2"):
        head.loss(tf.constant([[1, 0], [1, 0]]), logits)
