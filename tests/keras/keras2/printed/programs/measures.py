from tensorflow.keras import losses, metrics

mean = metrics.Mean()
print(mean.update_state([[1.0, 2.0], [3.0, 4.0]], sample_weight=[1.0, 2.0]), mean.result(), mean.get_weights())
print(mean.update_state([[1.0, 2.0], [3.0, 4.0]], 0.5), mean.result(), mean.get_weights())
print(mean.trainable_variables, len(mean.non_trainable_variables), metrics.Sum().update_state([[1.0, 2.0]], [3.0]))
mean.update_state([1.0, 2.0], [1.0, 2.0, 3.0])
area = metrics.AUC(num_thresholds=3, dtype="float64")
area.update_state([[0.0], [1.0]], [[0.2], [0.9]])
print(area.result(), area.variables)
print([v.name for v in metrics.SpecificityAtSensitivity(0.5, num_thresholds=2).variables], area.merge_state([area]))
counted = metrics.MeanIoU(2, name="m", dtype="float64")
print(counted.update_state([0, 1], [1, 1]), counted.result(), counted.get_config())
for metric in (metrics.BinaryIoU(name="b"), metrics.OneHotIoU(3, [0, 2], name="o"), metrics.IoU(2, [0], name="i")):
    print(list(metric.get_config()))
score = metrics.R2Score(name="r")
score.update_state([[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0], [3.0, 4.0]])
print(score.result(), score.variables)
ignoring = metrics.SparseCategoricalCrossentropy(ignore_class=1)
ignoring.update_state([1, 2], [[0.1, 0.1, 0.8], [0.3, 0.3, 0.4]])
print(ignoring.result(), ignoring.get_weights())
masked = tf.constant([[1.0], [2.0]])
masked._keras_mask = tf.constant([True, False])
print(metrics.MeanSquaredError()([[0.0], [0.0]], masked), losses.MeanSquaredError()([[0.0], [0.0]], masked))
print(metrics.get("mse").__name__, metrics.get("cosine_similarity").__name__, metrics.deserialize("AUC").name)
model = keras.Sequential([
    keras.layers.Embedding(5, 2, mask_zero=True, embeddings_initializer="ones"),
    keras.layers.Dense(1, kernel_initializer="ones"),
])  # fmt: skip
model.compile("sgd", "mse", metrics=["mae", "log_cosh", metrics.MeanSquaredError(name="q")])
print(model.fit(np.array([[1, 2, 0], [3, 0, 0]]), np.ones((2, 3, 1)), verbose=0).history)
print([type(metric).__name__ for metric in model.metrics])
print(losses.serialize(losses.SparseCategoricalCrossentropy()), losses.get("huber_loss").__name__)
print(losses.serialize(losses.Huber(), use_legacy_format=True), metrics.serialize(score, use_legacy_format=True))
print(losses.deserialize({"class_name": "Huber", "config": {"delta": 2.0}}, use_legacy_format=True).get_config())
losses.get("foo")
print(_error)
losses.get(3)
print(_error)
losses.Huber(reduction=None)
print(_error)
with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
    print(losses.MeanSquaredError(reduction="none")([[1.0]], [[2.0]]))
with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
    losses.MeanSquaredError()([[1.0]], [[2.0]])
print(_error)
