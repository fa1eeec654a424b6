K, L = keras, keras.layers
x = np.random.RandomState(0).randn(4, 3).astype("float32")


def check(**options):
    with K.RematScope(**options):
        inner = L.Dense(5, activation="tanh", name="inner")
        outer = L.Dense(2, name="outer")
    counts = []
    inner.build((None, 3))
    outer.build((None, 5))
    for w in inner.weights + outer.weights:
        w.assign(np.random.RandomState(w.shape[-1]).randn(*w.shape))
    for layer in (inner, outer):
        own = layer.call
        layer.call = lambda *a, own=own, name=layer.name, **k: (counts.append(name), own(*a, **k))[1]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(outer(inner(x)) ** 2)
    gradients = tape.gradient(loss, inner.trainable_variables + outer.trainable_variables)
    print(options, sorted(counts), [np.round(g.numpy(), 3).ravel()[:3].tolist() for g in gradients])


check()
check(mode=None)
check(mode="activations")
check(mode="larger_than", output_size_threshold=10)
check(mode="larger_than", output_size_threshold=100)
check(mode="list_of_layers", layer_names=["outer"])
try:
    K.RematScope("foo")
except Exception as e:
    print(type(e).__name__)
f = K.remat(lambda a: a * a)
v = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = f(v)
print(y.numpy(), tape.gradient(y, v).numpy())
with K.RematScope():
    model = K.Sequential([K.Input((3,)), L.Dense(4, activation="relu"), L.Dropout(0.0), L.Dense(1)])
for w in model.weights:
    w.assign(np.random.RandomState(w.shape[-1]).randn(*w.shape))
model.compile("sgd", "mse")
print(np.round(model.fit(x, np.ones((4, 1)), epochs=2, verbose=0).history["loss"], 4).tolist())
