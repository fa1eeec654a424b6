"""What TF_USE_LEGACY_KERAS=1 changes: variables, calls and steps are as Keras 2 has them. Facts are tf_keras 2.21's."""

import pytest

from tests.programs import run_source

PROGRAM = """
import tensorflow as tf
keras = tf.keras

class Block(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner, self.last = keras.layers.Dense(2, name="inner"), keras.layers.Dense(2, name="last")

    def build(self, input_shape=None):
        with tf.name_scope("mine"):
            self.w = self.add_weight(name="w", shape=[2])
        with tf.name_scope(self.inner.name):
            self.inner.build([None, None, 2])
        self.built = True

    def call(self, x, flag, training=False):
        assert flag is True
        return self.last(self.inner(x)) + self.w

class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.block = Block(name="b")

    def call(self, x):
        return self.block(x, True)
"""


def run_legacy(source: str) -> None:
    run_source("import os, tfcompat\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\ntfcompat.install()\n" + PROGRAM + source)


def test_variables_are_named_by_name_scopes() -> None:
    run_legacy("""
net = Net(name="m")
net(tf.zeros([1, 2]))
assert [v.name for v in net.weights] == [
    "m/b/mine/w:0", "m/b/inner/kernel:0", "m/b/inner/bias:0", "m/b/last/kernel:0", "m/b/last/bias:0"]
net = Net(name="m")
net.build((None, 2))
assert [v.name for v in net.weights] == [
    "b/mine/w:0", "b/inner/kernel:0", "b/inner/bias:0", "b/last/kernel:0", "b/last/bias:0"]
net = keras.Sequential([keras.layers.Dense(2, name="d"), keras.layers.BatchNormalization(name="n")])
net(tf.zeros([1, 2]))
assert [v.name for v in net.weights] == [
    "d/kernel:0", "d/bias:0", "n/gamma:0", "n/beta:0", "n/moving_mean:0", "n/moving_variance:0"]
x = keras.Input((3, 2))
net = keras.Model(x, keras.layers.MultiHeadAttention(2, 2, name="mha")(x, x))
assert [v.name for v in net.weights][:3] == ["mha/query/kernel:0", "mha/query/bias:0", "mha/key/kernel:0"]
variable = net.weights[1]
assert variable.dtype is tf.float32 and variable.value().numpy().shape == (2, 2)
""")


def test_steps_of_keras2_count_their_loss() -> None:
    run_legacy("""
import warnings
warnings.simplefilter("ignore")

class Own(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            found = self(x, training=True)
            loss = self.compiled_loss(y, found, regularization_losses=self.losses)
        self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
        self.compiled_metrics.update_state(y, found)
        return self.get_metrics_result()

net = Own([keras.layers.Dense(1, kernel_initializer="zeros")])
net.compile("sgd", "mse", metrics=["mae"], steps_per_execution=None)
assert net.fit(tf.ones([4, 2]), tf.ones([4, 1]), verbose=0).history["loss"] == [1.0]
net.compile("sgd", "mse")
assert set(net.fit(tf.ones([4, 2]), tf.ones([4, 1]), verbose=0).history) == {"loss"}
net = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
net.compile("sgd", "mse", metrics=["AUC", "mae"])
assert set(net.fit(tf.ones([4, 2]), tf.ones([4, 1]), verbose=0).history) == {"loss", "auc", "mae"}
""")


def test_the_specs_of_a_model_that_was_not_called() -> None:
    run_legacy("""
net = Net()
assert net.save_spec() is None
net._set_save_spec({"x": tf.TensorSpec([3, 2], tf.int32, name="x")})
net._set_save_spec(tf.zeros([1]))
assert net.save_spec() == ([{"x": tf.TensorSpec([None, 2], tf.int32, name="x")}], {})
assert net.save_spec(dynamic_batch=False)[0][0]["x"].shape == [3, 2]
""")


@pytest.mark.parametrize("prepared", [True, False])
def test_subclasses_of_the_first_optimizers_decay_weights(prepared: bool) -> None:
    run_legacy(
        f"prepared = {prepared}"
        + """
class Decayed(keras.optimizers.legacy.Adam):
    def _prepare_local(self, var_device, var_dtype, apply_state):
        super()._prepare_local(var_device, var_dtype, apply_state)
        apply_state[(var_device, var_dtype)]["rate"] = tf.constant(0.5)

    def _resource_apply_dense(self, grad, var, apply_state=None):
        key = var.device, var.dtype.base_dtype
        coefficients = apply_state[key] if prepared else self._fallback_apply_state(*key)
        if "bias" not in var.name:
            var.assign_sub(coefficients["lr_t"] * var * coefficients["rate"], use_locking=self._use_locking)
        return super()._resource_apply_dense(grad, var, **({"apply_state": apply_state} if prepared else {}))

variables = [tf.Variable([2.0, -4.0], name="kernel"), tf.Variable([1.0], name="bias")]
optimizer = Decayed(0.1)
for _ in range(2):
    optimizer.apply_gradients(zip([tf.constant([1.0, 1.0]), tf.constant([-2.0])], variables))
# Adam's steps are the learning rate long for gradients that do not change
assert abs(variables[0].numpy() - [(2 * 0.95 - 0.1) * 0.95 - 0.1, (-4 * 0.95 - 0.1) * 0.95 - 0.1]).max() < 1e-5
assert abs(variables[1].numpy() - 1.2) < 1e-5
"""
    )


def test_masks_that_are_none_are_no_mask() -> None:
    run_legacy("""
class Masked(keras.layers.Layer):
    def call(self, inputs, mask=None):
        assert mask is None
        return inputs[0]

Masked()([tf.zeros([1, 2]), tf.zeros([1, 2])])
""")


def test_state_that_a_call_makes() -> None:
    """Keras 2 takes it at any time, and names it by the scopes of the graph that it is in."""
    run_legacy("""
class Late(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.model = self.scale = None

    def call(self, x):
        if self.model is None:
            inputs = keras.Input(shape=x.shape)
            self.model = keras.Model(inputs, keras.layers.Dense(3, name="dense", kernel_regularizer="l2")(inputs))
            self.scale = tf.Variable(2.0, name="scale")
        return self.model(x) * self.scale

layer = Late()
layer(tf.ones([5, 5]))
assert [v.name for v in layer.weights] == ["late/scale:0", "dense/kernel:0", "dense/bias:0"]
assert len(layer.losses) == 1
assert [v.read_value().shape for v in layer.weights] == [(), (5, 3), (3,)]
""")


def test_one_label_for_all_outputs_and_functions_that_give_losses() -> None:
    run_legacy("""
class Penalised(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.w = self.add_weight(name="w", shape=[2], initializer="ones")
        self.add_loss(lambda: tf.reduce_sum(self.w) * 0.5)

    def call(self, x):
        return x * self.w

inputs = keras.Input(shape=4)
halves = tf.reshape(inputs, [-1, 2, 2])
model = keras.Model(inputs, [Penalised()(tf.reduce_sum(halves, 1)), keras.layers.Dense(2, name="d")(inputs)])
assert [float(loss) for loss in model.losses] == [1.0]
model.compile("sgd", ["mse", "mae"])
history = model.fit(tf.ones([4, 4]), tf.zeros([4, 2]), verbose=0).history
assert sorted(history) == ["d_loss", "loss", "penalised_loss"]
assert history["penalised_loss"] == [4.0]
lines = []
model.summary(print_fn=lambda line, line_break=None: lines.append(line))
assert "Trainable params: 12" in "".join(lines)
""")


def test_inputs_by_a_spec() -> None:
    run_legacy("""
x = keras.Input(type_spec=tf.RaggedTensorSpec([None, None], tf.int32, 1))
assert (x.dtype, x.shape.as_list()) == (tf.int32, [None, None])
try:
    keras.Input(shape=3, type_spec=tf.TensorSpec([None, 3]))
except ValueError as error:
    assert "type_spec" in str(error)
else:
    raise AssertionError
""")


def test_metrics_labels_and_best_models_of_keras_2(tmp_path) -> None:
    run_legacy(
        """
import contextlib, io, numpy as np
rng = np.random.RandomState(0)
inputs = keras.Input((4,))
outputs = [
    keras.layers.Dense(1, activation="sigmoid", name="a", kernel_initializer="ones")(inputs),
    keras.layers.Dense(3, name="b", kernel_initializer="ones")(inputs),
]
model = keras.Model(inputs, outputs)
x, y = rng.normal(size=(8, 4)).astype("float32"), [rng.randint(0, 2, (8, 1)), rng.normal(size=(8, 3))]

def measured(metrics):
    model.compile("sgd", ["binary_crossentropy", "mse"], metrics=metrics)
    found = model.evaluate(x, y, verbose=0, return_dict=True)
    return {name: round(float(value), 4) for name, value in sorted(found.items())}

loss = {"a_loss": 1.3172, "b_loss": 7.5631, "loss": 8.8804}
assert measured(["accuracy"]) == {"a_accuracy": 0.625, "b_accuracy": 0.5, **loss}
every = {"a_mae": 0.4655, "a_mse": 0.3435, "b_mae": 2.3233, "b_mse": 7.5631, **loss}
assert measured(["mae", "mse"]) == every
found = measured([keras.metrics.MeanAbsoluteError()])
assert found == {"a_mean_absolute_error": 0.4655, "b_mean_absolute_error": 2.3233, **loss}

cross = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
weight = tf.constant([1, 1, 0, 0, 1, 1, 1, 1])
value = cross(np.arange(8) % 3, rng.normal(size=(8, 1, 3)).astype("float32"), sample_weight=weight)
np.testing.assert_allclose(value, 0.9437908, rtol=1e-5)
each = keras.losses.sparse_categorical_crossentropy(np.arange(6) % 3, np.ones((2, 3, 3), "float32") / 3)
assert each.shape == (2, 3)

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, kernel_initializer="ones")])
model.compile("sgd", "mse")
"""
        f"folder = {str(tmp_path / 'best')!r}"
        """
said = io.StringIO()
with contextlib.redirect_stdout(said):
    best = keras.callbacks.ModelCheckpoint(folder, monitor="loss", save_best_only=True, verbose=1)
    model.fit(x, np.ones((8, 2)), epochs=2, shuffle=False, verbose=0, callbacks=[best])
assert "Epoch 1: loss improved from inf to " in said.getvalue() and "finished" not in said.getvalue()
loaded = keras.models.load_model(folder)
np.testing.assert_allclose(loaded(x), model(x), rtol=1e-6)
"""
    )


def test_variables_and_failed_calls_are_shown_as_in_keras_2() -> None:
    """As tf_keras 2.21 printed them."""
    run_legacy('''
dense = keras.layers.Dense(1, name="d", kernel_initializer="ones")
dense(tf.ones([1, 1]))
shown = "<tf.Variable 'd/kernel:0' shape=(1, 1) dtype=float32, numpy=array([[1.]], dtype=float32)>"
assert repr(dense.kernel) == str(dense.weights[0]) == shown, dense.weights

class Refusing(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.a, self.b = tf.Variable(1, trainable=False, name="a"), tf.Variable(2.0, name="b")

    def call(self, x, flag=3):
        raise ValueError("no")

layer = Refusing(name="r")
assert [v.name for v in layer.weights] == ["b:0", "a:0"]
try:
    layer(tf.ones([2]))
except ValueError as error:
    assert str(error) == """Exception encountered when calling layer 'r' (type Refusing).

no

Call arguments received by layer 'r' (type Refusing):
  • x=tf.Tensor(shape=(2,), dtype=float32)
  • flag=3"""
else:
    raise AssertionError
''')


def test_shapes_of_labels_and_of_what_a_model_begins_with() -> None:
    run_legacy("""
def refused(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ValueError as error:
        return str(error)

losses, ones = keras.losses, tf.ones
assert refused(losses.categorical_crossentropy, [0, 0, 1], ones((1, 3))) == "Shapes (3,) and (1, 3) are incompatible"
assert refused(losses.sparse_categorical_crossentropy, [1, 2, 0], ones((2, 3))) == (
    "`labels.shape` must equal `logits.shape` except for the last dimension. Received: labels.shape=(3,) and "
    "logits.shape=(2, 3)")
assert losses.sparse_categorical_crossentropy([[[1], [2]], [[0], [1]]], ones((2, 2, 3))).shape == (2, 2)
assert refused(losses.binary_crossentropy, ones((3, 1)), ones((3, 2)), from_logits=True) == (
    "`logits` and `labels` must have the same shape, received ((3, 2) vs (3, 1)).")
probabilities = tf.constant([[0.5, 0.2], [0.2, 0.1]])
assert abs(losses.binary_crossentropy([[1.0], [0.0]], probabilities) - [1.151292, 0.164252]).numpy().max() < 1e-5

embedded = keras.Sequential([keras.layers.Embedding(10, 4), keras.layers.LSTM(3)])
assert embedded.built and embedded.input_shape == (None, None)
assert keras.Sequential([keras.layers.Embedding(10, 4, input_length=6)]).output_shape == (None, 6, 4)
assert keras.Sequential([keras.layers.Embedding(10, 4, batch_input_shape=(2, None))]).input_shape == (2, None)
lstm = keras.layers.LSTM(3)
lstm.build(input_shape=(None, None, 4))
assert lstm.built
drawn = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
drawn.build((None, 9))
assert drawn.input_shape == (None, 4)
""")


def test_flags_by_position_and_what_functions_of_metrics_get() -> None:
    run_legacy("""
class Flagged(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.dropped = keras.layers.Dropout(0.5)

    def call(self, x, training, mask):
        assert mask is None
        return self.dropped(x, training=training)

class Holder(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Flagged()

    def call(self, x, training, mask):
        return self.inner(x, training, mask)

x = tf.ones([4, 8])
assert (Holder()(x, False, None).numpy() == 1).all() and (Holder()(x, True, None).numpy() != 1).any()

class Int(keras.layers.Layer):
    def add(self):
        return self.add_weight(name="b", shape=3)

assert Int().add().shape == (3,)
attention = keras.layers.MultiHeadAttention(2, 4)
masked, scores = attention(x[None], x[None], x[None], tf.linalg.band_part(tf.ones([1, 4, 4]), -1, 0), True)
assert (scores[0, 0].numpy()[0] == [1, 0, 0, 0]).all()

stack = keras.layers.RNN([keras.layers.GRUCell(5), keras.layers.LSTMCell(6)], return_state=True)
_, one, two = stack(x[None])
assert one.shape == (1, 5) and [s.shape for s in two] == [(1, 6)] * 2
assert [s.shape for s in tf.nest.flatten(stack(x[None], [one, two])[1:])] == [(1, 5), (1, 6), (1, 6)]

class WithLoss(keras.Model):
    def loss(self, y, p):
        return y - p

assert WithLoss().loss(3, 1) == 2
metric = keras.metrics.MeanMetricWrapper(lambda y, p: tf.reduce_sum(y * p, -1))
assert metric([[1, 0], [1, 1]], [[0.5, 1.0], [2.0, 1.0]]) == 1.75
""")


def test_weights_are_tf_variables_and_layers_are_parts_of_modules() -> None:
    run_legacy("""
import copy, pickle

class Own(keras.layers.Layer):
    def __init__(self):
        super().__init__(name="own")
        self.z, self.a = keras.layers.Dense(1, name="z"), keras.layers.BatchNormalization(name="a")
        self.u, self.v = tf.Variable(1.0, name="u", trainable=False), tf.Variable(2.0, name="v")

    def call(self, x):
        return self.a(self.z(x))

class Trained(tf.Module):
    def __init__(self):
        super().__init__()
        self.own, self.mean = Own(), keras.metrics.Mean()
        x = keras.Input((3,))
        self.drawn = keras.Model(x, keras.layers.Dense(1, name="p")(keras.layers.Dense(2, name="q")(x)))
        self.own(tf.ones([2, 3]))

module = Trained()
assert [v.name for v in module.variables] == [
    "p/kernel:0", "p/bias:0", "q/kernel:0", "q/bias:0", "total:0", "count:0", "u:0", "v:0", "own/z/kernel:0",
    "own/z/bias:0", "own/a/moving_mean:0", "own/a/moving_variance:0", "own/a/gamma:0", "own/a/beta:0"]
assert [v.name for v in module.trainable_variables] == [
    "p/kernel:0", "p/bias:0", "q/kernel:0", "q/bias:0", "v:0", "own/z/kernel:0", "own/z/bias:0", "own/a/gamma:0",
    "own/a/beta:0"]
assert [type(part).__name__ for part in module.submodules] == [
    "Functional", "Mean", "Own", "InputLayer", "Dense", "Dense", "Dense", "BatchNormalization"]
kernel = module.own.z.kernel
assert isinstance(kernel, tf.Variable) and all(isinstance(v, tf.Variable) for v in module.drawn.weights)
assert isinstance(copy.deepcopy(kernel), tf.Variable)
held = keras.layers.Dense(1)
held.w = kernel
assert [v is kernel for v in held.weights] == [True]
assert len(pickle.loads(pickle.dumps(module.drawn)).weights) == 4
""")


def test_calls_of_ones_own_tell_what_layers_give() -> None:
    run_legacy("""
class Pair(keras.layers.Embedding):
    def compute_mask(self, inputs, mask=None):
        return [super().compute_mask(inputs, mask), None]

    def call(self, inputs):
        return [super().call(inputs), self.embeddings + 0]

vectors, table = Pair(5, 3, mask_zero=True)(keras.Input((4,)))
assert vectors.shape == (None, 4, 3) and table.shape == (5, 3)

class Around(keras.layers.Wrapper):
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.built = True

    def call(self, *args, **kwargs):
        return self.layer.call(*args)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

assert Around(keras.layers.Conv2D(2, 3))(keras.Input((8, 8, 1))).shape == (None, 6, 6, 2)

class Halved(keras.layers.Layer):
    def build(self, input_shape):
        self.v = self.add_weight(
            "v", shape=(2,), synchronization=tf.VariableSynchronization.AUTO, use_resource=True,
            aggregation=tf.VariableAggregation.MEAN, experimental_autocast=False)
        self.m = self.add_weight(
            "m", shape=(), initializer="zeros", synchronization=tf.VariableSynchronization.ON_READ)

    def call(self, x):
        return tf.cast(x * self.v, tf.float16)

    def compute_output_shape(self, input_shape):
        return input_shape

halved = Halved()
assert halved(keras.Input((2,))).dtype == "float16"
assert [v.trainable for v in halved.weights] == [True, False] and halved._compute_dtype == "float32"
""")
