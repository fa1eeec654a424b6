"""GPTQ and AWQ against what they are to achieve: outputs that change less than by rounding alone."""

import pathlib

import numpy as np
import pytest
import torch

import tfcompat as tf
from tfcompat.keras.quantizers.calibrators import AWQ, GPTQ

Q = tf.keras.quantizers
ROWS, COLUMNS = 150, 12  # more rows than GPTQ passes errors on at once


def inputs() -> torch.Tensor:
    """Inputs that depend on each other, some much larger than others."""
    generator = torch.Generator().manual_seed(1)
    mixing = torch.randn(ROWS, ROWS, generator=generator) * torch.linspace(0.05, 3, ROWS)
    return torch.randn(400, ROWS, generator=generator) @ mixing


def error(kind: type, config: type, observed: bool, **options: object) -> float:
    """How much the outputs of a Dense layer for `inputs` change by quantizing it."""
    layer = tf.keras.layers.Dense(COLUMNS, use_bias=False)
    layer.build((None, ROWS))
    layer.kernel.assign(np.random.RandomState(0).randn(ROWS, COLUMNS))
    x = inputs()
    before = layer(x.numpy())
    told = config(None, None, **options)
    layer.quantize(told.mode, config=told)
    calibrator = kind(layer, told)
    for batch in x.split(150) if observed else ():
        calibrator.observe(batch)
    calibrator.finish()
    return float(tf.norm(layer(x.numpy()) - before))


@pytest.mark.parametrize("group_size", [-1, 64, 100])
@pytest.mark.parametrize(("kind", "config"), [(GPTQ, Q.GPTQConfig), (AWQ, Q.AWQConfig)])
def test_observed_inputs_make_the_error_smaller(kind: type, config: type, group_size: int) -> None:
    rounded = error(kind, config, observed=False, group_size=group_size)
    assert error(kind, config, observed=True, group_size=group_size) < 0.98 * rounded
    if kind is GPTQ:
        assert error(kind, config, observed=True, group_size=group_size, activation_order=True) < 0.98 * rounded


def test_the_hessian_is_a_mean_over_all_samples() -> None:
    layer = tf.keras.layers.Dense(COLUMNS)
    layer.build((None, ROWS))
    calibrator, x = GPTQ(layer, Q.GPTQConfig(None, None)), inputs()
    for batch in x.split([7, 93, 300]):
        calibrator.observe(batch)
    torch.testing.assert_close(calibrator.hessian, 2 * x.T @ x / 400, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("config", [Q.GPTQConfig, Q.AWQConfig])
def test_what_is_saved_is_loaded(config: type, tmp_path: pathlib.Path) -> None:
    embedding, block = tf.keras.layers.Embedding(8, 6), tf.keras.Sequential([tf.keras.layers.Dense(5)])
    model = tf.keras.Sequential([tf.keras.Input((3,)), embedding, block])
    structure = {"pre_block_layers": [embedding], "sequential_blocks": [block]}
    told = config([[1, 2, 3]], "none", num_samples=2, sequence_length=3, group_size=4)
    told.quantization_layer_structure = structure
    model.quantize(config=told, filters="dense")
    told.quantization_layer_structure = None  # it holds the layers whose config it is part of
    model.save(tmp_path / "model.keras")
    x = np.array([[1, 5, 0], [7, 7, 2]])
    again = tf.keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(x), model(x))
    assert again.layers[1].layers[0].quantization_mode == told.mode
