layers = keras.layers


def numbers(*shape):
    count = int(np.prod(shape))
    return (np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898) * 43758.5453))[0].reshape(shape) * 2 - 1).astype(
        "float32"
    )


def set_all(model):
    for index, weight in enumerate(model.weights):
        if "seed" in weight.path or "variance" in weight.path:
            continue
        weight.assign(numbers(*weight.shape) * 0.3 + 0.01 * index)


# 1-D and masks
keras.backend.clear_session()
text = keras.Sequential(
    [
        layers.Embedding(20, 6, mask_zero=True),
        layers.Conv1D(8, 3, padding="causal", activation="relu"),
        layers.MaxPooling1D(2),
        layers.GlobalMaxPooling1D(),
        layers.Dense(2),
    ]
)
print(text(np.arange(20).reshape(2, 10) % 7).shape)
text.summary()
masked = keras.Sequential(
    [
        layers.Embedding(20, 4, mask_zero=True),
        layers.LayerNormalization(),
        layers.GlobalAveragePooling1D(),
    ]
)
ids = np.array([[1, 2, 0, 0], [3, 4, 5, 0]])
masked(ids)
set_all(masked)
print(masked(ids))
print(masked.layers[0].compute_mask(ids))

# Errors
layers.Conv2D(4, 5)(np.zeros((1, 3, 3, 1), "float32"))
layers.Conv2D(4, 3)(np.zeros((1, 8, 8), "float32"))
conv = layers.Conv2D(4, 3)
print(conv(np.zeros((1, 8, 8, 2), "float32")).shape)
conv(np.zeros((1, 8, 8, 3), "float32"))
print("expected axis -1" in str(_error), type(_error).__name__)
layers.MaxPooling2D()(keras.Input((1, 1, 3)))
layers.Conv2D(4, 3).kernel
layers.Dense(4).get_weights()
layers.BatchNormalization(axis=[1, 2])
layers.Dropout(2)
layers.Concatenate()([keras.Input((3,)), keras.Input((4, 2))])

# LoRA
keras.backend.clear_session()
lora = keras.Sequential([keras.Input((8, 8, 2)), layers.Conv2D(3, 3), layers.Flatten(), layers.Dense(4)])
lora.layers[0].enable_lora(2)
lora.layers[2].enable_lora(2, lora_alpha=4)
lora.summary()
print([(w.path, w.trainable) for w in lora.weights])
lora.layers[2].enable_lora(2)

# Mixed precision
keras.backend.clear_session()
keras.mixed_precision.set_global_policy("mixed_bfloat16")
mixed = keras.Sequential(
    [
        keras.Input((8, 8, 2)),
        layers.Conv2D(3, 3),
        layers.BatchNormalization(),
        layers.GlobalAveragePooling2D(),
        layers.Dense(2, dtype="float32"),
    ]
)
print([(layer.name, layer.compute_dtype, layer.variable_dtype, layer.output.dtype) for layer in mixed.layers])
print([w.dtype for w in mixed.weights])
print(mixed(numbers(2, 8, 8, 2)).dtype, mixed.layers[1](mixed.layers[0](numbers(2, 8, 8, 2))).dtype)
keras.mixed_precision.set_global_policy("float32")

# Serializing layers
layer = layers.deserialize(
    layers.serialize(layers.Conv2D(3, (1, 2), name="mine", kernel_regularizer=keras.regularizers.L2(0.1)))
)
print(layer.get_config())
print(layers.serialize(layers.MaxPooling2D(3, strides=2, padding="same")))
layers.deserialize({"class_name": "keras.layers>Nothing", "config": {}})
function = layers.Lambda(lambda t, k=2.0: t * k)
print(sorted(function.get_config()), function(tf.constant([1.0])))
layers.Lambda.from_config(function.get_config())
print(layers.Lambda.from_config(function.get_config(), safe_mode=False)(tf.constant([1.0])))
