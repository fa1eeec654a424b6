"""tf.distribute: strategies that say where a program's variables lie and its steps run; one replica, on one device."""

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
from tfcompat.distribute._inputs import (
    DistributedDataset,
    DistributedIterator,
    InputContext,
    InputOptions,
    InputReplicationMode,
    RunOptions,
)
from tfcompat.distribute._strategy import (
    MirroredStrategy,
    MultiWorkerMirroredStrategy,
    OneDeviceStrategy,
    ReplicaContext,
    Strategy,
    StrategyExtended,
    TPUStrategy,
)
from tfcompat.distribute._values import DistributedValues, ReduceOp

__getattr__ = _names.module_getattr("tf.distribute", globals())
