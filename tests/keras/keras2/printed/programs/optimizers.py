from tensorflow.keras import optimizers
from tensorflow.keras.optimizers import legacy, schedules


def run(optimizer, steps=3, rows=None):
    x = [tf.Variable([1.0, -2.0, 3.0], name="a"), tf.Variable([[1.0, 2.0], [3.0, -4.0], [0.5, 0.1]], name="d/kernel")]
    for i in range(steps):
        gradients = [tf.constant([0.1, -0.5, 2.0]) * (i - 0.5), tf.constant([[0.3, -0.2], [0.0, 1.0], [2.0, 0.1]]) * i]
        if rows:
            values = tf.gather(gradients[1], rows[i])
            gradients[1] = tf.IndexedSlices(values, tf.constant(rows[i]), tf.constant([3, 2]))
        done = optimizer.apply_gradients(zip(gradients, x))
    print(done, [v.name for v in optimizer.variables()])
    for v in (*x, *optimizer.variables()):
        print(np.round(v.numpy().astype("float64"), 4).tolist())


run(optimizers.SGD(0.1))
run(optimizers.Nadam(0.1))
run(optimizers.Adafactor(0.1))
run(optimizers.Adam(0.1, clipnorm=0.5), rows=[[0, 0], [1, 1], [2, 0]])
run(optimizers.RMSprop(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2))
run(legacy.SGD(0.1, momentum=0.9, nesterov=True), rows=[[0, 0], [1, 1], [2, 2]])
run(legacy.Ftrl(0.1, global_clipnorm=0.5), rows=[[0, 0], [1, 1], [2, 2]])
run(legacy.Adagrad(0.1, decay=0.1), rows=[[0, 1], [1, 1], [2, 2]])
run(legacy.Nadam(0.1))
adam = optimizers.Adam(schedules.ExponentialDecay(0.1, 2, 0.5))
print(adam.learning_rate, adam.get_config())
run(adam, 2)
print(adam.lr, adam.iterations)
adam.learning_rate = 0.1
print(_error)


def run_nadam(function):
    nadam, v = optimizers.Nadam(0.1), [tf.Variable([1.0]), tf.Variable([2.0]), tf.Variable([3.0])]
    step = function(lambda: nadam.apply_gradients([(tf.constant([1.0]), x) for x in v]))
    print([float(step()) for _ in range(3)], np.round([float(x[0]) for x in v], 4).tolist())


run_nadam(tf.function)
run_nadam(lambda f: f)
averaged, v = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), tf.Variable([4.0])
tf.function(lambda: averaged.apply_gradients([(tf.constant([1.0]), v)]))()
averaged.finalize_variable_values([v])
print(v.numpy())
old = legacy.Adam(0.5)
print(len(old.weights), old.get_config())
print(old.lr, old.iterations, old.get_weights(), old.get_config())
old.apply_gradients([(tf.constant([1.0]), tf.Variable([1.0]))], skip_gradients_aggregation=True)
print(_error)
old.minimize(lambda: 0.0, [])
print(legacy.Adam(0.5).apply_gradients([]), optimizers.Adam(0.5).apply_gradients([]))
count = tf.Variable(7, dtype=tf.int64, name="count")
counted = optimizers.Adam()
counted.iterations = count
counted.apply_gradients([(tf.constant([1.0]), tf.Variable([1.0]))])
print(count, counted.iterations)


class Own(legacy.Optimizer):
    def __init__(self, learning_rate=0.1, weight_decay=0.2, name="Own", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("decay", self._initial_decay)
        self._set_hyper("weight_decay", weight_decay)

    def _resource_apply_dense(self, grad, var, apply_state=None):
        state = (apply_state or {}).get((var.device, var.dtype.base_dtype))
        rate = (state or self._fallback_apply_state(var.device, var.dtype.base_dtype))["lr_t"]
        return var.assign_sub(rate * (grad + self._get_hyper("weight_decay", var.dtype) * var))

    def get_config(self):
        return {**super().get_config(), "weight_decay": self._serialize_hyperparameter("weight_decay")}


own, v = Own(decay=0.5), tf.Variable([1.0])
print(own.get_config(), own.weight_decay, own.lr)
own.weight_decay = 0.5
for _ in range(2):
    own.apply_gradients([(tf.constant([1.0]), v)])
print(v.numpy(), own.get_config())
scaled, v = tf.keras.mixed_precision.LossScaleOptimizer(optimizers.SGD(0.5), initial_scale=4), tf.Variable([1.0])
print([(scaled.apply_gradients([(tf.constant([g]), v)]), scaled.iterations.numpy()) for g in (1.0, np.inf)], v.numpy())
print(scaled.loss_scale, scaled.dynamic_counter)
print(optimizers.serialize(optimizers.Adam(), use_legacy_format=True))
print(type(optimizers.deserialize(optimizers.serialize(legacy.SGD()))).__module__.rpartition(".")[2])
print(optimizers.get({"class_name": "SGD", "config": {"lr": 0.5}}).get_config(), optimizers.RMSprop().get_config())
print(legacy.Ftrl().get_config(), schedules.serialize(schedules.CosineDecay(0.1, 5), use_legacy_format=True))
optimizers.get("foo")
print(_error)
legacy.Adam(clipnorm=1.0, global_clipnorm=1.0)
print(_error)
legacy.Adam(clipnorm=-1.0)
print(_error)
optimizers.Adam(clipnorm=1.0, global_clipnorm=1.0)
print(_error)
optimizers.Adam(gradient_transformers=[])
print(_error)
optimizers.SGD(momentum=2.0)
print(_error)
optimizers.Ftrl(learning_rate_power=0.5)
print(_error)
optimizers.AdamW(weight_decay=None)
print(_error)
optimizers.Adam().set_weights([1])
print(_error)
optimizers.Adam().minimize(1.0, [])
print(_error)
