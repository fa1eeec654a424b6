import json
import os

x = np.random.default_rng(0).normal(size=(40, 5)).astype("float32")
y = x.sum(1)


def make():
    keras.backend.clear_session()
    dense = keras.layers.Dense
    return keras.Sequential([dense(6, activation="relu", input_shape=(5,)), keras.layers.Dropout(0.3), dense(1)])


model = make()
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit(x, y, verbose=0).epoch
model.save("model.keras")
loaded = keras.models.load_model("model.keras")
print(np.abs(loaded.predict(x, verbose=0) - model.predict(x, verbose=0)).max(), loaded.loss, loaded.optimizer.name)
print(
    [layer.name for layer in loaded.layers],
    loaded.name,
    int(loaded.optimizer.iterations),
    len(loaded.optimizer.variables),
)
print([np.abs(a.numpy() - b.numpy()).max() for a, b in zip(loaded.optimizer.variables, model.optimizer.variables)])
print(keras.models.load_model("model.keras", compile=False).compiled)
print(json.loads(model.to_json()))
print(sorted(model.get_compile_config()))
model.save("model.h5")
loaded = keras.models.load_model("model.h5", compile=False)
print(np.abs(loaded.predict(x, verbose=0) - model.predict(x, verbose=0)).max(), loaded.compiled, loaded.name)
model.save_weights("w.weights.h5")
other = make()
other.load_weights("w.weights.h5")
print(np.abs(other.predict(x, verbose=0) - model.predict(x, verbose=0)).max())
for name in ("model.h5", "model.keras"):
    other = make()
    other.load_weights(name)
    print(name, np.abs(other.predict(x, verbose=0) - model.predict(x, verbose=0)).max())
print([layer.name for layer in keras.models.model_from_json(model.to_json()).layers])
print(keras.utils.serialize_keras_object(model.layers[1]))
print(model.get_build_config(), model.layers[0].get_build_config())

inputs = keras.Input((5,), name="inputs")
hidden = keras.layers.Dense(4, name="hidden")(inputs)
heads = {"one": keras.layers.Dense(1, name="one")(hidden), "two": keras.layers.Dense(2, name="two")(hidden)}
two = keras.Model(inputs, heads)
two.compile(
    "sgd", {"one": "mse", "two": "mae"}, metrics={"one": ["mae"], "two": ["mse"]}, loss_weights={"one": 1.0, "two": 0.5}
)
labels = {"one": y, "two": np.stack([y, y], 1)}
print(sorted(two.fit(x, labels, verbose=0).history))
two.save("two.keras")
loaded = keras.models.load_model("two.keras")
a = loaded.evaluate(x, labels, verbose=0, return_dict=True)
b = two.evaluate(x, labels, verbose=0, return_dict=True)
print(sorted(a), [abs(a[key] - b[key]) < 1e-5 for key in sorted(a)])
two.save("two.h5")
loaded = keras.models.load_model("two.h5", compile=False)
print({key: float(np.abs(value - two(x)[key]).max()) for key, value in sorted(loaded(x).items())})


@keras.utils.register_keras_serializable(package="Tests")
class Custom(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")

    def call(self, inputs):
        return inputs @ self.kernel

    def get_config(self):
        return {**super().get_config(), "units": self.units}


custom = keras.Sequential([keras.Input((5,)), Custom(3)])
for name in ("custom.keras", "custom.h5"):
    custom.save(name)
    loaded = keras.models.load_model(name, compile=False)
    print(loaded.layers[0].units, float(np.abs(loaded(x) - custom(x)).max()))
described = keras.utils.serialize_keras_object(custom.layers[0])
print(described["class_name"], described["registered_name"], described["config"], described["build_config"])
print(keras.utils.get_registered_name(Custom), keras.utils.get_registered_object("Tests>Custom").__name__)


class Unknown(keras.layers.Layer):
    def call(self, inputs):
        return inputs


plain = keras.Sequential([keras.Input((5,)), Unknown()])
plain.save("plain.keras")
keras.models.load_model("plain.keras")
print(keras.models.load_model("plain.keras", custom_objects={"Unknown": Unknown}).layers[0].name)
with keras.utils.custom_object_scope({"Unknown": Unknown}):
    print(keras.models.load_model("plain.keras").layers[0].name)


class Sub(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(3)
        self.blocks = [keras.layers.Dense(3), keras.Sequential([keras.layers.Dense(2)])]

    def call(self, inputs):
        out = self.first(inputs)
        for block in self.blocks:
            out = block(out)
        return out


sub = Sub()
print(sub(x).shape)
sub.save_weights("sub.weights.h5")
again = Sub()
again.load_weights("sub.weights.h5")
print(again(x).shape)
again.load_weights("sub.weights.h5")
print(float(np.abs(again(x) - sub(x)).max()))
sub.save("sub.keras")
print(float(np.abs(keras.models.load_model("sub.keras", custom_objects={"Sub": Sub})(x) - sub(x)).max()))

keras.models.load_model("nofile.keras")
keras.models.load_model("nofile.h5")
keras.models.load_model("x.foo")
model.save("x.foo")
model.save_weights("x.foo")
make().load_weights("nofile.weights.h5")
keras.Sequential([keras.layers.Dense(2)]).save_weights("a.weights.h5")
small = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6), keras.layers.Dense(1)])
small.load_weights("w.weights.h5")
small.load_weights("model.h5")
keras.Sequential([keras.Input((5,)), keras.layers.Dense(6)]).load_weights("model.h5")
print(os.path.exists("x.foo"), sorted(name for name in os.listdir() if name.startswith(".")))
legacy = [
    keras.layers.AlphaDropout(0.1),
    keras.layers.ThresholdedReLU(),
    keras.layers.RandomHeight(0.1),
    keras.layers.RandomWidth(0.1),
]
print([keras.layers.serialize(layer)["module"] for layer in legacy])
print([keras.layers.deserialize(keras.layers.serialize(layer)).name for layer in legacy])
