"""tf.distribute.experimental.partitioners: how variables are cut into parts."""

from tfcompat import _names
from tfcompat.distribute._partitioners import (
    FixedShardsPartitioner,
    MaxSizePartitioner,
    MinSizePartitioner,
    Partitioner,
)

__all__ = ["FixedShardsPartitioner", "MaxSizePartitioner", "MinSizePartitioner", "Partitioner"]

__getattr__ = _names.module_getattr("tf.distribute.experimental.partitioners", globals())
