x = np.linspace(-1, 1, 60).reshape(20, 3).astype("float32")
y = (x.sum(1) > 0).astype("float32")


def make(**kwargs):
    dense = keras.layers.Dense
    model = keras.Sequential(
        [
            keras.Input((3,)),
            dense(4, activation="tanh", kernel_initializer="ones", bias_initializer="ones"),
            dense(1, activation="sigmoid", kernel_initializer="ones"),
        ]
    )
    model.compile(**kwargs)
    return model


model = make(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, batch_size=5, shuffle=False, verbose=2, validation_split=0.2)
print(history.history, history.epoch, history.params)
print(model.evaluate(x, y, verbose=0))
print(model.evaluate(x, y, verbose=2, return_dict=True))
print(model.predict(x, verbose=0)[:3], model.predict(x, batch_size=7, verbose=2).shape, model.metrics_names)
print(model.predict_on_batch(x[:2]), model.test_on_batch(x, y, return_dict=True), model.train_on_batch(x, y))
print(
    model.train_on_batch(x, y, class_weight={0: 1.0, 1: 2.0}), model.train_on_batch(x, y, sample_weight=np.arange(20.0))
)
print(model.fit(x, y, epochs=2, sample_weight=np.arange(20.0), verbose=0, shuffle=False).history)
print(model.fit(x, y, epochs=2, class_weight={0: 0.5, 1: 3}, verbose=0, shuffle=False).history)
print(model.evaluate(x, y, sample_weight=np.arange(20.0), verbose=0))
model.fit(x, y, epochs=2, batch_size=10, shuffle=False)
model.fit(x, y, epochs=1, batch_size=20, shuffle=False)
model.evaluate(x, y, batch_size=20)
model.predict(x, batch_size=20)
model.summary()
print(type(model.optimizer).__name__, model.loss, model.metrics, model.compiled, model.run_eagerly)
print([v.path for v in model.optimizer.variables], int(model.optimizer.iterations))

losses, metrics = keras.losses, keras.metrics
model = make(
    optimizer=keras.optimizers.RMSprop(0.01),
    loss=losses.MeanSquaredError(),
    metrics=[metrics.MeanAbsoluteError(), "mse"],
    weighted_metrics=["mae"],
)
validation = {"validation_data": (x, y, np.ones(20)), "validation_freq": 2}
print(model.fit(x, y, epochs=3, initial_epoch=1, verbose=0, shuffle=False, **validation).history)
print([metric.name for metric in model.metrics], [v.path for v in model.metrics_variables])


def batches():
    while True:
        yield x[:4], y[:4]


print(model.fit(batches(), steps_per_epoch=3, epochs=2, verbose=0).history)
print(model.fit(x, y, batch_size=8, steps_per_epoch=2, epochs=3, verbose=0, shuffle=False).epoch)


class Data(keras.utils.PyDataset):
    def __init__(self):
        super().__init__()

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return x[index * 10 : index * 10 + 10], y[index * 10 : index * 10 + 10]


print(model.fit(Data(), epochs=2, verbose=0, shuffle=False).history, model.evaluate(Data(), verbose=0))
print(model.predict(Data(), verbose=0).shape)
print(make(optimizer="sgd", loss="mse", run_eagerly=True).fit(x, y, verbose=0, shuffle=False).history)
print(
    make(optimizer="sgd", loss="mse", steps_per_execution=3).fit(x, y, verbose=0, shuffle=False, batch_size=2).history
)
print(
    make(optimizer="sgd", loss=lambda a, b: tf.reduce_mean(tf.abs(a - b), -1))
    .fit(x, y, verbose=0, shuffle=False)
    .history
)


class Watch(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        print("train begin", logs, sorted(self.params), self.params["epochs"], self.params["steps"])

    def on_epoch_begin(self, epoch, logs=None):
        print("epoch begin", epoch, logs)

    def on_epoch_end(self, epoch, logs=None):
        print("epoch end", epoch, sorted(logs))

    def on_train_batch_begin(self, batch, logs=None):
        print("batch begin", batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        print("batch end", batch, {key: round(value, 3) for key, value in logs.items()})

    def on_test_begin(self, logs=None):
        print("test begin", logs)

    def on_test_batch_end(self, batch, logs=None):
        print("test batch end", batch, sorted(logs))

    def on_test_end(self, logs=None):
        print("test end", sorted(logs))

    def on_train_end(self, logs=None):
        print("train end", sorted(logs))

    def on_predict_batch_end(self, batch, logs=None):
        print("predict batch end", batch, [output.shape for output in logs["outputs"]][:1])


model = make(optimizer="sgd", loss="mse", metrics=["mae"])
model.fit(x, y, verbose=0, batch_size=10, callbacks=[Watch()], validation_data=(x, y), shuffle=False)
print(model.predict(x, batch_size=16, verbose=0, callbacks=[Watch()]).shape)
stop = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=10.0, verbose=1, restore_best_weights=True)
print(model.fit(x, y, epochs=10, verbose=0, callbacks=[stop], shuffle=False).epoch)
schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5, verbose=1)
print(model.fit(x, y, epochs=2, verbose=0, callbacks=[schedule], shuffle=False).history)
plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=1.0, verbose=1)
print(model.fit(x, y, epochs=4, verbose=0, callbacks=[plateau], shuffle=False).history["learning_rate"])
seen = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print("lambda", epoch, sorted(logs)))
model.fit(x, y, epochs=1, verbose=0, callbacks=[seen, keras.callbacks.TerminateOnNaN()])
model.fit(x * np.nan, y, epochs=2, verbose=0, batch_size=10, callbacks=[keras.callbacks.TerminateOnNaN()]).epoch


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1, kernel_initializer="ones")
        self.tracker = keras.metrics.Mean(name="own_loss")

    def call(self, inputs):
        return self.dense(inputs)

    def train_step(self, data):
        inputs, labels = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(inputs, training=True)[:, 0] - labels) ** 2)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.tracker.update_state(loss)
        return {"own_loss": self.tracker.result()}

    @property
    def metrics(self):
        return [self.tracker]


own = Own()
own.compile(optimizer="sgd")
print(own.fit(x, y, epochs=3, verbose=0, shuffle=False, batch_size=5).history)


class OwnLoss(Own):
    train_step = keras.Model.train_step
    metrics = keras.Model.metrics

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        self.tracker.update_state(3.0)
        return tf.reduce_mean(tf.abs(y - y_pred[:, 0])) + 1.0


own = OwnLoss()
own.compile(optimizer="sgd", metrics=["mae"])
print(own.fit(x, y, epochs=2, verbose=0, shuffle=False).history)

inputs = keras.Input((3,))
hidden = keras.layers.Dense(4, name="h", kernel_initializer="ones")(inputs)
first = keras.layers.Dense(1, name="first", kernel_initializer="ones")(hidden)
second = keras.layers.Dense(2, name="second", kernel_initializer="ones")(hidden)
two = np.stack([y, 1 - y], 1)
model = keras.Model(inputs, [first, second])
model.compile("sgd", ["mse", "mae"], metrics=[["mae"], ["mse", "mae"]], loss_weights=[1.0, 0.1])
print(model.fit(x, [y, two], epochs=2, verbose=0, shuffle=False).history)
print(model.evaluate(x, [y, two], verbose=0), model.metrics_names)
model = keras.Model(inputs, {"first": first, "second": second})
model.compile("sgd", {"first": "mse", "second": "mae"}, metrics={"first": ["mae"], "second": ["mse"]})
print(model.fit(x, {"first": y, "second": two}, epochs=2, verbose=0, shuffle=False).history)
model.compile("sgd", {"first": "mse", "second": "mse"}, loss_weights={"first": 0.5, "second": 2.0})
print(model.fit(x, {"first": y, "second": two}, verbose=0, shuffle=False).history)

one = np.eye(3, dtype="float32")[[0, 1, 2, 1] * 5]
classify = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="softmax", kernel_initializer="ones")])
classify.compile("sgd", "categorical_crossentropy", metrics=["accuracy", "acc"])
print(classify.fit(x, one, verbose=0, shuffle=False).history)
classify.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
print(classify.fit(x, one.argmax(1), verbose=0, shuffle=False).history)
classify.compile("sgd", "crossentropy", metrics=[keras.metrics.SparseTopKCategoricalAccuracy(2), keras.losses.MSE])
print(sorted(classify.fit(x, one.argmax(1)[:, None], verbose=0, shuffle=False).history))

regular = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")]
)
regular.compile("sgd", "mse")
print(regular.fit(x, y, verbose=0, shuffle=False, epochs=2).history, regular.losses)
regular.layers[0].trainable = False
regular.compile("sgd", "mse")
print(regular.evaluate(x, y, verbose=0), regular.losses)

model = make(optimizer="sgd", loss="mse")
model.fit(x, y[:5])
model.fit(x, y, validation_split=0.99)
model.fit("text", y)
model.fit([[1, 2]], [1])
model.fit(x, y, sample_weight=np.ones(3))
model.fit(x, y, validation_freq="a", validation_data=(x, y), verbose=0)
model.fit(batches(), y)
model.evaluate(x, y, foo=1)
model.train_on_batch(x, y, sample_weight=np.ones(20), class_weight={0: 1.0})
make(optimizer="sgd").fit(x, y, verbose=0)
make(optimizer="sgd", loss="zz").fit(x, y, verbose=0)
make(optimizer="sgd", loss="mse", metrics=["zz"]).fit(x, y, verbose=0)
make(optimizer="zz")
make(optimizer="sgd", loss="mse", metrics="mae")
