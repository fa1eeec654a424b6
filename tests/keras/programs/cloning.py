"""Cloning models, their summaries' options, state trees, and the models' ways to JSON."""

Dense = keras.layers.Dense


def functional():
    keras.backend.clear_session()
    inner_in = keras.Input((4,), name="inner_in")
    inner = keras.Model(inner_in, Dense(3, name="deep", activation="relu")(inner_in), name="inner")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = Dense(4, name="shared")
    h = shared(a) + shared(b)
    return keras.Model({"a": a, "b": b}, [Dense(1, name="one")(inner(h)), h], name="outer")


def sequential():
    keras.backend.clear_session()
    return keras.Sequential([keras.Input((3,), name="in"), Dense(2, name="d1"), Dense(1, name="d2")], name="seq")


def said(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, "|", str(error).split("\n")[0][:200])


model = functional()
again = keras.models.clone_model(model)
print(again.name, [layer.name for layer in again.layers], [w.path for w in again.weights])
print(any(x is y for x, y in zip(model.weights, again.weights)), again.get_layer("inner") is model.get_layer("inner"))
again.set_weights(model.get_weights())
data = {"a": np.ones((2, 4), "float32"), "b": np.zeros((2, 4), "float32")}
print(np.allclose(model(data)[0], again(data)[0]))
deep = keras.models.clone_model(model, recursive=True)
print(deep.get_layer("inner") is model.get_layer("inner"), len(deep.weights))


def wider(layer):
    config = layer.get_config()
    if "units" in config:
        config["units"] *= 2
    return type(layer).from_config(config)


print([w.shape for w in keras.models.clone_model(model, clone_function=wider).weights])
p, q = keras.Input((4,), name="p"), keras.Input((4,), name="q")
on_new = keras.models.clone_model(model, input_tensors={"a": p, "b": q})
print(sorted(on_new.input), [t.shape for t in on_new.outputs])
called = []


def call_function(layer, *args, **kwargs):
    called.append(layer.name)
    return layer(*args, **kwargs)


copy = keras.models.clone_model(model, call_function=call_function)
print(called)
seq = sequential()
seq.compile("adam", "mse", metrics=["mae"])
new = keras.models.clone_model(seq)
print(new.name, new.compiled, type(new.optimizer).__name__, new.loss, [w.path for w in new.weights], new.input_shape)
print(keras.models.clone_model(seq, input_tensors=keras.Input((3,), name="other")).input_shape)
said(lambda: keras.models.clone_model(seq, call_function=call_function))
said(lambda: keras.models.clone_model(seq, input_tensors=[keras.Input((3,)), keras.Input((3,))]))
said(lambda: keras.models.clone_model(seq, input_tensors=3))
said(lambda: keras.models.clone_model(model, input_tensors=[p, q]))
said(lambda: keras.models.clone_model(model, nothing=3))


class Own(keras.Model):
    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = Dense(units)

    def call(self, x):
        return self.dense(x)

    def get_config(self):
        return {"units": self.units, "name": self.name}


own = Own(3)
print(keras.models.clone_model(own).units)
said(lambda: keras.models.clone_model(own, clone_function=wider))

# summaries
seq.summary()
seq.summary(line_length=60)
seq.summary(show_trainable=True)
seq.layers[0].trainable = False
seq.summary(show_trainable=True, line_length=100)
seq.summary(layer_range=["d1", "d1"])
seq.summary(positions=[0.3, 0.6, 1.0])
seq.summary(print_fn=lambda text: print(len(text.splitlines())))
model.summary()
model.summary(expand_nested=True, show_trainable=True)
model.summary(line_length=120)
said(lambda: seq.summary(layer_range=["x", "y"]))
said(lambda: keras.Sequential([Dense(1)]).summary())
own.summary()
print(own(np.ones((1, 2))).shape)
own.summary()
print(model.count_params(), seq.count_params(), len(seq.trainable_weights), len(seq.non_trainable_weights))

# states and JSON
seq = sequential()
seq.compile("sgd", "mse")
h = seq.fit(np.ones((2, 3)), np.ones((2, 1)), verbose=0)
tree = seq.get_state_tree("numpy_array")
print({kind: sorted(values) for kind, values in tree.items()}, sorted(tree["trainable_variables"]["seq"]["d1"]))
seq.set_state_tree({"trainable_variables": {"seq": {"d2": {"bias": np.array([7.0])}}}})
print(seq.get_layer("d2").bias.numpy())
said(lambda: seq.get_state_tree("x"))
said(lambda: seq.set_state_tree({"x": {}}))
text = model.to_json()
same = keras.models.model_from_json(text)
print(same.to_json() == text, [layer.name for layer in same.layers])
outputs, state = seq.stateless_call([v * 0 for v in seq.trainable_variables], [], np.ones((1, 3)))
print(outputs, state)
print([x.name for x in seq.inputs], seq.input_shape, seq.output_shape, seq.get_layer(index=1).name)
said(lambda: seq.get_layer("x"))
said(lambda: seq.get_layer(index=9))
said(lambda: seq.get_layer())
seq.add(Dense(4, name="d3"))
print(seq.output_shape, seq.pop().name, seq.output_shape)
said(lambda: seq.add(3))
said(lambda: seq.add(Dense(1, name="d2")))
