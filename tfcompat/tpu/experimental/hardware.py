"""tf.tpu.experimental.HardwareFeature: what a TPU can do."""

from __future__ import annotations

import enum
from typing import Any


class HardwareFeature:
    """What a proto of TensorFlow's TPUHardwareFeature says of a TPU (tf.tpu.experimental.HardwareFeature)."""

    __module__ = "tensorflow.python.tpu.tpu_hardware_feature"

    class EmbeddingFeature(enum.Enum):
        """How a TPU looks embeddings up: not at all by itself, first of all in a program, or anywhere in it."""

        UNSUPPORTED = "UNSUPPORTED"
        V1 = "V1"
        V2 = "V2"

    def __init__(self, tpu_hardware_feature_proto: Any) -> None:
        self.tpu_hardware_feature_proto = tpu_hardware_feature_proto

    @property
    def embedding_feature(self) -> EmbeddingFeature:
        """How it looks embeddings up."""
        kinds = list(self.EmbeddingFeature)
        number = self.tpu_hardware_feature_proto.embedding_feature
        return kinds[number] if number < len(kinds) else self.EmbeddingFeature.UNSUPPORTED

    @property
    def num_embedding_devices_per_chip(self) -> int:
        """How many devices of a chip look embeddings up."""
        return self.tpu_hardware_feature_proto.num_embedding_devices_per_chip
