"""tf.estimator: models that are trained, evaluated and exported as wholes. TensorFlow dropped it after 2.15."""

from tfcompat import _names
from tfcompat.compat.v1._hooks import (
    CheckpointSaverHook,
    CheckpointSaverListener,
    FeedFnHook,
    FinalOpsHook,
    GlobalStepWaiterHook,
    LoggingTensorHook,
    NanLossDuringTrainingError,
    NanTensorHook,
    SecondOrStepTimer,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    StepCounterHook,
    StopAtStepHook,
    SummarySaverHook,
)
from tfcompat.estimator import experimental, export
from tfcompat.estimator._baseline import BaselineClassifier, BaselineEstimator, BaselineRegressor
from tfcompat.estimator._combined import (
    DNNLinearCombinedClassifier,
    DNNLinearCombinedEstimator,
    DNNLinearCombinedRegressor,
)
from tfcompat.estimator._config import RunConfig
from tfcompat.estimator._dnn import DNNClassifier, DNNEstimator, DNNRegressor
from tfcompat.estimator._estimator import EstimatorV2 as Estimator
from tfcompat.estimator._exporters import BestExporter, Exporter, FinalExporter, LatestExporter
from tfcompat.estimator._heads import (
    BinaryClassHead,
    Head,
    LogisticRegressionHead,
    MultiClassHead,
    MultiHead,
    MultiLabelHead,
    PoissonRegressionHead,
    RegressionHead,
)
from tfcompat.estimator._hooks import add_metrics
from tfcompat.estimator._linear import LinearClassifier, LinearEstimator, LinearRegressor
from tfcompat.estimator._parsing import classifier_parse_example_spec, regressor_parse_example_spec
from tfcompat.estimator._spec import EstimatorSpec, ModeKeys
from tfcompat.estimator._training import EvalSpec, TrainSpec, train_and_evaluate
from tfcompat.estimator._warm_start import VocabInfo, WarmStartSettings

__all__ = [
    "BaselineClassifier",
    "BaselineEstimator",
    "BaselineRegressor",
    "BestExporter",
    "BinaryClassHead",
    "CheckpointSaverHook",
    "CheckpointSaverListener",
    "DNNClassifier",
    "DNNEstimator",
    "DNNLinearCombinedClassifier",
    "DNNLinearCombinedEstimator",
    "DNNLinearCombinedRegressor",
    "DNNRegressor",
    "Estimator",
    "EstimatorSpec",
    "EvalSpec",
    "Exporter",
    "FeedFnHook",
    "FinalExporter",
    "FinalOpsHook",
    "GlobalStepWaiterHook",
    "Head",
    "LatestExporter",
    "LinearClassifier",
    "LinearEstimator",
    "LinearRegressor",
    "LoggingTensorHook",
    "LogisticRegressionHead",
    "ModeKeys",
    "MultiClassHead",
    "MultiHead",
    "MultiLabelHead",
    "NanLossDuringTrainingError",
    "NanTensorHook",
    "PoissonRegressionHead",
    "RegressionHead",
    "RunConfig",
    "SecondOrStepTimer",
    "SessionRunArgs",
    "SessionRunContext",
    "SessionRunHook",
    "SessionRunValues",
    "StepCounterHook",
    "StopAtStepHook",
    "SummarySaverHook",
    "TrainSpec",
    "VocabInfo",
    "WarmStartSettings",
    "add_metrics",
    "classifier_parse_example_spec",
    "experimental",
    "export",
    "regressor_parse_example_spec",
    "train_and_evaluate",
]

__getattr__ = _names.module_getattr("tf.estimator", globals())
