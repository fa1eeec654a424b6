"""tf.saved_model.experimental: policies for variables, fingerprints, and resources of one's own."""

from tfcompat import _names
from tfcompat.saved_model.fingerprinting import Fingerprint, read_fingerprint
from tfcompat.saved_model.options import VariablePolicy
from tfcompat.saved_model.resources import TrackableResource

__all__ = ["Fingerprint", "TrackableResource", "VariablePolicy", "read_fingerprint"]

__getattr__ = _names.module_getattr("tf.saved_model.experimental", globals())
