"""tf.quantization.experimental: values of TensorFlow 2.21's quantizer of the same model (tensorflow-cpu)."""

import numpy as np
import pytest

import tfcompat as tf

q = tf.quantization.experimental
METHOD, COMPONENT, UNIT = q.QuantizationMethod, q.QuantizationComponentSpec, q.UnitWiseQuantizationSpec
STATIC, DYNAMIC, WEIGHTS = 2, 3, 4
TF, XLA = 1, 2


def wave(*shape, step=1.0):
    return np.sin(np.arange(np.prod(shape), dtype=np.float64) * step).astype(np.float32).reshape(shape)


class Model(tf.Module):
    def __init__(self):
        self.table, self.kernel, self.bias = (tf.Variable(v) for v in (wave(12, 6), wave(6, 8, step=0.7), wave(8)))
        self.last, self.filters = tf.constant(wave(8, 2, step=1.3)), tf.Variable(wave(3, 3, 1, 4, step=0.9))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64, name="ids")])
    def dense(self, ids):
        hidden = tf.nn.relu(tf.matmul(tf.gather(self.table, ids), self.kernel) + self.bias)
        return {"out": tf.matmul(hidden, self.last)}

    @tf.function(input_signature=[tf.TensorSpec([None, 4, 4, 1], tf.float32, name="x")])
    def conv(self, x):
        y = tf.nn.relu6(tf.nn.bias_add(tf.nn.conv2d(x, self.filters, 2, "SAME"), self.bias[:4]))
        return {"out": tf.reduce_sum(y * y, [1, 2])}


IDS, IMAGES = np.array([1, 5, 11, 0]), wave(2, 4, 4, 1, step=0.37)
SAMPLES = {"dense": [{"ids": IDS}], "conv": [{"x": IMAGES}, {"x": IMAGES * 0.5}]}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path, model = str(tmp_path_factory.mktemp("saved") / "model"), Model()
    tf.saved_model.save(model, path, signatures={"dense": model.dense, "conv": model.conv})
    return path


def options(method=STATIC, op_set=TF, **others):
    named = {"signature_keys": ["dense", "conv"], "min_num_elements_for_weights": -1, **others}
    return q.QuantizationOptions(quantization_method=METHOD(preset_method=method), op_set=op_set, **named)


def results(loaded):
    dense = loaded.signatures["dense"](ids=tf.constant(IDS))["out"].numpy()[:2].ravel()
    return np.concatenate([dense, loaded.signatures["conv"](x=tf.constant(IMAGES))["out"].numpy()[0]])


@pytest.mark.parametrize(
    ("method", "op_set", "by_channel", "expected"),
    [
        (STATIC, TF, False, [-0.40332, -0.1195, -0.65727, 0.41826, 0.43513, 4.67434, 3.74436, 0.49392]),
        (STATIC, XLA, False, [-0.40096, -0.11255, -0.6571, 0.41165, 0.4386, 4.69067, 3.73269, 0.49058]),
        (STATIC, XLA, True, [-0.40096, -0.11255, -0.6571, 0.41165, 0.43484, 4.69067, 3.74422, 0.49222]),
        (DYNAMIC, TF, False, [-0.40149, -0.10633, -0.66072, 0.40569, 0.43935, 4.70337, 3.73218, 0.48794]),
        (WEIGHTS, XLA, False, [-0.39752, -0.10823, -0.66185, 0.41207, 0.4436, 4.69859, 3.72501, 0.4892]),
    ],
)
def test_quantized_models_compute_what_tensorflows_do(saved, tmp_path, method, op_set, by_channel, expected):
    chosen = options(method, op_set, enable_per_channel_quantization=by_channel)
    given = SAMPLES if method == STATIC else None
    loaded = q.quantize_saved_model(saved, str(tmp_path / "out"), chosen, given)
    np.testing.assert_allclose(results(loaded), expected, atol=1e-5)
    assert tf.saved_model.contains_saved_model(tmp_path / "out")


def test_small_weights_and_excepted_nodes_stay_as_they_are(saved, tmp_path):
    plain = results(tf.saved_model.load(saved))
    large = q.quantize_saved_model(saved, str(tmp_path / "a"), options(DYNAMIC, min_num_elements_for_weights=0))
    np.testing.assert_allclose(results(large), plain, atol=1e-6)
    none = METHOD(preset_method=METHOD.METHOD_NO_QUANTIZE)
    units = [UNIT.QuantizationUnit(op_type=op) for op in ("MatMul", "GatherV2", "Conv2D")]
    excepted = options(DYNAMIC, unit_wise_quantization_specs=[UNIT(unit=units, quantization_method=none)])
    np.testing.assert_allclose(results(q.quantize_saved_model(saved, str(tmp_path / "b"), excepted)), plain, atol=1e-6)


def test_defaults_are_put_into_the_options(saved, tmp_path):
    chosen = q.QuantizationOptions(signature_keys=["conv"])
    q.quantize_saved_model(saved, str(tmp_path / "out"), chosen, iter(SAMPLES["conv"]))
    assert (chosen.op_set, list(chosen.tags), chosen.min_num_elements_for_weights) == (XLA, ["serve"], 1024)
    assert chosen.calibration_options.calibration_method == 1
    assert chosen.freeze_all_variables
    kinds = [spec.quantization_component for spec in chosen.quantization_method.quantization_component_specs]
    assert kinds == [COMPONENT.COMPONENT_ACTIVATION, COMPONENT.COMPONENT_WEIGHT, COMPONENT.COMPONENT_BIAS]


def test_samples_in_files_are_byte_for_byte_tensorflows(tmp_path):
    path = tmp_path / "samples"
    saver = q.TfRecordRepresentativeDatasetSaver({"a": path})
    files = saver.save({"a": [{"x": np.array([1.0, 2.0], np.float32)}, {"x": tf.constant([3])}]})
    assert files["a"].tfrecord_file_path == str(path)
    assert path.read_bytes() == (
        b"\x19\x00\x00\x00\x00\x00\x00\x00\x8b\xf1\x08(\x12\x17\n\x01x\x12\x12\x08\x01\x12\x04\x12\x02\x08\x02"
        b'"\x08\x00\x00\x80?\x00\x00\x00@D\xd3\x8d\xd0\x12\x00\x00\x00\x00\x00\x00\x00$\x1fd%\x12\x10\n\x01x\x12\x0b'
        b"\x08\x03\x12\x04\x12\x02\x08\x01:\x01\x03\xea|\x8bF"
    )


def test_samples_come_from_files(saved, tmp_path):
    files = q.TfRecordRepresentativeDatasetSaver({k: tmp_path / k for k in SAMPLES}).save(SAMPLES)
    by_file = q.quantize_saved_model(saved, None, options(representative_datasets=files))
    by_argument = q.quantize_saved_model(saved, None, options(), SAMPLES)
    np.testing.assert_array_equal(results(by_file), results(by_argument))


AVERAGE, BY_HISTOGRAM = [0.23969, 4.22618, 3.92516, 0.45225], [0.46164, 4.68852, 3.69207, 0.48848]


@pytest.mark.parametrize(("method", "expected"), [(2, AVERAGE), *((method, BY_HISTOGRAM) for method in range(3, 7))])
def test_ranges_of_each_calibration_are_tensorflows(saved, tmp_path, method, expected):
    chosen = options(signature_keys=["conv"])
    chosen.calibration_options.calibration_method = method
    if method > 2:
        chosen.calibration_options.calibration_parameters.num_bins = 32
    loaded = q.quantize_saved_model(saved, str(tmp_path / "out"), chosen, SAMPLES["conv"])
    found = loaded.signatures["conv"](x=tf.constant(IMAGES))["out"].numpy()[0]
    np.testing.assert_allclose(found, expected, atol=1e-5)


NO_METHOD = q.QuantizationOptions
BIAS = COMPONENT(quantization_component=COMPONENT.COMPONENT_BIAS, tensor_type=COMPONENT.TENSORTYPE_INT_8)
INT_4 = COMPONENT(quantization_component=COMPONENT.COMPONENT_WEIGHT, tensor_type=COMPONENT.TENSORTYPE_INT_4)


@pytest.mark.parametrize(
    ("chosen", "samples", "error", "told"),
    [
        (options(), None, ValueError, "should be trained with quantization-aware"),
        (options(), SAMPLES["conv"], ValueError, "more than one signature"),
        (options(), {"conv": SAMPLES["conv"]}, ValueError, "do not match"),
        (options(signature_keys=["conv"]), [{"z": 1.0}], KeyError, "Invalid input keys"),
        (options(tags=["gpu"]), SAMPLES, RuntimeError, "could not be found in SavedModel"),
        (options(DYNAMIC, enable_per_channel_quantization=True), None, ValueError, "per-channel quantization"),
        (options(WEIGHTS), None, ValueError, "does not support weight-only"),
        (options(9), None, ValueError, "is not supported"),
        (NO_METHOD(enable_legacy_weight_only=True), None, ValueError, "deprecated"),
        (NO_METHOD(quantization_method=METHOD(quantization_component_specs=[BIAS])), None, ValueError, "Only int32"),
        (NO_METHOD(quantization_method=METHOD(quantization_component_specs=[INT_4])), None, ValueError, "Only int8"),
        (options(unit_wise_quantization_specs=[UNIT()]), SAMPLES, ValueError, "at least one unit"),
        (options(DYNAMIC, op_set=3), None, NotImplementedError, "quantize_saved_model: the op set UNIFORM_QUANTIZED"),
        (options(DYNAMIC, freeze_all_variables=False), None, NotImplementedError, "freeze_all_variables"),
    ],
)
def test_options_that_do_not_go_together_are_told(saved, tmp_path, chosen, samples, error, told):
    with pytest.raises(error, match=told):
        q.quantize_saved_model(saved, str(tmp_path / "out"), chosen, samples)


def test_directories_that_are_not_empty_are_kept(saved, tmp_path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(FileExistsError, match="overwrite_output_directory"):
        q.quantize_saved_model(saved, str(tmp_path), options(DYNAMIC))
    q.quantize_saved_model(saved, str(tmp_path), options(DYNAMIC), overwrite_output_directory=True)
    assert not (tmp_path / "file").exists()


def test_tables_and_loops_of_a_model_stay(tmp_path):
    class Words(tf.Module):
        def __init__(self):
            init = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([1, 2], tf.int64))
            self.table, self.rows = tf.lookup.StaticHashTable(init, 0), tf.Variable(wave(4, 6))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="words")])
        def serve(self, words):
            x = tf.gather(self.rows, self.table.lookup(words))
            step = lambda i, x: (i + 1, tf.matmul(x, self.rows, transpose_b=True) @ self.rows)  # noqa: E731
            step = lambda i, x: (i + 1, tf.matmul(x, self.rows, transpose_b=True) @ self.rows)  # noqa: E731
            step = lambda i, x: (i + 1, tf.matmul(x, self.rows, transpose_b=True) @ self.rows)  # noqa: E731
            return {"y": tf.while_loop(lambda i, x: i < 2, step, [0, x])[1]}

    model = Words()
    tf.saved_model.save(model, str(tmp_path / "in"))
    chosen = options(DYNAMIC, signature_keys=["serving_default"])
    loaded = q.quantize_saved_model(str(tmp_path / "in"), str(tmp_path / "out"), chosen)
    words = tf.constant(["b", "z", "a"])
    found = loaded.signatures["serving_default"](words=words)["y"]
    np.testing.assert_allclose(found, model.serve(words)["y"], rtol=0.05, atol=0.3)
