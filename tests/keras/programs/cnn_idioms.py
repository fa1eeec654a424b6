layers = keras.layers


def numbers(*shape):
    count = int(np.prod(shape))
    parts = np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898) * 43758.5453))[0]
    return (parts.reshape(shape) * 2 - 1).astype("float32")


def set_all(model):
    for index, weight in enumerate(model.weights):
        if "seed" not in weight.path and "variance" not in weight.path:
            weight.assign(numbers(*weight.shape) * 0.3 + 0.01 * index)


# A generator and a discriminator, trained step by step
generator = keras.Sequential(
    [
        layers.Dense(4 * 4 * 8, use_bias=False, input_shape=(6,)),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Reshape((4, 4, 8)),
        layers.Conv2DTranspose(4, (5, 5), strides=(1, 1), padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Conv2DTranspose(1, (5, 5), strides=(2, 2), padding="same", use_bias=False, activation="tanh"),
    ],
    name="generator",
)
discriminator = keras.Sequential(
    [
        layers.Conv2D(4, (5, 5), strides=(2, 2), padding="same", input_shape=[8, 8, 1]),
        layers.LeakyReLU(),
        layers.Dropout(0.0),
        layers.Flatten(),
        layers.Dense(1),
    ],
    name="discriminator",
)
generator.summary()
set_all(generator)
set_all(discriminator)
print(generator.output_shape, discriminator.output_shape)
entropy = keras.losses.BinaryCrossentropy(from_logits=True)
first, second = keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05)


@tf.function
def train_step(noise, images):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        made = generator(noise, training=True)
        real, fake = discriminator(images, training=True), discriminator(made, training=True)
        gen_loss = entropy(tf.ones_like(fake), fake)
        disc_loss = entropy(tf.ones_like(real), real) + entropy(tf.zeros_like(fake), fake)
    gen_grads = gen_tape.gradient(gen_loss, generator.trainable_variables)
    disc_grads = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    first.apply_gradients(zip(gen_grads, generator.trainable_variables))
    second.apply_gradients(zip(disc_grads, discriminator.trainable_variables))
    return gen_loss, disc_loss


for _ in range(3):
    losses = train_step(numbers(4, 6), numbers(4, 8, 8, 1))
    print([f"{loss.numpy():.4f}" for loss in losses])
print(generator.layers[1].moving_mean.numpy()[:3])


# A variational autoencoder as a subclassed model
class Sampling(layers.Layer):
    def call(self, inputs):
        mean, log_var = inputs
        return mean + tf.exp(0.5 * log_var) * 0.1


class VAE(keras.Model):
    def __init__(self):
        super().__init__(name="vae")
        conv = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")
        self.encoder = keras.Sequential([conv, layers.Flatten()])
        self.mean, self.log_var = layers.Dense(2, name="mean"), layers.Dense(2, name="log_var")
        self.sampling = Sampling()
        self.decoder = keras.Sequential(
            [
                layers.Dense(4 * 4 * 4, activation="relu"),
                layers.Reshape((4, 4, 4)),
                layers.UpSampling2D(2),
                layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
            ]
        )

    def call(self, inputs):
        x = self.encoder(inputs)
        mean, log_var = self.mean(x), self.log_var(x)
        self.add_loss(-0.5 * tf.reduce_mean(1 + log_var - tf.square(mean) - tf.exp(log_var)))
        return self.decoder(self.sampling([mean, log_var]))


vae = VAE()
print(vae(numbers(2, 8, 8, 1)).shape, len(vae.losses), len(vae.weights))
set_all(vae)
vae.compile("sgd", "mse")
images = numbers(8, 8, 8, 1)
history = vae.fit(images, images, batch_size=4, epochs=2, shuffle=False, verbose=0)
print([round(v, 4) for v in history.history["loss"]])
print([w.path for w in vae.weights])

# A U-Net with skips
keras.backend.clear_session()
inputs = keras.Input((16, 16, 3))
skips, x = [], inputs
for filters in (4, 8):
    x = layers.SeparableConv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.GroupNormalization(groups=2)(x)
    skips.append(x)
    x = layers.MaxPooling2D(2)(x)
x = layers.SpatialDropout2D(0.1)(x)
for filters, skip in zip((8, 4), reversed(skips)):
    x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    x = layers.Concatenate()([x, skip])
    x = layers.Conv2D(filters, 3, padding="same", activation="elu")(x)
unet = keras.Model(inputs, layers.Conv2D(2, 1, activation="softmax")(x))
unet.summary()
set_all(unet)
print(unet(numbers(1, 16, 16, 3))[0, 0, :3])
unet.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
classes = np.arange(4 * 256).reshape(4, 16, 16) % 2
print([round(v, 4) for v in unet.evaluate(numbers(4, 16, 16, 3), classes, verbose=0)])

# Where a classifier looks
last = unet.get_layer("conv2d_1")
watcher = keras.Model(unet.inputs, [last.output, unet.output])
with tf.GradientTape() as tape:
    maps, scores = watcher(numbers(1, 16, 16, 3))
    top = scores[:, 8, 8, 1]
grads = tape.gradient(top, maps)
weights = tf.reduce_mean(grads, axis=(0, 1, 2))
heat = tf.squeeze(maps[0] @ weights[..., tf.newaxis])
print(grads.shape, heat.shape, heat[8, 7:10])

# Features of layers, frozen parts
features = keras.Model(unet.inputs, [layer.output for layer in unet.layers if "conv" in layer.name][:3])
print([f.shape for f in features(numbers(2, 16, 16, 3))])
for layer in unet.layers[:4]:
    layer.trainable = False
print(len(unet.trainable_weights), [layer.trainable for layer in unet.layers[:6]])

# Text, sequences, and masks through convolutions
keras.backend.clear_session()
text_in = keras.Input((None,), dtype="int32")
embedded = layers.Embedding(30, 5)(text_in)
towers = [layers.GlobalMaxPooling1D()(layers.Conv1D(3, size, activation="relu")(embedded)) for size in (2, 3)]
text = keras.Model(text_in, layers.Dense(1)(layers.concatenate(towers)))
text.summary()
set_all(text)
print(text(np.arange(20).reshape(2, 10)))
tcn = keras.Sequential([keras.Input((12, 2))])
for rate in (1, 2, 4):
    tcn.add(layers.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="relu"))
tcn.add(layers.AveragePooling1D(3))
set_all(tcn)
print(tcn(numbers(1, 12, 2)))

# Constraints and penalties
norm, penalty = keras.constraints.MaxNorm(0.5, axis=[0, 1, 2]), keras.regularizers.L1(0.01)
step = layers.Conv2D(3, 3, kernel_constraint=norm, bias_regularizer="l2", activity_regularizer=penalty)
conv = keras.Sequential([keras.Input((6, 6, 2)), step, layers.Flatten(), layers.Dense(1)])
set_all(conv)
conv.compile("sgd", "mse")
history = conv.fit(numbers(6, 6, 6, 2), numbers(6, 1), batch_size=3, epochs=2, shuffle=False, verbose=0)
print([round(v, 4) for v in history.history["loss"]])
print(np.sqrt((conv.layers[0].kernel.numpy() ** 2).sum(axis=(0, 1, 2))))
print(len(conv.losses))


# Layers of one's own around convolutions
class ResBlock(layers.Layer):
    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.convs = [layers.Conv2D(filters, 3, padding="same") for _ in range(2)]
        self.norms = [layers.BatchNormalization() for _ in range(2)]

    def build(self, input_shape):
        shape = input_shape
        for conv, norm in zip(self.convs, self.norms):
            conv.build(shape)
            shape = conv.compute_output_shape(shape)
            norm.build(shape)

    def call(self, x, training=None):
        y = x
        for conv, norm in zip(self.convs, self.norms):
            y = tf.nn.relu(norm(conv(y), training=training))
        return x + y

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


block = keras.Sequential([keras.Input((5, 5, 2)), ResBlock(2), layers.GlobalAveragePooling2D()])
block.summary()
set_all(block)
print(block(numbers(2, 5, 5, 2)), [w.path for w in block.weights])
block.compile("sgd", "mse")
block.fit(numbers(4, 5, 5, 2), numbers(4, 2), verbose=0)
print(block.predict(numbers(2, 5, 5, 2), verbose=0))
