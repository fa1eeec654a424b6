from tensorflow.keras import backend as K
from tensorflow.keras import layers

a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
print(a, repr(a), a.dtype, repr(a.shape))
for value in [
    1 + a, a - b, a / b, a**2, -a, a < b, a[:, :2], tf.reduce_mean(a, 1), tf.concat([a, b], 1), tf.nn.relu(a),
    tf.reshape(a, (-1, 2, 2)), tf.expand_dims(a, 1), tf.matmul(a, b, transpose_b=True), tf.shape(a), K.sum(a, axis=1),
    keras.activations.relu(a), K.square(a),
]:  # fmt: skip
    layer = value._keras_history[0]
    print(layer.name, type(layer).__name__, layer.output_shape, isinstance(layer, layers.Layer), layer.weights)
model = keras.Model([a, b], (a + b)[:, :2] * 2.0 + tf.reduce_sum(a, 1, keepdims=True))
model.summary()
print([layer.name for layer in model.layers], len(model.get_config()["layers"]))
other = keras.Model.from_config(model.get_config())
given = [np.ones((2, 4), "float32"), np.ones((2, 4), "float32")]
print(other.layers[-1].name, model.predict(given, verbose=0), other.predict(given, verbose=0))
shared = layers.Dense(2, name="shared")
twice = keras.Model([a, b], [shared(a), shared(b)])
print(twice.output_names, keras.Model(a, layers.LSTM(2, return_state=True)(a[:, None])).output_shape, twice.name)
keras.Model(a, layers.Dense(1)(keras.Input((4,))))
print(_error)
model.fit(given, given[0])
print(_error)
layers.Dense(3, units_of=1)
keras.Sequential([1])
keras.Sequential([layers.Dense(2)]).weights
shared(np.ones((2, 5), "float32"))
print(_error)
