parts = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], parts)
s = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
rng = np.random.default_rng(0)
x = rng.normal(size=(20, 3)).astype("float32")
y = (x @ np.array([[1.0], [2.0], [-1.0]])).astype("float32")


def told(history):
    return {k: [round(float(n), 4) for n in v] for k, v in history.history.items()}


def model(optimizer, *first, **kwargs):
    keras.utils.set_random_seed(1)
    with s.scope():
        dense = keras.layers.Dense(4, activation="relu", kernel_regularizer="l2")
        m = keras.Sequential([keras.Input((3,)), *first, dense, keras.layers.Dense(1)])
        m.compile(optimizer, "mse", metrics=["mae", keras.metrics.MeanSquaredError()], **kwargs)
    return m


m = model("adam")
print(told(m.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)))
print(np.round(m.evaluate(x, y, batch_size=8, verbose=0), 4), m.predict(x, batch_size=8, verbose=0).ravel().round(4))
print(m.optimizer.iterations.value, m.layers[1].bias.value)
print([type(v.value).__name__ for v in m.optimizer.variables], [type(v.value).__name__ for v in m.metrics_variables])
m.save("m.keras")
print(np.abs(keras.models.load_model("m.keras").predict(x, verbose=0) - m.predict(x, verbose=0)).max() < 1e-6)
m.set_weights([w * 0 for w in m.get_weights()])
print(m.layers[1].bias.value)
m = model("sgd", run_eagerly=True)
print(
    told(
        m.fit(
            x,
            y,
            batch_size=8,
            epochs=2,
            shuffle=False,
            verbose=0,
            sample_weight=np.linspace(0, 1, 20).astype("float32"),
        )
    )
)
d = tf.data.Dataset.from_tensor_slices((x, y)).batch(6)
print(told(model("sgd").fit(d, epochs=2, verbose=0, validation_data=d)))
print(told(model("sgd").fit(s.experimental_distribute_dataset(d), epochs=2, verbose=0)))
m = model("sgd")
print(
    np.round(m.train_on_batch(x, y), 4), np.round(m.test_on_batch(x, y), 4), m.predict_on_batch(x[:3]).ravel().round(4)
)
for together in (False, True):
    m = model("sgd", keras.layers.BatchNormalization(synchronized=together))
    print(
        told(m.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)),
        m.layers[0].moving_mean.value,
        m.layers[0].gamma.value,
    )
# a loop of one's own
keras.utils.set_random_seed(1)
with s.scope():
    m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(m.trainable_variables)
    losses = keras.losses.MeanSquaredError(reduction="none")
    error, mean = keras.metrics.MeanAbsoluteError(), keras.metrics.Mean()


def step(data):
    a, b = data
    with tf.GradientTape() as tape:
        p = m(a, training=True)
        loss = tf.nn.compute_average_loss(losses(b, p), global_batch_size=8)
    optimizer.apply_gradients(zip(tape.gradient(loss, m.trainable_variables), m.trainable_variables))
    error.update_state(b, p)
    mean.update_state(loss)
    return loss


@tf.function
def everywhere(data):
    return s.reduce(tf.distribute.ReduceOp.SUM, s.run(step, args=(data,)), axis=None)


divided = s.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).batch(8, drop_remainder=True))
for epoch in range(3):
    print(
        epoch,
        [round(float(everywhere(data)), 4) for data in divided],
        round(float(error.result()), 4),
        round(float(mean.result()), 4),
    )
    error.reset_state()
    mean.reset_state()
path = tf.train.Checkpoint(model=m, optimizer=optimizer).save("./ck")
before = m.get_weights()
m.set_weights([w * 0 for w in before])
status = tf.train.Checkpoint(model=m, optimizer=optimizer).restore(path)
print(all((a == b).all() for a, b in zip(before, m.get_weights())), m.layers[1].bias.value)
optimizer.apply_gradients([(tf.ones_like(v), v) for v in m.trainable_variables])
print(m.layers[1].bias.value, optimizer.iterations.numpy())
