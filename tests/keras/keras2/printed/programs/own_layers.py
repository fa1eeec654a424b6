L = keras.layers


def told(run):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)


class Scaled(L.Layer):
    def __init__(self, units=2, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.units = units

    def build(self, input_shape):
        self.seen = input_shape
        self.w = self.add_weight("w", shape=(input_shape[-1], self.units), initializer="ones")
        super().build(input_shape)

    def call(self, x):
        return tf.matmul(x, self.w)


class Bare(L.Layer):
    def __init__(self, a, b=3):
        super().__init__()


class First(L.Layer):
    def build(self, shapes):
        self.sizes = [shape.dims[-1].value for shape in shapes]

    def call(self, xs):
        return xs[0]


print(Scaled().get_config(), Scaled(3).get_config(), Scaled.from_config(Scaled(units=4).get_config()).units)
print(Scaled(dtype="float64", input_shape=(3,)).get_config(), Bare(1).get_config(), Bare([2], b=4).get_config()["b"])
print(L.Layer().get_config(), L.Layer()(tf.ones([2])), L.Layer()(keras.Input((3,))).shape)
print(repr(L.Layer().compute_output_shape((2, 3))))
scaled, first = Scaled(), First()
print(scaled(tf.ones((2, 3))).shape, repr(scaled.seen), scaled.get_build_config())
first([tf.ones((2, 3)), tf.ones((2, 4))])
print(list(first.sizes))
for run in (
    lambda: L.Conv2D(4, "a"),
    lambda: L.Conv2D(4, 0),
    lambda: L.MaxPooling2D(2, strides="a"),
    lambda: L.Conv2D(4, 20)(tf.ones((2, 7, 6, 3))),
    lambda: L.Conv1D(4, 20).compute_output_shape((None, 7, 6)),
    lambda: L.Conv2D(4, 2)(keras.Input((4, 4, None))),
    lambda: L.Dense(2)(keras.Input((None,))),
    lambda: L.Dense(2).build(None),
    lambda: L.Dense(2).compute_output_shape((3,)),
    lambda: L.Embedding(0, 3),
    lambda: L.Embedding(5, 3, input_length=(4, 2)).compute_output_shape((None, 4, None)),
    lambda: L.Embedding(5, 3, input_length=(4, 2)).compute_output_shape((None, 4, 3)),
    lambda: L.Embedding(5, 3, input_length=7)(keras.Input((4,))).shape,
):
    told(run)
dense = L.Dense(2)
dense.build(3)
print(dense.kernel.shape)
layer = L.Layer()
layer.input_spec = [L.InputSpec(ndim=2)] * 2
told(lambda: layer(tf.ones((1, 1))))
layer.input_spec = L.InputSpec(max_ndim=2)
told(lambda: layer(tf.ones((1, 1, 1))))
layer.input_spec = L.InputSpec(dtype="int32")
told(lambda: layer(tf.ones((1, 1))))
