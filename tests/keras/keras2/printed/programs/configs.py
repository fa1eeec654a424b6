"""The configs of Keras 2's functional models: how calls of layers and of TensorFlow's functions are described."""

import json

from tensorflow.keras import backend as K
from tensorflow.keras import layers


class Scaled(layers.Layer):
    def call(self, x, scale=1.0):
        return {"scaled": x * scale, "same": x}


a, b, dense = keras.Input((3,), name="a"), keras.Input((3,), name="b"), layers.Dense(2, name="dense")
y = dense(a)
z = tf.concat([layers.Concatenate(name="joined")([y, dense(b)]) + 1.0, dense(dense.__class__(3, name="more")(b))], -1)
q = layers.Reshape((2, 3), name="parts")(z)
o = layers.MultiHeadAttention(1, 2, name="attention")(q, q, attention_mask=None)
o = keras.Sequential([layers.Dense(2, name="inner")], name="stack")(o)
states = layers.LSTM(2, name="lstm")(q, initial_state=[y, y])
model = keras.Model({"a": a, "b": b}, {**Scaled(name="scaled")(o, scale=2.0), "states": states}, name="model")
config = model.get_config()
print({key: value for key, value in config.items() if key != "layers"})
for layer in config["layers"]:
    print(layer["name"], json.dumps(layer["inbound_nodes"]))

again = keras.Model.from_config(config, custom_objects={"Scaled": Scaled})
again.set_weights(model.get_weights())
x = {name: np.sin(np.arange(6.0)).reshape(2, 3) for name in "ab"}
print({key: np.abs(again(x)[key] - value).max() < 1e-6 for key, value in model(x).items()})
print(keras.Model(a, y, name="one").to_json())
cloned = keras.models.clone_model(keras.Model(a, y))
print([layer.name for layer in cloned._input_layers], [layer.name for layer in cloned._output_layers])

for f in (
    lambda x: x * 2.0,
    lambda x: 1.0 - x,
    lambda x: x[:, 0],
    lambda x: x[..., 1:],
    lambda x: tf.reduce_mean(x, axis=1),
    lambda x: tf.expand_dims(x, -1),
    lambda x: tf.cast(x, "int32"),
    lambda x: tf.stack([x, x], 1),
    lambda x: tf.clip_by_value(x, 0.0, 1.0),
    lambda x: K.expand_dims(x),
    lambda x: tf.reshape(x, [-1]),
):
    config = keras.Model(a, f(a)).get_config()
    print([layer["inbound_nodes"] for layer in config["layers"][1:]])
    print(keras.Model.from_config(config)(np.ones((1, 3))).numpy().tolist())
