"""tf.train: checkpoints, and the messages that examples are written in."""

from tfcompat import _names
from tfcompat.train import experimental
from tfcompat.train.checkpoint import Checkpoint
from tfcompat.train.checkpoint_options import CheckpointOptions
from tfcompat.train.checkpoint_state import checkpoints_iterator, get_checkpoint_state, latest_checkpoint
from tfcompat.train.manager import CheckpointManager
from tfcompat.train.reading import list_variables, load_checkpoint, load_variable
from tfcompat.train.views import CheckpointView, TrackableView

__all__ = [
    "Checkpoint",
    "CheckpointManager",
    "CheckpointOptions",
    "CheckpointView",
    "TrackableView",
    "checkpoints_iterator",
    "experimental",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]

_MESSAGES = (
    "BytesList ClusterDef Example Feature FeatureList FeatureLists Features FloatList Int64List JobDef SequenceExample "
    "ServerDef"
)
_LAZY = _names.lazy_names(
    {
        "tfcompat.train.averages": "ExponentialMovingAverage",
        "tfcompat.train.cluster": "ClusterSpec",
        "tfcompat.train.coordinator": "Coordinator",
        "tfcompat.train.messages": _MESSAGES,
    }
)
__getattr__ = _names.module_getattr("tf.train", globals(), lazy=_LAZY)
