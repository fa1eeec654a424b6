"""tfcompat.as_torch_module: a Keras model and its torch module give the same, train the same weights, and export."""

from typing import Any

import numpy as np
import pytest
import torch

import tfcompat as tf

layers = tf.keras.layers


def recurrent() -> Any:
    return tf.keras.Sequential(
        [
            tf.keras.Input((6, 4)),
            layers.LSTM(5, return_sequences=True),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def dense() -> Any:
    return tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3)])


def test_gives_what_the_model_gives_and_names_the_weights() -> None:
    tf.keras.backend.clear_session()  # names are numbered from the beginning
    model = recurrent()
    module = tf.as_torch_module(model).eval()
    for batch in (7, 2):
        x = torch.randn(batch, 6, 4)
        np.testing.assert_allclose(module(x).detach().numpy(), model(x.numpy()), rtol=1e-5, atol=1e-6)
    names = [name.rpartition(".")[2] for name, _ in module.named_parameters()]
    assert names == ["kernel", "recurrent_kernel", "bias", "gamma", "beta", "kernel", "bias"]
    assert "batch_normalization.moving_mean" in dict(module.named_buffers())
    assert sum(p.numel() for p in module.parameters()) == sum(np.size(w) for w in model.trainable_weights)


def test_each_side_sees_what_the_other_trains() -> None:
    model = recurrent()
    module = tf.as_torch_module(model)
    x, before = torch.randn(7, 6, 4), model.get_weights()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    module(x).square().mean().backward()
    optimizer.step()
    assert all((a != b).any() for a, b in zip(before, model.get_weights()))  # moving averages too
    model.compile("sgd", "mse")
    model.fit(x.numpy(), np.zeros((7, 3)), verbose=0)
    module.eval()
    np.testing.assert_allclose(module(x).detach().numpy(), model(x.numpy()), rtol=1e-5, atol=1e-6)
    saved = {name: value.clone() for name, value in module.state_dict().items()}
    model.fit(x.numpy(), np.zeros((7, 3)), verbose=0)
    module.load_state_dict(saved)
    np.testing.assert_array_equal(model.get_weights()[0], next(iter(saved.values())))


def test_gradients_are_the_tapes() -> None:
    model = dense()
    module, x = tf.as_torch_module(model), torch.randn(5, 4)
    module(x).square().sum().backward()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(model(tf.from_torch(x))))
    for mine, theirs in zip(module.parameters(), tape.gradient(loss, model.trainable_weights)):
        torch.testing.assert_close(mine.grad, theirs._t)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_exports() -> None:
    model = dense()
    exported = torch.export.export(tf.as_torch_module(model).eval(), (torch.randn(5, 4),))
    x = torch.randn(5, 4)
    np.testing.assert_allclose(exported.module()(x).detach().numpy(), model(x.numpy()), rtol=1e-5, atol=1e-6)
    assert len(exported.graph_signature.parameters) == 4


def test_several_inputs_and_outputs() -> None:
    a, b = tf.keras.Input((3,)), tf.keras.Input((3,))
    model = tf.keras.Model([a, b], {"sum": a + b, "dense": layers.Dense(2)(a)})
    x, y = torch.randn(2, 3), torch.randn(2, 3)
    found = tf.as_torch_module(model)([x, y])
    torch.testing.assert_close(found["sum"], x + y)
    assert found["dense"].shape == (2, 2)


def test_refuses_what_is_not_built() -> None:
    with pytest.raises(ValueError, match="built"):
        tf.as_torch_module(tf.keras.Sequential([layers.Dense(2)]))


class WithModule(tf.keras.Model):
    """A Keras model with a torch module for a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU())
        self.out = layers.Dense(1)

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))


def test_modules_in_attributes_train_with_the_model() -> None:
    tf.keras.utils.set_random_seed(0)
    model = WithModule()
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    y = x.sum(1, keepdims=True)
    model.compile(tf.keras.optimizers.Adam(0.05), "mse")
    model(x)
    assert [tuple(w.shape) for w in model.trainable_weights] == [(8, 4), (8,), (8, 1), (1,)]
    before = model.get_weights()
    history = model.fit(x, y, epochs=20, verbose=0).history["loss"]
    assert history[-1] < 0.2 * history[0]
    assert all((a != b).any() for a, b in zip(before, model.get_weights()))


def test_modules_in_lists_and_dicts_are_tracked() -> None:
    class Blocks(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            shared = torch.nn.Linear(3, 3)
            self.blocks = [shared, torch.nn.Linear(3, 3), shared]
            self.named = {"a": [torch.nn.Linear(3, 2)]}
            self.blocks.append(torch.nn.ReLU())

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return self.named["a"][0](x)

    model = Blocks()
    assert tuple(model(np.ones((2, 3), "float32")).shape) == (2, 2)
    assert len(model.trainable_variables) == 6
    before = [v.numpy().copy() for v in model.trainable_variables]
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 3), "float32"), np.ones((2, 2), "float32"), verbose=0)
    assert any(not np.array_equal(a, v.numpy()) for a, v in zip(before, model.trainable_variables))
