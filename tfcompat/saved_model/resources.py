"""Resources of one's own: what a program makes of raw ops and keeps in a module."""

from __future__ import annotations

import sys
from typing import Any

from tfcompat._core.device import device
from tfcompat._core.trackable import AutoTrackable


class TrackableResource(AutoTrackable):
    """A resource that is made when it is first used, and destroyed with this (tf.saved_model.experimental).

    A subclass defines `_create_resource`, which returns the handle, `_initialize`, which fills the resource, and
    `_destroy_resource`. device: where all three run; anywhere where "".
    """

    __module__ = "tensorflow.python.trackable.resource"

    def __init__(self, device: str = "") -> None:
        self._resource_device = device
        self._resource_handle: Any = None

    def _create_resource(self) -> Any:
        raise NotImplementedError("TrackableResource._create_resource not implemented.")

    def _initialize(self) -> None:
        """Fills the resource; nothing where a subclass has nothing to fill it with."""

    def _destroy_resource(self) -> None:
        """Ends the resource; nothing where a subclass leaves it to the end of its handle."""

    @property
    def resource_handle(self) -> Any:
        """The handle that raw ops take."""
        if self._resource_handle is None:
            with device(self._resource_device or None):
                self._resource_handle = self._create_resource()
        return self._resource_handle

    def __del__(self) -> None:
        if not sys.is_finalizing() and self.__dict__.get("_resource_handle") is not None:
            self._destroy_resource()
