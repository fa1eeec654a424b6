"""Exported estimators, estimators of Keras models, and the paths that tf.estimator is imported by."""

import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.programs import run_source

v1 = tf.compat.v1
X = np.arange(8, dtype=np.float32).reshape(4, 2) / 8


def input_fn() -> Any:
    return tf.data.Dataset.from_tensor_slices(({"x": X}, np.array([[1.0], [0.0], [2.0], [1.0]], np.float32))).batch(4)


def test_an_exported_model_predicts_what_the_estimator_does(tmp_path: pathlib.Path) -> None:
    columns = [tf.feature_column.numeric_column("x", shape=(2,))]
    model = v1.estimator.LinearRegressor(columns, model_dir=str(tmp_path / "m"))
    model.train(input_fn, steps=2)
    expected = [p["predictions"] for p in model.predict(input_fn)]
    receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(
        tf.feature_column.make_parse_example_spec(columns)
    )
    path = model.export_saved_model(str(tmp_path / "exports"), receiver)
    assert isinstance(path, bytes)
    signatures = tf.saved_model.load(path.decode()).signatures
    assert sorted(signatures) == ["predict", "regression", "serving_default"]
    examples = []
    for row in X:
        example = tf.train.Example()
        example.features.feature["x"].float_list.value.extend(row)
        examples.append(example.SerializeToString())
    served = signatures["predict"](examples=tf.constant(examples))["predictions"]
    assert served.numpy() == pytest.approx(np.array(expected), abs=1e-6)
    outputs = signatures["serving_default"](inputs=tf.constant(examples))["outputs"]
    assert outputs.numpy().tolist() == served.numpy().tolist()


def test_an_estimator_of_a_keras_model_begins_with_its_weights(tmp_path: pathlib.Path) -> None:
    keras = tf.keras
    keras.backend.clear_session()  # names are numbered from the beginning
    model = keras.Sequential([keras.Input((2,), name="x"), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    estimator = keras.estimator.model_to_estimator(model, model_dir=str(tmp_path))
    labels = np.array([[1.0], [0.0], [2.0], [1.0]], np.float32)
    before = estimator.evaluate(input_fn)
    error = X.sum(1, keepdims=True) - labels
    assert before["loss"] == pytest.approx((error**2).mean(), rel=1e-5)
    assert before["mae"] == pytest.approx(np.abs(error).mean(), rel=1e-5)
    estimator.train(input_fn, steps=1)
    kernel = estimator.get_variable_value("sequential/dense/kernel")
    assert kernel == pytest.approx(1 - 0.1 * 2 * (error * X).mean(0)[:, None], rel=1e-5)
    with pytest.raises(ValueError, match="has not been compiled yet"):
        keras.estimator.model_to_estimator(keras.Sequential([keras.layers.Dense(1)]))


def test_every_path_leads_to_the_same_classes() -> None:
    program = """
        import tfcompat
        tfcompat.install()
        import tensorflow as tf
        from tensorflow import estimator
        import tensorflow_estimator
        from tensorflow_estimator.python.estimator import model_fn, run_config
        from tensorflow_estimator.python.estimator.canned import prediction_keys
        from tensorflow.python.estimator import estimator as internal
        from tensorflow.compat.v1.estimator.inputs import numpy_input_fn
        from tensorflow.estimator.export import ServingInputReceiver
        print(estimator is tf.estimator is tensorflow_estimator.estimator, internal.Estimator.__name__)
        print(model_fn.EstimatorSpec is tf.estimator.EstimatorSpec, run_config.TaskType.CHIEF)
        print(prediction_keys.PredictionKeys.LOGITS, numpy_input_fn is tf.compat.v1.estimator.inputs.numpy_input_fn)
        try:
            tf.estimator.experimental.LinearSDCA
        except AttributeError as e:
            print(str(e)[:60])
    """
    assert run_source(program) == (
        "True Estimator\nTrue chief\nlogits True\nTensorFlow 2.15 has tf.estimator.experimental.LinearSDCA, tf\n"
    )


def test_summaries_have_tensorflows_tags_and_evaluation_may_go_on_beside_training(tmp_path: pathlib.Path) -> None:
    columns = [tf.feature_column.numeric_column("x", shape=(2,))]
    model = tf.estimator.DNNRegressor([2], columns, model_dir=str(tmp_path))
    hook = tf.estimator.experimental.InMemoryEvaluatorHook(model, input_fn, every_n_iter=1)
    model.train(lambda: input_fn().repeat(2), hooks=[hook])
    tags = {tag for _, tag in events(tmp_path)}
    assert {"dnn/hiddenlayer_0/activation", "dnn/logits/fraction_of_zero_values", "loss"} == tags - {
        *("dnn/hiddenlayer_0/fraction_of_zero_values", "dnn/logits/activation"),
    }
    assert [step for step, tag in events(tmp_path / "eval") if tag == "loss"] == [0, 1, 2, 2]


def events(folder: pathlib.Path) -> list[tuple[int, str]]:
    paths = sorted(folder.glob("events.out.tfevents.*"))
    found = [event for path in paths for event in v1.train.summary_iterator(str(path))]
    return [(event.step, value.tag) for event in found for value in event.summary.value]
