"""tf.nn.experimental: dropouts that say where their numbers come from."""

from tfcompat import _names
from tfcompat.nn.dropout import general_dropout, stateless_dropout

__all__ = ["general_dropout", "stateless_dropout"]

__getattr__ = _names.module_getattr("tf.nn.experimental", globals())
