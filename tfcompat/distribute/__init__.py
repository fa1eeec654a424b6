"""tf.distribute: strategies that say where a program's variables lie and its steps run, in one replica or in several.

Several replicas run in one process, each on its device: GPUs, or parts of the CPU that tf.config made. `_values` and
`_variables` are what they hold, `_replicas` runs them, `_reductions` and `_cross_device` put values together,
`_datasets` divides input, and `_strategy` is what programs see of it.
"""

from tfcompat import _names
from tfcompat.distribute import cluster_resolver, experimental
from tfcompat.distribute._context import (
    experimental_set_strategy,
    get_replica_context,
    get_strategy,
    has_strategy,
    in_cross_replica_context,
)
from tfcompat.distribute._cross_device import (
    CrossDeviceOps,
    HierarchicalCopyAllReduce,
    NcclAllReduce,
    ReductionToOneDevice,
)
from tfcompat.distribute._extended import ReplicaContext, StrategyExtended
from tfcompat.distribute._inputs import (
    InputContext,
    InputOptions,
    InputReplicationMode,
    RunOptions,
)
from tfcompat.distribute._strategy import (
    MirroredStrategy,
    MultiWorkerMirroredStrategy,
    OneDeviceStrategy,
    ParameterServerStrategy,
    Strategy,
    TPUStrategy,
)
from tfcompat.distribute._values import DistributedValues, ReduceOp

_DATASETS = {name: f"tfcompat.distribute._datasets:{name}" for name in ("DistributedDataset", "DistributedIterator")}
__getattr__ = _names.module_getattr("tf.distribute", globals(), lazy=_DATASETS)
