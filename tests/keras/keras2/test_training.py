"""Losses, labels and backups as Keras 2 has them, under TF_USE_LEGACY_KERAS=1."""

from tests.keras.keras2.test_legacy import run_legacy


def test_losses_take_lists_and_make_columns_of_vectors() -> None:  # what TensorFlow 2.15 prints
    run_legacy(
        """
import numpy as np
losses = keras.losses
probabilities = [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]
assert abs(losses.SparseCategoricalCrossentropy()([1, 2], probabilities) - 1.1769392) < 1e-6
assert abs(losses.SparseCategoricalCrossentropy()([1, 2], probabilities, [0.3, 0.7]) - 0.8135988) < 1e-6
assert losses.Huber()([1, 2], [1.5, 2.5]) == 0.125

class Hinge(losses.Loss):
    def call(self, y, is_real):
        return losses.Hinge()(1.0 if is_real else -1.0, y)

step = tf.function(lambda y: Hinge()(y, False) + Hinge()(y, True))
assert step(tf.constant([[0.5], [-2.0]])) == 2.5

model = keras.Sequential([keras.layers.Dense(10, kernel_initializer="ones")])
model.compile("sgd", loss="mae", metrics=["mse"])
x = np.arange(100.0).reshape(5, 20) / 100
history = model.fit(x, np.zeros(5), sample_weight=np.arange(5.0), epochs=2, verbose=0).history
np.testing.assert_allclose(history["loss"], [27.8, 27.7570896], rtol=1e-5)
np.testing.assert_allclose(history["mse"], [130.0099945, 129.6066437], rtol=1e-5)
"""
    )


def test_training_that_is_backed_up_starts_with_a_model_that_is_not_built() -> None:  # as TensorFlow 2.15 has it
    run_legacy(
        """
import tempfile
import numpy as np

class Interrupting(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 4:
            raise RuntimeError("interrupted")

backup = keras.callbacks.BackupAndRestore(tempfile.mkdtemp())
model = keras.Sequential([keras.layers.Dense(10)])
model.compile(keras.optimizers.SGD(0.01), loss="mse")
x, y = np.arange(100.0).reshape(5, 20) / 100, np.zeros(5)
try:
    model.fit(x, y, epochs=10, batch_size=1, callbacks=[backup, Interrupting()], verbose=0)
except RuntimeError:
    pass
history = model.fit(x, y, epochs=10, batch_size=1, callbacks=[backup], verbose=0)
assert len(history.history["loss"]) == 6
"""
    )
