"""tf.summary.experimental: the default step, the scope of a summary, and summaries written as they are."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.summary._state import get_step, set_step, summary_scope
from tfcompat.summary._writing import write_raw_pb

__getattr__ = _names.module_getattr("tf.summary.experimental", globals())
