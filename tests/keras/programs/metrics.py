rng = np.random.default_rng(1)
y = rng.uniform(0.1, 1.0, (4, 3)).astype("float32")
p = rng.uniform(0.1, 1.0, (4, 3)).astype("float32")
one_hot = np.eye(3, dtype="float32")[[0, 2, 1, 1]]
classes = (
    "MeanSquaredError RootMeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError "
    "CosineSimilarity LogCoshError Hinge SquaredHinge CategoricalHinge KLDivergence Poisson BinaryCrossentropy "
    "CategoricalCrossentropy Accuracy BinaryAccuracy CategoricalAccuracy TopKCategoricalAccuracy"
)
for name in classes.split():
    metric = getattr(keras.metrics, name)()
    metric.update_state(one_hot, p)
    first = float(metric.result())
    metric.update_state(one_hot, y, sample_weight=[1.0, 0.0, 2.0, 0.5])
    print(name, metric, first, float(metric.result()), metric.get_config(), [v.path for v in metric.variables])
    metric.reset_state()
    print(float(metric.result()))
sparse = keras.metrics.SparseCategoricalAccuracy()
print(
    sparse([0, 2, 1, 1], p), sparse([[0], [2], [1], [1]], p), keras.metrics.sparse_categorical_accuracy([0, 1], p[:2])
)
print(
    keras.metrics.SparseTopKCategoricalAccuracy(2)([0, 2, 1, 1], p),
    keras.metrics.TopKCategoricalAccuracy(1)(one_hot, p),
)
print(
    keras.metrics.BinaryAccuracy(threshold=0.7)([[1], [0]], [[0.8], [0.6]]),
    keras.metrics.binary_accuracy([1, 0], [0.6, 0.6]),
)
print(keras.metrics.SparseCategoricalCrossentropy(from_logits=True)(np.array([0, 2, 1, 1]), p))
mean = keras.metrics.Mean()
print(mean, mean.variables, mean.result(), mean([1.0, 3.0]), mean([[5.0, 7.0]], sample_weight=[2.0]), mean.count)
total = keras.metrics.Sum(name="all")
print(total([1.0, 3.0]), total([5.0], sample_weight=[0.5]), total.name)
print(keras.metrics.MeanMetricWrapper(keras.losses.MSE, name="w")(y, p))
print(keras.metrics.get("mse"), keras.metrics.get("accuracy"), keras.metrics.get("MeanAbsoluteError"))
print(keras.metrics.serialize(keras.metrics.BinaryAccuracy(threshold=0.2)))
print(keras.metrics.deserialize({"class_name": "Mean", "config": {"name": "q"}}).name)
print([keras.metrics.Mean().name, keras.metrics.Mean(name="a").name, keras.metrics.Accuracy(dtype="float64").dtype])
keras.metrics.get("zz")


class Largest(keras.metrics.Metric):
    def __init__(self, name="largest", **kwargs):
        super().__init__(name=name, **kwargs)
        self.value = self.add_weight(name="value", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.value.assign(tf.maximum(self.value, tf.reduce_max(tf.abs(y_true - y_pred))))

    def result(self):
        return self.value


largest = Largest()
print(largest(y, p), largest.variables, largest.stateless_reset_state())
largest.reset_state()
print(largest.result(), largest.stateless_result([3.0]), largest.stateless_update_state([9.0], y, p))
