"""What makes classes of Keras's those of Keras 2, where programs are told that this is Keras 2."""

from __future__ import annotations

from typing import Any

from tfcompat._keras_modules import home, keras2_home
from tfcompat.keras.layers._keras2_arguments import taking_keras2
from tfcompat.keras.layers._keras2_configs import in_keras2, of_keras2
from tfcompat.keras.layers._keras2_shapes import in_keras2_shapes


def follow_keras2(cls: Any) -> None:
    """Lets a class's arguments, config and shapes be Keras 2's while this is Keras 2."""
    own = cls.__dict__
    taking_keras2(cls)
    if "get_config" in own:
        cls.get_config = in_keras2(own["get_config"], cls)
    if "from_config" in own:
        cls.from_config = classmethod(of_keras2(own["from_config"].__func__))
    if "compute_output_shape" in own:
        cls.compute_output_shape = in_keras2_shapes(own["compute_output_shape"])


def told_repr(layer: Any) -> str | None:
    """A layer as Keras 2 prints it; None for one that it has not."""
    cls = type(layer)
    module = keras2_home(cls.__name__) if home(cls).startswith("tfcompat.") else cls.__module__
    return None if module is None else f"<{module}.{cls.__qualname__} object at {id(layer):#x}>"
