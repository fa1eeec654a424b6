# Steps by the gradients of embeddings, whose slices optimizers square one by one, eagerly and captured.
ids, labels = np.random.default_rng(0).integers(1, 5, (64, 12)), np.random.default_rng(1).integers(0, 2, 64)
for name in ("Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "Adagrad", "Adadelta", "SGD", "Ftrl", "Lion"):
    for eagerly in (False, True):
        keras.utils.set_random_seed(8)
        layers = [keras.layers.Embedding(50, 8), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]
        model = keras.Sequential(layers)
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        model.compile(getattr(keras.optimizers, name)(0.01), loss, run_eagerly=eagerly)
        history = model.fit(ids, labels, epochs=3, batch_size=16, verbose=0)
        print(name, eagerly, history.history["loss"], keras.ops.sum(keras.ops.abs(layers[0].embeddings)))
keras.utils.set_random_seed(8)
layers = [keras.layers.Embedding(50, 8), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]
model = keras.Sequential(layers)
model.compile(keras.optimizers.Adam(0.01, amsgrad=True, clipnorm=0.1), "mse")
print(model.fit(ids, labels, epochs=3, batch_size=16, verbose=0).history)
for options in ({"global_clipnorm": 0.1}, {"clipvalue": 0.001}):
    keras.utils.set_random_seed(8)
    layers = [keras.layers.Embedding(50, 8), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01, **options), "mse")
    print(model.fit(ids, labels, epochs=3, batch_size=16, verbose=0).history)
