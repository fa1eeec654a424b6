Q = keras.quantizers


def p(f):
    try:
        r = f()
    except Exception as e:
        print(type(e).__name__)
        return
    for t in tf.nest.flatten(r):
        t = t.numpy() if hasattr(t, "numpy") else t
        t = np.asarray(t)
        print(
            t.dtype,
            t.shape,
            np.round(t.astype("float64"), 4).ravel()[:16].tolist()
            if t.dtype.kind in "fiub" or str(t.dtype) == "bfloat16"
            else t,
        )


x = np.random.RandomState(0).randn(6, 4).astype("f")
p(lambda: Q.abs_max_quantize(x, axis=-1))
p(lambda: Q.abs_max_quantize(x, axis=0, to_numpy=True))
p(lambda: Q.abs_max_quantize(x, axis=(0, 1), value_range=(-8, 7)))
p(lambda: Q.abs_max_quantize_grouped_with_zero_point(x, 4))
p(lambda: Q.abs_max_quantize_grouped_with_zero_point(x, 4, to_numpy=True))
p(lambda: Q.abs_max_quantize_grouped_with_zero_point(x, 8))
q = Q.AbsMaxQuantizer(axis=-1)
p(lambda: q(x))
print(q.get_config())
print(Q.serialize(q))
print(Q.deserialize(Q.serialize(q)).get_config())
p(lambda: Q.AbsMaxQuantizer(value_range=(-200, 1)))
p(lambda: Q.get("nope"))
p(lambda: Q.Quantizer().get_config())
p(lambda: Q.Quantizer()(x))
p(lambda: Q.fake_quant_with_min_max_vars(x, -1.0, 1.0))
p(lambda: Q.fake_quant_with_min_max_vars(x, [-1.0] * 4, [1.0] * 4, axis=-1, num_bits=4))
p(lambda: Q.fake_quant_with_min_max_vars(x, [-1.0] * 6, [1.0] * 6, axis=0, narrow_range=True))
v = tf.Variable(x)


def g():
    with tf.GradientTape() as t:
        y = Q.fake_quant_with_min_max_vars(v, -1.0, 1.0)
    return t.gradient(y, v)


p(g)
p(lambda: Q.compute_float8_scale(tf.constant(2.0), tf.constant(0.5), 448.0))
p(lambda: Q.compute_float8_scale(tf.constant(0.0), tf.constant(0.5), 448.0))
p(lambda: Q.compute_float8_amax_history(x, tf.zeros(4)))
p(lambda: Q.quantize_and_dequantize(x, tf.constant(0.1), "float8_e4m3fn", "float32"))
p(lambda: Q.quantize_and_dequantize(x, tf.constant(0.1), "float8_e5m2", "float32"))
i = np.array([[-8, 7], [3, -1], [0, 5]], "int8")
pk = Q.pack_int4(i)
print(pk[1:])
p(lambda: pk[0])
p(lambda: Q.unpack_int4(pk[0], 3))
pk = Q.pack_int4(i, axis=1)
p(lambda: pk[0])
p(lambda: Q.unpack_int4(pk[0], 2, axis=-1))
p(lambda: Q.unpack_int4(pk[0], 2, axis=1, dtype="uint8"))
p(lambda: Q.pack_int4(i, dtype="int16"))
p(lambda: Q.pack_int4(i.astype("int32")))
for c in (
    Q.Int8QuantizationConfig(),
    Q.Int4QuantizationConfig(),
    Q.Int4QuantizationConfig(block_size=None),
    Q.Float8QuantizationConfig(),
    Q.GPTQConfig(None, None, weight_bits=8),
    Q.AWQConfig(None, None),
):
    print(c.mode, c.get_config(), type(type(c).from_config(c.get_config())).__name__)
for f in (
    lambda: Q.Int4QuantizationConfig(block_size=0),
    lambda: Q.Int4QuantizationConfig(weight_quantizer=Q.AbsMaxQuantizer()),
    lambda: Q.GPTQConfig(None, None, weight_bits=5),
    lambda: Q.AWQConfig(None, None, group_size=0),
    lambda: Q.QuantizationConfig().mode,
    lambda: Q.GPTQConfig(None, None, hessian_damping=2),
):
    p(f)
print(Q.GPTQConfig(None, None).dtype_policy_string())
P = keras.dtype_policies
for n in (
    "int8_from_float32",
    "int4_from_mixed_bfloat16",
    "int4/128_from_float32",
    "float8_from_float32",
    "gptq/4/64_from_float32",
    "awq/4/-1_from_bfloat16",
):
    o = P.get(n)
    print(
        o,
        o.name,
        o.compute_dtype,
        o.variable_dtype,
        o.quantization_mode,
        o.get_config(),
        P.deserialize(P.serialize(o)) == o,
    )
for n in (
    "int8_from_float16",
    "int4/0_from_float32",
    "gptq/5/1_from_float32",
    "awq/3/1_from_float32",
    "int9_from_float32",
    "gptq/4_from_float32",
    "int8_from_x",
):
    p(lambda n=n: P.get(n))
m = P.DTypePolicyMap("mixed_bfloat16")
m["a/.*"] = "float16"
print(m["a/b"], m["c"], m.name, m.compute_dtype, m.variable_dtype, len(m), list(m), "a/.*" in m, m.get_config())


def s():
    m["a/.*"] = "x"


p(s)
p(lambda: P.DTypePolicyMap(m))
p(lambda: P.DTypePolicyMap(policy_map=[]))
print(
    P.DTypePolicy("float32") == P.FloatDTypePolicy("float32"),
    P.DTypePolicy("float32") == P.QuantizedDTypePolicy("int8", "float32"),
)
p(lambda: keras.config.set_dtype_policy(3))
keras.config.set_dtype_policy("int8_from_float32")
print(keras.config.dtype_policy())
keras.config.set_dtype_policy("float32")
keras.utils.set_random_seed(1)
D = keras.distillation
t = keras.Sequential(
    [
        keras.layers.Input((3,)),
        keras.layers.Dense(5, name="h", kernel_initializer="ones"),
        keras.layers.Dense(2, name="o", kernel_initializer="ones"),
    ]
)
s = keras.Sequential(
    [
        keras.layers.Input((3,)),
        keras.layers.Dense(5, name="sh", kernel_initializer=keras.initializers.Constant(0.1)),
        keras.layers.Dense(2, name="o", kernel_initializer=keras.initializers.Constant(0.2)),
    ]
)
X = np.random.RandomState(0).rand(8, 3).astype("f")
Y = np.random.RandomState(1).randint(0, 2, 8)
for L in (
    D.LogitsDistillation(),
    D.LogitsDistillation(temperature=2.0, loss="mse"),
    D.FeatureDistillation(),
    D.FeatureDistillation("mae", "h", "sh"),
):
    p(lambda L=L: L.compute_loss(t(X), s(X)))
    print(L.get_config())
for f in (
    lambda: D.LogitsDistillation(temperature=0),
    lambda: D.LogitsDistillation(temperature="a"),
    lambda: D.FeatureDistillation(None),
    lambda: D.FeatureDistillation("mse", "zz").validate_model_compatibility(t, s),
):
    p(f)
d = D.Distiller(
    t, s, [D.LogitsDistillation(), D.FeatureDistillation("mse", "h", "sh")], [1.0, 0.5], student_loss_weight=0.3
)
d.compile(
    optimizer=keras.optimizers.SGD(0.1),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
h = d.fit(X, Y, epochs=2, batch_size=4, verbose=0, shuffle=False)
print({k: [round(float(v), 4) for v in vs] for k, vs in h.history.items()})
print(t.trainable, [round(float(v), 4) for v in d.evaluate(X, Y, verbose=0)])
p(lambda: d.predict(X, verbose=0))
p(lambda: s.get_weights()[0])
for f in (
    lambda: D.Distiller(t, None, D.LogitsDistillation()),
    lambda: D.Distiller(t, s, None),
    lambda: D.Distiller(t, s, D.LogitsDistillation(), student_loss_weight=2),
    lambda: D.Distiller(t, s, [D.LogitsDistillation()], [1.0, 2.0]),
    lambda: d.compile("sgd"),
    lambda: D.DistillationLoss().compute_loss(1, 2),
):
    p(f)
c = d.get_config()
print(sorted(c))
d2 = D.Distiller.from_config(c)
print(type(d2).__name__, d2.student_loss_weight)
