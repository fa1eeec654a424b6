L = keras.layers
x = tf.reshape(tf.range(24.0) / 24, (2, 4, 3))


def show(*tensors):
    print([np.round(np.asarray(t).ravel()[:6], 3).tolist() for t in tensors])


def twice(layer, *inputs):
    show(*[layer(*inputs, training=True) for _ in range(2)])


keras.utils.set_random_seed(3)
twice(L.Dropout(0.3), tf.ones([2, 3]))
twice(L.Dropout(0.5, noise_shape=(None, 1), seed=3), tf.ones([5, 2]))
for layer in (L.Dropout(0.5, seed=4), L.Dropout(0.5)):
    function = tf.function(lambda x, layer=layer: layer(x, training=True))
    show(*[function(tf.ones([8])) for _ in range(3)])
twice(L.GaussianNoise(0.5), tf.zeros([4]))
twice(L.GaussianDropout(0.5, seed=2), tf.ones([4]))
twice(L.AlphaDropout(0.5, seed=2), tf.ones([4]))
twice(L.SpatialDropout1D(0.5), tf.ones([2, 3, 2]))
twice(keras.Sequential([L.Dense(4), L.Dropout(0.5), L.Dropout(0.3, seed=2)]), tf.ones([2, 6]))
twice(L.Attention(dropout=0.4), [tf.ones([1, 3, 2]), x[:1, :, :2]])
twice(L.MultiHeadAttention(2, 3, dropout=0.3), tf.ones([1, 3, 2]), x[:1])
for kind in (L.LSTM, L.GRU, L.SimpleRNN):
    twice(kind(2, dropout=0.5), x)
    twice(kind(2, recurrent_dropout=0.5), x)
    twice(kind(2, dropout=0.3, recurrent_dropout=0.3), x)
    twice(kind(2, dropout=0.5, return_sequences=True, go_backwards=True, seed=None if kind is L.SimpleRNN else 5), x)
show(L.LSTMCell(2, dropout=0.5)(tf.ones([1, 3]), [tf.ones([1, 2])] * 2, training=True)[0])
show(L.GRUCell(2, dropout=0.5)(tf.ones([1, 3]), [tf.ones([1, 2])], training=True)[0])
show(L.ConvLSTM1D(2, 2, dropout=0.3, recurrent_dropout=0.2)(tf.ones([1, 3, 4, 2]), training=True))
twice(L.Bidirectional(L.LSTM(2, dropout=0.3)), x)
twice(L.RNN([L.LSTMCell(2, dropout=0.3), L.GRUCell(2, dropout=0.3)]), x)
