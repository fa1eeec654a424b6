"""State of Keras 2's layers: what an attribute no longer holds is gone, tensors may take weights' places, nodes."""

from tensorflow.keras import layers


class Holder(layers.Layer):
    def build(self, shape):
        self.w = self.v = self.add_weight("w", (2,))
        self.one = layers.Dense(1, name="one")
        self.many = [self.one]
        self.u = self.add_weight("u", (3,), trainable=False)


holder = Holder()
holder.build((None, 2))


def show():
    sizes = ([w.shape[0] for w in group] for group in (holder.trainable_weights, holder.non_trainable_weights))
    print(*sizes, [layer.name for layer in holder._flatten_layers(include_self=False)])


show()
for name, value in (("w", 0), ("v", None), ("one", None), ("many", []), ("u", tf.Variable([1.0])), ("u", 3)):
    setattr(holder, name, value)
    show()

for kind in (layers.LSTM, layers.GRU, layers.SimpleRNN):
    layer = kind(2)
    layer.build((None, 3, 2))
    for name in ("kernel", "recurrent_kernel", "bias"):
        setattr(layer.cell, name, tf.ones(getattr(layer.cell, name).shape))
    print(layer(tf.ones((1, 3, 2))).numpy().round(4), len(layer.weights))

model = keras.Sequential([layers.Dense(2)])
model.build((None, 2))
model.layers[0].kernel = tf.constant([[1.0, 2.0], [3.0, 4.0]])
model.compile("sgd", "mse")
print(model.predict(np.ones((1, 2)), verbose=0), len(model.weights))
history = model.fit(np.ones((1, 2)), np.ones((1, 2)), verbose=0)
print(history.history, model.layers[0].bias.numpy())

a, b, dense = keras.Input((3,), name="a"), keras.Input((3,), name="b"), layers.Dense(2, name="dense")
y = layers.Concatenate(name="joined")([dense(a), dense(b)])
for layer in keras.Model([a, b], y).layers:
    for node in layer._inbound_nodes:
        found = node.inbound_layers
        print(node.outbound_layer.name, [x.name for x in found] if isinstance(found, list) else found.name)
        print(node.layer.name, node.input_shapes, node.output_shapes, len(node.call_args), node.call_kwargs)
        print([(source.name, *numbers, x.shape) for source, *numbers, x in node.iterate_inbound()])
print(y._keras_history.layer.name)
