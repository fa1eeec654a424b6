"""The wrappers of recurrent cells that tf.nn has."""

import numpy as np
import pytest

import tfcompat as tf


class Cell:
    """A cell whose output is its inputs' mean plus its state, which doubles."""

    state_size = output_size = 3

    def build(self, shape):
        self.weights = tf.ones([shape[-1], 3]) / shape[-1]

    def call(self, inputs, states):
        h = inputs @ self.weights + states[0]
        return h, [2 * h]

    def zero_state(self, batch_size, dtype):
        return [tf.zeros([batch_size, 3], dtype)]

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls()


INPUTS, STATE = tf.ones([4, 3]), [tf.ones([4, 3])]


@pytest.mark.parametrize("name", ["Dropout", "Residual", "Device"])
def test_a_wrapper_is_a_cell_like_the_one_within(name):
    cell = Cell()
    wrapper = getattr(tf.nn, f"RNNCell{name}Wrapper")(cell, **({"device": "/CPU:0"} if name == "Device" else {}))
    assert (wrapper.wrapped_cell, wrapper.state_size, wrapper.output_size) == (cell, 3, 3)
    np.testing.assert_array_equal(wrapper.zero_state(2, tf.float32)[0], np.zeros([2, 3]))
    output, state = wrapper(INPUTS, STATE)
    np.testing.assert_allclose(output, np.full([4, 3], 3.0 if name == "Residual" else 2.0), rtol=1e-6)
    np.testing.assert_allclose(state[0], np.full([4, 3], 4.0), rtol=1e-6)


def test_dropout_of_inputs_outputs_and_states():
    wrapper = tf.nn.RNNCellDropoutWrapper(Cell(), input_keep_prob=0.5, output_keep_prob=0.5, state_keep_prob=0.5)
    x = tf.ones([100, 3])
    output, (state,) = wrapper(x, [tf.zeros([100, 3])])
    for result, scale in ((output, 2.0), (state, 4.0)):
        values = result.numpy()
        assert 0.3 < (values == 0).mean() < 0.8
        kept = values[values != 0] / scale * 3 / 2
        assert set(np.round(kept, 4)) <= {1.0, 2.0, 3.0}  # of three inputs some were dropped, the others doubled


def test_a_filter_says_which_states_are_dropped():
    wrapper = tf.nn.RNNCellDropoutWrapper(Cell(), state_keep_prob=1e-6, dropout_state_filter_visitor=lambda s: False)
    np.testing.assert_allclose(wrapper(INPUTS, STATE)[1][0], np.full([4, 3], 4.0), rtol=1e-6)
    wrapper = tf.nn.RNNCellDropoutWrapper(Cell(), state_keep_prob=1e-6, dropout_state_filter_visitor=lambda s: True)
    assert not wrapper(INPUTS, STATE)[1][0].numpy().any()

    class Pair(Cell):
        def call(self, inputs, states):
            return inputs, (states[0], {"h": states[0]})

    pick = tf.nn.RNNCellDropoutWrapper(
        Pair(),
        state_keep_prob=1e-6,
        dropout_state_filter_visitor=lambda s: (True, False) if isinstance(s, tuple) else True,
    )
    dropped, kept = pick(INPUTS, STATE)[1]
    assert not dropped.numpy().any()
    assert kept["h"].numpy().all()


def test_variational_dropout_drops_the_same_in_every_step():
    wrapper = tf.nn.RNNCellDropoutWrapper(
        Cell(),
        input_keep_prob=0.5,
        output_keep_prob=0.5,
        variational_recurrent=True,
        input_size=tf.TensorShape([3]),
        dtype=tf.float32,
        seed=1,
    )
    first, second = (wrapper(INPUTS, STATE)[0].numpy() for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, np.broadcast_to(first[:1], first.shape))


def test_residual_function():
    wrapper = tf.nn.RNNCellResidualWrapper(Cell(), residual_fn=lambda inputs, outputs: outputs - inputs)
    np.testing.assert_allclose(wrapper(INPUTS, STATE)[0], np.ones([4, 3]), rtol=1e-6)
    with pytest.raises(ValueError, match="incompatible"):
        tf.nn.RNNCellResidualWrapper(Cell())(tf.ones([4, 2]), STATE)


def test_configs():
    wrapper = tf.nn.RNNCellDropoutWrapper(Cell(), output_keep_prob=0.25, seed=3, name="wrapped")
    config = wrapper.get_config()
    assert config == {
        "name": "wrapped",
        "trainable": True,
        "dtype": "float32",
        "cell": {"class_name": "Cell", "config": {}},
        "input_keep_prob": 1.0,
        "output_keep_prob": 0.25,
        "state_keep_prob": 1.0,
        "variational_recurrent": False,
        "input_size": None,
        "seed": 3,
    }
    again = tf.nn.RNNCellDropoutWrapper.from_config(config, custom_objects={"Cell": Cell})
    assert again.get_config() == config


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"input_keep_prob": 2.0}, ValueError, "input_keep_prob must be between 0 and 1"),
        ({"dropout_state_filter_visitor": 2}, TypeError, "must be callable"),
        ({"variational_recurrent": True}, ValueError, "dtype must be provided"),
        ({"variational_recurrent": True, "dtype": "float32", "input_keep_prob": 0.5}, ValueError, "input_size"),
    ],
)
def test_what_does_not_fit_raises(options, error, match):
    with pytest.raises(error, match=match):
        tf.nn.RNNCellDropoutWrapper(Cell(), **options)


def test_what_is_no_cell():
    with pytest.raises(AttributeError, match="call"):
        tf.nn.RNNCellResidualWrapper(5)


def test_members_of_keras_2():
    wrapper = tf.nn.RNNCellDeviceWrapper(Cell(), "/cpu:0")
    x = tf.ones([1, 3])
    with pytest.warns(UserWarning, match="`layer.apply` is deprecated"):
        applied = wrapper.apply(x, [x])
    for one, other in zip(tf.nest.flatten(applied), tf.nest.flatten(wrapper(x, [x])), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.warns(UserWarning, match="Please use `layer.losses`"):
        assert wrapper.get_losses_for(None) == []
    with pytest.warns(UserWarning, match="Please use `layer.updates`"):
        assert wrapper.get_updates_for(x) == []
    assert wrapper.finalize_state() is None
    assert wrapper.name_scope() == wrapper.name
    assert type(wrapper).with_name_scope(lambda self, k: k + 1)(wrapper, 3) == 4
    for mask in ("input_mask", "output_mask"):
        with pytest.raises(AttributeError, match=f"Layer {wrapper.name} is not connected"):
            getattr(wrapper, mask)
