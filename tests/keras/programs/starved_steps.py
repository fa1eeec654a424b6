layers = keras.layers


# data of a size that nobody knows: the step that finds none left does what needs no data
def batches():
    for k in (4, 4, 2):
        yield np.ones((k, 3), "float32"), (np.ones((k, 1), "float32"), np.ones((k, 1), "float32"))


def dataset():
    spec = tf.TensorSpec([None, 3]), (tf.TensorSpec([None, 1]), tf.TensorSpec([None, 1]))
    return tf.data.Dataset.from_generator(batches, output_signature=spec)


class Counting(keras.Model):
    def train_step(self, data):
        self.steps_made.assign_add(1)
        return super().train_step(data)


def model(**options):
    keras.utils.set_random_seed(3)
    i, drop, norm = keras.Input((3,)), layers.Dropout(0.5), layers.BatchNormalization()
    x = norm(drop(i))
    m = Counting(i, [layers.Dense(1, name="a")(x), layers.Dense(1, name="b")(x)])
    m.steps_made, m.state, m.norm = tf.Variable(0), drop.seed_generator.state, norm
    m.compile(keras.optimizers.Adam(0.1), ["mse", "mse"], **options)
    return m


def told(m, history):
    print(int(m.optimizer.iterations), m.steps_made.numpy(), m.state.numpy(), m.norm.moving_mean.numpy())
    print(history.history)


m = model()
told(m, m.fit(dataset(), epochs=3, verbose=0))
print(m.evaluate(dataset(), verbose=0), m.state.numpy())
m = model()
told(m, m.fit(batches(), verbose=0, validation_data=dataset()))
m = model()
told(m, m.fit(dataset(), epochs=2, steps_per_epoch=3, verbose=0))
m = model()
told(m, m.fit(dataset().repeat(), epochs=2, steps_per_epoch=2, verbose=0))
m = model(run_eagerly=True)
told(m, m.fit(dataset(), epochs=2, verbose=0))
m = model(steps_per_execution=2)
told(m, m.fit(dataset(), epochs=2, verbose=0))

# one-hot labels as bools
m = keras.Sequential([keras.Input((3,)), layers.Dense(3, kernel_initializer="identity")])
m.compile("sgd", "mse", metrics=["categorical_accuracy", keras.metrics.TopKCategoricalAccuracy(2)])
print(m.evaluate(np.eye(3)[[0, 1, 2, 1]], np.eye(3)[[0, 2, 2, 1]].astype(bool), verbose=0))
