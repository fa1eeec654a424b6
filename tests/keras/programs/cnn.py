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


model = keras.Sequential(
    [
        layers.Input((12, 12, 3)),
        layers.Conv2D(4, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Conv2D(6, 3, activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.MaxPooling2D((2, 2)),
        layers.Dropout(0.0),
        layers.Flatten(),
        layers.Dense(5, activation="softmax"),
    ]
)
model.summary()
set_all(model)
for weight in model.weights:
    print(weight.path, weight.shape, weight.dtype, weight.trainable)
print([layer.name for layer in model.layers])
print(len(model.trainable_weights), len(model.non_trainable_weights), model.count_params())
x, y = numbers(24, 12, 12, 3), np.arange(24) % 5
print(model.predict(x[:2], verbose=0))
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
for key, values in history.history.items():
    print(key, [round(v, 4) for v in values])
print(model.evaluate(x, y, verbose=0))
print(model.layers[1].moving_mean.numpy())
print(model.layers[1].moving_variance.numpy())
print(model.layers[5].gamma.numpy())
model.layers[1].trainable = False
print(len(model.trainable_weights), model.layers[1].trainable_weights)
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="sparse_categorical_crossentropy")
before = model.layers[1].moving_mean.numpy()
print([round(v, 4) for v in model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]])
print(np.allclose(before, model.layers[1].moving_mean.numpy()))
model.save("cnn.keras")
again = keras.models.load_model("cnn.keras")
print(np.allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6))
model.save_weights("cnn.weights.h5")
model.save("cnn.h5")
print(np.allclose(keras.models.load_model("cnn.h5").predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6))
print(model.to_json()[:600])
