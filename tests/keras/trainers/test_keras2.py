"""Keras 2's ways to train: generators, losses and metrics on tensors of a graph, custom steps, legacy optimizers."""

import numpy as np
import pytest

import tfcompat as tf

keras = tf.keras
X = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32")
Y = X.sum(1, keepdims=True)


class Batches(keras.utils.Sequence):
    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int):
        return X[2 * index : 2 * index + 2], Y[2 * index : 2 * index + 2]


def compiled(**options) -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(**{"optimizer": keras.optimizers.SGD(0.1), "loss": "mse", **options})
    return model


@pytest.mark.parametrize(("workers", "processes"), [(1, False), (3, False), (2, True)])
def test_workers_give_the_batches_in_order(workers: int, processes: bool) -> None:
    plain = compiled().fit(X, Y, batch_size=2, epochs=2, shuffle=False, verbose=0)
    options = {"workers": workers, "use_multiprocessing": processes, "max_queue_size": 2}
    made = compiled().fit(Batches(), epochs=2, shuffle=False, verbose=0, **options)
    assert np.allclose(plain.history["loss"], made.history["loss"])


def test_a_worker_s_error_comes_through() -> None:
    class Bad(Batches):
        def __getitem__(self, index: int):
            raise IndexError(f"no batch {index}")

    with pytest.raises(IndexError, match="no batch 0"):
        compiled().fit(Bad(workers=2), shuffle=False, verbose=0)


def test_generator_methods() -> None:
    model = compiled()
    history = model.fit_generator(Batches(), steps_per_epoch=2, epochs=2, verbose=0, shuffle=False)
    assert len(history.history["loss"]) == 2
    assert np.isclose(model.evaluate_generator(Batches()), model.evaluate(X, Y, verbose=0))
    assert np.allclose(model.predict_generator(Batches()), model.predict(X, verbose=0))
    assert model.predict_classes(X).tolist() == (model.predict(X, verbose=0) > 0.5).astype(int).tolist()
    with pytest.warns(UserWarning, match="invalid probability"):
        model.predict_proba(X * 100)
    with pytest.raises(RuntimeError, match="to_json"):
        model.to_yaml()
    with pytest.raises(TypeError, match="nothing"):
        model.fit(X, Y, nothing=1)


def test_losses_and_metrics_on_tensors_of_the_graph() -> None:
    inputs = keras.Input((3,))
    hidden = keras.layers.Dense(2, kernel_initializer="ones", name="hidden")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="zeros")(hidden))
    model.add_loss(keras.ops.mean(hidden**2))
    model.add_loss(lambda: 0.5 * tf.reduce_sum(model.get_layer("hidden").kernel))
    model.add_metric(keras.ops.mean(hidden), name="level")
    model.compile("sgd", "mse")
    found = model.evaluate(X, Y, return_dict=True, verbose=0)
    level = X.sum(1)
    assert np.isclose(found["loss"], (Y**2).mean() + (level**2).mean() + 0.5 * 6, atol=1e-5)
    assert np.isclose(found["level"], level.mean(), atol=1e-6)
    history = model.fit(X, Y, epochs=2, verbose=0).history
    assert set(history) == {"loss", "level"}
    assert history["loss"][1] < history["loss"][0]


def test_add_metric_within_a_layer() -> None:
    class Watched(keras.layers.Layer):
        def call(self, x):
            self.add_metric(tf.reduce_max(x), name="largest")
            return x

    model = keras.Sequential([keras.Input((3,)), Watched(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert np.isclose(model.fit(X, Y, verbose=0).history["largest"][0], X.max())
    with pytest.raises(ValueError, match="name"):
        Watched().add_metric(tf.constant(1.0))
    with pytest.raises(ValueError, match="mean"):
        Watched().add_metric(tf.constant(1.0), name="m", aggregation="sum")


def test_train_step_with_compiled_loss_and_metrics() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(me, x, training=False):
            return me.dense(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                predicted = self(x, training=True)
                loss = self.compiled_loss(y, predicted, regularization_losses=self.losses)
            grads = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
            self.compiled_metrics.update_state(y, predicted)
            return {"loss": loss, **self.compiled_metrics.result()}

    model = Own()
    model.compile("sgd", "mse", metrics=["mae"])
    with pytest.warns(UserWarning, match="compiled_loss"):
        history = model.fit(X, Y, epochs=2, verbose=0).history
    assert "mae" in history


def test_legacy_optimizer_decays_its_rate() -> None:
    optimizer = keras.optimizers.legacy.SGD(lr=1.0, decay=0.5)
    variable = tf.Variable(0.0)
    for _ in range(3):
        optimizer.minimize(lambda: variable * 1.0, [variable])
    assert np.isclose(variable.numpy(), -(1 + 1 / 1.5 + 1 / 2))
    assert np.isclose(optimizer._decayed_lr(tf.float32).numpy(), 1 / 2.5)
    assert float(optimizer.lr) == 1.0
    with pytest.raises(TypeError, match="nothing"):
        keras.optimizers.legacy.Adam(nothing=1)


def test_legacy_optimizer_in_fit_and_its_slots() -> None:
    model = compiled(optimizer=keras.optimizers.legacy.Adam(0.1, decay=0.01))
    losses = model.fit(X, Y, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    optimizer = model.optimizer
    kernel = model.trainable_variables[0]
    assert optimizer.get_slot_names() == ["m", "v"]
    assert tuple(optimizer.get_slot(kernel, "m").shape) == (3, 1)
    weights = optimizer.get_weights()
    optimizer.set_weights([w * 0 for w in weights])
    assert not optimizer.get_slot(kernel, "v").numpy().any()
    with pytest.raises(ValueError, match="weight list of length"):
        optimizer.set_weights(weights[1:])


def test_legacy_optimizer_of_ones_own() -> None:
    class Momentum(keras.optimizers.legacy.Optimizer):
        def __init__(self, rate: float, name: str = "Momentum", **kwargs) -> None:
            super().__init__(name, **kwargs)
            self._set_hyper("rate", rate)

        def _create_slots(self, var_list) -> None:
            for variable in var_list:
                self.add_slot(variable, "speed")

        def _resource_apply_dense(self, grad, var, apply_state=None) -> None:
            speed = self.get_slot(var, "speed")
            speed.assign(0.5 * speed + grad)
            var.assign_sub(self._get_hyper("rate", tf.float32) * speed)

    optimizer, variable = Momentum(0.1), tf.Variable([1.0, 2.0])
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant([1.0, 1.0]), variable)])
    assert np.allclose(variable.numpy(), [0.75, 1.75])


def test_a_model_may_have_a_compiled_loss_of_its_own() -> None:
    """As models that are not compiled have it in TensorFlow's guide of debugging migrated training."""
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compiled_loss = loss = keras.losses.MeanSquaredError()
    assert model.compiled_loss is loss


def test_legacy_optimizers_of_ones_own_have_the_rate_they_set_and_may_stand_around_others() -> None:
    class Around(keras.optimizers.legacy.Optimizer):
        def __init__(self, inner, learning_rate=0.5, name="Around") -> None:
            super().__init__(name)
            self._set_hyper("learning_rate", learning_rate)
            self._set_hyper("decay", 1.0)
            self.inner = inner

        @property
        def learning_rate(self):
            return self._get_hyper("learning_rate")

        def _create_slots(self, var_list) -> None:
            self.inner._create_hypers()
            for variable in var_list:
                self.add_slot(variable, "steps", tf.zeros([]))

        def _resource_apply_dense(self, grad, var, apply_state=None) -> None:
            assert apply_state
            assert "apply_state" in self.inner._dense_apply_args
            self.inner._resource_apply_dense(grad, var)
            self.get_slot(var, "steps").assign_add(apply_state[var.device, var.dtype]["lr_t"])

        def apply_gradients(self, grads_and_vars, name=None, **kwargs):
            return super().apply_gradients(grads_and_vars, name, **kwargs)

    inner, variables = keras.optimizers.legacy.SGD(0.1, momentum=0.9), [tf.Variable([1.0, 2.0]), tf.Variable(3.0)]
    optimizer = Around(inner)
    for _ in range(2):
        optimizer.apply_gradients([(tf.ones(v.shape), v) for v in variables])
    assert np.allclose(variables[0], [0.71, 1.71])
    assert np.allclose(variables[1], 2.71)
    assert np.allclose([optimizer.get_slot(v, "steps") for v in variables], 0.5 + 0.5 / 2)
    assert optimizer._name == "Around"


def test_iterators_are_generators_to_the_methods_for_them() -> None:
    class Endless:
        def __iter__(self) -> "Endless":
            return self

        def __next__(self) -> tuple[np.ndarray, np.ndarray]:
            return np.ones((4, 2), "float32"), np.ones((4, 1), "float32")

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    assert model.fit_generator(Endless(), steps_per_epoch=3, verbose=0, shuffle=False).history["loss"] == [1.0]
    assert model.evaluate_generator(Endless(), steps=2) == 1.0
    assert model.predict_generator(iter([(np.ones((4, 2)),)] * 2), steps=2).tolist() == [[2.0]] * 8


def test_add_variable_takes_a_name_or_a_shape_first() -> None:
    layer = keras.layers.Layer()
    made = [
        layer.add_variable("a", [2]),
        layer.add_variable("b", shape=[3]),
        layer.add_variable((4,), "ones", name="c"),
    ]
    assert [(w.name, tuple(w.shape)) for w in made] == [("a", (2,)), ("b", (3,)), ("c", (4,))]
    assert made[2].numpy().tolist() == [1.0] * 4
