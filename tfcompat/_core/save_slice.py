"""tf.Variable.SaveSliceInfo: which part of a larger variable a variable is, for checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SaveSliceInfo:
    """A variable as a slice of a larger one (tf.Variable.SaveSliceInfo).

    full_name, full_shape: of the larger variable. var_offset, var_shape: where the slice begins, and its shape.
    NotImplementedError for a proto in the place of these.
    """

    def __init__(
        self,
        full_name: str | None = None,
        full_shape: Sequence[int] | None = None,
        var_offset: Sequence[int] | None = None,
        var_shape: Sequence[int] | None = None,
        save_slice_info_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if save_slice_info_def is not None or import_scope is not None:
            raise NotImplementedError("tf.Variable.SaveSliceInfo takes no proto (save_slice_info_def, import_scope).")
        self.full_name, self.full_shape = full_name, full_shape
        self.var_offset, self.var_shape = var_offset, var_shape

    @property
    def spec(self) -> str:
        """The slice as checkpoints write it: "4 3 0,2:0,3" is rows 0 and 1 of a variable of shape [4, 3]."""
        slices = zip(self.var_offset or (), self.var_shape or (), strict=True)
        return " ".join([*map(str, self.full_shape or ()), ":".join(f"{start},{size}" for start, size in slices)])
