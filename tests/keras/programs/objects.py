print(keras.initializers.get("he_normal").get_config())
print(keras.initializers.serialize(keras.initializers.Constant(3.0)))
print(keras.initializers.Zeros()((2, 2)), keras.initializers.get("ones")((1,), dtype="int32"))
print(keras.initializers.Identity(2.0)((2, 3)), keras.initializers.Constant(0.5)((2,)))
for name in ("RandomNormal", "RandomUniform", "TruncatedNormal", "GlorotUniform", "HeNormal", "LecunUniform"):
    drawn = getattr(keras.initializers, name)(seed=42)((2, 3), "float16")
    print(name, drawn.shape, drawn.dtype, getattr(keras.initializers, name)(seed=42).get_config())
print(keras.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal", seed=1)((3, 2)).shape)
matrix = keras.initializers.Orthogonal(seed=3)((4, 3)).numpy()
print(np.abs(matrix.T @ matrix - np.eye(3)).max() < 1e-5)
print(keras.initializers.Orthogonal(2.0, seed=3)((2, 2, 3)).shape)
draw = keras.initializers.GlorotNormal(seed=5)
print(bool(np.all(draw((3, 3)) == draw((3, 3)))), keras.initializers.GlorotUniform(seed=2).get_config())
print(keras.initializers.get({"class_name": "RandomNormal", "config": {"stddev": 1.0, "seed": 2}}).stddev)
keras.initializers.get("zz")
keras.initializers.get(3)
keras.initializers.Identity()((2,))
keras.initializers.Orthogonal()((2,))
keras.initializers.VarianceScaling(scale=-1.0)
keras.initializers.VarianceScaling(mode="zz")

print(keras.regularizers.L2(0.1)(tf.ones((2, 2))), keras.regularizers.get("l1").get_config())
print(keras.regularizers.l1_l2(0.1, 0.2)(tf.ones((2,))), keras.regularizers.L1(0.5)(tf.constant([-1.0, 2.0])))
print(keras.regularizers.OrthogonalRegularizer(0.5)(tf.constant([[1.0, 2.0], [0.5, -1.0]])))
keras.regularizers.L1(-1.0)
keras.regularizers.get("zz")
print(keras.constraints.MaxNorm(1.0)(tf.ones((2, 2))), keras.constraints.get("non_neg")(tf.constant([-1.0, 2.0])))
print(keras.constraints.UnitNorm()(tf.ones((4, 1))), keras.constraints.MinMaxNorm(2.0, 3.0, 0.5)(tf.ones((4, 1))))
print(keras.constraints.serialize(keras.constraints.MaxNorm(3)), keras.constraints.get(None))
keras.constraints.get("zz")

x = tf.constant([[-3.0, -1.0, -0.2, 0.0, 0.3, 2.0, 7.0]])
names = (
    "celu elu exponential gelu hard_sigmoid hard_silu leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu "
    "sigmoid silu softmax softplus softsign tanh hard_tanh tanh_shrink soft_shrink hard_shrink sparse_plus "
    "sparse_sigmoid squareplus sparsemax"
)
for name in names.split():
    print(name, getattr(keras.activations, name)(x).numpy().round(5))
print(keras.activations.relu(x, negative_slope=0.1, max_value=6.0, threshold=1.0).numpy())
print(keras.activations.get("relu").__name__, keras.activations.serialize(keras.activations.tanh))
print(keras.activations.get(None).__name__, keras.activations.get("swish").__name__)
keras.activations.get("zz")

print(keras.random.uniform((3,), seed=1).dtype, keras.random.normal((3,), seed=1).shape)
print(keras.random.randint((3,), 4, 5, seed=1), keras.random.randint((2, 3), 0, 9, "int64").dtype)
print(
    keras.random.truncated_normal((3,), seed=1).shape,
    sorted(set(keras.random.dropout(tf.ones((99,)), 0.4, seed=7).numpy())),
)
generator = keras.random.SeedGenerator(9)
print(
    bool(np.all(keras.random.uniform((2,), seed=generator) == keras.random.uniform((2,), seed=generator))),
    generator.state,
)
keras.utils.set_random_seed(4)
drawn = keras.random.uniform((2,)), keras.layers.Dense(2)(tf.ones((1, 2)))
keras.utils.set_random_seed(4)
again = keras.random.uniform((2,)), keras.layers.Dense(2)(tf.ones((1, 2)))
print(all(np.array_equal(a, b) for a, b in zip(drawn, again)))
keras.random.uniform((2,), seed="a")
keras.utils.set_random_seed("a")

print(keras.ops.add(1, 2.5), keras.ops.add(tf.constant(1), 2.5), keras.ops.multiply(np.ones(2, "int8"), 300))
print(keras.ops.mean(tf.constant([1, 2])), keras.ops.sum([True, True]), keras.ops.argmax([[1, 3, 2]], axis=-1))
print(
    keras.ops.clip(tf.constant([1.0, 5.0]), 2.0, 3.0), keras.ops.cast([1.7], "int32"), keras.ops.shape(tf.ones((2, 3)))
)
print(keras.ops.one_hot([0, 2], 3), keras.ops.where([True, False], [1, 2], [3.0, 4.0]), keras.ops.eye(2, 3))
print(keras.ops.convert_to_numpy(tf.constant([1.0])), keras.ops.arange(3), keras.ops.expand_dims([1, 2], 0))
print(keras.ops.divide(1, 2), keras.ops.power([2, 3], 2), keras.ops.logical_not([True]), keras.ops.isnan([np.nan]))
