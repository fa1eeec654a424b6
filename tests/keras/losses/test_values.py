"""Losses as functions and as objects: values and gradients, as TensorFlow's."""

import pytest

from tests.facts import Facts

PRELUDE = """
L = tf.keras.losses

def bits(*shape, seed=5):
    count = int(np.prod(shape))
    share = np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898 + 3 * seed) * 43758.5453))[0]
    return (share > 0.5).astype('float32').reshape(shape)

def hot(rows, high, seed=5):
    return np.eye(high, dtype='float32')[(np.arange(rows) * seed) % high]

W = np.array([0.5, 0.0, 2.0], 'float32')
POSITIVE = dict(low=0.1, high=0.9)
"""
POINTWISE = ("MSE mae MAPE msle huber logcosh cosine_similarity poisson").split()
CLASSES = (
    "MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError Huber LogCosh "
    "CosineSimilarity Poisson Hinge SquaredHinge CategoricalHinge KLDivergence BinaryCrossentropy "
    "CategoricalCrossentropy BinaryFocalCrossentropy CategoricalFocalCrossentropy Dice Tversky"
).split()
REDUCTIONS = ("sum", "none", "mean", "mean_with_sample_weight")

facts = Facts(
    __file__,
    "\n".join(
        [f"L.{name}(f(3, 4, **POSITIVE), f(3, 4, **POSITIVE))" for name in POINTWISE]
        + [f"L.{name}(f(3, 1, **POSITIVE), f(3, **POSITIVE))" for name in POINTWISE if name[0] != "c"]
        + [f"L.{name}(bits(3, 4), f(3, 4))" for name in ("hinge", "squared_hinge", "categorical_hinge")]
        + [f"L.{name}()(hot(3, 4), f(3, 4, **POSITIVE))" for name in CLASSES]
        + [f"L.{name}(reduction='{how}')(hot(3, 4), f(3, 4, **POSITIVE), W)" for name in CLASSES for how in REDUCTIONS]
        + [
            "L.hinge(2 * bits(3, 4) - 1, f(3, 4))",
            "L.kld(f(3, 4, **POSITIVE), f(3, 4, **POSITIVE))",
            "L.binary_crossentropy(bits(3, 4), f(3, 4), from_logits=True, label_smoothing=0.2)",
            "L.binary_crossentropy(bits(3, 4), f(3, 4, **POSITIVE), axis=0)",
            "L.binary_focal_crossentropy(bits(3, 4), f(3, 4), True, 0.3, 1.5, True, 0.1)",
            "L.categorical_crossentropy(hot(3, 4), f(3, 4), from_logits=True, label_smoothing=0.1)",
            "L.categorical_crossentropy(hot(3, 4), f(3, 4, **POSITIVE))",
            "L.categorical_crossentropy(hot(4, 3).T, f(3, 4, **POSITIVE), axis=0)",
            "L.categorical_crossentropy(hot(3, 4), f(3, 4), axis=True)",
            "L.categorical_crossentropy(hot(3, 4), f(3, 5))",
            "L.categorical_focal_crossentropy(hot(3, 4), f(3, 4), 0.5, 1.5, True, 0.1)",
            "L.categorical_focal_crossentropy(hot(3, 4), f(3, 4, **POSITIVE), alpha=[0.1, 0.2, 0.3, 0.4])",
            "L.sparse_categorical_crossentropy(np.array([1, 3, 0]), f(3, 4), from_logits=True)",
            "L.sparse_categorical_crossentropy(np.array([[1], [3], [0]]), f(3, 4, **POSITIVE))",
            "L.sparse_categorical_crossentropy(np.array([1, -1, 0]), f(3, 4, **POSITIVE), ignore_class=-1)",
            "L.SparseCategoricalCrossentropy(ignore_class=-1)(np.array([1, -1, 0]), f(3, 4, **POSITIVE))",
            "L.SparseCategoricalCrossentropy(from_logits=True)(np.array([1, 2, 0]), f(3, 4), W)",
            "L.CategoricalGeneralizedCrossEntropy(q=0.7)(np.array([1, 2, 0]), f(3, 4, **POSITIVE))",
            "L.CategoricalGeneralizedCrossEntropy(q=1.5)",
            "L.huber(f(3, 4), f(3, 4), delta=0.3)",
            "L.cosine_similarity(f(3, 4), f(3, 4), axis=0)",
            "L.dice(bits(2, 3, 3, 1), f(2, 3, 3, 1, **POSITIVE), axis=(1, 2, 3))",
            "L.tversky(bits(2, 3, 3, 1), f(2, 3, 3, 1, **POSITIVE), 0.3, 0.7, axis=(1, 2, 3))",
            "L.Tversky(alpha=0.3, beta=0.6, axis=(1,))(bits(2, 4), f(2, 4, **POSITIVE))",
            "L.ctc(np.array([[1, 2, 0], [3, 1, 2]]), f(2, 6, 5))",
            "L.CTC()(np.array([[1, 2, 0], [3, 1, 2]]), f(2, 6, 5))",
            "L.ctc(np.array([1, 2, 0]), f(2, 6, 5))",
            "L.ctc(np.array([[1, 2, 0], [3, 1, 2]]), f(6, 5))",
            "L.circle(np.array([0, 1, 0, 1]), tf.math.l2_normalize(f(4, 3), axis=-1))",
            "L.circle(np.array([[0], [1], [2]]), tf.math.l2_normalize(f(3, 3), -1), [0, 1, 1, 2],"
            " tf.math.l2_normalize(f(4, 3), -1), False, 20, 0.3)",
            "L.Circle(gamma=10.0)(np.array([0, 1, 0, 1]), tf.math.l2_normalize(f(4, 3), axis=-1))",
            "L.MeanSquaredError(reduction='x')",
            "L.MeanSquaredError()(f(3, 4), f(2, 5))",
            "L.MeanSquaredError(dtype='float64')(f(3, 4), f(3, 4))",
            "L.MeanSquaredError()(f(3, 4), f(3, 4), sample_weight=np.ones((3, 4), 'float32') * 0.5)",
            "L.MeanSquaredError()(f(3, 4), f(3, 4), sample_weight=np.array([[1.0], [0.0], [1.0]], 'float32'))",
            "L.MeanSquaredError()(f(3, 4, 2), f(3, 4, 2), sample_weight=np.ones((3, 4), 'float32'))",
            "[L.get('mse')(f(2, 3), f(2, 3)), L.get('MeanSquaredError')(f(2, 3), f(2, 3))]",
            "L.get('nothing')",
            "L.get(3)",
        ]
    ),
    PRELUDE,
)


@pytest.mark.parametrize("case", facts.cases)
def test_value(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_values_live() -> None:
    facts.check_live()
