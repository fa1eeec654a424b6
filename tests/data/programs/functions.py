Dataset = tf.data.Dataset
r = Dataset.range(10)


@tf.function
def total(dataset):
    print("tracing")
    result = tf.constant(0, tf.int64)
    for x in dataset:
        if x > 3:
            result += x
    return result


print(total(r), total(Dataset.range(5)), total(Dataset.range(0)), total(r.shuffle(3)))
batches = Dataset.from_tensor_slices((np.arange(10.0, dtype="float32").reshape(5, 2), ["a", "b", "c", "d", "e"])).batch(
    2
)


@tf.function
def until():
    rows, count, last = 0.0, 0, tf.constant("")
    for x, text in batches:
        rows += tf.reduce_sum(x)
        count += tf.shape(x)[0]
        last = text[-1]
        if count >= 4:
            break
    return rows, count, last


print(until())


@tf.function
def step(iterator):
    print("tracing")
    x, text = next(iterator)
    return tf.reduce_sum(x), tf.strings.upper(text)


iterator = iter(batches)
print(step(iterator), step(iterator))
again = iter(batches)
print(step(again), step(iterator))
step(iterator)


@tf.function
def rest(iterator):
    result = tf.constant(0, tf.int64)
    for x in iterator:
        result += x
    return result


iterator = iter(r)
print(next(iterator), next(iterator), rest(iterator))


@tf.function
def optional(iterator):
    found = iterator.get_next_as_optional()
    return found.has_value()


iterator = iter(Dataset.range(1))
print(optional(iterator), optional(iterator))
w = tf.Variable(2.0)
ones = Dataset.from_tensor_slices(np.ones((7, 3), "float32")).batch(3)


@tf.function
def train(dataset):
    loss = 0.0
    for x in dataset:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x * w - 1.0) ** 2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
    return loss


print(train(ones), w.numpy())
print(train(ones.take(1)), w.numpy())


@tf.function
def numbered(dataset):
    result = tf.constant(0, tf.int64)
    for i, (x, _) in enumerate(dataset):
        result += i * tf.cast(tf.shape(x)[0], tf.int64)
    for _, y in zip(dataset.take(1), r.skip(5)):
        result += 100 * y
    return result


print(numbered(batches))


@tf.function
def reduced(dataset):
    return dataset.reduce(np.int64(0), lambda state, x: state + x), dataset.reduce(0, lambda state, x: state + 1)


print(reduced(r))


@tf.function
def made():
    result = tf.constant(0, tf.int64)
    for x in r.map(lambda v: v * 2).filter(lambda v: v > 6).prefetch(1):
        result += x
    return result


print(made(), made())


@tf.function
def made_of(n):
    result = tf.constant(0, tf.int64)
    for x in Dataset.range(n).map(lambda v: v * n):
        result += x
    return result


print(made_of(tf.constant(4, tf.int64)), made_of(tf.constant(5, tf.int64)))


@tf.function
def given():
    return Dataset.range(3).map(lambda v: v + 1)


print([int(x) for x in given()])


@tf.function
def shown(dataset):
    for x in dataset:
        tf.print(x, tf.shape(x), output_stream="file://shown.txt")


shown(r.batch(4))
with open("shown.txt") as file:
    print(file.read())


@tf.function
def nested(dataset):
    result = tf.constant(0, tf.int64)
    for x in dataset:
        for y in r.take(3):
            result += x * y
    return result


print(nested(r))


@tf.function
def kept(dataset):
    array = tf.TensorArray(tf.int64, 0, dynamic_size=True)
    for i, x in enumerate(dataset):
        array = array.write(tf.cast(i, tf.int32), x * x)
    return array.stack()


print(kept(r.skip(5)))
words = tf.keras.layers.TextVectorization(output_mode="multi_hot", vocabulary=["a", "b", "c"])
bags = tf.data.Dataset.from_tensor_slices(["a b a", "c", "d b"]).batch(2).map(words)
print([bag.numpy().tolist() for bag in bags])
