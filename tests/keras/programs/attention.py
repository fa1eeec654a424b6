layers = keras.layers
rng = np.random.RandomState(0)


def fill(layer):
    source = np.random.RandomState(1)
    layer.set_weights([source.normal(scale=0.3, size=w.shape) for w in layer.get_weights()])


def show(value):
    tf.nest.map_structure(lambda y: print(np.round(np.asarray(y, "float64"), 4).tolist(), ","), value)


class TransformerBlock(layers.Layer):
    def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.ffn = keras.Sequential([layers.Dense(ff_dim, activation="relu"), layers.Dense(embed_dim)])
        self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
        self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout1 = layers.Dropout(rate)
        self.dropout2 = layers.Dropout(rate)

    def call(self, inputs, training=None):
        attn_output = self.att(inputs, inputs)
        attn_output = self.dropout1(attn_output, training=training)
        out1 = self.layernorm1(inputs + attn_output)
        ffn_output = self.ffn(out1)
        ffn_output = self.dropout2(ffn_output, training=training)
        return self.layernorm2(out1 + ffn_output)


class TokenAndPositionEmbedding(layers.Layer):
    def __init__(self, maxlen, vocab_size, embed_dim):
        super().__init__()
        self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
        self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

    def call(self, x):
        maxlen = tf.shape(x)[-1]
        positions = self.pos_emb(tf.range(start=0, limit=maxlen, delta=1))
        return self.token_emb(x) + positions


inputs = layers.Input(shape=(7,))
x = TokenAndPositionEmbedding(7, 20, 8)(inputs)
x = TransformerBlock(8, 2, 16, rate=0.0)(x)
x = layers.GlobalAveragePooling1D()(x)
x = layers.Dropout(0.0)(x)
outputs = layers.Dense(2, activation="softmax")(x)
model = keras.Model(inputs=inputs, outputs=outputs)
model.summary()
fill(model)
data = rng.randint(0, 20, (12, 7))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(data, data[:, 0] % 2, batch_size=4, epochs=3, shuffle=False, verbose=0)
print(history.history)
show(model.predict(data[:3], verbose=0))
print([w.path for w in model.weights])

# sequence to sequence with states
encoder_inputs = keras.Input(shape=(None, 3))
encoder = layers.LSTM(4, return_state=True)
encoder_outputs, state_h, state_c = encoder(encoder_inputs)
decoder_inputs = keras.Input(shape=(None, 2))
decoder_lstm = layers.LSTM(4, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=[state_h, state_c])
decoder_outputs = layers.Dense(2, activation="softmax")(decoder_outputs)
model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)
model.summary()
fill(model)
model.compile("rmsprop", "categorical_crossentropy")
a, b = rng.normal(size=(6, 5, 3)), rng.normal(size=(6, 4, 2))
print(model.fit([a, b], np.eye(2)[rng.randint(0, 2, (6, 4))], batch_size=3, epochs=2, shuffle=False, verbose=0).history)
show(model.predict([a[:2], b[:2]], verbose=0))

# masks through a model
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Embedding(9, 4, mask_zero=True),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.GRU(3, return_sequences=True),
        layers.TimeDistributed(layers.Dense(2)),
        layers.LSTM(2),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.summary()
fill(model)
words = np.array([[1, 2, 0, 0, 0, 0], [3, 4, 5, 6, 7, 8], [0, 0, 0, 1, 2, 3], [0, 0, 0, 0, 0, 0], [4, 0, 0, 4, 0, 1]])
show(model.predict(words, verbose=0))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
print(model.fit(words, np.array([0, 1, 0, 1, 1]), batch_size=2, epochs=3, shuffle=False, verbose=0).history)
show(model(words))

# masks and attention
embedding = layers.Embedding(9, 4, mask_zero=True)
query, value = embedding(words[:2]), embedding(words[2:4])
attention = layers.MultiHeadAttention(2, 3)
output, scores = attention(query, value, return_attention_scores=True)
print(output.shape, scores.shape, getattr(output, "_keras_mask", None), getattr(query, "_keras_mask", None))
fill(attention)
fill(embedding)
query, value = embedding(words[:2]), embedding(words[2:4])
show(attention(query, value, use_causal_mask=True))
print(attention.get_config())
print(layers.GroupQueryAttention(4, 4, 2).get_config())
print(attention.num_heads, attention.key_dim, attention.attention_axes, [w.path for w in attention.weights])
plain = layers.Attention(use_scale=True)
query, value = embedding(words[:2]), embedding(words[2:4])
show(plain([query, value]))
print(plain([query, value])._keras_mask, plain.get_config())


class Tracing(layers.MultiHeadAttention):
    def _compute_attention(self, query, key, value, attention_mask=None, training=None, return_attention_scores=False):
        print(query.shape, key.shape, None if attention_mask is None else attention_mask.shape, training)
        return super()._compute_attention(query, key, value, attention_mask, training, return_attention_scores)


tracing = Tracing(2, 3)
x = tf.constant(rng.normal(size=(2, 5, 4)), "float32")
tracing(x, x)
fill(tracing)
show(tracing(x, x, use_causal_mask=True))
i = keras.Input((5, 4))
print([t.shape for t in layers.MultiHeadAttention(2, 3, output_shape=6)(i, i, return_attention_scores=True)])
print(layers.AdditiveAttention()([i, i], return_attention_scores=True)[1].shape)
