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


# A residual network
keras.backend.clear_session()


def block(x, filters, stride=1):
    shortcut = x
    x = keras.layers.Conv2D(filters, 3, strides=stride, padding="same", kernel_regularizer="l2")(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Activation("relu")(x)
    x = keras.layers.Conv2D(filters, 3, padding="same")(x)
    x = keras.layers.BatchNormalization()(x)
    if stride != 1:
        shortcut = keras.layers.Conv2D(filters, 1, strides=stride, name=f"short_{filters}")(shortcut)
    x = keras.layers.Add()([x, shortcut])
    return keras.layers.LeakyReLU(negative_slope=0.1)(x)


inputs = keras.Input((16, 16, 3), name="image")
x1 = keras.layers.ZeroPadding2D(1)(inputs)
x1 = keras.layers.Conv2D(4, 3)(x1)
x1 = block(x1, 4)
x1 = block(x1, 8, stride=2)
x1 = keras.layers.SeparableConv2D(8, 3, padding="same")(x1)
x1 = keras.layers.DepthwiseConv2D(3, strides=2, padding="same")(x1)
x1 = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x1)
x1 = keras.layers.UpSampling2D()(x1)
x1 = keras.layers.Cropping2D(((1, 1), (1, 1)))(x1)
x1 = keras.layers.concatenate([x1, keras.layers.Cropping2D(1)(inputs)])
x1 = keras.layers.GlobalAveragePooling2D()(x1)
x1 = keras.layers.LayerNormalization()(x1)
outputs = keras.layers.Dense(3)(x1)
res = keras.Model(inputs, outputs, name="res")
res.summary(line_length=100)
set_all(res)
data = numbers(6, 16, 16, 3)
print(res.predict(data, verbose=0))
print([w.path for w in res.weights])
print(res.output_shape, res.input_shape, res.get_layer("short_8").kernel.shape)
print([layer.name for layer in res.layers])
clone = keras.Model.from_config(res.get_config())
clone.set_weights(res.get_weights())
print(np.allclose(clone.predict(data, verbose=0), res.predict(data, verbose=0), atol=1e-5))
