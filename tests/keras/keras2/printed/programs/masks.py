"""Masks in Keras 2: what merging layers make of them, and that graphs do not show those that layers are given."""

words = np.array([[1, 2, 0], [3, 0, 0]]), np.array([[1, 0, 2], [0, 0, 4]])


class Masked(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x, mask=None):
        return x if mask is None else x * tf.cast(mask, "float32")[..., None]


def table(sign, masked):
    values = keras.initializers.Constant(sign * np.arange(12.0).reshape(6, 2))
    return keras.layers.Embedding(6, 2, mask_zero=masked, embeddings_initializer=values)


def merged(layer, *masked):
    inputs = [keras.Input((3,)) for _ in words]
    embedded = [table((-1) ** i, masked[i])(x) for i, x in enumerate(inputs)]
    y = keras.Model(inputs, layer(embedded))(words)
    mask = getattr(y, "_keras_mask", None)
    return y.numpy().tolist(), None if mask is None else mask.numpy().astype(int).tolist()


for masked in ((1, 1), (1, 0), (0, 0)):
    for name in ("Add", "Multiply", "Average", "Maximum", "Subtract", "Concatenate"):
        print(name, masked, *merged(getattr(keras.layers, name)(), *masked))

x = keras.Input((3,))
y = Masked(name="first")(table(1, True)(x))
y = Masked(name="second")(keras.layers.Add(name="added")([y, y]))
model = keras.Model(x, keras.layers.LSTM(2, name="last")(y, training=False))
print([layer.name.split("_")[0] for layer in model.layers])
print(keras.Model(x, y)(words[0]).numpy().tolist())
