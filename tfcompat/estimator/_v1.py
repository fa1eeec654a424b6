"""The canned estimators of TensorFlow 1 (tf.compat.v1.estimator): its optimizers, metrics and sums of losses."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.estimator import _baseline, _combined, _dnn, _linear
from tfcompat.estimator._estimator import Estimator
from tfcompat.estimator._heads import Head, V1RegressionHead, v1_classifier_head
from tfcompat.estimator._networks import refuse_partitioner

_SUM = "weighted_sum"


class LinearClassifier(Estimator):
    """A linear classifier (tf.compat.v1.estimator.LinearClassifier).

    As tf.estimator.LinearClassifier, with a tf.compat.v1.train.Optimizer; NotImplementedError for a partitioner.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = _SUM,
        sparse_combiner: str = "sum",
    ) -> None:
        refuse_partitioner("LinearClassifier", partitioner=partitioner)
        head = v1_classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        function = _linear.model_fn(head, feature_columns, optimizer, sparse_combiner, 1)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class LinearRegressor(Estimator):
    """A linear regressor (tf.compat.v1.estimator.LinearRegressor).

    As tf.estimator.LinearRegressor, with a tf.compat.v1.train.Optimizer; NotImplementedError for a partitioner.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = _SUM,
        sparse_combiner: str = "sum",
    ) -> None:
        refuse_partitioner("LinearRegressor", partitioner=partitioner)
        head = V1RegressionHead(label_dimension, weight_column, loss_reduction)
        function = _linear.model_fn(head, feature_columns, optimizer, sparse_combiner, 1)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class LinearEstimator(Estimator):
    """A linear model with any head (tf.compat.v1.estimator.LinearEstimator)."""

    def __init__(
        self,
        head: Head,
        feature_columns: Any,
        model_dir: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        partitioner: Any = None,
        sparse_combiner: str = "sum",
        warm_start_from: Any = None,
    ) -> None:
        refuse_partitioner("LinearEstimator", partitioner=partitioner)
        function = _linear.model_fn(head, feature_columns, optimizer, sparse_combiner, 1)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class DNNClassifier(Estimator):
    """A network that classifies (tf.compat.v1.estimator.DNNClassifier).

    As tf.estimator.DNNClassifier, with a tf.compat.v1.train.Optimizer; NotImplementedError for a partitioner.
    """

    def __init__(
        self,
        hidden_units: Any,
        feature_columns: Any,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = _SUM,
        batch_norm: bool = False,
    ) -> None:
        refuse_partitioner("DNNClassifier", input_layer_partitioner=input_layer_partitioner)
        head = v1_classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        function = _dnn.model_fn(head, hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm, 1)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class DNNRegressor(Estimator):
    """A network of dense layers that gives numbers (tf.compat.v1.estimator.DNNRegressor).

    As tf.estimator.DNNRegressor, with a tf.compat.v1.train.Optimizer; NotImplementedError for a partitioner.
    """

    def __init__(
        self,
        hidden_units: Any,
        feature_columns: Any,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = _SUM,
        batch_norm: bool = False,
    ) -> None:
        refuse_partitioner("DNNRegressor", input_layer_partitioner=input_layer_partitioner)
        head = V1RegressionHead(label_dimension, weight_column, loss_reduction)
        function = _dnn.model_fn(head, hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm, 1)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class DNNEstimator(Estimator):
    """A network of dense layers with any head (tf.compat.v1.estimator.DNNEstimator)."""

    def __init__(
        self,
        head: Head,
        hidden_units: Any,
        feature_columns: Any,
        model_dir: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        batch_norm: bool = False,
    ) -> None:
        refuse_partitioner("DNNEstimator", input_layer_partitioner=input_layer_partitioner)
        function = _dnn.model_fn(head, hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm, 1)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedClassifier(Estimator):
    """A linear model and a network that classify together (tf.compat.v1.estimator.DNNLinearCombinedClassifier).

    As tf.estimator.DNNLinearCombinedClassifier, with tf.compat.v1.train's optimizers; NotImplementedError for a
    partitioner.
    """

    def __init__(
        self,
        model_dir: Any = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        input_layer_partitioner: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = _SUM,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        refuse_partitioner("DNNLinearCombinedClassifier", input_layer_partitioner=input_layer_partitioner)
        parts = _combined.Parts(
            *(linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units),
            *(dnn_activation_fn, dnn_dropout, batch_norm, linear_sparse_combiner),
        )
        parts._replace(hidden_units=True).check()
        head = v1_classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(_combined.model_fn(head, parts, 1), model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedRegressor(Estimator):
    """A linear model and a network that give numbers together (tf.compat.v1.estimator.DNNLinearCombinedRegressor).

    As tf.estimator.DNNLinearCombinedRegressor, with tf.compat.v1.train's optimizers; NotImplementedError for a
    partitioner.
    """

    def __init__(
        self,
        model_dir: Any = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        input_layer_partitioner: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = _SUM,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        refuse_partitioner("DNNLinearCombinedRegressor", input_layer_partitioner=input_layer_partitioner)
        parts = _combined.Parts(
            *(linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units),
            *(dnn_activation_fn, dnn_dropout, batch_norm, linear_sparse_combiner),
        )
        parts._replace(hidden_units=True).check()
        head = V1RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(_combined.model_fn(head, parts, 1), model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedEstimator(Estimator):
    """A linear model and a network with any head (tf.compat.v1.estimator.DNNLinearCombinedEstimator)."""

    def __init__(
        self,
        head: Head,
        model_dir: Any = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: Any = None,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        refuse_partitioner("DNNLinearCombinedEstimator", input_layer_partitioner=input_layer_partitioner)
        parts = _combined.Parts(
            *(linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units),
            *(dnn_activation_fn, dnn_dropout, batch_norm, linear_sparse_combiner),
        )
        parts._replace(hidden_units=True).check()
        super().__init__(_combined.model_fn(head, parts, 1), model_dir, config)


class BaselineClassifier(Estimator):
    """Tells how frequent the classes are, whatever the features (tf.compat.v1.estimator.BaselineClassifier)."""

    def __init__(
        self,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        loss_reduction: str = _SUM,
    ) -> None:
        head = v1_classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(_baseline.model_fn(head, optimizer, weight_column, 1), model_dir, config)


class BaselineRegressor(Estimator):
    """Tells the mean of the labels, whatever the features (tf.compat.v1.estimator.BaselineRegressor)."""

    def __init__(
        self,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        loss_reduction: str = _SUM,
    ) -> None:
        head = V1RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(_baseline.model_fn(head, optimizer, weight_column, 1), model_dir, config)


class BaselineEstimator(Estimator):
    """A bias alone, with any head (tf.compat.v1.estimator.BaselineEstimator)."""

    def __init__(self, head: Head, model_dir: Any = None, optimizer: Any = "Ftrl", config: Any = None) -> None:
        super().__init__(_baseline.model_fn(head, optimizer, None, 1), model_dir, config)
