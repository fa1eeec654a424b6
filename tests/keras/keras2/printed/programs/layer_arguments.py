import inspect

L = keras.layers


def told(run):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)


for name in (
    "Dense EinsumDense Embedding Attention MultiHeadAttention SpatialDropout2D Conv1D Conv2D MaxPooling1D "
    "AveragePooling2D GlobalAveragePooling1D ZeroPadding1D ZeroPadding3D LocallyConnected2D ConvLSTM1D ConvLSTM2D "
    "BatchNormalization LeakyReLU Softmax LSTM GRU SimpleRNN GRUCell RNN CenterCrop Discretization StringLookup "
    "IntegerLookup TextVectorization Resizing RandomContrast RandomCrop RandomFlip DenseFeatures"
).split():
    signature = inspect.signature(getattr(L, name))
    plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    print(name, signature.replace(parameters=plain, return_annotation=signature.empty))


class Own(L.Dense):
    def call(self, inputs):
        return super().call(inputs)[:, :1]

    def compute_output_shape(self, input_shape):
        shape = super().compute_output_shape(input_shape)
        return tf.TensorShape([*shape.as_list()[:1], 1])


class Plain(L.Layer):
    def __init__(self, size):
        super().__init__(name="plain")
        self.size = size

    def call(self, x, other=None):
        return x[:, : self.size]


print(inspect.signature(Own).parameters["units"], list(inspect.signature(Plain).parameters))
told(lambda: L.Embedding(5, 3, "ones", None, None, None, True).mask_zero)
told(lambda: L.LSTM(*[2, "relu", "tanh", False]).get_config()["recurrent_activation"])
told(lambda: L.ConvLSTM1D(2, 1).get_config()["recurrent_activation"])
told(lambda: (L.AveragePooling1D().pool_size, L.LeakyReLU(0.5).get_config()["alpha"]))
told(lambda: L.Dense(4, "relu", True, "zeros", "zeros", None, None, None, None, None, 5))
told(lambda: L.Dense(4, lora_rank=2))
told(lambda: L.Dense(4, units=2))
told(lambda: L.Dense())
told(lambda: L.Dense(4, name=3))
told(lambda: L.Dense(4, name="a/b", activity_regularizer="l2").get_config()["activity_regularizer"])
told(lambda: L.Dense(4, dtype="foo"))
print([repr(L.Dense(1)), str(Plain(1)), repr(L.Rescaling(1.0)), repr(keras.Sequential()), L.ReLU().dtype_policy])

for layer, shape in (
    (L.Dense(4), (None, 3)),
    (L.Dense(4), tf.TensorShape((2, 3))),
    (L.Dense(4), [2, 3]),
    (L.Dropout(0.5), (2, 3)),
    (L.BatchNormalization(), tf.TensorShape((2, 3))),
    (L.LSTM(2, return_state=True), (None, 4, 3)),
    (L.Bidirectional(L.GRU(2, return_sequences=True), merge_mode=None), (None, 4, 3)),
    (L.Concatenate(), [(None, 3), (None, 4)]),
    (L.Reshape((3, -1)), (None, 6)),
    (Own(3), (5, 2)),
    (Plain(2), (None, 7)),
):
    print(type(layer).__name__, repr(layer.compute_output_shape(shape)))
print(repr(Own(3)(keras.Input((4,))).shape), repr(L.Dense(2).compute_output_shape(keras.Input((3,)).shape)))

dense, plain = L.Dense(2), Plain(2)
told(lambda: dense())
told(lambda: dense(None))
told(lambda: dense(tf.ones([1, 2]), foo=1))
told(lambda: plain(other=1))
told(lambda: dense.input_mask)
print(dense.compute_mask(1, mask=tf.constant([True])), plain.compute_mask(1))
told(lambda: plain.compute_mask(1, tf.constant([True])))
