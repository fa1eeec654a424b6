import os

L = keras.layers
K = keras.backend
legacy = keras.optimizers.legacy
X = np.sin(np.arange(160, dtype="float32")).reshape(20, 8)
Y = (X.sum(1) > 0).astype("float32")[:, None]


def fix(model, scale=0.1):
    model.set_weights(
        [np.abs(np.sin(np.arange(w.size).reshape(w.shape) + i)) * scale for i, w in enumerate(model.get_weights())]
    )


def show(history):
    print({k: np.round(v, 4).tolist() for k, v in sorted(history.history.items())})


def network(**options):
    model = keras.models.Sequential()
    model.add(L.Dense(3, activation="relu", input_dim=8, name="a", kernel_constraint=keras.constraints.max_norm(3)))
    model.add(L.Dense(1, activation="sigmoid", name="b", kernel_regularizer=keras.regularizers.l2(0.01)))
    fix(model)
    model.compile(
        **{"optimizer": legacy.SGD(lr=0.1, momentum=0.9, decay=0.01), "loss": "binary_crossentropy", **options}
    )
    return model


model = network(metrics=["accuracy"])
show(model.fit(X, Y, epochs=3, batch_size=5, shuffle=False, verbose=0, validation_data=(X, Y)))
for name in ["SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl"]:
    show(
        network(optimizer=getattr(legacy, name)(learning_rate=0.05, decay=0.1)).fit(
            X, Y, epochs=2, batch_size=5, shuffle=False, verbose=0
        )
    )
optimizer = legacy.Adam(lr=0.01, decay=0.5)
variable = tf.Variable([1.0, 2.0])
for _ in range(3):
    optimizer.apply_gradients([(tf.constant([0.5, 1.0]), variable)])
print(variable.numpy(), int(optimizer.iterations), float(optimizer.lr), float(optimizer.decay))
print([w.shape for w in optimizer.get_weights()], len(optimizer.variables()))
optimizer.lr = 0.25
K.set_value(optimizer.learning_rate, 0.5 * K.get_value(optimizer.lr))
print(float(optimizer.learning_rate))
print(
    model.train_on_batch(X[:4], Y[:4], reset_metrics=True)[1:],
    model.test_on_batch(X[4:8], Y[4:8], reset_metrics=False)[1:],
)


class Rates(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["lr"] = K.get_value(self.model.optimizer.lr)


history = network().fit(
    X, Y, epochs=3, verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 * 0.5**epoch)]
)
print(np.round(history.history["lr"], 5), np.round(history.history.get("lr"), 5))
checkpoint = keras.callbacks.ModelCheckpoint("w.{epoch:02d}.hdf5", verbose=0, period=2)
whole = keras.callbacks.ModelCheckpoint("best.h5", save_weights_only=True)
plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, epsilon=10.0, min_lr=0)
model = network()
history = model.fit(X, Y, epochs=4, verbose=0, shuffle=False, callbacks=[checkpoint, whole, plateau, Rates()])
print(sorted(os.listdir(".")), np.round(history.history["lr"], 5))
other = network()
other.load_weights("best.h5")
print(np.allclose(other.predict(X, verbose=0), model.predict(X, verbose=0)))
model = keras.models.Sequential([L.LSTM(4, batch_input_shape=(1, 3, 1), stateful=True), L.Dense(1)])
fix(model)
model.compile(loss="mse", optimizer=legacy.Adam(0.01))
x, y = np.sin(np.arange(12)).reshape(4, 3, 1), np.arange(4) / 4.0
for _ in range(2):
    show(model.fit(x, y, epochs=1, batch_size=1, verbose=0, shuffle=False))
    model.reset_states()
print(model.stateful, model.predict(x, batch_size=1, verbose=0).ravel())
model.layers[0].reset_states([np.ones((1, 4)), np.zeros((1, 4))])
print(model.predict(x, batch_size=1, verbose=0).ravel())
model.layers[0].reset_states([np.ones((1, 4))])
model.layers[0].reset_states([np.ones((1, 3)), np.zeros((1, 4))])
model = keras.models.Sequential([L.Embedding(10, 3, input_length=4), L.Flatten(), L.Dense(1)])
model.layers[0].set_weights([np.arange(30).reshape(10, 3)])
model.layers[0].trainable = False
model.set_weights([w * 0 + 1 for w in [np.zeros((10, 3)), np.zeros((12, 1)), np.zeros(1)]])
print(model.output_shape, model.predict(np.array([[1, 2, 3, 4]]), verbose=0), len(model.trainable_weights))
inputs = keras.Input((6,))
hidden = L.Dense(4, activation="relu")(inputs)
mean, spread = L.Dense(2)(hidden), L.Dense(2)(hidden)
sample = L.Lambda(lambda args: args[0] + K.exp(args[1]) * K.random_normal(K.shape(args[0]), stddev=0.0))([mean, spread])
outputs = L.Dense(6, activation="sigmoid")(sample)
model = keras.Model(inputs, outputs)
divergence = -0.5 * K.sum(1 + spread - K.square(mean) - K.exp(spread), axis=-1)
model.add_loss(K.mean(keras.losses.binary_crossentropy(inputs, outputs) * 6 + divergence))
model.add_metric(divergence, name="kl", aggregation="mean")
model.compile(optimizer=legacy.Adam(0.01))
fix(model)
data = (np.sin(np.arange(48)) * 0.5 + 0.5).reshape(8, 6).astype("float32")
show(model.fit(data, epochs=2, batch_size=4, shuffle=False, validation_data=(data, None), verbose=0))


class Penalty(L.Layer):
    def call(self, inputs):
        self.add_loss(K.mean(keras.metrics.binary_crossentropy(inputs[0], inputs[1])), inputs=inputs)
        return inputs[0]


model = keras.Model(inputs, Penalty()([inputs, outputs]))
model.compile(optimizer=legacy.RMSprop(0.01), loss=None)
show(model.fit(data, epochs=2, shuffle=False, verbose=0))


class Batches(keras.utils.Sequence):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return X[5 * index : 5 * index + 5], Y[5 * index : 5 * index + 5]


queue = keras.utils.OrderedEnqueuer(Batches())
queue.start(workers=2, max_queue_size=2)
batches = queue.get()
print([next(batches)[0].sum().round(3) for _ in range(5)], queue.is_running())
queue.stop()
print(queue.is_running())
queue = keras.utils.GeneratorEnqueuer(iter([1, 2, 3]))
queue.start()
print(list(queue.get()))
