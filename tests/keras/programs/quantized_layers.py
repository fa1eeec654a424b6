import warnings

L = keras.layers
rng = np.random.RandomState(0)


def show(*values):
    print(
        *(
            np.round(np.asarray(keras.ops.convert_to_numpy(v)).astype("float64"), 4).ravel()[:12].tolist()
            for v in values
        )
    )


def fails(f):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0][:300])


def listed(layer):
    print(layer.dtype_policy, [(w.path, tuple(w.shape), w.dtype, w.trainable) for w in layer.weights])


def built(layer, shape):
    layer.build(shape)
    for w in layer.weights:
        w.assign(np.random.RandomState(w.shape[-1]).randn(*w.shape))
    return layer


x = rng.randn(5, 6).astype("float32")
xs = rng.randn(2, 3, 6).astype("float32")
ids = np.array([[0, 3, 7], [2, 2, 1]])
C = keras.quantizers
int4_channel = C.Int4QuantizationConfig(block_size=None)
int4_blocks = C.Int4QuantizationConfig(block_size=4)
weights_only = C.Int8QuantizationConfig(activation_quantizer=None)
makers = {
    "dense": (lambda **k: L.Dense(5, activation="relu", **k), (None, 6), x),
    "dense3": (lambda **k: L.Dense(3, use_bias=False, **k), (None, 3, 6), xs),
    "einsum": (lambda **k: L.EinsumDense("abc,cde->abde", (3, 2, 4), bias_axes="de", **k), (None, 3, 6), xs),
    "einsum2": (lambda **k: L.EinsumDense("abc,dc->abd", (3, 5), activation="tanh", **k), (None, 3, 6), xs),
    "einsum3": (lambda **k: L.EinsumDense("abc,bcd->ad", 4, **k), (None, 3, 6), xs),
    "embedding": (lambda **k: L.Embedding(8, 6, **k), None, ids),
}


def check(name, config, gradient=True):
    maker, shape, inputs = makers[name]
    layer = built(maker(name="l"), shape)
    layer.quantize(config=config)
    listed(layer)
    show(layer(inputs), *[w.numpy() for w in layer.weights])
    config_ = layer.get_config()
    print(config_["dtype"], config_["quantization_config"])
    twin = type(layer).from_config(config_)
    twin.build(shape)
    store = {}
    layer.save_own_variables(store)
    twin.load_own_variables(store)
    show(twin(inputs))
    if gradient:
        v = tf.Variable(inputs)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(v, training=True) ** 2)
        show(tape.gradient(loss, v))


check("dense", "int8")
check("dense", weights_only)
check("dense", "int4")
check("dense", int4_channel)
check("dense", int4_blocks)
check("dense", "float8", gradient=False)
check("dense3", "int8")
check("dense3", weights_only)
check("dense3", "int4")
check("dense3", int4_channel)
check("dense3", int4_blocks)
check("dense3", "float8", gradient=False)
check("einsum", "int8")
check("einsum", weights_only)
check("einsum", "int4")
check("einsum", int4_channel)
check("einsum", int4_blocks)
check("einsum", "float8", gradient=False)
check("einsum2", "int8")
check("einsum2", weights_only)
check("einsum2", "int4")
check("einsum2", int4_channel)
check("einsum2", int4_blocks)
check("einsum2", "float8", gradient=False)
check("einsum3", "int8")
check("einsum3", weights_only)
check("einsum3", "int4")
check("einsum3", int4_channel)
check("einsum3", int4_blocks)
check("einsum3", "float8", gradient=False)
check("embedding", "int8", gradient=False)
check("embedding", weights_only, gradient=False)
check("embedding", "int4", gradient=False)
check("embedding", int4_channel, gradient=False)
check("embedding", int4_blocks, gradient=False)
for config in ("int8", int4_channel, int4_blocks):
    for tie in (True, False):
        layer = built(L.ReversibleEmbedding(8, 6, name="l", tie_weights=tie, logit_soft_cap=2.0), None)
        layer.quantize(config=config)
        listed(layer)
        show(layer(ids), layer(x, reverse=True))
        print(layer.variable_serialization_spec)
for name in ("dense", "einsum2", "embedding"):
    for config in ("int8", int4_channel, int4_blocks):
        maker, shape, inputs = makers[name]
        layer = built(maker(name="l"), shape)
        layer.quantize(config=config)
        layer.enable_lora(2, lora_alpha=3)
        for w in layer.trainable_weights:
            w.assign(np.random.RandomState(3).randn(*w.shape))
        listed(layer)
        show(layer(inputs))
        store = {}
        layer.save_own_variables(store)
        show(*store.values())
print("float8 training")
model = keras.Sequential(
    [keras.Input((6,)), L.Dense(4, activation="relu", name="d"), L.EinsumDense("ab,bc->ac", 1, bias_axes="c", name="e")]
)
for w in model.weights:
    w.assign(np.random.RandomState(w.shape[-1]).randn(*w.shape))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    model.quantize("float8")
model.compile("sgd", "mse")
h = model.fit(x, rng.randn(5, 1), epochs=3, batch_size=5, verbose=0)
show(h.history["loss"], *[w.numpy() for w in model.weights if "kernel" not in w.name or w.name == "kernel_scale"])
print([w.path for w in model.weights])
print("models")
inputs = keras.Input((3,), dtype="int32")
y = L.Embedding(8, 6, name="e")(inputs)
y = L.Dense(4, activation="relu", name="d")(y)
y = L.Flatten(name="f")(y)
y = L.Dropout(0.0, name="drop")(y)
model = keras.Model(inputs, L.Dense(2, name="out")(y), name="m")
for w in model.weights:
    w.assign(np.random.RandomState(w.shape[-1]).randn(*w.shape))
show(model.predict(ids, verbose=0))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.quantize("int8")
print(sorted(str(w.message) for w in caught if "quantize" in str(w.message)))
show(model.predict(ids, verbose=0), model(ids))
print(model.count_params(), len(model.trainable_weights), len(model.non_trainable_weights))
model.save("m.keras")
again = keras.models.load_model("m.keras")
listed(again.get_layer("d"))
show(again.predict(ids, verbose=0))
model.save_weights("m.weights.h5")
again.load_weights("m.weights.h5")
show(again.predict(ids, verbose=0))
model.summary()
model.compile("sgd", "mse")
show(model.fit(ids, np.ones((2, 2)), verbose=0).history["loss"], model.get_layer("out").bias)
fails(lambda: model.quantize("int8"))
fails(lambda: L.Dense(2, name="l").quantize("int8"))
fails(lambda: L.Dense(2, name="l").quantize("int9"))
fails(lambda: L.Dense(2, name="l").quantize())
fails(lambda: L.Dense(2, name="l").quantize("gptq"))
fails(lambda: L.Dense(2, name="l").quantize("awq"))
fails(lambda: L.Dense(2, name="l").quantize("int8", config=int4_channel))
fails(lambda: L.Dense(2, name="l").quantize("int8", config=3))
fails(lambda: built(L.Dense(2, dtype="float16"), (None, 3)).quantize("int8"))
fails(lambda: built(L.Conv2D(2, 3, name="c"), (None, 3, 3, 3)).quantize("int8"))
fails(lambda: built(L.Embedding(2, 3), None).quantize("float8"))
fails(lambda: L.Dropout(0.5, dtype="int8_from_float32")(x))


class Sub(L.Dense):
    pass


fails(lambda: built(Sub(2), (None, 3)).quantize("int8"))
sub = built(Sub(2, name="s"), (None, 6))
sub.quantize("int8", type_check=False)
listed(sub)
show(sub(x))
fails(lambda: model.quantize("int8", filters=3))
fails(lambda: model.quantize("int8", foo=3))
model = keras.Sequential([keras.Input((6,)), L.Dense(4, name="a1"), L.Dense(4, name="b1"), L.Dense(4, name="b2")])
model.quantize("int8", filters="b")
print([l.quantization_mode for l in model.layers])
model.quantize("int4", filters=lambda l: l.name == "a1")
print([l.dtype_policy.name for l in model.layers])
layer = built(L.Dense(4, name="l"), (None, 6))
layer.dtype_policy = "int8_from_float32"
listed(layer)
layer = built(L.Dense(4, name="l", dtype="int8_from_mixed_bfloat16"), (None, 6))
listed(layer)
print(layer(x).dtype, layer.compute_dtype, layer.kernel.dtype)
policy = keras.dtype_policies.DTypePolicyMap()
model = keras.Sequential(
    [keras.Input((6,)), L.Dense(4, name="a1", dtype=policy), L.Dense(4, name="b1", dtype=policy)], name="s"
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    model.quantize("int8")
print(policy, model.layers[0].quantization_mode)
y = L.Dense(3, dtype="int8_from_float32", name="k")(keras.Input((6,)))
print(y.shape, y.dtype)
for policy in ("gptq/4/4_from_float32", "gptq/8/-1_from_float32", "awq/4/4_from_float32"):
    for maker, shape, inputs in (makers["dense"], makers["einsum"]):
        layer = maker(dtype=policy, name="l")
        layer.build(shape)
        listed(layer)
        store = {}
        own = layer.variable_serialization_spec[layer.quantization_mode]
        for i, n in enumerate(n for n in own if getattr(layer, n, None) is not None):
            w = getattr(layer, n)
            state = np.random.RandomState(i)
            store[str(i)] = state.randint(0, 200, w.shape) if w.dtype == "uint8" else state.rand(*w.shape)
            if n == "g_idx":
                store[str(i)] = state.randint(0, 1 if "-1" in policy else 2, w.shape)
        layer.load_own_variables(store)
        show(layer(inputs), layer.kernel)
        print(layer.get_config().get("gptq_unpacked_column_size"))
