"""tf.nest: functions on structures of lists, tuples, dicts, namedtuples and the like."""

from tfcompat import _names
from tfcompat._core.structure import assert_same_structure, flatten, is_nested, map_structure, pack_sequence_as

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]

__getattr__ = _names.module_getattr("tf.nest", globals())
