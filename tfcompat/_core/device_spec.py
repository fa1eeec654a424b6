"""Device strings and their parts: "/job:localhost/replica:0/task:0/device:CPU:0" (tf.DeviceSpec)."""

from __future__ import annotations

from typing import Any

_SHORT_TYPES = frozenset({"CPU", "GPU", "TPU", "CUSTOM", "EPU"})


class DeviceSpec:
    """A device's name, or the part of it that is known (tf.DeviceSpec): job, replica, task, device type and index.

    Immutable. A part left out is None and means any; `make_merged_spec` fills it in. ValueError where a number is
    expected and the part is none.
    """

    __slots__ = ("_device_index", "_device_type", "_job", "_replica", "_task")
    __module__ = "tensorflow.python.framework.device_spec"

    def __init__(
        self,
        job: str | None = None,
        replica: int | None = None,
        task: int | None = None,
        device_type: str | None = None,
        device_index: int | None = None,
    ) -> None:
        self._job = _text(job)
        self._replica = _number(replica)
        self._task = _number(task)
        self._device_type = _type(device_type)
        self._device_index = _number(device_index)

    job = property(lambda self: self._job, doc="The name of the job, or None.")
    replica = property(lambda self: self._replica, doc="The number of the replica, or None.")
    task = property(lambda self: self._task, doc="The number of the task, or None.")
    device_type = property(lambda self: self._device_type, doc='The type ("CPU", "GPU"), or None.')
    device_index = property(lambda self: self._device_index, doc="The number among the devices of its type, or None.")

    def to_string(self) -> str:
        """The canonical name: "/job:ps/replica:0/task:1/device:GPU:0", with a * for an index that is not known."""
        text = "" if self._job is None else f"/job:{self._job}"
        if self._replica is not None:
            text += f"/replica:{self._replica}"
        if self._task is not None:
            text += f"/task:{self._task}"
        if self._device_type is not None:
            text += f"/device:{self._device_type}:{'*' if self._device_index is None else self._device_index}"
        return text

    @classmethod
    def from_string(cls, spec: str | None) -> Any:
        """The spec that a name stands for: "/job:ps/task:1/device:GPU:0", "gpu:0", "CPU"; all parts may be left out.

        ValueError for a part that no device name has, and for two device types in one name.
        """
        return cls(**_parse(spec))

    def parse_from_string(self, spec: str | None) -> Any:
        """`from_string` as a method; it changes nothing, while compat.v1's changes the object it is called on."""
        return self.from_string(spec)

    def make_merged_spec(self, dev: DeviceSpec) -> Any:
        """A spec with the parts of `dev`, and this one's where `dev` has none."""
        return type(self)(*self._merged(dev))

    def replace(self, **kwargs: Any) -> Any:
        """A spec with the given parts replaced; they are named as the constructor's arguments."""
        parts = dict(zip(("job", "replica", "task", "device_type", "device_index"), self._parts(), strict=True))
        return type(self)(**{**parts, **kwargs})

    def _parts(self) -> tuple[Any, ...]:
        return self._job, self._replica, self._task, self._device_type, self._device_index

    def _merged(self, dev: DeviceSpec) -> tuple[Any, ...]:
        return tuple(
            mine if theirs is None else theirs for mine, theirs in zip(self._parts(), dev._parts(), strict=True)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.to_string() == other.to_string()

    def __hash__(self) -> int:
        return hash(self.to_string())

    def __repr__(self) -> str:
        parts = f"job={self._job}, replica={self._replica}, task={self._task}, "
        return f"<DeviceSpec({parts}device_type={self._device_type}, device_index={self._device_index})>"


class DeviceSpecV1(DeviceSpec):
    """tf.compat.v1.DeviceSpec: a `DeviceSpec` whose parts can be assigned."""

    __slots__ = ()
    __module__ = "tensorflow.python.framework.device_spec"

    @DeviceSpec.job.setter
    def job(self, job: str | None) -> None:
        self._job = _text(job)

    @DeviceSpec.replica.setter
    def replica(self, replica: int | None) -> None:
        self._replica = _number(replica)

    @DeviceSpec.task.setter
    def task(self, task: int | None) -> None:
        self._task = _number(task)

    @DeviceSpec.device_type.setter
    def device_type(self, device_type: str | None) -> None:
        self._device_type = _type(device_type)

    @DeviceSpec.device_index.setter
    def device_index(self, device_index: int | None) -> None:
        self._device_index = _number(device_index)

    def parse_from_string(self, spec: str | None) -> DeviceSpecV1:
        """Takes all its parts from the name `spec`; returns itself."""
        self.__init__(**_parse(spec))
        return self

    def merge_from(self, dev: DeviceSpec) -> None:
        """Takes the parts that `dev` has."""
        self.__init__(*self._merged(dev))


def _parse(spec: str | None) -> dict[str, Any]:
    """The parts that the name has, as arguments of DeviceSpec."""
    if not isinstance(spec, (str, type(None))):
        raise TypeError(f"spec must be a device string or None, got {spec!r} of {type(spec)}.")
    parts: dict[str, Any] = {}
    for part in (spec or "").split("/"):
        head, *rest = part.split(":")
        if head in ("job", "replica", "task") and len(rest) == 1:
            parts[head] = rest[0]
        elif (head == "device" and len(rest) == 2) or (head.upper() in _SHORT_TYPES and len(rest) <= 1):
            if "device_type" in parts:
                raise ValueError(f"Multiple device types are not allowed while parsing the device spec: {spec}.")
            kind, index = rest if head == "device" else (head.upper(), rest[0] if rest else "*")
            parts["device_type"] = kind
            parts["device_index"] = None if index == "*" else int(index)
        elif head:
            raise ValueError(f"Unknown attribute '{head}' is encountered while parsing the device spec: '{spec}'.")
    return parts


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _type(value: Any) -> str | None:
    # TensorFlow takes the lower case names of these two only.
    return value.upper() if value in ("cpu", "gpu") else _text(value)
