L = keras.layers


def show(layer, x):
    y = layer(x)
    sizes = [w.shape for w in layer.weights]
    layer.set_weights([np.sin(np.arange(np.prod(s)).reshape(s) + i) * 0.1 for i, s in enumerate(sizes)])
    y = layer(x)
    print(y.shape, np.round(np.asarray(y).ravel()[:5], 4), [tuple(s) for s in sizes])


x1 = np.sin(np.arange(2 * 6 * 3, dtype="float32")).reshape(2, 6, 3)
x2 = np.sin(np.arange(2 * 6 * 5 * 3, dtype="float32")).reshape(2, 6, 5, 3)
for implementation in (1, 2, 3):
    show(L.LocallyConnected1D(4, 3, implementation=implementation), x1)
    show(L.LocallyConnected1D(4, 3, strides=2, activation="relu", use_bias=False, implementation=implementation), x1)
    show(L.LocallyConnected2D(4, (3, 2), strides=(2, 1), implementation=implementation), x2)
    first = L.LocallyConnected2D(4, (3, 2), data_format="channels_first", implementation=implementation)
    show(first, x2.transpose(0, 3, 1, 2))
for implementation in (2, 3):
    show(L.LocallyConnected1D(4, 2, padding="same", strides=2, implementation=implementation), x1)
    show(L.LocallyConnected2D(4, 3, padding="same", implementation=implementation), x2)
L.LocallyConnected2D(4, 3, padding="same")
L.LocallyConnected2D(4, 3)(np.ones((2, 3), "float32"))
L.LocallyConnected2D(4, 3)(keras.Input((None, 5, 3)))
L.LocallyConnected1D(4, 3, implementation=7)(x1)
print(sorted(L.LocallyConnected2D(4, 3).get_config()), L.LocallyConnected2D.from_config(first.get_config()).kernel_size)
model = keras.Sequential([L.LocallyConnected2D(2, 3, input_shape=(6, 5, 3)), L.Flatten(), L.Dense(1)])
sizes = [w.shape for w in model.get_weights()]
model.set_weights([np.sin(np.arange(np.prod(s)).reshape(s) + i) * 0.1 for i, s in enumerate(sizes)])
model.compile("sgd", "mse")
print(model.output_shape, np.round(model.fit(x2, np.ones((2, 1)), epochs=2, verbose=0).history["loss"], 4))
fourier = L.experimental.RandomFourierFeatures(8, kernel_initializer="gaussian", scale=2.0, trainable=True)
show(fourier, x1[:, 0])
print(fourier.compute_output_shape((3, 4)), sorted(fourier.get_config()))
show(L.experimental.RandomFourierFeatures(4, "laplacian", trainable=True), x1[:, 0])
print(L.experimental.RandomFourierFeatures(4, keras.initializers.Constant(0.3)).get_config()["output_dim"])
L.experimental.RandomFourierFeatures(0)
L.experimental.RandomFourierFeatures(2, "foo")
L.experimental.RandomFourierFeatures(2, scale=-1.0)
L.experimental.RandomFourierFeatures(2)(x1)
show(L.BatchNormalization(renorm=False, fused=True, virtual_batch_size=None), np.abs(x2) + 1)
show(L.RNN([L.LSTMCell(3), L.GRUCell(2)]), x1)
show(L.ThresholdedReLU(theta=0.5), x1)
print(L.experimental.preprocessing.Rescaling(2.0)(x1)[0, 0], L.experimental.SyncBatchNormalization().axis)
