"""What a worker of two prints: variables, exchanges, input, a loop of one's own, Keras."""

import os

import numpy as np
import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy()
rank = strategy.cluster_resolver.task_id
print(strategy.num_replicas_in_sync, strategy.cluster_resolver.task_type, rank)

# ---- variables and exchanges ----
with strategy.scope():
    v = tf.Variable([1.0 + rank, 2.0])
    count = tf.Variable(0.0, synchronization=tf.VariableSynchronization.ON_READ, aggregation=tf.VariableAggregation.SUM)
    mean = tf.Variable(1.0, aggregation=tf.VariableAggregation.MEAN)
print(v)


def replica():
    context = tf.distribute.get_replica_context()
    number = context.replica_id_in_sync_group
    count.assign_add(1.0 + tf.cast(number, tf.float32))
    mean.assign(tf.cast(number, tf.float32))
    with tf.GradientTape() as tape:
        total = context.all_reduce("sum", v * tf.cast(number + 1, tf.float32))
    rows = context.all_gather(tf.reshape(tf.range(2 * rank + 2), [-1, 2]), 0)
    return number, total, tape.gradient(total, v), rows


print(strategy.run(replica))
print(strategy.run(tf.function(replica)))
print(count.read_value(), mean.read_value())
values = strategy.experimental_distribute_values_from_function(
    lambda c: tf.constant([[c.replica_id_in_sync_group] * 2])
)
print(values, strategy.reduce("SUM", values, axis=None), strategy.reduce("MEAN", values, axis=0))
print(strategy.gather(values, 0), strategy.gather(values, 1))
with strategy.scope():
    table = tf.Variable(tf.ones([3, 2]))
    descent = tf.keras.optimizers.SGD(0.5)


@tf.function
def look_up():
    with tf.GradientTape() as tape:
        found = tf.reduce_sum(tf.gather(table, [rank, 2]))
    descent.apply_gradients([(tape.gradient(found, table), table)])


strategy.run(look_up)
print(table.numpy().tolist())

# ---- input ----
numbers = tf.data.Dataset.range(10).batch(4)
distributed = strategy.experimental_distribute_dataset(numbers)
print(distributed.element_spec, list(distributed))
options = tf.data.Options()
options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
print(list(strategy.experimental_distribute_dataset(numbers.with_options(options))))


def own_numbers(context):
    print(context, context.get_per_replica_batch_size(8))
    return tf.data.Dataset.range(5).shard(context.num_input_pipelines, context.input_pipeline_id).batch(2)


print(list(strategy.distribute_datasets_from_function(own_numbers)))
shuffled = strategy.experimental_distribute_dataset(tf.data.Dataset.range(8).shuffle(8, seed=3).batch(4))
print(sorted(int(n) for part in shuffled for n in strategy.gather(part, 0)))

# ---- a loop of one's own ----
random = np.random.default_rng(0)
x = random.normal(size=(70, 2)).astype("float32")
y = x @ np.array([[1.0], [2.0]], "float32")
with strategy.scope():
    w = tf.Variable([[0.0], [0.0]])
    optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def step(x, y):
    def of_replica(x, y):
        with tf.GradientTape() as tape:
            loss = tf.nn.compute_average_loss((x @ w - y)[:, 0] ** 2, global_batch_size=16)
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        return loss

    return strategy.reduce("SUM", strategy.run(of_replica, args=(x, y)), axis=None)


for batch in strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).batch(16).repeat(3)):
    loss = step(*batch)
print(loss.numpy(), w.numpy().ravel())

# ---- Keras ----
with strategy.scope():
    ones = tf.keras.initializers.Constant(0.1 * (rank + 1))  # the first worker's values count
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(4, "relu", kernel_initializer=ones, input_shape=(2,)),
            tf.keras.layers.Dense(1, kernel_initializer=ones),
        ]
    )
    model.compile(tf.keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
x, y = x[:64], y[:64]
for data in ((x, y), (tf.data.Dataset.from_tensor_slices((x, y)).batch(16),)):
    history = model.fit(*data, batch_size=16 if len(data) > 1 else None, epochs=2, verbose=0, shuffle=False)
    print({name: np.round(each, 5).tolist() for name, each in history.history.items()})
print(np.round(model.evaluate(x, y, verbose=0), 5).tolist())
print(model.predict(x, batch_size=16, verbose=0).ravel()[::9])
print([float(np.sum(weight)) for weight in model.get_weights()])
checkpoint = tf.train.Checkpoint(model=model, optimizer=model.optimizer)
path = checkpoint.write(os.path.join(os.environ["FOLDER"], f"worker{rank}", "checkpoint"))
model.set_weights([0 * weight for weight in model.get_weights()])
checkpoint.read(path)
print([float(np.sum(weight)) for weight in model.get_weights()])
