L = tf.lookup
m = L.experimental.MutableHashTable(tf.string, tf.int64, -1)
s = L.StaticHashTable(L.KeyValueTensorInitializer(["a", "b"], [1.0, 2.0]), -1.0)
words = L.StaticVocabularyTable(L.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64)), 3)
names = L.StaticHashTable(L.KeyValueTensorInitializer(tf.constant([1, 2], tf.int64), ["one", "two"]), "many")
m.insert(["b"], [2])


@tf.function
def find(keys):
    return m.lookup(keys), s.lookup(keys), words.lookup(keys)


print(find(tf.constant(["b", "zz"])))
m.insert(["zz"], [99])
print(find(tf.constant(["b", "zz"])))
print(find(tf.constant([["b", "zz", "q"]])))


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def spelled(keys):
    return names.lookup(m.lookup(keys)), tf.strings.length(names[m.lookup(keys)]), m.size()


print(spelled(tf.constant(["b", "zz", "k"])), spelled(tf.constant(["b"])))


@tf.function
def change(keys, values):
    m.insert(keys, values)
    before = m.lookup(keys)
    m.remove(keys[:1])
    return before, m.lookup(keys), m.size()


print(change(tf.constant(["k", "l"]), tf.constant([5, 6], tf.int64)))
print(change(tf.constant(["m", "l"]), tf.constant([7, 8], tf.int64)), m.size())


@tf.function
def constant():
    return m.lookup(tf.constant(["l", "n"])), m.lookup(["l"], tf.constant([3], tf.int64)), m.size()


print(constant())
m.insert(["n", "l"], [1, 2])
print(constant())


@tf.function
def exported():
    keys, values = m.export()
    return tf.shape(keys), tf.reduce_sum(values), tf.reduce_sum(tf.strings.length(keys))


print(exported())
m.insert(["o"], [100])
print(exported())


@tf.function
def count(n):
    d = tf.constant(0, tf.int64)
    for i in tf.range(n):
        key = tf.strings.as_string(i % 3)
        m.insert([key], [m.lookup(key, tf.constant(0, tf.int64)) + 1])
        d += 1
    return d


print(count(7), m.lookup(["0", "1", "2"]))


@tf.function
def known(key):
    if m.lookup(key) > 0:
        return s.lookup(tf.expand_dims(key, 0))
    return tf.constant([0.0])


print(known(tf.constant("b")), known(tf.constant("?")))


@tf.function
def made(keys):
    table = L.StaticHashTable(L.KeyValueTensorInitializer(["a", "b"], [1, 2]), -1)
    return table.lookup(keys)


print(made(tf.constant(["b", "x"])))


@tf.function
def wrong(keys):
    return s.lookup(keys)


wrong(tf.constant([1]))
dense = L.experimental.DenseHashTable(tf.string, tf.int64, -1, "", "$")
dense.insert(["a"], [4])
f = tf.function(lambda k: dense.lookup(k))
print(f(tf.constant(["a", "b"])))
f(tf.constant([""]))
print(tf.function(lambda k: s.lookup(k))(tf.ragged.constant([["a", "z"], ["b"]])))
print(tf.function(lambda k: words.lookup(k))(tf.sparse.from_dense([["a", "z"], ["b", ""]])))
ds = tf.data.Dataset.from_tensor_slices(["b", "zz", "none", "a"])
print(list(ds.map(m.lookup).as_numpy_iterator()))
print(list(ds.batch(3).map(lambda k: (words.lookup(k), s[k]), num_parallel_calls=2).as_numpy_iterator()))
print(list(ds.map(lambda k: tf.strings.split(k + " b")).map(words.lookup).padded_batch(2).as_numpy_iterator()))
with tf.GradientTape() as tape:
    x = tf.Variable([1.0, 3.0])
    y = tf.reduce_sum(x * s.lookup(tf.constant(["a", "b"])))
print(tape.gradient(y, x))
layer = tf.keras.layers.Lambda(lambda k: s.lookup(k))
print(layer(tf.constant(["a", "c"])))
