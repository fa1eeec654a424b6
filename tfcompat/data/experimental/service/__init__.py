"""tf.data.experimental.service: datasets that workers read for several consumers.

Dispatchers and workers serve the process that made them, in threads: registered datasets are Python objects, which no
other process is sent. A dispatcher's target is known in its process alone.
"""

from tfcompat import _names
from tfcompat.data.experimental.service._clients import distribute, from_dataset_id, register_dataset
from tfcompat.data.experimental.service._modes import CrossTrainerCache, ShardingPolicy
from tfcompat.data.experimental.service._servers import DispatcherConfig, DispatchServer, WorkerConfig, WorkerServer

__all__ = [
    "CrossTrainerCache",
    "DispatchServer",
    "DispatcherConfig",
    "ShardingPolicy",
    "WorkerConfig",
    "WorkerServer",
    "distribute",
    "from_dataset_id",
    "register_dataset",
]

__getattr__ = _names.module_getattr("tf.data.experimental.service", globals())
