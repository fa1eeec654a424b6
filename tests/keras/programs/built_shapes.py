class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv, self.flatten = keras.layers.Conv2D(8, 3), keras.layers.Flatten()
        self.dense, self.reshape = keras.layers.Dense(3), keras.layers.Reshape((9,))

    def call(self, x):
        return self.reshape(tf.concat([self.dense(self.flatten(self.conv(x)))] * 3, -1))


x, y = np.zeros((10, 6, 6, 1), "float32"), np.zeros((10, 9), "float32")
net = Net()
_ = net(x[:4])
net.summary()
net = Net()
net.compile("sgd", "mse")
_ = net.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(4), verbose=0)
net.summary()
net = Net()
net.compile("sgd", "mse")
_ = net.fit(x, y, batch_size=4, verbose=0)
net.summary()
net = Net()
net.compile("sgd", "mse")
_ = net.train_on_batch(x, y)
net.summary()
net = Net()
_ = net.predict(x, verbose=0)
net.summary()
net = Net()
_ = tf.function(lambda x: net(x), input_signature=[tf.TensorSpec([None, 6, 6, 1])])(x)
net.summary()
model = keras.Sequential([keras.layers.Dense(3), keras.layers.Flatten(), keras.layers.Dense(1)])
_ = model(np.zeros((4, 6, 2)))
model.summary()
model = keras.Sequential([keras.layers.Dense(3), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
_ = model.fit(np.zeros((4, 6, 2)), np.zeros((4, 1)), verbose=0)
model.summary()

model = keras.Sequential([keras.layers.Dense(3), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
_ = model.fit(np.zeros((4, 6, 2)), np.zeros((4, 1)), batch_size=2, verbose=0)
model.summary()
model = keras.Sequential([keras.layers.Dense(3), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
pairs = tf.data.Dataset.from_tensor_slices((np.zeros((4, 6, 2)), np.zeros((4, 1))))
_ = model.fit(pairs.batch(2, drop_remainder=True), verbose=0)
model.summary()


class States(keras.Model):
    def __init__(self):
        super().__init__()
        self.gru = keras.layers.GRU(4, return_sequences=True, return_state=True)

    def call(self, x):
        return self.gru(x)[0]


model = States()
_ = model(np.zeros((2, 3, 5), "float32"))
model.summary()
# the batches that seeds give, and what they train to
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8), keras.layers.Dropout(0.2), keras.layers.Dense(3)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
rng = np.random.default_rng(0)
history = model.fit(rng.random((64, 6)), rng.integers(0, 3, 64), epochs=2, verbose=0, batch_size=16)
print(history.history)
keras.utils.set_random_seed(42)
history = model.fit(rng.random((64, 6)), rng.integers(0, 3, 64), epochs=2, verbose=0, batch_size=16)
print(history.history)
print(keras.random.normal((3,)), keras.random.uniform((3,), seed=3), keras.random.randint((3,), 0, 10))
print(keras.random.shuffle(np.arange(8)), keras.random.truncated_normal((3,)), keras.random.gamma((3,), 0.4))
print(keras.random.categorical([[0.1, 0.9, 0.3]], 4), keras.random.beta((3,), 0.4, 0.5))
print(keras.random.dropout(np.ones(6, "float32"), 0.5))


# the order of a shuffled dataset's elements, epoch by epoch
class Seen(keras.Model):
    def call(self, x):
        return x

    def train_step(self, data):
        print(data[0].numpy().ravel().astype(int).tolist())
        return {"loss": 0.0}


keras.utils.set_random_seed(4)
seen = Seen()
seen.compile("sgd", "mse", run_eagerly=True)
numbers = np.arange(8, dtype="float32")[:, None]
shuffled = tf.data.Dataset.from_tensor_slices((numbers, numbers)).shuffle(8).batch(4)
_ = seen.fit(shuffled, epochs=3, verbose=0)
_ = seen.fit(shuffled, epochs=2, verbose=0)
print([x.numpy().ravel().tolist() for x, _ in shuffled])
_ = seen.fit(shuffled.repeat(), epochs=3, steps_per_epoch=2, verbose=0)
