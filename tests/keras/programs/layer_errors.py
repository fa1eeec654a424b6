L = keras.layers


def tell(*makers):
    for make in makers:
        try:
            print(make())
        except Exception as error:
            print(f"{type(error).__name__}: {error}")


tell(
    lambda: L.Conv1D(), lambda: L.Conv2DTranspose(3), lambda: L.ConvLSTM2D(2), lambda: keras.initializers.HeNormal(a=1)
)
tell(lambda: L.SeparableConv2D(), lambda: keras.metrics.Recall(foo=1), lambda: L.GlobalMaxPooling2D(foo=1))
tell(*(lambda name=name: L.Dense(2, name=name) for name in (3, "a/b")), lambda: L.Dense(2, trainable="yes"))
tell(*(lambda dtype=dtype: L.Dense(2, dtype=dtype) for dtype in ("float", "int8", 3)))
tell(lambda: L.Dense(2, activation="foo"), lambda: L.Dense(2, kernel_initializer="foo"), lambda: L.Dense(2, dtype={}))
tell(
    lambda: L.Dense(2, kernel_regularizer="l3"),
    lambda: L.Dense(2, kernel_constraint="foo"),
    lambda: L.Input((2,), dtype="foo"),
)
tell(
    *(lambda size=size: L.Conv2D(2, size) for size in ("ab", 0, (1, 2, 3))),
    lambda: L.Dropout(2),
    lambda: L.GaussianNoise(2),
)
tell(
    lambda: L.Dropout(0.5, seed="a"),
    lambda: L.LSTM(0),
    lambda: L.GRU(2, use_cudnn=2),
    lambda: L.Attention(score_mode="a"),
)
tell(lambda: L.MultiHeadAttention(0, 1), lambda: L.MultiHeadAttention(1, 1, value_dim="a"), lambda: L.Permute((0, 1)))
tell(lambda: L.Bidirectional(3), lambda: L.Bidirectional(L.LSTM(2), merge_mode="a"), lambda: L.TimeDistributed("a"))
tell(
    lambda: L.Cropping2D(2.5), lambda: L.ZeroPadding2D((1,)), lambda: L.ZeroPadding3D((1, 2)), lambda: L.Cropping3D(1.5)
)
tell(lambda: L.Cropping1D(2)(tf.ones([1, 3, 1])), lambda: L.Cropping2D(2).compute_output_shape((1, 3, 9, 1)))
tell(lambda: L.Hashing(3, sparse=True), lambda: L.StringLookup(max_tokens=1), lambda: keras.regularizers.L1(-1.0))
tell(lambda: L.TimeDistributed(L.Dense(1))(np.zeros((2, 3), "float32")), lambda: L.Dense(2)("abc"))
model = keras.Sequential([keras.Input((4,)), L.Dense(1)])
tell(lambda: model(np.ones((2, 3), "float32")), lambda: model(np.ones((2, 1, 5), "float32")))
wide, high = np.eye(2, 3, dtype="float32"), np.eye(3, 2, dtype="float32")
losses = (
    keras.losses.categorical_crossentropy,
    keras.losses.binary_crossentropy,
    keras.losses.sparse_categorical_crossentropy,
)
for loss in losses:
    tell(
        *(
            lambda labels=labels, loss=loss: loss(labels, wide)
            for labels in (high, wide[0], wide, wide[:, :2], high[:, 0])
        )
    )
tell(lambda: keras.metrics.MeanIoU(3).get_config(), lambda: keras.metrics.OneHotIoU(2, [0]).get_config())
tell(lambda: keras.metrics.BinaryIoU().get_config(), lambda: L.AdaptiveMaxPooling1D(2)(wide))
