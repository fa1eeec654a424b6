"""Strategies: scopes, variables, runs, reductions and input, with one replica and with two."""

import copy
import threading
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.programs import run_source

STRATEGIES = [
    tf.distribute.get_strategy,
    tf.distribute.MirroredStrategy,
    lambda: tf.distribute.OneDeviceStrategy("/cpu:0"),
    tf.distribute.MultiWorkerMirroredStrategy,
    tf.distribute.experimental.CentralStorageStrategy,
]


@pytest.mark.parametrize("make", STRATEGIES)
def test_a_step_trains(make) -> None:
    strategy = make()
    with strategy.scope():
        w = tf.Variable([[0.0], [0.0]])
        optimizer = tf.keras.optimizers.SGD(0.1)
    x = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    data = tf.data.Dataset.from_tensor_slices((x, x @ [[1.0], [2.0]])).batch(16).repeat(20)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ w - tf.cast(y, tf.float32)) ** 2)
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        return loss

    losses = [
        float(strategy.reduce("SUM", strategy.run(step, args=element), axis=None))
        for element in strategy.experimental_distribute_dataset(data)
    ]
    assert losses[-1] < 1e-3 < losses[0]
    np.testing.assert_allclose(w.numpy().ravel(), [1, 2], atol=0.05)


def test_contexts_follow_scopes_and_runs() -> None:
    strategy = tf.distribute.MirroredStrategy()
    assert not tf.distribute.has_strategy()
    assert not tf.distribute.in_cross_replica_context()
    assert tf.distribute.get_replica_context().replica_id_in_sync_group == 0
    with strategy.scope():
        assert tf.distribute.get_strategy() is strategy
        assert tf.distribute.in_cross_replica_context()
        assert tf.distribute.get_replica_context() is None
        with pytest.raises(RuntimeError, match="Mixing different"), tf.distribute.OneDeviceStrategy("/cpu:0").scope():
            pytest.fail("another strategy's scope was entered")

    def replica(a):
        context = tf.distribute.get_replica_context()
        assert context.num_replicas_in_sync == 1
        across = context.merge_call(lambda s, b: (s, b, tf.distribute.in_cross_replica_context()), args=(5,))
        return a, context.all_reduce("sum", 2.0), context.all_gather([a], 0), across

    a, total, gathered, across = strategy.run(replica, args=(tf.constant(3),))
    assert (int(a), float(total), int(gathered[0]), across) == (3, 2.0, 3, (strategy, 5, True))


def test_a_strategy_can_be_set_for_good() -> None:
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    tf.distribute.experimental_set_strategy(strategy)
    try:
        assert tf.distribute.get_strategy() is strategy
        with strategy.scope(), pytest.raises(RuntimeError, match="Must not be called inside"):
            tf.distribute.experimental_set_strategy(None)
    finally:
        tf.distribute.experimental_set_strategy(None)
    assert not tf.distribute.has_strategy()


def test_mirrored_variables_print_as_tensorflows_and_know_their_strategy() -> None:
    strategy = tf.distribute.MirroredStrategy()
    with strategy.scope():
        v = tf.Variable(1.0)
    assert str(v) == "MirroredVariable:{\n  0: <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=1.0>\n}"
    assert strategy.extended.variable_created_in_scope(v)
    assert not strategy.extended.variable_created_in_scope(tf.Variable(1.0))
    v.values[0].assign(4.0)
    assert float(v + 1) == 5
    assert copy.deepcopy(strategy) is strategy


def test_reductions() -> None:
    strategy, x = tf.distribute.MirroredStrategy(), tf.constant([[1.0, 2.0], [3.0, 6.0]])
    assert strategy.reduce(tf.distribute.ReduceOp.MEAN, x, axis=0).numpy().tolist() == [2, 4]
    assert strategy.reduce("sum", {"a": x}, axis=1)["a"].numpy().tolist() == [3, 9]
    assert strategy.gather(x, axis=0).numpy().tolist() == x.numpy().tolist()
    assert strategy.extended.reduce_to("MEAN", x, "/cpu:0") is x
    with pytest.raises(ValueError, match="'X' is not a valid ReduceOp"):
        strategy.reduce("x", x, axis=None)


def test_input() -> None:
    strategy = tf.distribute.MirroredStrategy()
    dataset = strategy.experimental_distribute_dataset(tf.data.Dataset.range(4).batch(2))
    assert dataset.element_spec == tf.TensorSpec([None], tf.int64)
    assert [x.numpy().tolist() for x in dataset] == [[0, 1], [2, 3]]
    iterator = iter(dataset)
    assert iterator.get_next().numpy().tolist() == [0, 1]
    assert iterator.get_next_as_optional().get_value().numpy().tolist() == [2, 3]
    with pytest.raises(tf.errors.OutOfRangeError):
        iterator.get_next()
    made = strategy.distribute_datasets_from_function(lambda c: tf.data.Dataset.range(c.get_per_replica_batch_size(3)))
    assert len(list(made)) == 3
    value = strategy.experimental_distribute_values_from_function(lambda c: tf.constant(c.replica_id_in_sync_group))
    assert str(value) == "PerReplica:{\n  0: tf.Tensor(0, shape=(), dtype=int32)\n}"
    assert int(strategy.run(lambda x: x + 1, args=(value,))) == 1
    with pytest.raises(ValueError, match="3 is not divisible"):
        tf.distribute.InputContext(num_replicas_in_sync=2).get_per_replica_batch_size(3)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(AssertionError, match="No duplicates"):
        tf.distribute.MirroredStrategy(["/cpu:0", "cpu:0"])
    with pytest.raises(AssertionError, match="empty `devices`"):
        tf.distribute.MirroredStrategy([])
    with pytest.raises(ValueError, match="CrossDeviceOps"):
        tf.distribute.MirroredStrategy(["/cpu:0"], cross_device_ops="nccl")
    with pytest.raises(ValueError, match="TPU"):
        tf.distribute.TPUStrategy()


def replica_number() -> Any:
    return tf.distribute.get_replica_context().replica_id_in_sync_group


@pytest.fixture
def two() -> Any:
    """Two replicas, one on a device that gives way to the first one's."""
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def test_devices_that_are_not_there_give_way_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    strategy = tf.distribute.MirroredStrategy(["GPU:17", "GPU:18"])
    assert "not visible to TensorFlow: /job:localhost/replica:0/task:0/device:GPU:17," in caplog.text
    assert strategy.num_replicas_in_sync == 2
    assert [int(i) for i in strategy.run(replica_number).values] == [0, 1]


def test_the_first_error_ends_all_replicas(two) -> None:
    alive = threading.active_count()

    def fails() -> None:
        tf.distribute.get_replica_context().all_reduce("sum", 1.0)
        if int(replica_number()) == 1:
            raise KeyError("bad")
        tf.distribute.get_replica_context().all_reduce("sum", 1.0)

    with pytest.raises(KeyError, match="bad"):
        two.run(fails)
    with pytest.raises(RuntimeError, match="different number of"):
        two.run(lambda: None if int(replica_number()) else tf.distribute.get_replica_context().all_reduce("sum", 1.0))
    assert threading.active_count() == alive
    assert tf.distribute.get_replica_context().num_replicas_in_sync == 1


def test_replicas_may_give_nests_alike_only(two) -> None:
    with pytest.raises(TypeError, match="different types"):
        two.run(lambda: [1] if int(replica_number()) else (1,))
    with pytest.raises(ValueError, match="different structures"):
        two.run(lambda: [1] * (1 + int(replica_number())))


def test_scopes_within_scopes_make_copies_once(two) -> None:
    with two.scope(), two.scope():
        made = [tf.Variable(1.0), two.run(lambda: tf.Variable(2.0))]
    for variable in made:
        assert [type(x).__name__ for x in variable.values] == ["ResourceVariable"] * 2


def test_variables_of_keras_2_have_copies_too() -> None:
    printed = run_source(
        """
        import os
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        import tfcompat as tf
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        with strategy.scope():
            kernel = tf.keras.layers.Dense(1)
            kernel.build((None, 2))
        kernel.set_weights([[[1.0], [2.0]], [3.0]])
        print([x.numpy().ravel().tolist() for x in kernel.weights[0]._value.values], kernel.weights[1].value())
        """
    )
    assert printed == "[[1.0, 2.0], [1.0, 2.0]] tf.Tensor([3.], shape=(1,), dtype=float32)\n"


def test_slices_of_replicas_are_put_together(two) -> None:
    def gradient() -> Any:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.gather(table, [0, replica_number()]) * 2)
        return tape.gradient(y, table)

    with two.scope():
        table = tf.Variable(tf.zeros([3, 2]), aggregation=tf.VariableAggregation.SUM)
    total = two.reduce("SUM", two.run(gradient), axis=None)
    assert tf.convert_to_tensor(total).numpy().tolist() == [[6, 6], [2, 2], [0, 0]]


def test_variables_are_copied_with_their_copies(two) -> None:
    with two.scope():
        v = tf.Variable(1.0)
    two.run(lambda: v.assign(tf.cast(replica_number(), tf.float32)))
    other = copy.deepcopy(v)
    v.assign(5.0)
    assert [float(x) for x in other.values] == [0, 1]
    assert [float(x) for x in v.values] == [5, 5]


def test_a_central_variable_is_shared_by_replicas() -> None:
    strategy = tf.distribute.experimental.CentralStorageStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        total = tf.Variable(1.0, aggregation=tf.VariableAggregation.SUM)
        alone = tf.Variable(1.0)
    strategy.run(lambda: total.assign_add(tf.cast(replica_number(), tf.float32) + 1))
    assert float(total) == 4
    assert len(total.values) == 1
    with pytest.raises(ValueError, match="aggregation"):
        strategy.run(lambda: alone.assign(2.0))


def test_how_values_are_added_up_may_be_chosen() -> None:
    ops = tf.distribute.ReductionToOneDevice(accumulation_fn=lambda parts: tf.reduce_max(tf.stack(parts), 0))
    for how, sums in [(ops, [2, 2]), (tf.distribute.HierarchicalCopyAllReduce(num_packs=2), [3, 3])]:
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], cross_device_ops=how)
        found = strategy.run(
            lambda: tf.distribute.get_replica_context().all_reduce("sum", tf.cast(replica_number(), tf.float32) + 1)
        )
        assert [float(x) for x in found.values] == sums


def test_a_model_that_is_not_built_is_built_once_by_the_replicas(two) -> None:
    class Two(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.normal, self.dense = tf.keras.layers.BatchNormalization(synchronized=True), tf.keras.layers.Dense(1)

        def call(self, x: Any, training: Any = None) -> Any:
            return self.dense(self.normal(x, training=training))

    tf.keras.utils.set_random_seed(0)
    with two.scope():
        model = Two()
        model.compile(tf.keras.optimizers.Adam(0.05), "mse")
    x = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
    history = model.fit(x, x.sum(1, keepdims=True), batch_size=8, epochs=3, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert len(model.weights) == 6
    for weight in model.weights:
        first, second = (copy.numpy() for copy in weight.value.values)
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("mixed", [False, True])
def test_two_replicas_train_as_one_does(two, mixed: bool) -> None:
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")

    def train(strategy: Any) -> list[Any]:
        tf.keras.utils.set_random_seed(0)
        with strategy.scope():
            model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)])
            optimizer: Any = tf.keras.optimizers.Adam(0.01, use_ema=True, weight_decay=0.01, global_clipnorm=1.0)
            if mixed:
                optimizer = tf.keras.optimizers.LossScaleOptimizer(optimizer)
            model.compile(optimizer, "mse")
        model.fit(x, x.sum(1, keepdims=True), batch_size=8, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()

    for a, b in zip(train(tf.distribute.get_strategy()), train(two), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_an_epoch_in_one_function_is_captured(two, caplog: pytest.LogCaptureFixture) -> None:
    with two.scope():
        layers = [tf.keras.Input((4, 4, 1)), tf.keras.layers.Conv2D(2, 3), tf.keras.layers.Flatten()]
        model = tf.keras.Sequential([*layers, tf.keras.layers.Dense(1)])
        optimizer = tf.keras.optimizers.SGD(0.01)

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.nn.compute_average_loss(tf.square(tf.squeeze(model(x, training=True), 1) - 1.0))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    @tf.function
    def epoch(data: Any) -> Any:
        total = 0.0
        for x in data:
            total += two.reduce("SUM", two.run(step, args=(x,)), axis=None)
        return total

    images = np.random.default_rng(0).random((22, 4, 4, 1), dtype=np.float32)
    data = two.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices(images).batch(4, True))
    losses = [float(epoch(data)) for _ in range(3)]
    assert losses[2] < losses[0]
    assert optimizer.iterations.numpy() == 15
    assert "runs eagerly" not in caplog.text


@pytest.mark.cuda
def test_replicas_run_on_their_gpus() -> None:
    gpus = tf.config.list_logical_devices("GPU")
    strategy = tf.distribute.MirroredStrategy()
    assert strategy.num_replicas_in_sync == max(1, len(gpus))
    strategy = tf.distribute.MirroredStrategy(["GPU:0", "CPU:0"])
    with strategy.scope():
        v = tf.Variable([1.0, 2.0], aggregation=tf.VariableAggregation.SUM)
    assert [x.device.rpartition(":")[0][-3:] for x in v.values] == ["GPU", "CPU"]

    @tf.function
    def step() -> Any:
        v.assign_add(v * (tf.cast(replica_number(), tf.float32) + 1))
        return tf.distribute.get_replica_context().all_reduce("sum", v * 1.0)

    for _ in range(2):
        found = strategy.run(step)
    assert [x.device.rpartition(":")[0][-3:] for x in found.values] == ["GPU", "CPU"]
    assert [x.numpy().tolist() for x in found.values] == [[32, 64], [32, 64]]
    assert [x.numpy().tolist() for x in v.values] == [[16, 32], [16, 32]]


def test_keras_trains_in_a_scope() -> None:
    with tf.distribute.MirroredStrategy().scope():
        model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")
    history = model.fit(np.ones((8, 3), "float32"), np.ones((8, 1), "float32"), epochs=3, verbose=0)
    assert history.history["loss"][2] < history.history["loss"][0]


@pytest.mark.parametrize(
    ("partitioner", "shape", "parts"),  # what TensorFlow 2.21 says
    [
        (("FixedShardsPartitioner", 2), [10, 3], [2, 1]),
        (("FixedShardsPartitioner", 20), [10, 3], [10, 1]),
        (("MinSizePartitioner", 4, 2), [6, 1], [2, 1]),
        (("MinSizePartitioner", 4, 10), [6, 1], [6, 1]),
        (("MaxSizePartitioner", 4), [6, 1], [6, 1]),
        (("MaxSizePartitioner", 4, 2), [6, 1], [2, 1]),
        (("MaxSizePartitioner", 1024), [6, 1], [1, 1]),
    ],
)
def test_partitioners(partitioner, shape, parts) -> None:
    name, *arguments = partitioner
    make = getattr(tf.distribute.experimental.partitioners, name)
    assert make(*arguments)(tf.TensorShape(shape), tf.float32) == parts
    with pytest.raises(ValueError, match="must be positive"):
        tf.distribute.experimental.partitioners.MaxSizePartitioner(0)


def test_a_model_of_a_strategy_takes_a_pass_to_be_built() -> None:
    """Keras takes a batch to build it, so a shuffled dataset starts with its second order. Recorded from TensorFlow."""

    class Told(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense, self.seen = tf.keras.layers.Dense(1), []

        def call(self, x):
            return self.dense(x)

        def train_step(self, data):
            self.seen += data[1].numpy().tolist()
            return super().train_step(data)

        test_step = train_step

    tf.keras.utils.set_random_seed(0)
    rows = tf.data.Dataset.from_tensor_slices((np.arange(8.0).reshape(8, 1), np.arange(8)))
    rows = rows.shuffle(100, seed=1).batch(4)
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = Told()
        model.compile("sgd", "mse", run_eagerly=True)
    model.fit(rows, epochs=2, verbose=0, validation_data=rows, shuffle=False)
    orders = [[4, 2, 6, 0, 1, 5, 7, 3], [3, 6, 2, 0, 1, 5, 4, 7], [1, 4, 7, 0, 5, 3, 6, 2], [7, 0, 5, 6, 1, 3, 2, 4]]
    assert [model.seen[i : i + 8] for i in range(0, 32, 8)] == orders
    assert isinstance(model.distribute_strategy, tf.distribute.MirroredStrategy)


def test_parameter_servers_are_asked_for_and_refused() -> None:
    asked = (tf.distribute.experimental.ParameterServerStrategy, tf.distribute.TPUStrategy)
    assert not isinstance(tf.distribute.get_strategy(), asked)
    with pytest.raises(NotImplementedError, match=r"tf\.distribute\.ParameterServerStrategy"):
        tf.distribute.ParameterServerStrategy(None)
