import collections

from tensorflow.keras import layers

keras.utils.set_random_seed(1)
x = tf.reshape(tf.range(24, dtype=tf.float32), (2, 3, 4)) / 10


class Grid(layers.Layer):
    """A cell whose state and output are matrices."""

    def __init__(self, rows, columns, **kwargs):
        super().__init__(**kwargs)
        self.state_size = self.output_size = tf.TensorShape([rows, columns])
        self.calls = 0

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], *self.state_size), initializer="uniform", name="kernel")

    def call(self, inputs, states):
        self.calls += 1
        state = tf.einsum("bi,irc->brc", inputs, self.kernel) + 0.5 * states[0]
        return state, [state]


grid = layers.RNN(Grid(2, 3), return_sequences=True, return_state=True)
print([y.shape for y in grid(x)], grid.cell.calls, grid.compute_output_shape((None, 3, 4)))
stateful = layers.RNN(Grid(1, 2), stateful=True, batch_input_shape=(2, 3, 4))
print(stateful(x), stateful(x))
inputs = keras.Input((None, 4))
model = keras.Model(inputs, layers.RNN(Grid(2, 3))(layers.Masking()(inputs)))
model.compile("sgd", "mse")
print(model.output_shape, model.fit(x, tf.ones((2, 2, 3)), verbose=0).history)


class Pair(layers.Layer):
    """A cell of two inputs, two states and two outputs."""

    state_size = output_size = [tf.TensorShape([2]), tf.TensorShape([2, 2])]

    def build(self, shapes):
        print([tuple(shape) for shape in shapes])

    def call(self, inputs, states):
        (a, b), (s, t) = inputs, states
        return (a + s, b * 2), (s + 1, t + b)


print(layers.RNN(Pair(), return_state=True)((x[:, :, :2], tf.reshape(x, (2, 3, 2, 2)))))
Parts = collections.namedtuple("Parts", "p q")


class Named(layers.Layer):
    """A cell with a named tuple of states and constants, which starts from ones."""

    state_size = Parts(3, tf.TensorShape([2, 2]))
    output_size = 3

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        return Parts(tf.ones((batch_size, 3), dtype), tf.ones((batch_size, 2, 2), dtype))

    def call(self, inputs, states, constants):
        p, q = states
        return inputs[:, :3] * constants[0] + p, Parts(p + 1, q * 2)


named = layers.RNN(Named(), return_state=True)
print(named(x, constants=tf.ones((2, 3)) * 2), named.get_config()["num_constants"])
print(named([x, tf.zeros((2, 3)), tf.zeros((2, 2, 2)), tf.ones((2, 3))])[0])
layers.RNN(layers.SimpleRNNCell(3))(x, constants=tf.ones((2, 3)))


class Scaled(layers.Layer):
    """A cell without a config of its own."""

    def __init__(self, state_size, **kwargs):
        super().__init__(**kwargs)
        self.state_size = state_size

    def call(self, inputs, states):
        return states[0] + tf.reduce_max(inputs), states


print(layers.Bidirectional(layers.RNN([Scaled(2), Scaled(3)]))(x))
print([y.shape for y in layers.LSTM(2, return_state=True)([x, tf.ones((2, 2)), tf.zeros((2, 2))])])
layers.LSTM(2)(x, initial_state=[tf.ones((2, 2)), tf.zeros((2, 3))])
print(layers.LSTM(2).get_initial_state(x), layers.ConvLSTM1D(2, 2)(tf.ones((1, 2, 5, 3)), initial_state=None).shape)
