"""tf.profiler.experimental: recordings of what runs, for TensorBoard's profile page."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.profiler.experimental import client as client
from tfcompat.profiler.experimental import server as server
from tfcompat.profiler.experimental._session import (
    Profile as Profile,
)
from tfcompat.profiler.experimental._session import (
    ProfilerOptions as ProfilerOptions,
)
from tfcompat.profiler.experimental._session import (
    Trace as Trace,
)
from tfcompat.profiler.experimental._session import (
    start as start,
)
from tfcompat.profiler.experimental._session import (
    stop as stop,
)

__getattr__ = _names.module_getattr("tf.profiler.experimental", globals())
