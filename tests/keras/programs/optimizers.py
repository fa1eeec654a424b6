start = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.25]], "float32")


def run(optimizer, steps=20):
    w = keras.Variable(start, name="w")
    b = tf.Variable([0.1, -0.2], name="b")
    for step in range(steps):
        gradients = [np.cos(np.arange(6.0) + step).reshape(2, 3) * 2, np.sin(np.arange(2.0) + step)]
        optimizer.apply_gradients([(tf.constant(g, tf.float32), v) for g, v in zip(gradients, (w, b))])
    return w, b


o = keras.optimizers
makers = {
    "sgd": lambda: o.SGD(0.1),
    "momentum": lambda: o.SGD(0.1, momentum=0.9),
    "nesterov": lambda: o.SGD(0.1, momentum=0.9, nesterov=True),
    "adam": lambda: o.Adam(0.1),
    "amsgrad": lambda: o.Adam(0.1, amsgrad=True, beta_1=0.8),
    "adamw": lambda: o.AdamW(0.1, weight_decay=0.05),
    "adamax": lambda: o.Adamax(0.1),
    "nadam": lambda: o.Nadam(0.1),
    "rmsprop": lambda: o.RMSprop(0.1),
    "rmsprop2": lambda: o.RMSprop(0.1, momentum=0.5, centered=True, epsilon=1e-3),
    "adagrad": lambda: o.Adagrad(0.1),
    "adadelta": lambda: o.Adadelta(1.0),
    "ftrl": lambda: o.Ftrl(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02, beta=0.1),
    "lion": lambda: o.Lion(0.01),
    "lamb": lambda: o.Lamb(0.1),
    "adafactor": lambda: o.Adafactor(0.1),
    "clipnorm": lambda: o.SGD(0.1, clipnorm=0.5),
    "clipvalue": lambda: o.SGD(0.1, clipvalue=0.3),
    "global": lambda: o.Adam(0.1, global_clipnorm=0.5),
    "decay": lambda: o.SGD(0.1, weight_decay=0.1),
    "ema": lambda: o.SGD(0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5),
    "accumulate": lambda: o.Adam(0.1, gradient_accumulation_steps=3),
    "scaled": lambda: o.SGD(0.1, loss_scale_factor=8.0),
    "schedule": lambda: o.SGD(o.schedules.ExponentialDecay(0.1, 5, 0.5)),
}
for name, maker in makers.items():
    optimizer = maker()
    w, b = run(optimizer)
    print(name, w.numpy(), b.numpy(), int(optimizer.iterations))
    print([(v.path, tuple(v.shape), v.dtype) for v in optimizer.variables])
    print(optimizer.get_config())
for name, maker in makers.items():
    optimizer = maker()
    step = tf.function(lambda g, v, apply=optimizer.apply_gradients: apply([(g, v)]))
    v = tf.Variable(start)
    optimizer.build([v])
    for number in range(6):
        step(tf.constant(np.cos(np.arange(6.0) + number).reshape(2, 3), tf.float32), v)
    print(name, v.numpy(), int(optimizer.iterations))

s = o.schedules
schedules = [
    s.ExponentialDecay(0.1, 10, 0.9),
    s.ExponentialDecay(0.1, 10, 0.9, staircase=True),
    s.InverseTimeDecay(0.1, 10, 0.5),
    s.PiecewiseConstantDecay([5, 12], [1.0, 0.5, 0.1]),
    s.PolynomialDecay(0.1, 20, 0.01, power=2.0),
    s.PolynomialDecay(0.1, 6, 0.01, cycle=True),
    s.CosineDecay(0.1, 20, alpha=0.1),
    s.CosineDecay(0.0, 20, warmup_target=0.2, warmup_steps=5),
    s.CosineDecayRestarts(0.1, 5, t_mul=2.0, m_mul=0.5),
    s.CosineDecayRestarts(0.1, 5, t_mul=1.0),
]
for schedule in schedules:
    print(type(schedule).__name__, [round(float(schedule(step)), 6) for step in (0, 1, 5, 6, 12, 19, 40)])
    print(schedule.get_config())

optimizer = o.SGD(0.1)
optimizer.learning_rate = 0.5
print(optimizer.learning_rate, float(optimizer.learning_rate), optimizer.iterations, optimizer.name, o.SGD().name)
scheduled = o.Adam(s.ExponentialDecay(0.1, 10, 0.9))
print(scheduled.learning_rate, o.SGD(lambda: 0.25).learning_rate)
scheduled.learning_rate = 0.1
v = tf.Variable(1.0, constraint=lambda x: tf.clip_by_value(x, 0.0, 1.0))
print(optimizer.apply_gradients([(tf.constant(9.0), v)]), v)
print(
    o.get("adam").name,
    o.get("RMSprop").name,
    o.get({"class_name": "SGD", "config": {"learning_rate": 0.3}}).learning_rate,
)
print(o.serialize(o.SGD(0.5)), o.deserialize(o.serialize(o.Adam(0.3))).learning_rate)
skipped = o.SGD(0.1, weight_decay=0.5)
skipped.exclude_from_weight_decay(var_names=["bias"])
kept, left = tf.Variable(1.0, name="kernel"), tf.Variable(1.0, name="bias")
skipped.apply_gradients([(tf.constant(0.0), kept), (tf.constant(0.0), left)])
print(kept, left)
averaged = o.SGD(0.1, use_ema=True)
v = keras.Variable(1.0)
averaged.apply([tf.constant(1.0)], [v])
averaged.apply([tf.constant(1.0)], [v])
averaged.finalize_variable_values([v])
print(v, averaged.scale_loss(3.0), o.SGD(loss_scale_factor=4.0).scale_loss(3.0))
rows = tf.Variable(tf.ones((4, 2)))
sliced = tf.IndexedSlices(tf.ones((3, 2)), tf.constant([0, 2, 2]), tf.constant([4, 2]))
o.SGD(0.1).apply_gradients([(sliced, rows)])
print(rows)
o.Adam(0.1).apply_gradients([(sliced, rows)])
print(rows)
sliced = tf.IndexedSlices(tf.constant([[1.0, -2.0, 0.5], [0.5, 1.0, -1.0]]), tf.constant([1, 1]), tf.constant([2, 3]))
for name in "adam amsgrad adamw adamax nadam rmsprop rmsprop2 adagrad adadelta ftrl lion".split():
    optimizer, v = makers[name](), tf.Variable(start)
    optimizer.apply_gradients([(sliced, v)])
    optimizer.apply_gradients([(sliced, v)])
    print(name, v.numpy())

o.SGD(clipnorm=1.0, clipvalue=1.0)
o.SGD("x")
o.SGD(foo=1)
o.SGD(momentum=2.0)
o.get("zz")
o.AdamW(weight_decay=None)
o.SGD(gradient_accumulation_steps=1)
o.SGD(use_ema=True, ema_momentum=2.0)
optimizer.apply_gradients([(None, v)])
optimizer.apply_gradients([(tf.constant(1.0), tf.Variable(2.0))])
o.SGD().apply([tf.constant(1.0)])
s.ExponentialDecay(0.1, 0, 0.9)
s.PiecewiseConstantDecay([1, 2], [0.1])


class Mine(o.Optimizer):
    def __init__(self, learning_rate=0.1):
        super().__init__(learning_rate=learning_rate, name="mine")

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.m = [self.add_variable_from_reference(v, name="m") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        m = self.m[self._get_variable_index(variable)]
        self.assign_add(m, gradient)
        self.assign_sub(variable, learning_rate * m)


mine = Mine()
print(run(mine, 3), [v.path for v in mine.variables])
