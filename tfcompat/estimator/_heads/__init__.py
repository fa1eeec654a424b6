"""Heads: what a model does with its logits; losses, predictions, metrics and signatures (tf.estimator.Head)."""

from tfcompat.estimator._heads._base import Head
from tfcompat.estimator._heads._classes import BinaryClassHead, MultiClassHead
from tfcompat.estimator._heads._multi import MultiHead
from tfcompat.estimator._heads._multi_label import MultiLabelHead
from tfcompat.estimator._heads._regression import LogisticRegressionHead, PoissonRegressionHead, RegressionHead
from tfcompat.estimator._heads._v1 import V1BinaryClassHead, V1MultiClassHead, V1RegressionHead

__all__ = [
    "BinaryClassHead",
    "Head",
    "LogisticRegressionHead",
    "MultiClassHead",
    "MultiHead",
    "MultiLabelHead",
    "PoissonRegressionHead",
    "RegressionHead",
    "V1BinaryClassHead",
    "V1MultiClassHead",
    "V1RegressionHead",
]


def classifier_head(n_classes: int, weight_column: object, label_vocabulary: object, loss_reduction: str) -> Head:
    """The head of a classifier of two classes or more."""
    if n_classes == 2:
        return BinaryClassHead(weight_column, None, label_vocabulary, loss_reduction)
    return MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction)


def v1_classifier_head(n_classes: int, weight_column: object, label_vocabulary: object, loss_reduction: str) -> Head:
    """The head of TensorFlow 1's classifier of two classes or more."""
    if n_classes == 2:
        return V1BinaryClassHead(weight_column, None, label_vocabulary, loss_reduction)
    return V1MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction)
