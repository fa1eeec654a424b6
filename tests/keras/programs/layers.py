class Scale(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", name="kernel")
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")

    def call(self, inputs):
        self.add_loss(tf.reduce_sum(self.kernel))
        self.calls.assign_add(1.0)
        return tf.matmul(inputs, self.kernel)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


layer = Scale(2)
print(layer, layer.name, layer.built, layer.weights)
print(layer(tf.ones((1, 3))), layer.losses, layer.built, layer.path)
print([w.path for w in layer.weights], len(layer.trainable_weights), len(layer.non_trainable_weights))
print(layer(tf.ones((2, 3))).shape, layer.calls, layer.count_params())
print(layer.get_config())
print(Scale.from_config(layer.get_config()).units)
layer.trainable = False
print(layer.trainable_weights, len(layer.non_trainable_weights), layer.kernel.trainable)
layer.extra = layer.add_weight(shape=())
layer.more = keras.layers.Dense(2)
print(layer.get_weights())
layer.set_weights([np.zeros((3, 2)), np.zeros(())])
print(layer.kernel)


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.parts = [keras.layers.Dense(2, name=f"part{i}") for i in range(2)]
        self.by_name = {"last": keras.layers.Dense(1)}
        self.mean = keras.metrics.Mean(name="mean_of_outputs")

    def call(self, x, training=None):
        print("training", training)
        for part in self.parts:
            x = part(x)
        x = self.by_name["last"](x)
        self.mean.update_state(x)
        return x


block = Block()
print(block(np.ones((2, 3), "float32"), training=True).shape)
print([w.path for w in block.weights], block.metrics, [v.path for v in block.metrics_variables])
print(len(block.variables), [layer.name for layer in block._flatten_layers()])


class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.drop = keras.layers.Dropout(0.5)

    def call(self, inputs, training=None):
        return self.drop(self.block(inputs))


model = Model()
print(model.layers, model.built)
print(model(tf.ones((2, 3)), training=True).shape)
print(model(tf.ones((2, 3))).shape)
print([w.path for w in model.weights], model.built)
model.summary()
print(keras.layers.Dense(2)(np.ones((1, 2, 3))).shape, keras.layers.Dense(2)(np.ones((1, 3), "int32")).dtype)
print(keras.layers.Dense(2, dtype="float64")(np.ones((1, 3), "float32")).dtype)
print(keras.layers.Dense(2, dtype="mixed_bfloat16")(np.ones((1, 3), "float32")).dtype)
mixed = keras.layers.Dense(2, dtype="mixed_bfloat16")
mixed.build((None, 3))
print(mixed.kernel.dtype, mixed.compute_dtype, mixed.variable_dtype, mixed.dtype_policy)
print(keras.layers.Dense(3, kernel_regularizer="l2", kernel_constraint="max_norm", use_bias=False).get_config())
regular = keras.layers.Dense(
    2, kernel_regularizer=keras.regularizers.L2(0.5), activity_regularizer="l1", kernel_initializer="ones"
)
print(regular(np.ones((2, 3))), regular.losses)
print(keras.layers.Flatten()(np.ones((2, 3, 4))).shape, keras.layers.Flatten().compute_output_shape((None, 3, None)))
print(keras.layers.Flatten(data_format="channels_first")(np.arange(12.0).reshape(1, 2, 2, 3)))
print(
    keras.layers.Reshape((2, -1))(np.ones((3, 8))).shape, keras.layers.Reshape((2, -1)).compute_output_shape((None, 8))
)
print(keras.layers.Permute((2, 1))(np.ones((1, 2, 3))).shape, keras.layers.RepeatVector(3)(np.ones((1, 2))).shape)
print(keras.layers.Rescaling(1 / 255.0, offset=-1.0)(np.array([[0, 255]], "uint8")))
print(keras.layers.Identity()(np.ones((1, 2))), keras.layers.Activation("tanh")(np.ones((1, 2))))
print(keras.layers.Dropout(0.5)(np.ones((1, 2))), keras.layers.Dropout(0.0)(np.ones((1, 2)), training=True))
print(keras.layers.ActivityRegularization(l1=0.1).get_config(), keras.layers.GaussianNoise(0.1).get_config())
dropped = keras.layers.Dropout(0.25, seed=1)(np.ones((100, 100)), training=True)
print(sorted(set(np.round(np.ravel(dropped), 4))), 0.2 < float(np.mean(dropped == 0)) < 0.3)
dropped = keras.layers.Dropout(0.5, noise_shape=(None, 1), seed=3)(np.ones((40, 3)), training=True).numpy()
print(sorted(set(dropped[:, 0])), np.ptp(dropped, axis=1).max())

keras.layers.Dense(-1)
keras.layers.Dense(2.5)
keras.layers.Dense(3, foo=1)
keras.layers.Dense(3, activation="nope")
keras.layers.Dense(3, kernel_initializer="nope")
keras.layers.Dense(3, name="a/b")
keras.layers.Dense(2)(np.ones((3,)))
keras.layers.Dense(2)("text")
keras.layers.Dropout(1.5)
keras.layers.Reshape((-1, -1))
keras.layers.Dense(2).count_params()
keras.layers.Dense(2).kernel
keras.layers.Layer().call(1)
keras.layers.Permute((1, 3))
keras.layers.RepeatVector("a")
model.layers = 3


class Forgot(keras.layers.Layer):
    def __init__(self):
        self.x = 1


Forgot()(np.ones((1, 2)))


class Positional(keras.layers.Layer):
    def __init__(self, *units):
        super().__init__()


Positional(1, 2).get_config()


class Automatic(keras.layers.Layer):
    def __init__(self, units, rate=0.5):
        super().__init__()

    def call(self, x):
        return x * 2 + 1


print(Automatic(3).get_config(), keras.Model(i := keras.Input((None, 2)), Automatic(1)(i)).output_shape)
