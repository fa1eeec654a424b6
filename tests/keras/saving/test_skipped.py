"""What is left out of files of weights, what does not fit, and endpoints of archives."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf


def model(units: int = 2) -> tf.keras.Model:
    return tf.keras.Sequential(
        [tf.keras.Input((3,)), tf.keras.layers.Dense(4, name="a"), tf.keras.layers.Dense(units, name="b")], name="m"
    )


@pytest.mark.parametrize(("name", "options"), [("m.weights.h5", {}), ("m.weights.json", {"max_shard_size": 1})])
def test_objects_that_are_skipped(tmp_path: pathlib.Path, name: str, options: dict[str, float]) -> None:
    saved, path = model(), tmp_path / name
    saved.save_weights(path, **options)
    other = model(units=5)
    before = other.layers[1].kernel.numpy()
    other.load_weights(path, objects_to_skip=[other.layers[1]])
    np.testing.assert_array_equal(other.layers[0].kernel, saved.layers[0].kernel)
    np.testing.assert_array_equal(other.layers[1].kernel, before)
    saved.save_weights(path, objects_to_skip=[saved.layers[0]], **options)
    with pytest.raises(ValueError, match=r"Layer 'a' expected 2 variables, but received 0"):
        model().load_weights(path)
    with pytest.raises(ValueError, match="`objects_to_skip` only supports"):
        saved.save_weights(tmp_path / "m.h5", objects_to_skip=[])


def test_the_first_reason_is_told_where_shapes_differ(tmp_path: pathlib.Path) -> None:
    """Keras 3.15's words."""
    model().save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(
        ValueError, match=r"variable.shape=\(4, 5\), Received: value.shape=\(4, 2\). Target variable: <V"
    ):
        model(units=5).load_weights(tmp_path / "m.weights.h5")


def test_a_function_with_a_signature_is_an_endpoint(tmp_path: pathlib.Path) -> None:
    whole, archive = model(), tf.keras.export.ExportArchive()
    archive.track(whole)
    archive.add_endpoint("f", tf.function(whole.call, input_signature=[tf.TensorSpec((None, 3))]))
    archive.write_out(tmp_path / "out", verbose=False)
    found = tf.saved_model.load(tmp_path / "out")
    np.testing.assert_allclose(found.f(tf.ones([1, 3])), whole(tf.ones([1, 3])), rtol=1e-6)
    for act, match in (
        (lambda: archive.add_endpoint("g", tf.function(whole.call)), "has never been called"),
        (lambda: archive.add_endpoint("g", whole.call), "is not a `tf.function`"),
        (lambda: archive.add_variable_collection("v", [3]), "to be `tf.Variable` instances"),
        (lambda: archive.track(3), "Invalid resource type"),
    ):
        with pytest.raises(ValueError, match=match):
            act()
