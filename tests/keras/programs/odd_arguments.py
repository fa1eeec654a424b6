L, ops = keras.layers, keras.ops
f1, f2 = np.arange(3.0, dtype="float32"), np.arange(6.0, dtype="float32").reshape(2, 3)
i1 = np.array([0, 2, -1], "int32")


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)


show(lambda: L.RepeatVector(0))
show(lambda: L.RepeatVector("a"))
normalization = L.BatchNormalization(name="n")
show(lambda: np.round(normalization(np.array([1.0, 3.0], "float32"), training=True), 3) + 0.0)
show(lambda: [w.numpy().tolist() for w in normalization.weights])
for layer in (L.LayerNormalization(), L.RMSNormalization(), L.LayerNormalization(rms_scaling=True)):
    layer.build((None, 5, 3))
    show(lambda layer=layer: layer(np.zeros((4, 2), "float32")))
show(lambda: keras.losses.CosineSimilarity(axis=3)(f2, f2))
show(lambda: keras.optimizers.SGD().apply_gradients([]))
show(lambda: keras.models.load_model(3))
show(lambda: ops.image.affine_transform(np.ones((4, 4, 1), "float32"), np.ones((3,), "float32")))
show(lambda: ops.nonzero(f1))
show(lambda: ops.nonzero(f2 > 2))
show(lambda: ops.where(f1))
show(lambda: ops.leaky_relu(i1))
show(lambda: ops.threshold(f2, f1, 9.0))
show(lambda: ops.threshold(i1, f1, f1))
show(lambda: ops.threshold(f1, 1.0, -1.0))
show(lambda: ops.stack([f1, f1], axis="a"))
show(lambda: tf.stack([f1, f1], axis=(0, 1)))
for function in (ops.elu, ops.log_sigmoid, ops.log_softmax, ops.selu, ops.silu, ops.softmax, ops.softplus):
    show(lambda function=function: function(i1))
