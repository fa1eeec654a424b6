"""Mel spectrograms, feature spaces and pipelines."""

import numpy as np


def show(function):
    try:
        result = function()
    except Exception as error:
        print(type(error).__name__)
        return
    if hasattr(result, "to_list"):
        result = result.to_list()
    print(np.round(result.numpy(), 4).tolist() if hasattr(result, "numpy") and result.dtype != tf.string else result)


layers = tf.keras.layers
x = np.sin(np.arange(600) * 0.3).astype("float32").reshape(1, 600)
show(lambda: layers.MelSpectrogram(fft_length=128, sequence_stride=100, num_mel_bins=5)(x))
show(
    lambda: layers.MelSpectrogram(
        fft_length=128, sequence_stride=100, sequence_length=64, num_mel_bins=5, power_to_db=False, window="hamming"
    )(x[0])
)
show(lambda: layers.MelSpectrogram(fft_length=128, sequence_stride=100, num_mel_bins=5)(tf.keras.Input((600,))).shape)
data = {
    "a": np.array([1.0, 2.0, 3.0, 4.0]),
    "b": np.array(["x", "y", "x", "z"]),
    "c": np.array([1, 2, 2, 3]),
    "d": np.array([0.1, 0.5, 0.6, 0.9]),
}
fs = tf.keras.utils.FeatureSpace(
    features={
        "a": "float_normalized",
        "b": "string_categorical",
        "c": "integer_categorical",
        "d": tf.keras.utils.FeatureSpace.float_discretized(num_bins=3),
    },
    crosses=[("b", "c")],
    crossing_dim=4,
)
show(lambda: fs(data))
show(lambda: fs.adapt(data))
show(lambda: fs(data))
show(lambda: fs({"a": 1.0, "b": "x", "c": 1, "d": 0.2}))
show(lambda: fs.get_inputs())
show(lambda: fs.get_encoded_features())
fs2 = tf.keras.utils.FeatureSpace(
    features={"a": "float", "b": "string_hashed", "c": "integer_hashed"}, output_mode="dict", hashing_dim=4
)
show(lambda: {k: v.numpy().tolist() for k, v in fs2({k: data[k] for k in "abc"}).items()})
show(lambda: fs2.get_config())
m = tf.keras.Model(fs.get_inputs(), layers.Dense(1, kernel_initializer="ones")(fs.get_encoded_features()))
show(lambda: m.predict({k: tf.constant(v)[:, None] for k, v in data.items()}, verbose=0))
p = layers.Pipeline([layers.Rescaling(0.5), layers.Rescaling(1.0, 1.0)])
show(lambda: p(np.ones((1, 2))))
show(p.get_config)
show(lambda: layers.Pipeline.from_config(p.get_config()).layers)
