rng = np.random.RandomState(0)
x = rng.normal(size=(3, 5, 4)).astype("float32")
right = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], bool)
left = right[:, ::-1].copy()
mixed = np.array([[0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [1, 1, 0, 1, 1]], bool)


def fill(layer):
    source = np.random.RandomState(1)
    layer.set_weights([source.normal(scale=0.5, size=w.shape) for w in layer.weights])


def show(value):
    tf.nest.map_structure(lambda y: print(np.round(np.asarray(y, "float64"), 4).tolist(), ","), value)


def run(layer, x=x, quiet=False, **kwargs):
    layer(x, **kwargs)
    fill(layer)
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, **kwargs)
        loss = tf.add_n(
            [tf.reduce_sum(tf.cast(tf.range(tf.size(v)), v.dtype) * tf.reshape(v, [-1])) for v in tf.nest.flatten(y)]
        )
    gradients = tape.gradient(loss, [x, *layer.trainable_weights])
    if not quiet:
        show(y)
    show([tf.reduce_sum(tf.abs(g)) for g in gradients])


for kind in ["SimpleRNN", "LSTM", "GRU"]:
    print(kind)
    make = getattr(keras.layers, kind)
    run(make(3))
    for mask in [right, left, mixed]:
        run(make(3), mask=mask)
        run(make(3, return_sequences=True, return_state=True), mask=mask)
        run(make(3, return_sequences=True, zero_output_for_mask=True), mask=mask)
        run(make(3, return_sequences=True, return_state=True, go_backwards=True), mask=mask)
    states = [tf.ones([3, 3]) * 0.5 for _ in range(2 if kind == "LSTM" else 1)]
    for mask in [None, right, left, mixed]:
        run(make(3, return_sequences=True, return_state=True), mask=mask, initial_state=states)
    run(make(3, activation="relu", use_bias=False, unroll=True))
    run(make(3, activation=tf.nn.tanh))
    run(make(3, activation=None, return_sequences=True, return_state=True), mask=mixed)

run(keras.layers.GRU(3, reset_after=False, return_sequences=True), mask=mixed)
run(keras.layers.GRU(3, recurrent_activation="hard_sigmoid"))
run(keras.layers.LSTM(3, unit_forget_bias=False, recurrent_activation="hard_sigmoid"))

for make in [
    lambda: keras.layers.LSTM(2, kernel_regularizer="l2", seed=3),
    lambda: keras.layers.GRU(2, activity_regularizer="l2", reset_after=False),
    lambda: keras.layers.SimpleRNN(2, bias_constraint="non_neg"),
    lambda: keras.layers.LSTMCell(2),
    lambda: keras.layers.GRUCell(2),
    lambda: keras.layers.SimpleRNNCell(2, seed=1),
    lambda: keras.layers.RNN([keras.layers.LSTMCell(2), keras.layers.GRUCell(3)], return_sequences=True),
    lambda: keras.layers.StackedRNNCells([keras.layers.SimpleRNNCell(2)]),
]:
    layer = make()
    print(layer.get_config())
    again = type(layer).from_config(layer.get_config())
    print(again.get_config() == layer.get_config(), layer.name)

layer = keras.layers.LSTM(3, return_state=True)
y = layer(x)
print(
    type(y),
    [w.path for w in layer.weights],
    [w.shape for w in layer.weights],
    len(layer.variables),
    layer.count_params(),
)
print(layer.cell.bias.numpy(), layer.units, layer.unit_forget_bias, layer.states, layer.state_size)
print([v.path for v in layer.variables], layer.supports_masking, layer.input_spec.ndim)
print(layer.compute_output_shape((None, None, 4)))
print(keras.layers.GRU(3, return_sequences=True, return_state=True).compute_output_shape((2, 7, 4)))
print(keras.layers.GRU(3, return_sequences=True, return_state=True).compute_mask(None, right)[1:])

a = keras.Input((None, 4))
print(
    keras.layers.LSTM(3, return_sequences=True)(a).shape, [t.shape for t in keras.layers.LSTM(3, return_state=True)(a)]
)
stacked = keras.layers.RNN(
    [keras.layers.LSTMCell(2), keras.layers.GRUCell(3), keras.layers.SimpleRNNCell(2)],
    return_state=True,
    return_sequences=True,
)
print(tf.nest.map_structure(lambda t: t.shape, stacked(a)))
run(stacked)
run(stacked, mask=mixed)
one = keras.layers.RNN([keras.layers.LSTMCell(2)], return_state=True)
run(one)


class Minimal(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), initializer="uniform", name="recurrent")

    def call(self, inputs, states):
        output = tf.matmul(inputs, self.kernel) + tf.matmul(states[0], self.recurrent_kernel)
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


for kwargs in [
    {},
    {"return_sequences": True},
    {"return_state": True},
    {"unroll": True, "go_backwards": True, "return_sequences": True},
]:
    run(keras.layers.RNN(Minimal(3), **kwargs))
    run(keras.layers.RNN([Minimal(3), Minimal(2)], **kwargs))
layer = keras.layers.RNN(Minimal(3), return_sequences=True, zero_output_for_mask=True)
run(layer, mask=mixed)
print([w.path for w in layer.weights])
config = layer.get_config()
print(config)
print(keras.layers.RNN.from_config(config, custom_objects={"Minimal": Minimal}).cell.units)
model = keras.Sequential([keras.Input((5, 4)), keras.layers.RNN([Minimal(2), Minimal(3)]), keras.layers.Dense(1)])
model.summary()


class Nested(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.state_size = [2, (2, 3)]
        self.output_size = 2
        self.bias = self.add_weight(shape=(2,), initializer="ones")

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, 2]), tf.zeros([batch_size, 2, 3])]

    def call(self, inputs, states):
        a, b = states
        a = a + inputs[:, :2] * self.bias
        return a, [a, b + a[:, :, None]]


run(keras.layers.RNN(Nested()), mask=mixed)
layer = keras.layers.RNN(Nested(), return_state=True)
show(layer(x, mask=left))

state = [tf.ones([3, 2]), tf.ones([3, 2])]
cell = keras.layers.LSTMCell(2)
cell(x[:, 0], state)
fill(cell)
show(cell(x[:, 0], state)[1][1])
cell = keras.layers.GRUCell(2)
output, after = cell(x[:, 0], state[0])
print(type(after), after.shape, cell.get_initial_state(2))
keras.layers.LSTM(0)
keras.layers.LSTM(3, use_cudnn="no")
keras.layers.RNN(keras.layers.Dense(2))
keras.layers.RNN(3)
keras.layers.StackedRNNCells([keras.layers.Dense(2)])
keras.layers.LSTM(3)(x[0])
keras.layers.LSTM(3, time_major=True)
keras.layers.LSTM(3, stateful=True)(keras.Input((5, 4)))
keras.layers.LSTM(3, unroll=True)(keras.Input((None, 4)))
print(
    keras.layers.LSTM(3, implementation=1).get_config()["units"],
    keras.layers.GRU(3, recurrent_dropout=0.2).cell.implementation,
)

layer = keras.layers.LSTM(3, stateful=True, return_sequences=True)
layer(x)
fill(layer)
layer.reset_states()
show(layer(x))
show(layer(x))
show(layer.states)
layer.reset_state()
show(layer(x))
print(len(layer.states), len(layer.variables), layer.states[0].path)
layer(x[:2])
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(batch_shape=(3, 5, 4)),
        keras.layers.GRU(4, stateful=True, return_sequences=True),
        keras.layers.GRU(3, stateful=True),
        keras.layers.Dense(1),
    ]
)
model.set_weights([np.random.RandomState(2).normal(size=w.shape, scale=0.3) for w in model.weights])
model.compile("sgd", "mse")
history = model.fit(np.concatenate([x, x + 1]), np.arange(6.0), batch_size=3, epochs=3, shuffle=False, verbose=0)
print(history.history)
show(model.layers[0].states)
for part in model.layers[:2]:
    part.reset_states()
show(model.predict(x, batch_size=3, verbose=0))
model.summary()


def dropped(layer):
    layer(x)
    fill(layer)
    first = layer(x, training=True)
    print(first.shape, bool(np.any(first != layer(x, training=True))), len(layer.variables))
    show(layer(x))


dropped(keras.layers.LSTM(3, dropout=0.5, seed=1))
dropped(keras.layers.GRU(3, dropout=0.5, recurrent_dropout=0.3, seed=1))
dropped(keras.layers.SimpleRNN(3, dropout=0.5, recurrent_dropout=0.3, seed=1, return_sequences=True))
dropped(keras.layers.GRU(3, dropout=0.5, seed=1, implementation=1, reset_after=False, recurrent_dropout=0.2))
dropped(keras.layers.RNN([keras.layers.LSTMCell(2, dropout=0.2), keras.layers.LSTMCell(3, recurrent_dropout=0.2)]))
show(keras.layers.SimpleRNN(3, dropout=1.0, kernel_initializer="ones")(x, training=True))
show(keras.layers.GRU(3, dropout=1.0, kernel_initializer="ones", recurrent_initializer="ones")(x, training=True))


def drawn(layer):
    layer(x)
    fill(layer)
    show(layer(x, training=True))
    show(layer(x, training=True))
    show(layer(x))
    show(layer(x, training=True))


drawn(keras.layers.LSTM(3, dropout=0.5, seed=1))
drawn(keras.layers.GRU(3, dropout=0.5, recurrent_dropout=0.3, seed=1))
drawn(keras.layers.SimpleRNN(3, dropout=0.5, recurrent_dropout=0.3, seed=1, return_sequences=True))
drawn(keras.layers.GRU(3, dropout=0.5, seed=1, implementation=1, reset_after=False, recurrent_dropout=0.2))
