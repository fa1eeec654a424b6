"""tf.distribute.cluster_resolver: what tells a program the tasks of its cluster, and which of them it is."""

from __future__ import annotations

import abc
import collections
import json
import os
from collections.abc import Mapping
from typing import Any

from tfcompat import _names
from tfcompat.config import list_physical_devices
from tfcompat.train.cluster import ClusterSpec

_MODULE = "tensorflow.python.distribute.cluster_resolver.cluster_resolver"


def _address(master: str, rpc_layer: str | None) -> str:
    return f"{rpc_layer}://{master}" if rpc_layer and master else master


class ClusterResolver(abc.ABC):
    """Names a cluster's tasks (tf.distribute.cluster_resolver.ClusterResolver).

    Subclasses define cluster_spec and master. task_type and task_id: which of the tasks the program is, None where
    that is not known.
    """

    __module__ = _MODULE

    task_type: str | None = None
    task_id: int | None = None

    @abc.abstractmethod
    def cluster_spec(self) -> ClusterSpec:
        """The addresses of the tasks."""

    @abc.abstractmethod
    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, or of the one that is asked to compute; "" for this process."""

    def num_accelerators(
        self, task_type: str | None = None, task_id: int | None = None, config_proto: Any = None
    ) -> Mapping[str, int]:
        """How many accelerators there are of each kind: those of this machine, which is all that tfcompat sees."""
        found: dict[str, int] = collections.defaultdict(int)
        for device in list_physical_devices():
            if device.device_type != "CPU":
                found[device.device_type] += 1
        return found

    @property
    def environment(self) -> str | None:
        """Where the program runs: "", or what was given."""
        return ""


class SimpleClusterResolver(ClusterResolver):
    """Tells what it is given (tf.distribute.cluster_resolver.SimpleClusterResolver).

    cluster_spec: a tf.train.ClusterSpec; TypeError for others. master: the address that `master()` gives.
    num_accelerators: {kind: how many}. rpc_layer: the protocol before the addresses, such as "grpc".
    """

    __module__ = _MODULE

    def __init__(
        self,
        cluster_spec: Any,
        master: str = "",
        task_type: str | None = None,
        task_id: int | None = None,
        environment: str | None = "",
        num_accelerators: Mapping[str, int] | None = None,
        rpc_layer: str | None = None,
    ) -> None:
        if not isinstance(cluster_spec, ClusterSpec):
            raise TypeError(f"cluster_spec must be a `tf.train.ClusterSpec`, got {type(cluster_spec).__name__}.")
        self.task_type, self.task_id, self.rpc_layer = task_type, task_id, rpc_layer
        self._master, self._environment, self._cluster_spec = master, environment, cluster_spec
        self._num_accelerators = dict(num_accelerators or {})

    def cluster_spec(self) -> ClusterSpec:
        """The addresses that were given."""
        return self._cluster_spec

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, or the one that was given; ValueError for a task that the cluster does not have."""
        if task_type is None or task_id is None:
            address = self._master
        else:
            address = self._cluster_spec.task_address(task_type, task_id)
        return _address(address, rpc_layer or self.rpc_layer)

    def num_accelerators(
        self, task_type: str | None = None, task_id: int | None = None, config_proto: Any = None
    ) -> Mapping[str, int]:
        """How many accelerators of each kind were told."""
        return self._num_accelerators

    @property
    def environment(self) -> str | None:
        """Where the program runs, as it was given."""
        return self._environment


def _told() -> dict[str, Any]:
    """What the environment variable TF_CONFIG says."""
    text = os.environ.get("TF_CONFIG") or "{}"
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ValueError(f"TF_CONFIG must hold JSON. Received: {text!r}")
    return told


class TFConfigClusterResolver(ClusterResolver):
    """Reads the environment variable TF_CONFIG, JSON (tf.distribute.cluster_resolver.TFConfigClusterResolver).

    It is as {"cluster": {job: [address, ...]}, "task": {"type": job, "index": number}, "rpc_layer": protocol}. What is
    given here goes before. ValueError for what is no JSON.
    """

    __module__ = "tensorflow.python.distribute.cluster_resolver.tfconfig_cluster_resolver"

    def __init__(
        self,
        task_type: str | None = None,
        task_id: int | None = None,
        rpc_layer: str | None = None,
        environment: str | None = None,
    ) -> None:
        self._task_type, self._task_id = task_type, task_id
        self._rpc_layer, self._environment = rpc_layer, environment

    @property
    def task_type(self) -> str | None:
        """The job of this program's task."""
        found = self._task_type if self._task_type is not None else _told().get("task", {}).get("type")
        return None if found is None else str(found)

    @task_type.setter
    def task_type(self, value: str | None) -> None:
        self._task_type = value

    @property
    def task_id(self) -> int | None:
        """The number of this program's task in its job."""
        found = self._task_id if self._task_id is not None else _told().get("task", {}).get("index")
        return None if found is None else int(found)

    @task_id.setter
    def task_id(self, value: int | None) -> None:
        self._task_id = value

    @property
    def rpc_layer(self) -> str | None:
        """The protocol before the addresses."""
        return self._rpc_layer if self._rpc_layer is not None else _told().get("rpc_layer")

    @rpc_layer.setter
    def rpc_layer(self, value: str | None) -> None:
        self._rpc_layer = value

    @property
    def environment(self) -> str | None:
        """Where the program runs, as it was given."""
        return self._environment

    def cluster_spec(self) -> ClusterSpec:
        """The addresses of the tasks; none without TF_CONFIG."""
        return ClusterSpec(_told().get("cluster", {}))

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, this program's where none is named; "" in a cluster of at most one task."""
        cluster = self.cluster_spec()
        if sum(cluster.num_tasks(job) for job in cluster.jobs) <= 1:
            return ""
        job = self.task_type if task_type is None else task_type
        number = self.task_id if task_id is None else task_id
        return _address(cluster.task_address(job or "", number or 0), rpc_layer or self.rpc_layer)


class TPUClusterResolver(ClusterResolver):
    """Finds a TPU (tf.distribute.cluster_resolver.TPUClusterResolver), of which torch has none here.

    tpu: its address, "grpc://host:port" or "host:port", else what the environment variable
    KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS or TPU_CONFIG tells. ValueError where there is none, by which programs go on
    without a TPU; NotImplementedError for a TPU's name, which only Google's service can turn into an address.
    """

    __module__ = "tensorflow.python.distribute.cluster_resolver.tpu.tpu_cluster_resolver"

    def __init__(
        self,
        tpu: Any = None,
        zone: str | None = None,
        project: str | None = None,
        job_name: str = "worker",
        coordinator_name: str | None = None,
        coordinator_address: str | None = None,
        credentials: Any = "default",
        service: Any = None,
        discovery_url: str | None = None,
    ) -> None:
        name = tpu.decode() if isinstance(tpu, bytes) else tpu
        name = name or os.environ.get("KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS") or os.environ.get("TPU_CONFIG")
        if not name:
            raise ValueError("Please provide a TPU Name to connect to.")
        if ":" not in name:
            raise NotImplementedError(
                f"tf.distribute.cluster_resolver.TPUClusterResolver: the address of the TPU {name!r} is not known; "
                "give it as tpu='grpc://host:port'."
            )
        self.task_type, self.task_id, self.tpu = job_name, 0, name
        self._addresses = [address.partition("://")[2] or address for address in name.split(",")]

    @classmethod
    def connect(cls, tpu: Any = None, zone: str | None = None, project: str | None = None) -> TPUClusterResolver:
        """Connects to a TPU, which tfcompat can't: ValueError where there is none, else NotImplementedError."""
        found = cls(tpu, zone, project)
        raise NotImplementedError(f"tf.distribute.cluster_resolver.TPUClusterResolver.connect: no TPU at {found.tpu}.")

    def cluster_spec(self) -> ClusterSpec:
        """The addresses that were given, as one job."""
        return ClusterSpec({self.task_type or "": self._addresses})

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, the first one where none is named."""
        cluster = self.cluster_spec()
        return _address(cluster.task_address(task_type or self.task_type or "", task_id or 0), rpc_layer or "grpc")

    get_master = master

    def get_job_name(self) -> str | None:
        """The job that the TPU's hosts are tasks of."""
        return self.task_type


class UnionResolver(ClusterResolver):
    """Several resolvers as one (tf.distribute.cluster_resolver.UnionResolver): the tasks of all, the rest of the first.

    rpc_layer, task_type, task_id: in the place of the first resolver's. TypeError for what is no resolver, ValueError
    for none.
    """

    __module__ = _MODULE

    def __init__(self, *args: ClusterResolver, **kwargs: Any) -> None:
        if unknown := kwargs.keys() - {"rpc_layer", "task_type", "task_id"}:
            raise ValueError(f"UnionResolver takes rpc_layer, task_type and task_id by name, got {sorted(unknown)}.")
        if not args:
            raise ValueError("At least one ClusterResolver is required.")
        for resolver in args:
            if not isinstance(resolver, ClusterResolver):
                raise TypeError(
                    f"All arguments must be a sub-class of `ClusterResolver`, got {type(resolver).__name__}."
                )
        self._resolvers = args
        self.rpc_layer = kwargs.get("rpc_layer", getattr(args[0], "rpc_layer", None))
        self.task_type = kwargs.get("task_type", args[0].task_type)
        self.task_id = kwargs.get("task_id", args[0].task_id)

    def cluster_spec(self) -> ClusterSpec:
        """The tasks of all resolvers: those of one job follow each other. KeyError for a number that two jobs name."""
        merged: dict[str, Any] = {}
        for resolver in self._resolvers:
            cluster = resolver.cluster_spec()
            for job, tasks in cluster.as_dict().items():
                if isinstance(tasks, Mapping) or isinstance(merged.get(job), dict):
                    here = merged.get(job, {})
                    here = here if isinstance(here, dict) else dict(enumerate(here))
                    new = dict(tasks) if isinstance(tasks, Mapping) else dict(enumerate(tasks))
                    if both := here.keys() & new.keys():
                        raise KeyError(f"Several cluster resolvers name the tasks {sorted(both)} of the job {job!r}.")
                    merged[job] = {**here, **new}
                else:
                    merged[job] = [*merged.get(job, []), *tasks]
        return ClusterSpec(merged)

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, or the first resolver's."""
        if task_type is not None and task_id is not None:
            return _address(self.cluster_spec().task_address(task_type, task_id), rpc_layer or self.rpc_layer)
        return self._resolvers[0].master(rpc_layer=rpc_layer)

    def num_accelerators(
        self, task_type: str | None = None, task_id: int | None = None, config_proto: Any = None
    ) -> Mapping[str, int]:
        """What the first resolver tells."""
        return self._resolvers[0].num_accelerators(task_type, task_id, config_proto)

    @property
    def environment(self) -> str | None:
        """What the first resolver tells."""
        return self._resolvers[0].environment


__getattr__ = _names.module_getattr("tf.distribute.cluster_resolver", globals())
