layers, ops = keras.layers, keras.ops
ones = {"kernel_initializer": "ones"}
x = np.arange(30.0).reshape(10, 3) / 10
y = x[:, :1] - 1
yy = x[:, :2] * 3


def tried(action):
    try:
        return action()
    except Exception as error:
        return type(error).__name__


# several outputs, whose last batch is smaller than the others
seen = set()


class Seen(keras.Model):
    def train_step(self, data):
        seen.add(type(data[1]).__name__)
        return super().train_step(data)


def two(**options):
    i = keras.Input((3,))
    m = Seen(i, [layers.Dense(1, name="a", **ones)(i), layers.Dense(2, name="b", **ones)(i)])
    m.compile("sgd", ["mse", "mae"], **options)
    return m


print(two().fit(x, [y, yy], batch_size=4, verbose=0, shuffle=False).history)
print(two(run_eagerly=True).evaluate(x, [y, yy], batch_size=4, verbose=0))
print(two().evaluate(tf.data.Dataset.from_tensor_slices((x, (y, yy))).batch(4), verbose=0))
print(seen)
m = two()
m.compile("sgd", {"a": "mse"})
print(tried(lambda: m.fit(x, [y, yy], verbose=0)))

# labels that are no distribution, and labels that are no class
rows = tf.constant([[1.0, 2.0, 3.0], [3.0, 0.0, 1.0]])
with tf.GradientTape() as tape:
    tape.watch(rows)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)(tf.constant([[1.0, 1.0, 0.0], [0.0, 0.5, 0.0]]), rows)
print(loss, tape.gradient(loss, rows))


def classes(activation):
    m = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation=activation, **ones)])
    m.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=activation is None))
    return m


print(tried(lambda: classes("softmax").fit(x, np.arange(10), verbose=0)))
print(tried(lambda: classes(None).evaluate(x, np.arange(10) - 3, verbose=0)))
print(tried(lambda: keras.losses.SparseCategoricalCrossentropy()(np.array([4]), np.array([[0.5, 0.5]]))))

# TensorFlow's activations, of predictions that are sure and wrong
for activation in ("sigmoid", tf.nn.sigmoid, tf.sigmoid):
    m = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation=activation, **ones)])
    m.compile(keras.optimizers.SGD(0.001), "binary_crossentropy")
    print(m.fit(50 * x, np.zeros(10), verbose=0, batch_size=10).history, m.get_weights()[0].ravel())
m = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation=tf.nn.softmax, kernel_initializer="identity")])
m.compile("sgd", "sparse_categorical_crossentropy")
print(m.evaluate(np.array([[90.0, 0.0, 1.0]]), np.array([1]), verbose=0))

# weights between a functional and a subclassed model
i = keras.Input((3,), name="i")
functional = keras.Model(i, layers.Dense(2, name="second")(layers.Dense(4, name="first")(i)))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = layers.Dense(4, name="first"), layers.Dense(2, name="second")

    def call(self, inputs):
        return self.second(self.first(inputs))


m = Subclassed()
print(m(x).shape)
functional.save_weights("f.weights.h5")
m.load_weights("f.weights.h5")
print([np.array_equal(a, b) for a, b in zip(m.get_weights(), functional.get_weights())])


# a Dense with a variable that it saves itself
class Scaled(layers.Dense):
    def __init__(self, units, **kwargs):
        super().__init__(units, **kwargs)
        self.factor = keras.Variable(np.full(units, 3.0), dtype="float32", name="factor")

    def save_own_variables(self, store):
        super().save_own_variables(store)
        print(sorted(store.keys()) if isinstance(store, dict) else "a file")
        store["factor"] = self.factor.numpy()

    def load_own_variables(self, store):
        self.factor.assign(store["factor"])
        for number, variable in enumerate([self.kernel, self.bias]):
            variable.assign(store[str(number)])

    def call(self, inputs):
        return super().call(inputs) * self.factor


m = keras.Sequential([keras.Input((3,)), Scaled(2, name="s", **ones)])
found = {}
m.layers[0].save_own_variables(found)
print({name: np.shape(value) for name, value in found.items()})
m.save("scaled.keras")
m.layers[0].factor.assign([0.0, 0.0])
print(keras.models.load_model("scaled.keras", custom_objects={"Scaled": Scaled}).predict(x[:2], verbose=0))

# strings
s = tf.constant([["a", "b"], ["c", "a"]])
print(ops.expand_dims(s, -1).shape, ops.squeeze(s[:1], 0), ops.flip(s, 1), ops.tile(s, (1, 2)), ops.moveaxis(s, 0, 1))
print(ops.swapaxes(s, 0, 1), ops.take_along_axis(s, [[0], [1]], axis=1))
print(ops.equal(s, s[:1]), ops.not_equal(s, s[:1]), ops.where(ops.equal(s, s[:1]), s, s[::-1]))
i = keras.Input((1,), dtype="string")
m = keras.Model(i, layers.StringLookup(vocabulary=["a", "b"])(i))
print(m(tf.constant(["b", "q"])), m.predict(tf.constant(["a", "b"]), verbose=0))

# images of one channel, normalized before they meet a convolution
keras.utils.set_random_seed(3)
net = keras.Sequential([keras.Input((9, 9, 1)), layers.BatchNormalization(), layers.Conv2D(4, 3)])
for layer in (layers.Conv2D(3, 3), layers.Flatten(), layers.Dense(1)):
    net.add(layer)
net.compile("sgd", "mse")
images = np.arange(810.0).reshape(10, 9, 9, 1) % 7
print(net.fit(images, y, batch_size=4, verbose=0, shuffle=False, epochs=2).history)
