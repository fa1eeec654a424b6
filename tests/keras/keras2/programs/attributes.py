L = keras.layers
K = keras.backend
lstm = L.LSTM(4)
left, right = keras.Input((None, 5), name="left"), keras.Input((None, 5), name="right")
first, second = lstm(left), lstm(right)
model = keras.Model([left, right], L.Dense(1, name="out")(L.concatenate([first, second])))
print(lstm.get_output_at(0).shape, lstm.get_input_at(1).shape, lstm.get_output_shape_at(0), lstm.get_input_shape_at(1))
print(len(lstm.inbound_nodes), len(lstm.outbound_nodes), lstm.input_shape, lstm.output_shape)
lstm.get_output_at(5)
L.Dense(2).get_input_at(0)
L.Dense(2).input_shape
print(model.input_names, model.output_names, model.input_shape, model.output_shape, model.layers[3].input_shape)
twice = L.Dense(2)
print(twice(keras.Input((3, 4))).shape, twice(keras.Input((4,))).shape, twice.get_output_shape_at(1))
twice.output_shape
print(model.state_updates, model.stateful, model.dynamic, model.updates, lstm.updates, lstm.stateful, lstm.dynamic)
print(len(model.submodules) > 3, type(model.submodules).__name__)
print(L.Dense(np.int64(3)).units, L.Embedding(np.int64(5), np.int32(2)).output_dim, L.LSTM(np.int64(2)).units)


class Counting(L.Layer):
    def __init__(self, **kwargs):
        super().__init__(dynamic=True, **kwargs)

    def build(self, input_shape):
        self.count = self.add_weight("count", shape=(), initializer="zeros", trainable=False)
        self.sizes = input_shape.as_list()[1:], input_shape[:-1].as_list()[1:]
        super().build(input_shape)

    def call(self, inputs):
        self.add_update(lambda: self.count.assign_add(1.0))
        return inputs * 2

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape.as_list())


layer = Counting()
print(layer(np.ones((1, 2), "float32")), float(layer.count), layer.dynamic, *map(list, layer.sizes))
model = keras.Sequential([Counting(input_shape=(3,)), L.Dense(1, kernel_initializer="ones")])
model.compile("sgd", "mse")
print(model.dynamic, model.run_eagerly, model.predict(np.ones((2, 3)), verbose=0).ravel())
signature = L.Dense(4).compute_output_signature(tf.TensorSpec((None, 3), tf.float32))
print(signature.shape, signature.dtype)
print(L.Lambda(lambda x: tf.exp(x))([-1.0, 0.0, 1.0]))
print(keras.losses.Reduction.AUTO, keras.losses.Reduction.SUM_OVER_BATCH_SIZE)
print(K.int_shape(K.print_tensor(keras.Input((2,)))))
