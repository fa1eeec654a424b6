"""Random numbers under a seed: functions called twice within another, branches, loops, layers, passes over datasets."""


def show(f, *args):
    print(tf.nest.map_structure(lambda t: np.round(t.numpy(), 5).tolist(), f(*args)))


@tf.function
def draw():
    return tf.random.uniform([2])


@tf.function
def twice():
    return draw(), tf.random.normal([2]), draw()


tf.random.set_seed(3)
for f in (draw, twice, draw, twice):
    show(f)


@tf.function
def seeded():
    return tf.random.uniform([2], seed=5)


@tf.function
def seeded_twice():
    return seeded(), seeded(), tf.random.uniform([2], seed=5)


show(seeded_twice)
show(seeded_twice)


@tf.function
def chosen(c):
    return tf.cond(c, draw, lambda: draw() + 1.0), draw()


for c in (True, False, True):
    show(chosen, tf.constant(c))


@tf.function
def noisy():
    total = tf.zeros([2])
    for _ in tf.range(3):
        total += tf.random.uniform([2])
        if tf.reduce_sum(total) > 2.0:
            total -= tf.random.uniform([2])
    return total


@tf.function
def noisy_twice():
    return noisy(), noisy()


for f in (noisy, noisy_twice, noisy_twice):
    show(f)


class Noise(tf.Module):
    @tf.function
    def add(self, x):
        return x + tf.random.normal(tf.shape(x))

    @tf.function
    def __call__(self, x):
        return self.add(self.add(x))


noise = Noise()
for f in (noise, noise, noise.add):
    show(f, tf.zeros([2]))
w = tf.Variable([1.0, 2.0])


@tf.function
def gradients():
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(noise.add(w) ** 2 + noise.add(w) ** 2)
    return tape.gradient(y, w)


show(gradients)
show(gradients)
with tf.GradientTape() as tape:
    y = tf.reduce_sum(noise(w) * noise(w))
print(tape.gradient(y, w).numpy().round(4))


@tf.function
def shuffled():
    return tf.random.shuffle(tf.range(5)), tf.random.shuffle(tf.range(4))


for _ in range(3):
    show(shuffled)
generator = tf.random.Generator.from_seed(1)


@tf.function
def drawn():
    total = generator.normal([2])
    for _ in tf.range(2):
        total += generator.normal([2])
    return total, generator.uniform([], maxval=10, dtype=tf.int32)


show(drawn)
show(drawn)
tf.random.set_seed(2)
dataset = tf.data.Dataset.range(4).map(lambda i: (tf.random.uniform([]), tf.random.normal([], seed=4)))
for source in (dataset, dataset, dataset.repeat(2), dataset.map(lambda a, b: a + draw()[0])):
    print([np.round(e, 4).tolist() for e in source.as_numpy_iterator()])
first, second = iter(dataset), iter(dataset)
print([round(float(next(i)[0]), 4) for i in (first, second, first, second)])
numbers = tf.data.Dataset.range(3)


@tf.function
def passed():
    total = 0.0
    for _ in numbers:
        total += tf.random.uniform([])
    return total


show(passed)
show(passed)
show(lambda: numbers.reduce(0.0, lambda s, _: s + tf.random.uniform([])))
