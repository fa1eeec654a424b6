rng = np.random.default_rng(0)
y = rng.uniform(0.1, 1.0, (4, 3)).astype("float32")
p = rng.uniform(0.1, 1.0, (4, 3)).astype("float32")
one_hot = np.eye(3, dtype="float32")[[0, 2, 1, 1]]
binary = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 1], [1, 1, 1]], "float32")
functions = (
    "mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error huber "
    "cosine_similarity kl_divergence poisson log_cosh hinge squared_hinge categorical_hinge binary_crossentropy "
    "binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy dice tversky"
)
for name in functions.split():
    function = keras.losses.get(name)
    print(name, np.round(function(y, p), 5), np.round(function(binary, p), 5))
print(keras.losses.binary_crossentropy(binary, p, from_logits=True, label_smoothing=0.1))
print(keras.losses.categorical_crossentropy(one_hot, p, from_logits=True, label_smoothing=0.2))
print(keras.losses.sparse_categorical_crossentropy(np.array([0, 2, 1, 1]), p / p.sum(1, keepdims=True)))
print(keras.losses.sparse_categorical_crossentropy(np.array([[0], [2], [1], [1]]), p, from_logits=True))
print(keras.losses.sparse_categorical_crossentropy(np.array([0, -1, 1, 1]), p, from_logits=True, ignore_class=-1))
print(keras.losses.binary_focal_crossentropy(binary, p, apply_class_balancing=True, gamma=3.0, from_logits=True))
print(keras.losses.categorical_focal_crossentropy(one_hot, p, alpha=[0.1, 0.2, 0.3], gamma=1.0, label_smoothing=0.1))
print(
    keras.losses.huber(y, p, delta=0.2), keras.losses.dice(binary, p, axis=(1,)), keras.losses.tversky(y, p, 0.3, 0.7)
)

classes = (
    "MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError CosineSimilarity Huber "
    "LogCosh Hinge SquaredHinge CategoricalHinge KLDivergence Poisson BinaryCrossentropy BinaryFocalCrossentropy "
    "CategoricalCrossentropy CategoricalFocalCrossentropy Dice Tversky"
)
for name in classes.split():
    loss = getattr(keras.losses, name)()
    print(name, loss.name, loss.reduction, loss.get_config(), float(loss(one_hot, p)))
    print(float(loss(one_hot, p, sample_weight=[1.0, 0.0, 2.0, 0.5])))
for reduction in ("sum_over_batch_size", "mean", "sum", "none", None, "mean_with_sample_weight"):
    loss = keras.losses.MeanSquaredError(reduction=reduction)
    print(reduction, loss(y, p), loss(y, p, sample_weight=np.array([1.0, 2.0, 0.0, 1.0])))
print(keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1)(np.array([0, 1, 2, 1]), p))
print(keras.losses.CategoricalGeneralizedCrossEntropy(q=0.7)(np.array([0, 2, 1, 1]), p))
print(
    keras.losses.MeanSquaredError()(np.array([1, 2]), np.array([[3], [4]])),
    keras.losses.MeanSquaredError()([1, 2], [3, 5]),
)
print(keras.losses.MeanSquaredError(dtype="float64")(y, p).dtype)
with tf.GradientTape() as tape:
    t = tf.constant(p)
    tape.watch(t)
    value = keras.losses.BinaryCrossentropy()(binary, t)
print(tape.gradient(value, t))
with tf.GradientTape() as tape:
    logits = tf.constant([[40.0, -40.0, 3.0]])
    tape.watch(logits)
    value = keras.losses.categorical_crossentropy([[0.0, 1.0, 0.0]], keras.activations.softmax(logits))
print(value, tape.gradient(value, logits))
print(keras.losses.serialize(keras.losses.Huber(2.0)), keras.losses.get("mse").__name__)
print(keras.losses.deserialize(keras.losses.serialize(keras.losses.BinaryCrossentropy(True))).from_logits)
keras.losses.get("zz")
keras.losses.MeanSquaredError(reduction="zz")
keras.losses.CategoricalGeneralizedCrossEntropy(q=2.0)
keras.losses.categorical_crossentropy(one_hot, p[:, :2])


class Custom(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_max(tf.abs(y_true - y_pred), axis=-1)


print(Custom()(y, p), Custom(name="mine").name, Custom().name)
