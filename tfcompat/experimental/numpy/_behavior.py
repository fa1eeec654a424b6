"""What tf.experimental.numpy.experimental_enable_numpy_behavior has set, for the whole process."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(slots=True)
class Behavior:
    """mode: how dtypes are promoted, "off", "legacy" (numpy's rules), "safe" or "all" (weak tensors).

    prefer_float32: Python floats count as float32 under numpy's rules, not as float64.
    """

    mode: str = "off"
    prefer_float32: bool = False

    @property
    def weak(self) -> bool:
        """Whether Python numbers make weak tensors, whose dtype gives way to that of others."""
        return self.mode == "safe" or self.mode == "all"


behavior = Behavior()
