"""tf.experimental.dtensor: nothing of it is here; each name is refused when it is asked for."""

from __future__ import annotations

from typing import NoReturn

from tfcompat._names import MissingNameError


def __getattr__(name: str) -> NoReturn:
    raise MissingNameError(
        f"TensorFlow 2.21 has tf.experimental.dtensor.{name}, tfcompat does not: use tf.distribute, or "
        "torch.distributed.tensor on tfcompat.to_torch(x)."
    )
