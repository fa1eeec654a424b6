import os
import tempfile

from tensorflow.keras import callbacks, layers

folder = tempfile.mkdtemp()
x = np.linspace(0, 1, 48).reshape(12, 4).astype("float32")
y = x.sum(1, keepdims=True)
a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
shared = layers.Dense(2, name="shared")
inner = keras.Sequential([layers.Dense(2, input_shape=(2,))], name="inner")
model = keras.Model([a, b], layers.Dot(1, name="dot")([inner(shared(a * 2)), shared(b)[:, :2]]), name="m")
for layer in model.get_config()["layers"]:
    print(layer["class_name"], layer["name"], [len(call) for call in layer["inbound_nodes"]])
print(model.get_config()["layers"][-1]["inbound_nodes"], model.get_config()["input_layers"])
print(model.get_config()["output_layers"], [spec.name for spec in model.input_spec])
model([x])
print(_error)
model.compile("sgd", "mse", metrics=["mae"])
model.fit([x, x], y, verbose=0).epoch
for name in ("m.keras", "m.h5"):
    model.save(os.path.join(folder, name))
    again = keras.models.load_model(os.path.join(folder, name))
    print(np.allclose(again([x, x]), model([x, x])), again.metrics_names)


class Own(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.layer = layers.Dense(2)

    def call(self, inputs):
        return self.layer(inputs)


own = Own()
print(own.inputs, own.outputs, own.history, own.get_config(), own.optimizer)
own.save(os.path.join(folder, "own.h5"))
print(_error)
own.build(3)
print(_error)
keras.models.load_model(folder + "/none.keras")
print(str(_error).replace(folder, "folder"))
model.save(folder + "/m.foo", save_format="foo")
print(_error)
model.save(folder + "/m.keras", include_optimizer=False)
print(_error)
model.save_weights(folder + "/m.h5", save_format="tf")
print(str(_error).replace(folder, "folder"))
model.load_weights(folder + "/m.h5", skip_mismatch=True)
print(_error)
keras.Sequential([layers.LSTM(3, input_shape=(4,))])
print(_error)
line = keras.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(1)], name="line")
line([x, x][:1])
line(x[:, :2])
print(_error)
line.pop()
line.pop()
line.pop()
print(_error, line.inputs, line.outputs)
keras.Model([a, a], shared.output)
print(_error)
keras.Model(a, 3)
print(_error)
early = callbacks.EarlyStopping("val_loss", mode="other")
callbacks.ModelCheckpoint("m", save_freq="x")
print(_error)
callbacks.ModelCheckpoint("m", options=3)
print(_error)
callbacks.ProgbarLogger("lines")
print(_error)
single = keras.Sequential([layers.Dense(1, input_shape=(4,), kernel_initializer="zeros")], name="single")
single.compile(tf.compat.v1.train.MomentumOptimizer(0.01, 0.9), "mse", metrics=[lambda y, p: tf.constant(3.0)])
print(single.fit(x, y, epochs=2, shuffle=False, verbose=0, callbacks=[early]).history, type(single.optimizer).__name__)
print(single.fit(iter([(x, y)]), verbose=0).history, single.fit(zip([x], [y[:, 0]]), verbose=0).history)
single.fit(x, y, steps_per_epoch=0)
print(_error)
single.fit(x, y, class_weight={0: 1.0}, verbose=0)
print(str(_error).split(":")[0])
single.evaluate(x, y, other=1)
print(_error)
