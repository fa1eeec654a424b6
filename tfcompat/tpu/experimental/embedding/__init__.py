"""tf.tpu.experimental.embedding: the configuration of embedding tables, and what looks them up off TPUs."""

from tfcompat import _names
from tfcompat.tpu.experimental.embedding.configs import FeatureConfig, QuantizationConfig, RowIdInitializer, TableConfig
from tfcompat.tpu.experimental.embedding.custom import CustomCombiner, CustomOptimizer
from tfcompat.tpu.experimental.embedding.lookups import serving_embedding_lookup
from tfcompat.tpu.experimental.embedding.optimizers import FTRL, SGD, Adagrad, AdagradMomentum, Adam
from tfcompat.tpu.experimental.embedding.tables import TPUEmbedding, TPUEmbeddingForServing, TPUEmbeddingV0

__all__ = [
    "FTRL",
    "SGD",
    "Adagrad",
    "AdagradMomentum",
    "Adam",
    "CustomCombiner",
    "CustomOptimizer",
    "FeatureConfig",
    "QuantizationConfig",
    "RowIdInitializer",
    "TPUEmbedding",
    "TPUEmbeddingForServing",
    "TPUEmbeddingV0",
    "TableConfig",
    "serving_embedding_lookup",
]

__getattr__ = _names.module_getattr("tf.tpu.experimental.embedding", globals())
