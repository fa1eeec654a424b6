import copy
import pickle

from tensorflow.keras import activations, layers, losses, metrics, mixed_precision, optimizers, utils

made = [
    layers.Dense(2, input_shape=(3,)), layers.LSTM(3, name="l"), layers.Bidirectional(layers.GRU(2)),
    layers.SpatialDropout1D(0.2), layers.Conv2DTranspose(2, 3), layers.SeparableConv1D(2, 3), layers.Resizing(2, 3),
    layers.RandomFlip(seed=3), layers.Dense(1, dtype="mixed_float16"),
    layers.AveragePooling2D(), layers.DepthwiseConv2D(3),
]  # fmt: skip
for layer in made:
    config = layer.get_config()
    print(config, type(layer).from_config(config).get_config() == config)
model = keras.Sequential([layers.LeakyReLU(0.5, input_shape=(4,)), layers.Dense(1)])
print(list(model.get_config()), model.get_config()["layers"][0])
print([w.name for w in keras.Sequential.from_config(model.get_config()).weights])
layers.Dense(2, foo=1)
print(_error)
layers.ReLU(name="r").count_params()
print(_error)
layers.Dense(2, name="d").input
print(_error)
layers.Dense(2, name="e").output
print(_error)
dense = layers.Dense(2)
dense.build((None, 3))
print([w.name for w in dense.weights])
convolution, depthwise = layers.ConvLSTM1D(2, 2), layers.DepthwiseConv1D(2)
print(type(convolution(tf.ones((1, 2, 5, 3)))).__name__, depthwise(tf.ones((1, 5, 3))).shape)
print([w.name for w in convolution.weights + depthwise.weights])
print(layers.GRU(2, time_major=True, return_sequences=True, return_state=True)(keras.Input((5, 3), batch_size=4)))
print(
    layers.Discretization([0.0, 1.0])([0.5, 9.0]), layers.StringLookup(vocabulary=["a"], output_mode="count")([["a"]])
)
print(layers.IntegerLookup(vocabulary=[1]).dtype, layers.TextVectorization().dtype)
images = tf.reshape(tf.range(48, dtype=tf.float32), (1, 2, 2, 4, 3))
print(layers.Conv2D(1, 2, kernel_initializer="ones")(images), layers.Conv1D(1, 2, padding="causal")(images).shape)
mean, other = metrics.Mean(), metrics.Mean(name="other")
mean.update_state([1.0, 2.0])
other.update_state(5.0)
mean.merge_state([other])
print(mean.result().numpy(), mean, [w.name for w in mean.weights], mean.get_weights())
mean.merge_state([metrics.AUC()])
print(_error)
tensor = metrics.MeanTensor()
tensor.update_state([0, 1, 2, 3])
tensor.update_state([12, 10, 8, 6], sample_weight=[0, 0.2, 0.5, 1])
print(tensor.result())
tensor.update_state([1.0])
print(_error)
relative = metrics.MeanRelativeError(normalizer=[1, 3, 2, 3])
relative.update_state([1, 3, 2, 3], [2, 4, 6, 8])
print(relative.result(), relative.get_config())
print(
    metrics.binary_accuracy([[1.0, 0.0]], [[0.8, 0.6]]),
    metrics.BinaryAccuracy().get_config(),
    metrics.KLDivergence().name,
)
print(losses.serialize(losses.Huber()), losses.deserialize(losses.serialize(losses.Huber(delta=2.0))).get_config())
print(losses.MeanSquaredError()(tf.constant([[1.0]], "float64"), tf.constant([[2.0]], "float64")))
losses.MeanSquaredError(reduction="none of these")
print(_error)
losses.get("no loss")
print(_error)
variable = tf.Variable([1.0, 2.0], name="v")
for name in ("Adam", "SGD", "Adamax", "Adagrad", "Adadelta", "Ftrl"):
    optimizer = getattr(optimizers, name)()
    optimizer.apply_gradients([(tf.constant([0.1, 0.2]), variable)])
    print([v.name for v in optimizer.variables], optimizer.get_config())
optimizer = optimizers.legacy.RMSprop(0.5)
optimizer.apply_gradients([(tf.constant([0.1, 0.2]), variable)])
print([v.name for v in optimizer.variables()], variable.numpy())
optimizers.Adam(foo=1)
print(_error)
optimizers.SGD().apply_gradients([(None, tf.Variable(1.0, name="w"))])
print(_error)
scaled = mixed_precision.LossScaleOptimizer(optimizers.SGD(0.5), dynamic=False, initial_scale=8)
print(scaled.dynamic, scaled.loss_scale, scaled.get_scaled_loss(tf.constant(2.0)))
scaled.minimize(lambda: variable[0] * 2.0, [variable])
print(variable.numpy(), scaled.get_config()["dynamic_growth_steps"])
mixed_precision.LossScaleOptimizer(optimizers.SGD(), dynamic=False)
print(_error)


class Momentum(optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, name="Momentum", **kwargs):
        super().__init__(name=name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)

    def build(self, var_list):
        super().build(var_list)
        if hasattr(self, "_built") and self._built:
            return
        self._built = True
        self.kept = [self.add_variable_from_reference(model_variable=v, variable_name="kept") for v in var_list]

    def update_step(self, gradient, variable):
        kept = self.kept[self._index_dict[self._var_key(variable)]]
        kept.assign(0.5 * kept + gradient)
        variable.assign_sub(tf.cast(self.learning_rate, variable.dtype) * kept)


model = keras.Sequential([layers.Dense(1, input_shape=(2,), kernel_initializer="ones", name="only")])
own = Momentum()
model.compile(own, "mse")
history = model.fit(np.ones((4, 2)), np.zeros((4, 1)), epochs=2, verbose=0)
print(model.get_weights(), [v.name for v in own.variables])
print(utils.to_ordinal([0, 1, 2, 3]), utils.to_categorical([0, 1], dtype="int32"), utils.to_categorical([1]).dtype)
print(keras.Sequential(layers.Dense(2, input_shape=(3,))).output_shape)
keras.Sequential().pop()
print(_error)
print(activations.hard_sigmoid(tf.constant([-1.0, 0.5, 1.0])), activations.serialize(activations.hard_sigmoid))
normalization = layers.Normalization(axis=None)
normalization.adapt([0.0, 2.0])
print(normalization([1.0, 3.0]), layers.IntegerLookup(vocabulary=[1, 2], dtype="int32")([1, 9]))


class Weights(layers.Layer):
    def build(self, input_shape):
        mean, on_read = tf.VariableAggregation.MEAN, tf.VariableSynchronization.ON_READ
        self.w = self.add_weight("w", (input_shape[-1], 2), synchronization=on_read, aggregation=mean)
        self.v = self.add_weight("v", (2,), "float32", "ones", None, False)
        self.u = self.add_weight(name="u", shape=(2,), initializer="ones", use_resource=True)

    def call(self, x):
        return x @ self.w + self.v


layer = Weights()
print(layer(tf.zeros((1, 3))), [(w.name, w.trainable) for w in layer.weights])
layer.add_weight(name="x", trainable=True, synchronization=tf.VariableSynchronization.ON_READ)
print(_error)
layer.add_weight(name="x", foo=1)
print(_error)
for layer in (layers.Dense(2), layers.LSTM(2), layers.Bidirectional(layers.GRU(2)), layers.BatchNormalization()):
    before, new = layer(tf.ones((2, 4, 3))), pickle.loads(pickle.dumps(type(layer).from_config(layer.get_config())))
    for other in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer)):
        print([w.name for w in other.weights], np.allclose(before, other(tf.ones((2, 4, 3)))), other.trainable)
    print(new.built, new(tf.ones((2, 4, 3))).shape, len(new.trainable_weights))
sequences = tf.random.stateless_normal((3, 5, 2), [1, 2])
for kind in (layers.GRU, layers.LSTM, layers.SimpleRNN):
    layer, turned = kind(2, return_sequences=True), kind(2, return_sequences=True, time_major=True)
    expected, _ = layer(sequences), turned(tf.transpose(sequences, (1, 0, 2)))
    turned.set_weights(layer.get_weights())
    other = turned(tf.transpose(sequences, (1, 0, 2)))
    print(other.shape, np.allclose(tf.transpose(other, (1, 0, 2)), expected, atol=1e-6))
for optimizer in (optimizers.legacy.SGD(0.1, momentum=0.9), optimizers.legacy.Adagrad(0.1)):
    first, second = tf.Variable([1.0, 2.0], name="first"), tf.Variable([[3.0]], name="second")
    for pairs in (
        [(tf.constant([0.1, 0.2]), first)],
        [(tf.constant([[0.5]]), second), (tf.constant([0.1, 0.2]), first)],
    ):
        optimizer.apply_gradients(pairs)
        optimizer.apply_gradients(pairs)
    print(first.numpy(), second.numpy(), sorted(v.name for v in optimizer.variables()))
averaging, variable = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), tf.Variable([1.0], name="averaged")
averaging.minimize(lambda: variable * 2.0, [variable])
averaging.finalize_variable_values([variable])
print(variable.numpy(), optimizers.Lion().learning_rate.numpy())
averaging.apply_gradients([(tf.constant([1.0]), tf.Variable([1.0], name="other"))])
print(_error)
again = layers.Dense(3, kernel_initializer="ones", name="again")
repeated = keras.Sequential([layers.ReLU(), again, again, layers.Dense(tf.constant(1), kernel_initializer="ones")])
print(repeated(tf.ones((2, 3))), [layer.name for layer in repeated.layers], len(repeated.get_config()["layers"]))
explicit = keras.Sequential([keras.Input((3,)), again, again])
print(explicit(tf.ones((2, 3))), len(explicit.layers), layers.Dense(3.7).units, layers.Conv2D(4.0, 3).filters)
