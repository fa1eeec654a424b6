"""In which modules of Keras its classes are, as programs print: `<keras.src.callbacks.history.History object ...>`."""

from __future__ import annotations

import functools
import re
from typing import Any

# By public namespace: the module below keras.src, and its classes; "layers.core.*" are modules with the classes' names.
_MODULES = {
    "callbacks": {
        "callbacks.*": (
            "BackupAndRestore CSVLogger Callback CallbackList EarlyStopping History LambdaCallback "
            "LearningRateScheduler ModelCheckpoint ProgbarLogger ReduceLROnPlateau RemoteMonitor "
            "SwapEMAWeights"
        ),
        "callbacks.tensorboard": "TensorBoard",
        "callbacks.terminate_on_nan": "TerminateOnNaN",
    },
    "constraints": {
        "constraints.constraints": "Constraint MaxNorm MinMaxNorm NonNeg UnitNorm",
    },
    "initializers": {
        "initializers.*": "Initializer",
        "initializers.constant_initializers": "Constant Identity Ones STFT Zeros",
        "initializers.random_initializers": (
            "GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform Orthogonal RandomNormal "
            "RandomUniform TruncatedNormal VarianceScaling"
        ),
    },
    "layers": {
        "export.*": "TFSMLayer",
        "layers.*": "InputSpec Layer",
        "layers.activations.*": "Activation ELU Softmax",
        "layers.activations.leaky_relu": "LeakyReLU",
        "layers.activations.prelu": "PReLU",
        "layers.activations.relu": "ReLU",
        "layers.attention.*": "AdditiveAttention Attention GroupQueryAttention MultiHeadAttention",
        "layers.convolutional.*": (
            "Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose DepthwiseConv1D "
            "DepthwiseConv2D SeparableConv1D SeparableConv2D"
        ),
        "layers.core.*": ("Dense EinsumDense Embedding Identity InputLayer Masking ReversibleEmbedding Wrapper"),
        "layers.core.lambda_layer": "Lambda",
        "layers.merging.*": "Add Average Concatenate Dot Maximum Minimum Multiply Subtract",
        "layers.normalization.*": (
            "BatchNormalization GroupNormalization LayerNormalization RMSNormalization SpectralNormalization "
            "UnitNormalization"
        ),
        "layers.pooling.*": (
            "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D "
            "AdaptiveMaxPooling2D AdaptiveMaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D "
            "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D "
            "GlobalMaxPooling2D GlobalMaxPooling3D MaxPooling1D MaxPooling2D MaxPooling3D"
        ),
        "layers.preprocessing.*": (
            "CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup MelSpectrogram "
            "Normalization Pipeline Rescaling STFTSpectrogram StringLookup TextVectorization"
        ),
        "layers.preprocessing.image_preprocessing.*": (
            "AugMix AutoContrast CenterCrop CutMix Equalization MixUp RandAugment RandomBrightness "
            "RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform "
            "RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert "
            "RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness "
            "RandomShear RandomTranslation RandomZoom Resizing Solarization"
        ),
        "layers.preprocessing.image_preprocessing.clahe": "ContrastLimitedAdaptiveHistogramEqualization",
        "layers.preprocessing.image_preprocessing.max_num_bounding_box": "MaxNumBoundingBoxes",
        "layers.regularization.*": ("ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise"),
        "layers.regularization.spatial_dropout": "SpatialDropout1D SpatialDropout2D SpatialDropout3D",
        "layers.reshaping.*": (
            "Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D UpSampling2D "
            "UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D"
        ),
        "layers.rnn.*": (
            "Bidirectional ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU LSTM RNN SimpleRNN StackedRNNCells TimeDistributed"
        ),
        "layers.rnn.gru": "GRUCell",
        "layers.rnn.lstm": "LSTMCell",
        "layers.rnn.simple_rnn": "SimpleRNNCell",
        "utils.torch_utils": "TorchModuleWrapper",
    },
    "losses": {
        "losses.*": "Loss",
        "losses.losses": (
            "BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy "
            "CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy CategoricalHinge Circle "
            "CosineSimilarity Dice Hinge Huber KLDivergence LogCosh MeanAbsoluteError "
            "MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson "
            "SparseCategoricalCrossentropy SquaredHinge Tversky"
        ),
    },
    "metrics": {
        "metrics.*": "Metric",
        "metrics.accuracy_metrics": (
            "Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy "
            "SparseTopKCategoricalAccuracy TopKCategoricalAccuracy"
        ),
        "metrics.confusion_metrics": (
            "AUC FalseNegatives FalsePositives Precision PrecisionAtRecall Recall RecallAtPrecision "
            "SensitivityAtSpecificity SpecificityAtSensitivity TrueNegatives TruePositives"
        ),
        "metrics.correlation_metrics": "ConcordanceCorrelation PearsonCorrelation",
        "metrics.f_score_metrics": "F1Score FBetaScore",
        "metrics.hinge_metrics": "CategoricalHinge Hinge SquaredHinge",
        "metrics.iou_metrics": "BinaryIoU IoU MeanIoU OneHotIoU OneHotMeanIoU",
        "metrics.probabilistic_metrics": (
            "BinaryCrossentropy CategoricalCrossentropy KLDivergence Poisson SparseCategoricalCrossentropy"
        ),
        "metrics.reduction_metrics": "Mean MeanMetricWrapper Sum",
        "metrics.regression_metrics": (
            "CosineSimilarity LogCoshError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError "
            "MeanSquaredLogarithmicError R2Score RootMeanSquaredError"
        ),
    },
    "models": {
        "models.*": "Functional Model Sequential",
    },
    "optimizers": {
        "optimizers.*": (
            "Adadelta Adafactor Adagrad Adam Adamax Ftrl Lamb Lion LossScaleOptimizer MultiOptimizer Muon "
            "Nadam Optimizer SGD"
        ),
        "optimizers.adamw": "AdamW",
        "optimizers.multi_optimizer": "OptimizerMap",
        "optimizers.rmsprop": "RMSprop",
        "optimizers.schedule_free_adamw": "ScheduleFreeAdamW",
    },
    "optimizers.legacy": {
        "optimizers.legacy.*": "Adadelta Adagrad Adam Adamax Ftrl Nadam",
        "optimizers.legacy.gradient_descent": "SGD",
        "optimizers.legacy.optimizer_v2": "Optimizer",
        "optimizers.legacy.rmsprop": "RMSprop",
    },
    "optimizers.schedules": {
        "optimizers.schedules.*": "LearningRateSchedule",
        "optimizers.schedules.learning_rate_schedule": (
            "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay"
        ),
    },
    "random": {
        "random.*": "SeedGenerator",
    },
    "regularizers": {
        "regularizers.regularizers": "L1 L1L2 L2 OrthogonalRegularizer Regularizer",
    },
}
# Where Keras 2 had the classes that it had elsewhere, below tf_keras.src.
_KERAS2_MODULES = {
    "engine.base_layer": "Layer",
    "engine.*": "Functional InputLayer InputSpec Sequential",
    "engine.training": "Model",
    "feature_column.dense_features_v2": "DenseFeatures",
    "layers.activation.*": "ELU Softmax",
    "layers.activation.leaky_relu": "LeakyReLU",
    "layers.activation.prelu": "PReLU",
    "layers.activation.relu": "ReLU",
    "layers.activation.thresholded_relu": "ThresholdedReLU",
    "layers.core.*": "Activation",
    "layers.locally_connected.locally_connected1d": "LocallyConnected1D",
    "layers.locally_connected.locally_connected2d": "LocallyConnected2D",
    "layers.preprocessing.image_preprocessing": (
        "CenterCrop RandomBrightness RandomContrast RandomCrop RandomFlip RandomHeight RandomRotation "
        "RandomTranslation RandomWidth RandomZoom Rescaling Resizing"
    ),
    "layers.regularization.spatial_dropout1d": "SpatialDropout1D",
    "layers.regularization.spatial_dropout2d": "SpatialDropout2D",
    "layers.regularization.spatial_dropout3d": "SpatialDropout3D",
    "layers.rnn.abstract_rnn_cell": "AbstractRNNCell",
    "layers.rnn.base_rnn": "RNN",
    "layers.rnn.base_wrapper": "Wrapper",
}
_HOMES: dict[type, str] = {}
_LOADED: dict[str, dict[str, Any]] = {}
_shown = False


def to_snake_case(name: str) -> str:
    """`MyConv2D` as `my_conv2d`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def name_classes(module_globals: dict[str, Any]) -> None:
    """Tells of the classes that a public module ("tfcompat.keras.callbacks") has by now, for `show`."""
    namespace = module_globals["__name__"].removeprefix("tfcompat.keras.")
    _LOADED[namespace] = module_globals
    if _shown:
        _name(namespace)


def show(shown: bool) -> None:
    """Gives all classes their modules in Keras, which pickle, for one, imports: so while `import keras` finds tfcompat.

    shown: False gives them back those of tfcompat.
    """
    global _shown
    _shown = shown
    if shown:
        for namespace in _LOADED:
            _name(namespace)
        return
    for cls, own in _HOMES.items():
        cls.__module__ = own
    _HOMES.clear()


def home(obj: Any) -> str:
    """The module of ours that a class or function is in; "" where it tells none."""
    return (isinstance(obj, type) and _HOMES.get(obj)) or getattr(obj, "__module__", None) or ""


@functools.cache
def keras2_home(name: str) -> str | None:
    """The module that Keras 2's layer, or model, of a name was in; None for others."""
    for place, names in (*_KERAS2_MODULES.items(), *_MODULES["layers"].items()):
        if name in names.split():
            return f"tf_keras.src.{place.replace('*', to_snake_case(name))}"
    return None


def _name(namespace: str) -> None:
    for place, names in _MODULES[namespace].items():
        for name in names.split():
            cls = _LOADED[namespace].get(name)
            if isinstance(cls, type) and cls not in _HOMES:
                _HOMES[cls] = cls.__module__
                cls.__module__ = f"keras.src.{place.replace('*', to_snake_case(cls.__name__))}"
