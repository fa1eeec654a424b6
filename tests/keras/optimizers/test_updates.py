"""Every optimizer's weights after 20 steps, its variables, their names and order, and its config, as TensorFlow's."""

import pytest

import tfcompat as tf
from tests.facts import Facts

PRELUDE = """
O = tf.keras.optimizers
K = tf.keras

def steps(optimizer, count=20, captured=False, sparse=False, kind='float32'):
    K.backend.clear_session()
    names = ['kernel', 'bias', 'embedding']
    shapes = [(3, 2), (2,), (4, 3)]
    values = [np.cos(np.arange(np.prod(s)) + k).reshape(s).astype(kind) for k, s in enumerate(shapes)]
    variables = [K.Variable(v, name=n, dtype=kind) for v, n in zip(values, names)]
    def step(number):
        grads = [tf.sin(tf.cast(tf.reshape(tf.range(np.prod(s)), s), kind) + number * 0.7 + k) * 0.5
                 for k, s in enumerate(shapes)]
        if sparse:
            grads[2] = tf.IndexedSlices(grads[2][:3], tf.constant([0, 2, 2]), tf.constant([4, 3]))
        optimizer.apply_gradients(zip(grads, variables))
    run = tf.function(step) if captured else step
    for number in range(count):
        run(tf.constant(number, kind))
    names = [v.path.partition('/')[2] for v in optimizer.variables]
    return [*(v.numpy() for v in variables), *(v.numpy() for v in optimizer.variables), tf.constant(names)]

def config(optimizer):
    items = sorted(optimizer.get_config().items())
    again = type(optimizer).from_config(optimizer.get_config())
    assert sorted(again.get_config().items()) == items
    return tf.constant([repr(item) for item in items])
"""
OPTIMIZERS = [
    "SGD()",
    "SGD(0.1, momentum=0.9)",
    "SGD(0.1, momentum=0.9, nesterov=True)",
    "Adam(0.05)",
    "Adam(0.05, amsgrad=True, epsilon=1e-3)",
    "AdamW(0.05, weight_decay=0.01)",
    "Adamax(0.05)",
    "Nadam(0.05)",
    "RMSprop(0.05)",
    "RMSprop(0.05, rho=0.8, momentum=0.9, centered=True)",
    "Adagrad(0.1)",
    "Adadelta(1.0)",
    "Ftrl(0.1)",
    "Ftrl(0.1, -0.4, 0.2, 0.01, 0.02, 0.03, 0.5)",
    "Lion(0.01)",
    "Lamb(0.05)",
    "Adafactor(0.05)",
    "Adafactor(0.05, relative_step=False, clip_threshold=0.7)",
    "Muon(0.01)",
    "Muon(0.01, nesterov=False, rms_rate=None, exclude_layers=['kernel'], exclude_embeddings=False, weight_decay=None)",
    "ScheduleFreeAdamW(0.05)",
    "ScheduleFreeAdamW(0.05, warmup_steps=5, weight_decay=0.01)",
]
OPTIONS = [
    "SGD(0.1, weight_decay=0.01)",
    "Adam(0.05, clipnorm=0.5)",
    "Adam(0.05, clipvalue=0.2)",
    "SGD(0.1, global_clipnorm=0.5)",
    "SGD(0.1, use_ema=True, ema_momentum=0.8)",
    "Adam(0.05, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3)",
    "SGD(0.1, gradient_accumulation_steps=3)",
    "Adam(0.05, gradient_accumulation_steps=4, clipnorm=0.3)",
    "SGD(0.1, loss_scale_factor=4.0)",
    "LossScaleOptimizer(O.SGD(0.5), initial_scale=8.0, dynamic_growth_steps=6)",
    "LossScaleOptimizer(O.Adam(0.05))",
    "MultiOptimizer(O.OptimizerMap(O.Adam(0.05), {'.*bias': O.SGD(0.1, momentum=0.5)}))",
]
CAPTURED = ["Nadam(0.05)", "Ftrl(0.1)", "Adafactor(0.05)", "Muon(0.01)", "ScheduleFreeAdamW(0.05)", *OPTIONS]
SCHEDULES = [
    "ExponentialDecay(0.1, 5, 0.5)",
    "ExponentialDecay(0.1, 5, 0.5, staircase=True)",
    "PiecewiseConstantDecay([5, 10], [0.1, 0.01, 0.001])",
    "PolynomialDecay(0.1, 8, 0.01, power=2.0)",
    "PolynomialDecay(0.1, 8, 0.01, cycle=True)",
    "InverseTimeDecay(0.1, 5, 0.5)",
    "CosineDecay(0.1, 10, alpha=0.1)",
    "CosineDecay(0.0, 10, warmup_target=0.1, warmup_steps=5)",
    "CosineDecayRestarts(0.1, 5, t_mul=2.0, m_mul=0.5)",
]

facts = Facts(
    __file__,
    "\n".join(
        [f"steps(O.{optimizer})" for optimizer in OPTIMIZERS + OPTIONS]
        + [f"steps(O.{optimizer}, captured=True)" for optimizer in CAPTURED]
        + [f"config(O.{optimizer})" for optimizer in OPTIMIZERS if "Decay" not in optimizer]
        + [f"steps(O.{name}(0.05), 5, sparse=True)" for name in "SGD Adam RMSprop Adagrad Adadelta Ftrl Lion".split()]
        + [f"steps(O.Adam(O.schedules.{schedule}), captured={k == 6})" for k, schedule in enumerate(SCHEDULES)]
        + [f"steps(O.{name}(0.05), kind='float64')" for name in ("SGD", "Adam", "Nadam", "Adamax", "Lamb")]
        + [
            "[O.get('adam').get_config()['learning_rate'], O.get('SGD').name]",
            "O.get('nothing')",
            "O.get(3)",
            "O.SGD(momentum=2.0)",
            "O.SGD(learning_rate=None)",
            "O.Adam(clipnorm=1.0, clipvalue=1.0)",
            "O.Adam(gradient_accumulation_steps=1)",
            "O.Adam(use_ema=True, ema_momentum=1.5)",
            "O.Adam(nothing=1)",
            "O.Adam().apply([])",
            "O.Adam().apply([None], [K.Variable([1.0])])",
            "O.Adam().apply([tf.constant([1.0])])",
            "O.AdamW(weight_decay=None)",
            "O.LossScaleOptimizer(O.SGD(), clipnorm=1.0)",
            "O.LossScaleOptimizer(O.SGD(), dynamic=False)",
            "O.LossScaleOptimizer(O.SGD(), nothing=3)",
            "O.OptimizerMap(3)",
            "O.MultiOptimizer(O.OptimizerMap(O.SGD())).learning_rate",
            "O.LossScaleOptimizer(O.SGD(), initial_scale=4.0).scale_loss(tf.constant(3.0))",
        ]
    ),
    PRELUDE,
)


@pytest.mark.parametrize("case", facts.cases)
@pytest.mark.filterwarnings("ignore")
def test_update(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
def test_updates_live() -> None:
    facts.check_live()


@pytest.mark.parametrize("captured", [False, True])
def test_loss_scale_leaves_out_steps_that_are_not_finite(captured: bool) -> None:
    optimizer = tf.keras.optimizers.LossScaleOptimizer(tf.keras.optimizers.SGD(1.0), initial_scale=4.0)
    variable = tf.Variable([1.0, 2.0])
    optimizer.build([variable])

    def apply(gradient: tf.Tensor) -> None:
        optimizer.apply_gradients([(gradient, variable)])

    run = tf.function(apply) if captured else apply
    run(tf.constant([float("inf"), 1.0]))
    assert variable.numpy().tolist() == [1.0, 2.0]
    assert float(optimizer.dynamic_scale.numpy()) == 2.0
    run(tf.constant([2.0, 4.0]))
    assert variable.numpy().tolist() == [0.0, 0.0]
    assert int(optimizer.iterations.numpy()) == 1


def test_keras_2_loop_with_loss_scaling() -> None:
    optimizer = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD(0.1), initial_scale=4.0)
    variable = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        loss = optimizer.get_scaled_loss(variable * variable)
    grads = optimizer.get_unscaled_gradients(tape.gradient(loss, [variable]))
    assert grads[0].numpy() == 6.0
    optimizer.apply_gradients(zip(grads, [variable]))
    assert abs(variable.numpy() - 2.4) < 1e-6
