"""tf.random.Generator in the scope of a strategy: each replica draws its own numbers."""

import pytest

import tfcompat as tf


def test_a_generator_of_a_strategy_draws_for_the_replica() -> None:
    """Recorded from TensorFlow 2.21 with MirroredStrategy(["cpu:0"]); across replicas the key is as it was."""
    strategy = tf.distribute.MirroredStrategy(devices=["cpu:0"])
    with strategy.scope():
        generator = tf.random.Generator.from_seed(1)

    def draw():
        return generator.normal([]), generator.uniform([2])

    first, second = strategy.run(draw), strategy.run(draw)
    assert first[0].numpy() == pytest.approx(-0.8793045)
    assert first[1].numpy() == pytest.approx([0.14009762, 0.8529303])
    assert second[0].numpy() == pytest.approx(-0.3431945)
    assert second[1].numpy() == pytest.approx([0.9415176, 0.07996798])
    assert generator.normal([2]).numpy() == pytest.approx([-0.4495664, 1.6220769])


def test_another_strategy_is_refused() -> None:
    with tf.distribute.MirroredStrategy(devices=["cpu:0"]).scope():
        generator = tf.random.Generator.from_seed(1)
    with tf.distribute.OneDeviceStrategy("cpu:0").scope(), pytest.raises(ValueError, match="made in the scope"):
        generator.normal([])
