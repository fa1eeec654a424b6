"""How a layer's call binds its arguments: as inspect.Signature does, in less time."""

import copy
import inspect
import warnings

import numpy as np
import pytest

import tfcompat as tf
from tfcompat.keras.layers._call import signature_of

CALLS = [
    lambda self: 0,
    lambda self, x: 0,
    lambda self, x, training=None: 0,
    lambda self, x=1, **kwargs: 0,
    lambda self, a, b, c=3, **rest: 0,
    lambda self, x, *args, k=1: 0,
    lambda self, *args: 0,
    lambda self, a, /, b=2: 0,
]
NAMED = [{}, {"x": 5}, {"training": True}, {"b": 1}, {"kwargs": 1}, {"rest": 2}, {"k": 4}, {"c": 1, "b": 2}]


def outcome(bind):
    try:
        given, both = bind()
    except TypeError as error:
        return str(error)
    return given, both, list(both)


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_arguments_are_bound_as_inspect_binds_them(number):
    signature = signature_of(CALLS[number])
    plain = inspect.Signature(list(signature.parameters.values()))
    for known in (signature, copy.deepcopy(signature)):
        for count in range(4):
            for kwargs in NAMED:

                def by_inspect(count=count, kwargs=kwargs):
                    bound = plain.bind(*range(count), **kwargs)
                    given = dict(bound.arguments)
                    bound.apply_defaults()
                    return given, dict(bound.arguments)

                args = tuple(range(count))
                assert outcome(lambda a=args, k=kwargs, s=known: s.bound(a, dict(k))) == outcome(by_inspect)


def test_a_model_checks_its_inputs_in_every_call():
    model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(2, name="last")])
    x = tf.ones([3, 4])
    assert model(x).shape == (3, 2)
    with pytest.raises(ValueError, match="layer 'last' is incompatible|expected shape=\\(None, 4\\)"):
        model(tf.ones([3, 5]))
    specs = model._functional.input_spec
    assert specs[0].shape == (None, 4)
    model._functional._operations[0].name = "renamed"
    assert model._functional.input_spec[0].name == "renamed"
    assert model(x).shape == (3, 2)


def test_masks_and_training_reach_the_layers():
    class Told(tf.keras.layers.Layer):
        supports_masking = True

        def call(self, x, training=None, mask=None):
            self.told = training, None if mask is None else mask.numpy()
            return x

    layer = Told()
    x = tf.keras.layers.Masking()(tf.constant([[[1.0], [0.0]]]))
    y = layer(x, training=True)
    assert layer.told[0] is True
    np.testing.assert_array_equal(layer.told[1], [[True, False]])
    np.testing.assert_array_equal(y._keras_mask, [[True, False]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(tf.ones([1, 2, 1]))
    assert layer.told in ((False, None), (None, None))
