"""tf.compat.v1.estimator.tpu: estimators written for TPUs, where there is none."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1
tpu = v1.estimator.tpu
SEEN: list[Any] = []


def _input(params: Any) -> Any:
    SEEN.append(dict(params))
    x = np.arange(12, dtype="float32").reshape(12, 1) / 12
    return tf.data.Dataset.from_tensor_slices(({"x": x}, 2 * x)).repeat(1).batch(params["batch_size"])


def _model(features: Any, labels: Any, mode: str, params: Any) -> Any:
    SEEN.append(dict(params))
    w = v1.get_variable("w", [1, 1], initializer=v1.zeros_initializer())
    predicted = tf.matmul(features["x"], w)
    if mode == "infer":
        return tpu.TPUEstimatorSpec(mode, predictions={"y": predicted})
    loss = tf.reduce_mean(tf.square(predicted - labels))
    train = v1.train.GradientDescentOptimizer(1.0).minimize(loss, v1.train.get_or_create_global_step())
    metrics = lambda y, predicted: {"error": v1.metrics.mean_absolute_error(y, predicted)}  # noqa: E731
    return tpu.TPUEstimatorSpec(mode, loss=loss, train_op=train, eval_metrics=(metrics, [labels, predicted]))


def test_an_estimator_for_tpus_runs_without(tmp_path: pathlib.Path) -> None:
    SEEN.clear()
    config = tpu.RunConfig(model_dir=str(tmp_path), tpu_config=tpu.TPUConfig(iterations_per_loop=5))
    sizes = {"train_batch_size": 4, "eval_batch_size": 6, "predict_batch_size": 3}
    estimator = tpu.TPUEstimator(_model, config=config, params={"a": 1}, use_tpu=False, **sizes)
    estimator.train(_input)
    assert SEEN == [{"a": 1, "batch_size": 4}, {"a": 1, "batch_size": 4, "use_tpu": False}]
    found = estimator.evaluate(_input)
    w = estimator.get_variable_value("w").item()
    assert found["global_step"] == 3
    assert found["error"] == pytest.approx(abs(2 - w) * 11 / 24, rel=1e-5)
    predicted = list(estimator.predict(_input))
    assert [p["y"].item() for p in predicted] == pytest.approx([w * i / 12 for i in range(12)], rel=1e-5)
    assert [s["batch_size"] for s in SEEN[2:]] == [6, 6, 3, 3]
    assert config.replace(tpu_config=tpu.TPUConfig("2m")).tpu_config.iterations_per_loop == "2m"


def test_what_tpus_do_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid TPUConfig `iterations_per_loop` value"):
        tpu.TPUConfig("soon")
    with pytest.raises(ValueError, match="num_cores_per_replica must be 1, 2, 4, 8, 16, 32, 64, 128; got 3"):
        tpu.TPUConfig(num_cores_per_replica=3)
    assert tpu.TPUConfig().per_host_input_for_training == tpu.InputPipelineConfig.PER_HOST_V1
    config = tpu.RunConfig()
    with pytest.raises(ValueError, match="`config` must be provided"):
        tpu.TPUEstimator(_model, use_tpu=False)
    with pytest.raises(ValueError, match="are reserved keys but existed in params"):
        tpu.TPUEstimator(_model, config=config, params={"batch_size": 1}, use_tpu=False)
    with pytest.raises(NotImplementedError, match="there are no TPUs in tfcompat; pass use_tpu=False"):
        tpu.TPUEstimator(_model, config=config)
    estimator = tpu.TPUEstimator(_model, config=config, use_tpu=False)
    with pytest.raises(ValueError, match="input_fn .* does not include params argument"):
        estimator.train(lambda: None)
    with pytest.raises(RuntimeError, match="length of tensors 1 does not match method args of the function, which"):
        tpu.TPUEstimatorSpec("eval", eval_metrics=(lambda a, b: {}, [1]))
    with pytest.raises(ValueError, match="host_call should have two elements"):
        tpu.TPUEstimatorSpec("train", host_call=(1,))
