from tensorflow.keras import layers

keras.utils.set_random_seed(1)
X, Y = np.sin(np.arange(80, dtype="float32")).reshape(20, 4), np.arange(20) % 3
model = keras.Sequential([layers.Dense(4, activation="relu", input_shape=(4,)), layers.Dense(3, activation="softmax")])
model.summary()
model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])  # the third is metrics here
print(model.metrics_names, model.input_names, model.output_names, model.layers[0].output_shape)
history = model.fit(X, Y, epochs=2, batch_size=20, validation_split=0.2)
print(list(history.history), history.params, model.metrics_names)
history = model.fit(X, Y, batch_size=8, steps_per_epoch=2, epochs=3, verbose=2)
print(np.round(history.history["loss"], 4), np.round(model.get_weights()[0][0], 4))
print(np.round(model.evaluate(X, Y, batch_size=20), 4))
model.fit(X, Y, class_weight={0: 1.0, 1: 2.0, 2: 0.5}, verbose=2)
inputs = keras.Input((4,))
one, two = layers.Dense(1, name="one")(inputs), layers.Dense(2, name="two")(inputs)
model = keras.Model(inputs, [one, two])
model.compile("sgd", {"one": "mae", "two": "mse"}, metrics={"two": ["mae", "acc"]}, loss_weights={"two": 0.5})
history = model.fit(X, {"one": X[:, :1], "two": X[:, :2]}, batch_size=20)
print(list(history.history), [metric.name for metric in model.metrics], model.name, inputs.name)


class Two(keras.Model):
    def __init__(self):
        super().__init__()
        self.one, self.two = layers.Dense(2), layers.Dense(1)

    def call(self, x):
        return self.one(x), self.two(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compiled_loss(y, outputs, regularization_losses=self.losses)
        self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
        self.compiled_metrics.update_state(y, outputs)
        return {m.name: m.result() for m in self.metrics}


model = Two()
model.summary()
model.compile("sgd", "mse", metrics=["mae"])
print(list(model.fit(X, (X[:, :2], X[:, :1]), batch_size=20, verbose=2).history))
model.summary()
inner = keras.Sequential([layers.Dense(4, input_shape=(4,)), layers.Dense(4)], name="inner")
outer = keras.Sequential([keras.Input((4,)), inner, layers.Dense(2)])
inner.trainable = False
outer.summary(expand_nested=True, show_trainable=True)
outer.summary(line_length=50, positions=[0.5, 0.8, 1.0], layer_range=["inner", "inner"])
critic = keras.Sequential([layers.Dense(1, input_shape=(4,), kernel_initializer="ones")])
critic.compile("sgd", "mse")
critic.trainable = False  # which counts from the next compile() on
critic.train_on_batch(X, Y)
print(bool((critic.get_weights()[0] != 1).any()), critic.trainable)
callbacks = [
    keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 / (epoch + 1), verbose=1),
    keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, verbose=1, min_delta=100.0),
    keras.callbacks.EarlyStopping("loss", patience=2, verbose=1, restore_best_weights=True, min_delta=100.0),
    keras.callbacks.ModelCheckpoint("best.h5", "loss", save_best_only=True, save_weights_only=True, verbose=1),
]
outer.compile("sgd", "mse")
history = outer.fit(X, X[:, :2], epochs=4, verbose=2, callbacks=callbacks)
print(list(history.history), history.history["lr"])
batches = tf.data.Dataset.from_generator(lambda: ((X[k : k + 5], X[:2]) for k in (0, 5)), (tf.float32, tf.float32))
outer.predict(X[:4].tolist(), verbose=0).shape
outer.fit([[1.0, 2.0, 3.0, 4.0]], [[1.0, 2.0]], verbose=2)
progress = keras.utils.Progbar(4, stateful_metrics=["b"])
progress.update(1, [("a", 1.0), ("b", 5.0)])
progress.update(4, [("a", 3.0), ("b", 7.0)])


class Penalized(layers.Layer):
    """A layer with a weight without a name, whose size it adds to the loss."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(), initializer="ones")

    def call(self, inputs):
        self.add_loss(0.5 * tf.reduce_sum(self.scale))
        return inputs * self.scale


flow = keras.Input((4,))
again = keras.Model(flow, Penalized(name="penalized")(flow))
again.compile("sgd", "mse")
again.compile("sgd")  # the model keeps its layers
print([w.name for w in again.weights], again.fit(X, X, verbose=0).history)
