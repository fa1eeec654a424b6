"""compile() and fit() in the forms that programs use, and what wrong ones raise."""

x = np.linspace(-1, 1, 48).reshape(16, 3).astype("float32")
y = 2 * x.sum(1, keepdims=True) + 0.3
labels = np.arange(16) % 3
Dense = keras.layers.Dense
ones = {"kernel_initializer": "ones"}


def said(error):
    print(type(error).__name__, "|", " / ".join(str(error).split("\n"))[:300])


def tried(function):
    try:
        print(function())
    except Exception as error:
        said(error)


def one(**options):
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input((3,), name="in"), Dense(1, name="d", **ones)], name="one")
    options = {"optimizer": "sgd", "loss": "mse", **options}
    model.compile(**options)
    return model


def two(**options):
    keras.backend.clear_session()
    inputs = keras.Input((3,), name="in")
    a, b = Dense(1, name="a", **ones)(inputs), Dense(2, name="b", **ones)(inputs)
    model = keras.Model(inputs, [a, b], name="two")
    model.compile("sgd", **options)
    return model


def named(**options):
    keras.backend.clear_session()
    p, q = keras.Input((3,), name="p"), keras.Input((3,), name="q")
    h = keras.layers.Add()([p, q]) if hasattr(keras.layers, "Add") else p + q
    model = keras.Model({"p": p, "q": q}, {"a": Dense(1, name="a", **ones)(h), "b": Dense(2, name="b", **ones)(h)})
    model.compile("sgd", **options)
    return model


def told(history):
    print({k: [round(float(v), 4) for v in values] for k, values in history.history.items()})


def fit(model, *data, **options):
    told(model.fit(*data, **{"verbose": 0, "shuffle": False, "batch_size": 8, **options}))
    return model


yy = np.concatenate([y, -y], 1)
w = np.linspace(0, 1, 16)

# losses and metrics in every form
m = fit(two(loss="mse"), x, [y, yy])
m = fit(two(loss=["mse", "mae"], loss_weights=[0.5, 2.0]), x, [y, yy])
m = fit(two(loss={"a": "mse", "b": keras.losses.Huber()}, loss_weights={"a": 1.0, "b": 0.1}), x, [y, yy])
m = fit(two(loss=["mse", None]), x, [y, yy])
m = fit(two(loss="mse", metrics=["mae", "mse"]), x, [y, yy])
m = fit(two(loss="mse", metrics={"a": "mae", "b": ["mse", "mae"]}), x, [y, yy])
m = fit(two(loss="mse", metrics=[["mae"], []]), x, [y, yy])
m = fit(two(loss="mse", metrics=["mae", "mae"], weighted_metrics=["mae", "mae"]), x, [y, yy], sample_weight=w)
m = fit(two(loss="mse"), x, [y, yy], sample_weight=[w, 1 - w])
print(m.evaluate(x, [y, yy], verbose=0), m.metrics_names)
print(m.evaluate(x, [y, yy], verbose=0, return_dict=True))
print([p.shape for p in m.predict(x, verbose=0)])
told(m.fit(x, [y, yy], validation_split=0.25, verbose=0, shuffle=False))
m = fit(named(loss={"a": "mse", "b": "mae"}, metrics={"a": ["mae"]}), {"p": x, "q": x}, {"a": y, "b": yy})
print(sorted(m.predict({"p": x, "q": x}, verbose=0)), m.output_names)
m = fit(named(loss={"a": "mse", "b": "mae"}), {"p": x, "q": x}, {"a": y, "b": yy}, sample_weight={"a": w, "b": w})
m = fit(one(loss="mean_squared_error", metrics=["mean_absolute_error"]), x, y)
m = fit(one(loss=keras.losses.MeanSquaredError(reduction="sum")), x, y)
m = fit(one(loss=lambda t, p: tf.reduce_mean(tf.square(t - p))), x, y)
m = fit(one(metrics=[keras.metrics.RootMeanSquaredError(name="rmse"), "mae", lambda t, p: tf.reduce_max(p)]), x, y)
m = fit(one(metrics=["mae", "MAE", "mean_absolute_error", keras.metrics.MeanAbsoluteError()]), x, y)
for optimizer in ("adam", "RMSprop", "adagrad", "adadelta", "adamax", "nadam", "ftrl", "adamw", "lion", "adafactor"):
    m = fit(one(optimizer=optimizer), x, y)
m = fit(one(optimizer=keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))), x, y, epochs=2)
print(float(m.optimizer.learning_rate), int(m.optimizer.iterations))
m.compile(keras.optimizers.SGD(0.1), "mse")
m.optimizer.learning_rate.assign(0.01)
m.optimizer.learning_rate = 0.02
print(float(m.optimizer.learning_rate), m.optimizer.get_config()["learning_rate"])


def three(activation="softmax", **options):
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input((3,)), Dense(3, activation=activation, kernel_initializer="identity")])
    model.compile("sgd", **options)
    return model


from_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
m = fit(
    three(loss="sparse_categorical_crossentropy", metrics=["accuracy", "sparse_top_k_categorical_accuracy"]), x, labels
)
m = fit(three(activation=None, loss=from_logits, metrics=["accuracy"]), x, labels)
m = fit(
    three(loss="categorical_crossentropy", metrics=["accuracy", "AUC", "Precision", "Recall"]), x, np.eye(3)[labels]
)
m = fit(three(loss="categorical_crossentropy", metrics=[keras.metrics.F1Score(average="macro")]), x, np.eye(3)[labels])
m = fit(three(loss="sparse_categorical_crossentropy"), x, labels, class_weight={0: 1.0, 1: 2.0, 2: 0.5})
m = fit(three(loss="categorical_crossentropy"), x, np.eye(3)[labels], class_weight={0: 1.0, 2: 0.5})
m = fit(three(activation="sigmoid", loss="binary_crossentropy", metrics=["binary_accuracy"]), x, np.eye(3)[labels])
m = fit(three(loss="kl_divergence"), x, np.eye(3)[labels])
m = fit(three(loss="poisson"), x, np.eye(3)[labels])
m = fit(three(activation=None, loss="hinge"), x, np.eye(3)[labels])
m = fit(three(activation=None, loss="log_cosh"), x, np.eye(3)[labels])
m = fit(three(activation=None, loss="cosine_similarity"), x, np.eye(3)[labels])

# data of every kind
m = fit(one(), tf.constant(x), tf.constant(y))
m = fit(one(), x.astype("float64"), y.astype("float64"), sample_weight=w)
m = fit(one(), x, y[:, 0])
m = fit(one(), [x], [y])
m = fit(one(), {"in": x}, y)
m = fit(one(), x, y, batch_size=5)
m = fit(one(), x, y, batch_size=5, epochs=2, validation_data=(x, y), validation_batch_size=16, validation_freq=[2])
m = fit(one(), x, y, batch_size=4, epochs=2, steps_per_epoch=2)
m = fit(one(steps_per_execution=2), x, y, batch_size=4, epochs=2, validation_data=(x, y), validation_steps=1)
m = fit(one(run_eagerly=True), x, y)
m = fit(one(jit_compile=False), x, y)
m = fit(one(optimizer=keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)), x, y, batch_size=4)
m = fit(one(optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)), x, y, batch_size=4)
m = fit(one(optimizer=keras.optimizers.SGD(0.1, clipnorm=0.1)), x, y, batch_size=4)
print(np.round(m.get_weights()[0].ravel(), 4))


def stream(weights=False):
    for i in range(0, 16, 4):
        yield (x[i : i + 4], y[i : i + 4], w[i : i + 4]) if weights else (x[i : i + 4], y[i : i + 4])


told(one().fit(stream(), verbose=0))
told(one().fit(stream(True), verbose=0))
print(one().evaluate(stream(), verbose=0), one().predict(((b[0],) for b in stream()), verbose=0).shape)
told(one().fit(stream(), verbose=0, validation_data=stream(), validation_steps=2))


class Batches(keras.utils.PyDataset):
    ends = 0

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return x[index * 4 : index * 4 + 4], y[index * 4 : index * 4 + 4]

    def on_epoch_end(self):
        self.ends += 1


d = Batches()
told(one().fit(d, epochs=2, verbose=0, shuffle=False))
told(one().fit(Batches(workers=3), epochs=2, verbose=0, shuffle=False))
told(one().fit(Batches(), epochs=1, verbose=0, shuffle=False, class_weight={0: 1.0}))
told(one().fit(Batches(), epochs=1, verbose=0, shuffle=False, steps_per_epoch=2))
m = one()
print(m.train_on_batch(x, y), m.test_on_batch(x, y), m.predict_on_batch(x).shape)
print(m.train_on_batch(x, y, return_dict=True), m.evaluate(x, y, steps=1, verbose=0))
m.reset_metrics()
print(m.get_metrics_result())
print(m.predict(x, batch_size=16, steps=1, verbose=0).shape)

# what is printed
m = one(metrics=["mae"])
h = m.fit(x, y, batch_size=16, epochs=2, shuffle=False)
h = m.fit(x, y, batch_size=8, epochs=1, verbose=2, shuffle=False, validation_data=(x, y))
h = m.fit(x, y, batch_size=16, verbose=1, validation_data=(x, y))
e = m.evaluate(x, y, batch_size=16, verbose=1)
p = m.predict(x, batch_size=16, verbose=2)
h = m.fit(stream(), verbose=2)
h = m.fit(x, y, batch_size=16, epochs=5, initial_epoch=4, verbose=2)


# custom training
class Custom(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = Dense(1, **ones)

    def call(self, inputs, training=False):
        return self.d(inputs) * (2.0 if training else 1.0)

    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=targets, y_pred=self(inputs, training=True))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(targets, self(inputs))
        return {m.name: m.result() for m in self.metrics}

    def test_step(self, data):
        inputs, targets = data
        return {"score": tf.reduce_mean(tf.abs(self(inputs) - targets)) * 10}

    def predict_step(self, data):
        return {"twice": self(data) * 2}


c = Custom()
c.compile("sgd", "mse", metrics=["mae"])
h = c.fit(x, y, verbose=0, shuffle=False, epochs=2)
print(sorted(h.history), [round(float(v), 4) for v in h.history["loss"]])
print([{k: round(float(v), 4) for k, v in found.items()} for found in h.history["compile_metrics"]])
print(c.evaluate(x, y, verbose=0, return_dict=True), c.predict(x, verbose=0)["twice"].shape)


class Weighted(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = Dense(1, **ones)

    def call(self, inputs):
        self.add_loss(0.1 * tf.reduce_mean(inputs**2))
        return self.d(inputs)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        found = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**found, "more": tf.reduce_mean(y_pred)}


c = Weighted()
c.compile("sgd", "mse", weighted_metrics=["mse"])
told(c.fit(x, y, sample_weight=w, verbose=0, shuffle=False, epochs=2))
told(c.fit(x, y, verbose=0, validation_data=(x, y, w), shuffle=False))

# what is wrong
keras.backend.clear_session()
m = keras.Sequential([keras.Input((3,), name="in"), Dense(1, name="d")], name="one")
tried(lambda: m.fit(x, y))
tried(lambda: m.evaluate(x, y))
tried(lambda: m.train_on_batch(x, y))
tried(lambda: one().fit(x, y[:3]))
tried(lambda: one().fit(x, y, sample_weight=w[:3]))
tried(lambda: one(loss="nothing").fit(x, y))
tried(lambda: one(metrics=["nothing"]).fit(x, y, verbose=0))
tried(lambda: one(metrics="mae"))
tried(lambda: one(optimizer="nothing"))
tried(lambda: one(optimizer=3))
tried(lambda: one(loss=3).fit(x, y, verbose=0))
tried(lambda: two(loss={"a": "mse", "c": "mse"}).fit(x, [y, yy], verbose=0))
tried(lambda: two(loss="mse", loss_weights="a").fit(x, [y, yy], verbose=0))
tried(lambda: two(loss="mse").fit(x, y, verbose=0))
tried(lambda: one().fit(stream(), y=y))
tried(lambda: one().fit(stream(), validation_split=0.5))
tried(lambda: one().fit(x, y, class_weight={0: 1.0}, sample_weight=w))
tried(lambda: one().fit("a", y))
tried(lambda: one().predict(x[:, :2], verbose=0))
tried(lambda: one()(np.ones((2, 4))))
tried(lambda: one().train_on_batch(x, y, class_weight={0: 1.0}, sample_weight=w))
tried(lambda: one().evaluate(x, y, nothing=3))
tried(lambda: one().fit(x, y, validation_data=(x, y, w, w), verbose=0))
tried(lambda: one().compile("sgd", nothing=3))
tried(lambda: keras.Model().fit(x, y))
tried(lambda: Custom().fit(x, y))
few = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
few.compile("sgd", "mse")
# A generator that is used up gives the two batches again that were asked for to learn their shapes.
print(few.fit(((np.full((2, 2), i), np.ones((2, 1))) for i in range(4)), epochs=3, verbose=0).history)
