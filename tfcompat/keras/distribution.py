"""tf.keras.distribution: device meshes and layouts. Models run on one device: larger meshes are only described."""

from __future__ import annotations

import contextlib
import math
import re
import warnings
from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn

import numpy as np

import tfcompat as tf
from tfcompat import _names
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import thread

__all__ = [
    "DataParallel",
    "DeviceMesh",
    "LayoutMap",
    "ModelParallel",
    "TensorLayout",
    "distribute_tensor",
    "distribution",
    "get_device_count",
    "initialize",
    "list_devices",
    "set_distribution",
]


def _refuse(name: str, instead: str) -> NoReturn:
    raise NotImplementedError(f"tf.keras.distribution.{name} is not in tfcompat: {instead}.")


def list_devices(device_type: str | None = None) -> list[str]:
    """The devices of a type, such as "gpu:0"; where None, those that are no CPU, or the CPU where there is no other."""
    devices = tf.config.list_logical_devices(device_type.upper() if device_type else None)
    others = [d for d in devices if d.device_type != "CPU"]
    chosen = devices if device_type or not others else others
    return [f"{d.device_type.lower()}:{d.name.rpartition(':')[2]}" for d in chosen]


def get_device_count(device_type: str | None = None) -> int:
    """How many devices `list_devices` lists."""
    return len(list_devices(device_type))


def initialize(
    job_addresses: str | None = None, num_processes: int | None = None, process_id: int | None = None
) -> None:
    """Prepares this process, the only one; NotImplementedError for several."""
    if job_addresses is not None or (num_processes or 1) > 1 or process_id:
        _refuse("initialize() of several processes", "start one process, or use torch.distributed")


class DeviceMesh:
    """An array of devices, with a name for each axis (tf.keras.distribution.DeviceMesh).

    ValueError where shape and names are empty or differ in length, or do not go with the number of devices.
    """

    def __init__(self, shape: Any, axis_names: Any, devices: Any = None) -> None:
        if not shape or not axis_names:
            raise ValueError(f"Shape and axis_names cannot be empty. Received: shape={shape}, axis_names={axis_names}")
        if len(shape) != len(axis_names):
            raise ValueError(
                f"Shape and axis_names should have same size. Received: shape={shape}, axis_names={axis_names}"
            )
        found = np.array(list_devices() if devices is None else devices)
        if math.prod(shape) != found.size:
            raise ValueError(
                f"Shape does not match the number of devices. Received: shape={shape}; devices.shape={found.shape}"
            )
        self._shape, self._axis_names, self._devices = shape, axis_names, found.reshape(shape)

    shape = property(lambda self: self._shape, doc="The shape.")
    axis_names = property(lambda self: self._axis_names, doc="The names of the axes.")
    devices = property(lambda self: self._devices, doc="The devices' names, an array.")

    @property
    def backend_mesh(self) -> NoReturn:
        """Refused: there is no DTensor."""
        _refuse("DeviceMesh.backend_mesh", "there is no DTensor; use torch.distributed.device_mesh")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} shape={self.shape}, axis_names={self.axis_names}>"


class TensorLayout:
    """Which axis of a mesh each axis of a tensor is spread over, None for none; ValueError for names the mesh lacks."""

    def __init__(self, axes: Any, device_mesh: DeviceMesh | None = None) -> None:
        self._axes = tuple(axes)
        self._device_mesh = device_mesh
        self._validate()

    axes = property(lambda self: self._axes, doc="A mesh's axis for each axis of the tensor.")

    @property
    def device_mesh(self) -> DeviceMesh | None:
        """The mesh; it can be set once."""
        return self._device_mesh

    @device_mesh.setter
    def device_mesh(self, device_mesh: DeviceMesh) -> None:
        if self._device_mesh is not None:
            raise ValueError(f"Cannot override device mesh value. Existing value is {self._device_mesh}")
        self._device_mesh = device_mesh
        self._validate()

    @property
    def backend_layout(self) -> NoReturn:
        """Refused: there is no DTensor."""
        _refuse("TensorLayout.backend_layout", "there is no DTensor; use torch.distributed.tensor")

    def _validate(self) -> None:
        if self._device_mesh is not None:
            valid, names = set(self._device_mesh.axis_names), set(self._axes) - {None}
            if names - valid:
                raise ValueError(f"Invalid axis names for Layout. Valid axis names: {valid}, Got {names}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} axes={self.axes}, device_mesh={self.device_mesh}>"


class Distribution:
    """How data and variables are spread over a mesh; this process is the only one."""

    def __init__(self, device_mesh: DeviceMesh, batch_dim_name: str | None, auto_shard_dataset: bool) -> None:
        self._device_mesh = device_mesh
        self._batch_dim_name = batch_dim_name
        self.auto_shard_dataset = auto_shard_dataset

    num_processes = property(lambda self: 1, doc="1.")
    data_shard_id = property(lambda self: 0, doc="0: all data are this process's.")
    device_mesh = property(lambda self: self._device_mesh, doc="The mesh.")
    batch_dim_name = property(lambda self: self._batch_dim_name, doc="The mesh's axis that batches are spread over.")

    @property
    def num_model_replicas(self) -> int:
        """How many copies of the model there are."""
        raise NotImplementedError(f"{type(self).__name__} must implement `num_model_replicas`.")

    def get_data_layout(self, data_shape: Any) -> TensorLayout:
        """The layout of a batch: spread along its first axis."""
        return TensorLayout([self.batch_dim_name] + [None] * (len(data_shape) - 1), self.device_mesh)

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """The layout of a variable: its own, else a copy on each device."""
        own = getattr(variable, "_layout", None)
        return TensorLayout([None] * len(variable.shape), self.device_mesh) if own is None else own

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The layout of what a layer returns: none."""
        return None

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """A context in which this is the distribution."""
        outer = distribution()
        set_distribution(self)
        try:
            yield
        finally:
            set_distribution(outer)

    def distribute_dataset(self, dataset: Any) -> Any:
        """The data of this process: all."""
        return dataset

    def distribute_tf_dataset(self, dataset: Any) -> Any:
        """The data of this process, read ahead."""
        return dataset.prefetch(tf.data.AUTOTUNE)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} device_mesh={self.device_mesh}>"


class DataParallel(Distribution):
    """A copy of the model on each device, with a part of each batch (tf.keras.distribution.DataParallel).

    device_mesh: of one axis, or devices: their names; by default all devices. ValueError for what is no mesh.
    """

    def __init__(self, device_mesh: Any = None, devices: Any = None, auto_shard_dataset: bool = True) -> None:
        if device_mesh is None or (devices is not None and not device_mesh):
            names = np.array(list_devices() if devices is None else devices)
            device_mesh = DeviceMesh(names.shape, ["batch"], names)
        if not isinstance(device_mesh, DeviceMesh):
            raise ValueError(
                f"Expect `mesh` to be an instance of `DeviceMesh`. Received: mesh={device_mesh} (of type "
                f"{type(device_mesh)})"
            )
        super().__init__(device_mesh, device_mesh.axis_names[0], auto_shard_dataset)
        if device_mesh.devices.ndim != 1:
            warnings.warn(
                f"Expect the input mesh to be 1D, but received mesh.devices.ndim={device_mesh.devices.ndim}. "
                "The first axis will be used for data-parallel sharding.",
                stacklevel=2,
            )

    @property
    def num_model_replicas(self) -> int:
        """How many devices there are."""
        return self.device_mesh.devices.size


class ModelParallel(Distribution):
    """Variables spread over a mesh as `layout_map` says by their paths (tf.keras.distribution.ModelParallel).

    batch_dim_name: the mesh's axis that batches are spread over, its first by default. ValueError without a LayoutMap.
    """

    def __init__(
        self,
        *,
        layout_map: Any = None,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("device_mesh", None)
        if kwargs:
            raise TypeError(f"ModelParallel() got unexpected keyword arguments: {sorted(kwargs)}")
        if layout_map is None:
            raise ValueError("You must specify a layout_map argument.")
        if not isinstance(layout_map, LayoutMap):
            raise ValueError(f"Argument `layout_map` must be a `LayoutMap` instance. Received: layout_map={layout_map}")
        mesh = layout_map.device_mesh
        super().__init__(mesh, batch_dim_name or mesh.axis_names[0], auto_shard_dataset)
        self._layout_map = layout_map

    @property
    def num_model_replicas(self) -> int:
        """The size of the axis that batches are spread over."""
        return self.device_mesh.shape[list(self.device_mesh.axis_names).index(self.batch_dim_name)]

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """The layout of a variable: its own, the map's, else a copy on each device."""
        mapped = None if getattr(variable, "_layout", None) is not None else self._layout_map[variable.path]
        return super().get_variable_layout(variable) if mapped is None else mapped

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The map's layout of what a layer returns."""
        return self._layout_map[path]


class LayoutMap(MutableMapping):
    """Layouts by paths, or patterns that match them (tf.keras.distribution.LayoutMap).

    Tuples of axes become layouts of the mesh. A path that nothing matches has None. ValueError where two patterns do.
    """

    def __init__(self, device_mesh: DeviceMesh | None) -> None:
        self._layouts: dict[str, TensorLayout] = {}
        self._device_mesh = device_mesh

    device_mesh = property(lambda self: self._device_mesh, doc="The mesh.")

    def __getitem__(self, key: str) -> Any:
        if key in self._layouts:
            return self._layouts[key]
        found = [pattern for pattern in self._layouts if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ValueError(
                f"Path '{key}' matches multiple keys of the LayoutMap: {found}. It must match one at most."
            )
        return self._layouts[found[0]] if found else None

    def __setitem__(self, key: str, layout: Any) -> None:
        if key in self._layouts:
            raise ValueError(
                f"{key} already exist in the LayoutMap with value {self._layouts[key]}. Please make sure to not use "
                "duplicated keys."
            )
        layout = TensorLayout(layout) if isinstance(layout, tuple) else layout
        if not isinstance(layout, TensorLayout):
            raise ValueError(f"{layout} should be a TensorLayout type, got {type(layout)}")
        if layout.device_mesh is None and self.device_mesh is not None:
            layout.device_mesh = self.device_mesh
        self._layouts[key] = layout

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __len__(self) -> int:
        return len(self._layouts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)


def distribute_tensor(tensor: Any, layout: Any) -> Any:
    """The tensor, as its layout says, which on one device is as it is; NotImplementedError for a mesh of more."""
    mesh = getattr(layout, "device_mesh", None)
    if not isinstance(tensor, KerasTensor) and mesh is not None and mesh.devices.size > 1:
        _refuse("distribute_tensor() over several devices", "use torch.distributed.tensor on tfcompat.to_torch(x)")
    return tensor


def distribution() -> Distribution | None:
    """The distribution that `set_distribution` set."""
    return thread.distribution


def set_distribution(value: Distribution | None) -> None:
    """Makes `value` the distribution; NotImplementedError for a mesh of several devices."""
    if value is not None and value.device_mesh.devices.size > 1:
        _refuse(
            "set_distribution() over several devices", "models run on one device; tf.distribute may do what you need"
        )
    thread.distribution = value


__getattr__ = _names.module_getattr("tf.keras.distribution", globals())
