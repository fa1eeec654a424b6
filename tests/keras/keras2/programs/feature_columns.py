F = tf.feature_column


def show(f, n=4):
    try:
        r = f()
    except Exception as e:
        print(type(e).__name__)
        return
    print(tf.nest.map_structure(lambda t: (t.shape, t.dtype.name, np.round(t.numpy(), n).tolist()), r))


features = {
    "age": [23.0, 41.5, 65.0],
    "pair": [[1.0, 2.0], [3.0, -4.0], [5.0, 60.0]],
    "color": ["red", "blue", "green"],
    "words": [["a", "b", ""], ["b", "", ""], ["zz", "a", "a"]],
    "id": [[0], [3], [7]],
    "ids": [[1, 2], [-1, 0], [2, 2]],
    "w": [[0.5, 2.0], [0.0, 1.0], [3.0, 4.0]],
}
features = {k: tf.constant(v) for k, v in features.items()}
sparse_words = tf.SparseTensor([[0, 0], [0, 2], [2, 1]], ["b", "q", "a"], [3, 3])
age = F.numeric_column("age")
print(age, age.name, age.parents, age.variable_shape, age.parse_example_spec)
pair = F.numeric_column("pair", shape=2, default_value=[1.0, 2.0], dtype=tf.float64, normalizer_fn=lambda x: x / 10)
print(pair.shape, pair.default_value, pair.dtype, pair.parse_example_spec)
print(F.numeric_column("x", (2, 2), default_value=3), F.numeric_column("x", [2], np.array([1, 2])))
for f in (
    lambda: F.numeric_column("x", 0),
    lambda: F.numeric_column("x", 1.5),
    lambda: F.numeric_column(3),
    lambda: F.numeric_column("x", dtype=tf.string),
    lambda: F.numeric_column("x", normalizer_fn=3),
    lambda: F.numeric_column("x", 2, default_value=[1, 2, 3]),
    lambda: F.numeric_column("x", 2, default_value="a"),
    lambda: F.numeric_column("x", default_value=1.5, dtype=tf.int32),
):
    show(f)
bucket = F.bucketized_column(age, [18, 30, 50])
print(bucket, bucket.name, bucket.num_buckets, bucket.variable_shape, bucket.parents == [age])
pair_bucket = F.bucketized_column(F.numeric_column("pair", 2), (0.0, 2.0, 10.0))
print(pair_bucket.num_buckets, pair_bucket.variable_shape)
for f in (
    lambda: F.bucketized_column("a", [1]),
    lambda: F.bucketized_column(age, []),
    lambda: F.bucketized_column(age, [2, 1]),
    lambda: F.bucketized_column(age, np.array([1, 2])),
    lambda: F.bucketized_column(F.numeric_column("x", (2, 2)), [1]),
):
    show(f)
color = F.categorical_column_with_vocabulary_list("color", ["red", "green"])
print(color, color.num_buckets, color.parse_example_spec)
color_oov = F.categorical_column_with_vocabulary_list("color", ["red", "green"], num_oov_buckets=3)
print(color_oov.num_buckets, color_oov.default_value)
numbers = F.categorical_column_with_vocabulary_list("ids", [2, 0], default_value=1)
print(numbers)
for f in (
    lambda: F.categorical_column_with_vocabulary_list("x", []),
    lambda: F.categorical_column_with_vocabulary_list("x", ["a", "a"]),
    lambda: F.categorical_column_with_vocabulary_list("x", [1.5]),
    lambda: F.categorical_column_with_vocabulary_list("x", ["a"], dtype=tf.int32),
    lambda: F.categorical_column_with_vocabulary_list("x", ["a"], default_value=1, num_oov_buckets=1),
    lambda: F.categorical_column_with_vocabulary_list("x", ["a"], num_oov_buckets=-1),
):
    show(f)
with open("vocabulary.txt", "w") as f:
    f.write("a\nb\nc\n")
words = F.categorical_column_with_vocabulary_file("words", "vocabulary.txt")
print(words, words.num_buckets)
words_oov = F.categorical_column_with_vocabulary_file("words", "vocabulary.txt", 2, num_oov_buckets=2)
print(words_oov)
for f in (
    lambda: F.categorical_column_with_vocabulary_file("x", ""),
    lambda: F.categorical_column_with_vocabulary_file("x", "missing.txt"),
    lambda: F.categorical_column_with_vocabulary_file("x", "vocabulary.txt", 0),
    lambda: F.categorical_column_with_vocabulary_file("x", "vocabulary.txt", num_oov_buckets=1, default_value=0),
):
    show(f)
with tf.io.TFRecordWriter("words.tfrecord.gz", tf.io.TFRecordOptions(compression_type="GZIP")) as writer:
    for word in ("b", "zz"):
        writer.write(word)
records = F.categorical_column_with_vocabulary_file("words", "words.tfrecord.gz")
print(records.file_format, int(records.vocabulary_size))
hashed = F.categorical_column_with_hash_bucket("words", 5)
print(hashed)
hashed_ids = F.categorical_column_with_hash_bucket("ids", 4, tf.int32)
identity = F.categorical_column_with_identity("id", 5, default_value=1)
print(identity, identity.parse_example_spec)
for f in (
    lambda: F.categorical_column_with_hash_bucket("x", None),
    lambda: F.categorical_column_with_hash_bucket("x", 0),
    lambda: F.categorical_column_with_hash_bucket("x", 2, tf.float32),
    lambda: F.categorical_column_with_identity("x", 0),
    lambda: F.categorical_column_with_identity("x", 2, 2),
):
    show(f)
weighted = F.weighted_categorical_column(F.categorical_column_with_identity("ids", 3), "w")
print(weighted, weighted.name, weighted.num_buckets, weighted.parse_example_spec)
crossed = F.crossed_column(["color", F.bucketized_column(age, [30])], 10)
print(crossed, crossed.name)
nested = F.crossed_column([crossed, "words"], 7, hash_key=3)
print(nested.name, nested.num_buckets, sorted(nested.parse_example_spec))
for f in (
    lambda: F.crossed_column(["a"], 2),
    lambda: F.crossed_column(["a", "b"], 0),
    lambda: F.crossed_column(["a", hashed], 2),
    lambda: F.crossed_column(["a", age], 2),
    lambda: F.weighted_categorical_column(color, "w", tf.string),
    lambda: F.indicator_column(age),
    lambda: F.embedding_column(color, 0),
    lambda: F.embedding_column(color, 2, initializer=3),
    lambda: F.embedding_column(color, 2, ckpt_to_load_from="a"),
    lambda: F.shared_embeddings([color], 2),
):
    show(f)
D = keras.layers.DenseFeatures
for column in (
    age,
    pair,
    bucket,
    pair_bucket,
    F.indicator_column(color),
    F.indicator_column(color_oov),
    F.indicator_column(numbers),
    F.indicator_column(words),
    F.indicator_column(words_oov),
    F.indicator_column(records),
    F.indicator_column(hashed),
    F.indicator_column(hashed_ids),
    F.indicator_column(identity),
    F.indicator_column(weighted),
    F.indicator_column(bucket),
    F.indicator_column(pair_bucket),
    F.indicator_column(crossed),
    F.indicator_column(nested),
):
    print(column.name, column.variable_shape)
    show(lambda column=column: D(column)(features))
show(lambda: D(F.indicator_column(words))({"words": sparse_words}))
words_and_colors = F.crossed_column(["words", "color"], 4)
show(lambda: D(F.indicator_column(words_and_colors))({"words": sparse_words, "color": features["color"]}))
one = keras.initializers.Constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
for options in ({}, {"combiner": "sum"}, {"combiner": "sqrtn"}, {"max_norm": 3.0}):
    show(lambda options=options: D(F.embedding_column(words, 2, initializer=one, **options))(features))
    show(lambda options=options: D(F.embedding_column(weighted, 2, initializer=one, **options))(features))
embedding = F.embedding_column(color_oov, 3)
print(embedding.name, embedding.dimension, embedding.combiner, embedding.trainable, embedding.variable_shape)
print(embedding.initializer.get_config())
tf.random.set_seed(1)
layer = D([embedding, age, F.embedding_column(words, 2, trainable=False)], name="features")
show(lambda: layer(features))
print([(w.name.split("/")[-1].split(":")[0], tuple(w.shape)) for w in layer.weights], len(layer.trainable_weights))
print(layer.compute_output_shape(tf.TensorShape((None, 1))))
parts = {}
layer(features, cols_to_output_tensors=parts)
print([(c.name, tuple(v.shape)) for c, v in sorted(parts.items(), key=lambda item: item[0].name)])
for f in (
    lambda: D([]),
    lambda: D({"a": age}),
    lambda: D([3]),
    lambda: D([age, age]),
    lambda: D(color),
    lambda: D(age)(tf.zeros([2, 1])),
    lambda: D(age)({"x": tf.zeros([2, 1])}),
    lambda: D(age)({"age": tf.constant(1.0)}),
    lambda: D(age)({"age": sparse_words}),
    lambda: D(F.indicator_column(color))({"color": tf.constant([1, 2])}),
    lambda: D(F.indicator_column(identity))({"id": tf.constant([1.0])}),
    lambda: D([age, F.numeric_column("b")])({"age": tf.zeros([2, 1]), "b": tf.zeros([3, 1])}),
    lambda: D(F.indicator_column(F.sequence_categorical_column_with_identity("ids", 3)))(features),
):
    show(f)
config = D([age, bucket, F.indicator_column(color), F.embedding_column(crossed, 2)], name="d").get_config()
print([c["class_name"] for c in config["feature_columns"]], config["feature_columns"][1])
again = D.from_config(config)
show(lambda: again({**features})[:, 2:])
S = keras.experimental.SequenceFeatures
steps = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [1.0, 2.0, 3.0], [3, 2])
sequence = {"x": steps, "y": tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [2, 0, 1], [3, 2])}
sequence["z"] = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "q", "b"], [3, 2])
ids = F.sequence_categorical_column_with_identity("y", 3)
print(ids, ids.name, ids.num_buckets)
letters = F.sequence_categorical_column_with_vocabulary_list("z", ["a", "b"], num_oov_buckets=1)
show(lambda: S([F.sequence_numeric_column("x"), F.indicator_column(ids)])(sequence))
show(lambda: S(F.embedding_column(letters, 2, initializer=one))(sequence))
show(lambda: S(F.indicator_column(F.sequence_categorical_column_with_hash_bucket("z", 4)))(sequence))
show(lambda: S(F.indicator_column(F.sequence_categorical_column_with_vocabulary_file("z", "vocabulary.txt")))(sequence))
wide = tf.SparseTensor([[0, 0], [0, 1], [1, 0], [1, 1], [1, 2], [1, 3]], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 4])
show(lambda: S(F.sequence_numeric_column("x", 2, default_value=-1.0))({"x": wide}))
deep = tf.SparseTensor([[0, 0, 0], [0, 1, 1], [1, 0, 0]], [1.0, 2.0, 3.0], [2, 2, 2])
show(lambda: S(F.sequence_numeric_column("x", 2))({"x": deep}))
for f in (lambda: S(age), lambda: S(F.indicator_column(color))(features), lambda: S(ids)):
    show(f)
spec = F.make_parse_example_spec([age, bucket, F.indicator_column(color), F.embedding_column(weighted, 2), nested])
print(sorted((k, type(v).__name__, v.dtype) for k, v in spec.items()))
show(lambda: F.make_parse_example_spec([3]))
show(lambda: F.make_parse_example_spec([age, F.numeric_column("age", dtype=tf.int64)]))
example = tf.train.Example(
    features=tf.train.Features(
        feature={
            "age": tf.train.Feature(float_list=tf.train.FloatList(value=[33.0])),
            "color": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"green"])),
        }
    )
).SerializeToString()
parsed = tf.io.parse_example([example, example], F.make_parse_example_spec([bucket, F.indicator_column(color)]))
show(lambda: D([age, bucket, F.indicator_column(color)])(parsed))
# a model
rng = np.random.RandomState(0)
table = {
    "age": rng.uniform(18, 80, 40).astype("float32"),
    "color": rng.choice(["red", "green", "blue"], 40),
    "id": rng.randint(0, 5, 40),
}
target = (table["age"] > 50).astype("float32")
dataset = tf.data.Dataset.from_tensor_slices((table, target)).batch(8)
color_vectors = F.embedding_column(color, 2, initializer=keras.initializers.Constant(0.5))
columns = [bucket, F.indicator_column(color), color_vectors, F.numeric_column("age", normalizer_fn=lambda x: x / 80)]
model = keras.Sequential(
    [
        D(columns),
        keras.layers.Dense(4, activation="relu", kernel_initializer=keras.initializers.Constant(0.1)),
        keras.layers.Dense(1, kernel_initializer="ones"),
    ]
)
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile(optimizer=keras.optimizers.SGD(0.05), loss=loss, metrics=["mae"])
history = model.fit(dataset.take(2), epochs=2, verbose=0)
print({k: np.round(v, 4).tolist() for k, v in history.history.items()})
print(np.round(model.evaluate(dataset, verbose=0), 4).tolist())
print(np.round(model.predict(dataset, verbose=0)[:3], 4).tolist())
print([tuple(w.shape) for w in model.get_weights()], np.round(model.get_weights()[0], 4).tolist())
inputs = {
    "age": keras.Input((1,), name="age"),
    "color": keras.Input((1,), name="color", dtype=tf.string),
    "id": keras.Input((1,), name="id", dtype="int64"),
}
x = D([bucket, F.indicator_column(color), F.indicator_column(identity)])(inputs)
print(x.shape)
functional = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones")(x))
functional.compile("sgd", "mse")
print(np.round(functional.fit(dataset, epochs=1, verbose=0).history["loss"], 4).tolist())
print(np.round(functional.predict(dataset, verbose=0)[:3], 4).tolist())


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.features = D(columns)
        self.out = keras.layers.Dense(1, kernel_initializer="ones")

    def call(self, x):
        return self.out(self.features(x))


own = Own()
own.compile("sgd", "mse")
print(np.round(own.fit(table, target, epochs=1, batch_size=8, shuffle=False, verbose=0).history["loss"], 4).tolist())
own.save_weights("own.weights.h5")
twin = Own()
twin(table)
twin.load_weights("own.weights.h5")
print(np.abs(own.predict(table, verbose=0) - twin.predict(table, verbose=0)).max())
