import warnings

L, Q = keras.layers, keras.quantizers


def show(*values):
    for v in values:
        v = np.asarray(keras.ops.convert_to_numpy(v))
        print(v.dtype, v.shape, np.round(v.astype("float64"), 4).ravel()[:40].tolist())


def fails(f, *args, **options):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            print(f(*args, **options))
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])


class Letters:
    def tokenize(self, text):
        return np.array([ord(c) % 16 for c in text])


LETTERS = Letters()


class Passing(L.Dense):
    """Keras observes what `call` gets, which a quantized Dense does not run."""

    def quantized_call(self, inputs):
        return self.call(inputs)


def model(dense=L.Dense):
    e = L.Embedding(16, 8, name="e")
    b1 = keras.Sequential([dense(12, activation="relu", name="d1"), dense(8, name="d2")], name="b1")
    b2 = keras.Sequential(
        [
            L.EinsumDense("xya,abc->xybc", (None, 3, 4), bias_axes="bc", name="e1"),
            L.EinsumDense("xybc,bca->xya", (None, 14), name="e2"),
        ],
        name="b2",
    )
    x = keras.Input((5,))
    m = keras.Model(x, L.Dense(2, name="out")(b2(b1(e(x)))))
    for i, w in enumerate(m.weights):
        w.assign(np.random.RandomState(i).randn(*w.shape))
    return m, {"pre_block_layers": [e], "sequential_blocks": [b1, b2]}


def calibrated(config, dense=L.Dense, blocks=2, filters=None, dataset=("hello",), **options):
    m, structure = model(dense)
    structure["sequential_blocks"] = structure["sequential_blocks"][:blocks]
    c = config(dataset, LETTERS, num_samples=1, sequence_length=5, quantization_layer_structure=structure, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m.quantize(c.mode, config=c, filters=filters, type_check=False)
    return m, c


x = np.random.RandomState(5).randint(0, 16, (2, 5))
for config, options in (
    (Q.GPTQConfig, {"group_size": 4}),
    (Q.GPTQConfig, {"group_size": -1, "symmetric": True, "weight_bits": 8}),
    (Q.GPTQConfig, {"activation_order": True, "per_channel": False, "weight_bits": 2}),
    (Q.AWQConfig, {"group_size": 5}),
):
    m, c = calibrated(config, **options)
    print(m.get_layer("out").dtype_policy, [(w.path, w.trainable) for w in m.weights])
    show(m(x), *m.get_layer("b1").weights, *m.get_layer("b2").weights)
    show(m.get_layer("b1").layers[0].kernel, m.get_layer("b2").layers[1].kernel)
    c.quantization_layer_structure = None
    print(m.get_layer("b1").layers[0].get_config()["quantization_config"], m.get_layer("e").quantization_mode)
for config, options in (
    (Q.GPTQConfig, {"group_size": 5, "hessian_damping": 0.1}),
    (Q.GPTQConfig, {"group_size": 4, "activation_order": True}),
    (Q.GPTQConfig, {"group_size": -1, "symmetric": True, "weight_bits": 3}),
    (Q.AWQConfig, {"group_size": -1}),
    (Q.AWQConfig, {"group_size": 5, "num_grid_points": 7}),
):
    m, _ = calibrated(config, Passing, 1, **options)
    show(*m.get_layer("b1").weights)
m, _ = calibrated(Q.GPTQConfig, filters=["d2", "e1"])
print([l.dtype_policy.name for b in ("b1", "b2") for l in m.get_layer(b).layers], m.get_layer("out").dtype_policy.name)
fails(lambda: m.quantize("gptq", config=Q.GPTQConfig(["a"], LETTERS)))
fails(lambda: m.get_layer("b1").layers[1].enable_lora(2))


def small(dataset=("ab",), tokenizer=LETTERS, structure=True):
    """Arguments of a config and what they are to quantize."""
    parts = [L.Embedding(16, 4), keras.Sequential([L.Dense(2)])]
    if structure is True:
        structure = {"pre_block_layers": parts[:1], "sequential_blocks": parts[1:]}
    options = {"num_samples": 2, "sequence_length": 3, "quantization_layer_structure": structure}
    return keras.Sequential([keras.Input((3,)), *parts]), (dataset, tokenizer), options


def quantized(config, *args):
    m, given, options = small(*args)
    m.quantize(config=config(*given, **options))
    return len(m.weights)


for config in (Q.GPTQConfig, Q.AWQConfig):
    for args in (("ab",), (5,), ([],), (None,), ([[]],), ([[99]],), ([1, 2, 3],), (["a"], None), (["a"], len)):
        fails(quantized, config, *args)
    for structure in (None, {}, [1]):
        fails(quantized, config, ["a"], LETTERS, structure)
    for wrong in ("weight_bits", "num_samples", "sequence_length", "group_size"):
        fails(config, None, None, **{wrong: 0})
fails(lambda: Q.GPTQConfig(None, None, hessian_damping=2))
fails(lambda: Q.AWQConfig(None, None, num_grid_points=0))
fails(lambda: small()[0].quantize("gptq"))
fails(lambda: small()[0].quantize("awq"))
fails(lambda: small()[0].quantize("awq", config=Q.GPTQConfig(None, None)))
fails(lambda: small()[0].quantize("gptq", config=Q.QuantizationConfig()))
