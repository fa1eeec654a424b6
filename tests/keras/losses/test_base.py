"""What losses take beside tensors."""

import pytest

import tfcompat as tf
from tfcompat.keras import _symbolic_types
from tfcompat.keras.losses.base import LossFunctionWrapper


def test_a_registered_class_reaches_the_loss_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Distribution:
        shape = (2, 1)

        def log_prob(self, y: tf.Tensor) -> tf.Tensor:
            return -y * 3.0

    monkeypatch.setattr(_symbolic_types, "_registered", ())
    _symbolic_types.register_symbolic_tensor_type(Distribution)
    value = LossFunctionWrapper(lambda y, d: -d.log_prob(y))(tf.constant([[1.0], [3.0]]), Distribution())
    assert value.numpy() == 6.0
