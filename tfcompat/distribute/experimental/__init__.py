"""tf.distribute.experimental: further strategies, and options of how values are exchanged."""

from tfcompat import _names
from tfcompat.distribute._cross_device import CollectiveHints, CommunicationImplementation, CommunicationOptions
from tfcompat.distribute._inputs import ValueContext
from tfcompat.distribute._strategy import (
    CentralStorageStrategy,
    ParameterServerStrategy,
    TPUStrategy,
)
from tfcompat.distribute._strategy import (
    CollectiveAllReduceStrategyExperimental as MultiWorkerMirroredStrategy,
)
from tfcompat.distribute.experimental import partitioners

CollectiveCommunication = CommunicationImplementation

__getattr__ = _names.module_getattr("tf.distribute.experimental", globals())
