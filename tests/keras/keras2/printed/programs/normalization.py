L = keras.layers


def waves(*shape):
    return tf.constant(np.sin(np.arange(np.prod(shape)) * 1.7).reshape(shape).astype("float32"))


def trained(x, **arguments):
    layer = L.BatchNormalization(momentum=0.5, **arguments)
    try:
        layer(x, training=True)
    except ValueError as error:
        print(error)
        return
    print([np.round(w, 4).tolist() for w in layer.get_weights()[2:4]], layer.fused, layer.input_spec)
    print(list(layer.get_config()["axis"]), L.BatchNormalization.from_config(layer.get_config()).momentum)


trained(waves(2, 3, 3, 2))
trained(waves(2, 3, 3, 2, 2))
trained(waves(2, 3, 3, 2), fused=False)
trained(waves(2, 3, 3, 2), axis=1)
trained(waves(2, 3, 3, 2), axis=2)
trained(waves(1, 1, 1, 2))
trained(waves(4, 2))
trained(waves(4, 2), fused=True)
trained(waves(4, 2), axis=5)
trained(keras.Input((None,)))
model = keras.Sequential([L.Conv2D(2, 2, kernel_initializer="ones"), L.BatchNormalization(momentum=0.5), L.Flatten()])
model.compile("sgd", "mse")
model.fit(waves(6, 4, 4, 1), np.ones((6, 18)), batch_size=4, epochs=2, verbose=0, shuffle=False)
print([np.round(w, 3).tolist() for w in model.layers[1].get_weights()])
L.BatchNormalization(axis="a")
L.BatchNormalization(fused=True, renorm=True)
print(L.GaussianNoise(2.0).stddev, L.GaussianDropout(2.0).rate)
L.Dropout(2.0)
