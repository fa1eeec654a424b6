"""Strategies: where variables are kept and where a step runs, in one replica or in several, each on a device."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from tfcompat._core import logging, structure
from tfcompat._core.callables import DistributedValues
from tfcompat._core.context import context
from tfcompat._core.device import device
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.state import state
from tfcompat._core.variable import ResourceVariable, Variable
from tfcompat._core.variable_creators import variable_creator_scope
from tfcompat._core.variable_options import VariableSynchronization
from tfcompat.distribute import _context
from tfcompat.distribute._cross_device import (
    CommunicationImplementation,
    CommunicationOptions,
    CrossDeviceOps,
    NcclAllReduce,
    ReductionToOneDevice,
)
from tfcompat.distribute._extended import (
    LIBRARY,
    MirroredReplicaContext,
    ReplicaContext,
    StrategyExtended,
    as_tensor,
    to_all,
)
from tfcompat.distribute._inputs import (
    InputContext,
    ValueContext,
)
from tfcompat.distribute._reductions import gathered, reduced, reduced_along
from tfcompat.distribute._replicas import run_in_each
from tfcompat.distribute._values import PerReplica, ReduceOp, local_results, of_replica
from tfcompat.distribute._variables import MirroredVariable, with_copies
from tfcompat.distribute.cluster_resolver import TFConfigClusterResolver

_NO_TPU = "Please provide a TPU Name to connect to. tfcompat runs on CPUs and GPUs, through torch."


class Strategy:
    """How a program runs on devices (tf.distribute.Strategy): variables made in `scope()`, steps run by `run`."""

    __module__ = LIBRARY
    _variable_class: type | None = None
    _workers: Any = None  # the processes that take part, where there are several

    def __init__(self, extended: Any, cross_device_ops: CrossDeviceOps | None = None) -> None:
        self._extended = extended
        self._cross_device_ops = cross_device_ops or ReductionToOneDevice()
        self._functions: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
        where, self._scope_device = _place(None)
        self._use([where])

    def _use(self, devices: Sequence[str], variables: Sequence[str] | None = None) -> None:
        """Has a replica run on each of the devices, and variables have a copy on each, or lie on `variables`."""
        self._devices = tuple(devices)
        self._variable_devices = self._devices if variables is None else tuple(variables)
        self._replica = self._replica_context(0)

    def _replica_context(self, i: int) -> Any:
        kind = ReplicaContext if self._variable_class is None else MirroredReplicaContext
        return kind(self, i)

    @property
    def extended(self) -> Any:
        """The methods for libraries."""
        return self._extended

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas' gradients are put together."""
        return len(self._devices) * (1 if self._workers is None else self._workers.count)

    @property
    def _local_count(self) -> int:
        """How many of the replicas run in this process."""
        return len(self._devices)

    @property
    def _has_several(self) -> bool:
        """Whether there are several replicas, in this process or in others."""
        return self.num_replicas_in_sync > 1

    @property
    def _first_replica(self) -> int:
        """The number of this process's first replica, among those of all workers."""
        return 0 if self._workers is None else self._workers.rank * len(self._devices)

    @property
    def cluster_resolver(self) -> Any:
        """What names the workers: None for strategies of one machine."""
        return None

    @contextmanager
    def scope(self) -> Iterator[Strategy]:
        """Within, this strategy is in force, and variables are made its way. RuntimeError in another one's scope."""
        outer = _context._here.strategy
        if outer is not None and outer is not self:
            raise RuntimeError(f"Mixing different tf.distribute.Strategy objects: {outer!r} is not {self!r}")
        again = self._created in state.creators  # scopes may be opened within each other
        creating = nullcontext() if again else variable_creator_scope(self._created)
        with _context.entered(self, None), creating, device(self._scope_device):
            yield self

    def _created(self, next_creator: Callable[..., Any], **kwargs: Any) -> Any:
        """A variable made in the scope."""
        if kwargs.get("synchronization") is VariableSynchronization.NONE:
            raise ValueError(
                "`NONE` variable synchronization mode is not supported with tf.distribute strategy. Please change the "
                f"`synchronization` for variable: {kwargs.get('name')}"
            )
        if self._has_several:
            return self._with_copies(next_creator, kwargs)
        made = next_creator(**kwargs)
        if isinstance(made, Variable):
            if self._variable_class is not None and made._synchronization is VariableSynchronization.AUTO:
                made._synchronization = VariableSynchronization.ON_WRITE
            object.__setattr__(made, "_distribute_strategy", self)
            if self._variable_class is not None and type(made) is ResourceVariable:
                made.__class__ = self._variable_class
        return made

    def _with_copies(self, next_creator: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
        """A variable with copies; the first replica makes it, the others find it by its name."""
        running = _context.running_replica()
        if running is None:
            return with_copies(self, self._variable_devices, next_creator, kwargs)
        replica, name = running.replica, str(kwargs.get("name"))
        found = replica.run.made.setdefault(name, [])
        number = replica.met[name] = replica.met.get(name, -1) + 1
        if number == len(found):
            found.append(with_copies(self, self._variable_devices, next_creator, kwargs))
        return found[number]

    # ---- running ----

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        """What `fn(*args, **kwargs)` returns in each replica: with one, its own result.

        Of several replicas each gets its part of PerReplica arguments, and the results are put together in such where
        they differ. A tf.function is captured with all replicas in it. RuntimeError in a replica.
        """
        if not callable(fn):
            raise TypeError(f"{type(fn).__name__!r} object is not callable")
        return self._run(fn, args, kwargs)

    def _run(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        from tfcompat._function.autograph.conversion import call

        if self._has_several:
            return self._run_several(fn, args, kwargs)
        args, kwargs = of_replica(0, (tuple(args), dict(kwargs or {})))
        with _context.entered(self, self._replica), device(self._scope_device):
            return call(fn, *args, **kwargs) if state.graph is not None else fn(*args, **kwargs)

    def _run_several(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        from tfcompat._core.flags import flags
        from tfcompat._function.autograph.conversion import call
        from tfcompat._function.function import Function

        if _context.running_replica() is not None:
            raise RuntimeError("Method requires being in cross-replica context, use get_replica_context().merge_call()")
        if isinstance(fn, Function) and not flags.run_functions_eagerly:
            whole = self._functions.get(fn)
            if whole is None:
                staged = fn._staged
                whole = fn._like(lambda *args, **kwargs: self._run_several(staged, args, kwargs), free=True)
                self._functions[fn] = whole
            return whole(*args, **(kwargs or {}))
        if state.graph is None:
            logging.warning(
                "Using %s eagerly has significant overhead currently. We will be working on improving this in the "
                "future, but for now please wrap `call_for_each_replica` or `experimental_run` or `run` inside a "
                "tf.function to get the best performance.",
                type(self).__name__,
                first=5,
            )
        function = functools.partial(call, fn) if state.graph is not None else fn
        with self.scope():
            return run_in_each(self, self._devices, function, args, kwargs)

    # ---- putting values together ----

    def reduce(self, reduce_op: Any, value: Any, axis: Any) -> Any:
        """The sum or mean of the replicas' values and, where `axis` is not None, along that axis of each."""
        op = ReduceOp.of(reduce_op)
        if len(self._devices) == 1:
            value = of_replica(0, value)

        def one(part: Any) -> Any:
            if axis is not None:
                return reduced_along(op, part, axis, self._workers)
            return reduced(op, part, self._workers) if self._has_several else as_tensor(part)

        with device(self._devices[0] if len(self._devices) > 1 else self._scope_device):
            return structure.map_structure(one, value)

    def _to_all(self, x: Any) -> Any:
        return to_all(x, self._devices)

    def _all_reduced(self, op: ReduceOp, values: Sequence[Any]) -> list[Any]:
        """Each of the values, summed or averaged over the replicas, with a copy for each of them."""
        if self._workers is not None:
            return self._all_reduced_everywhere(op, values)
        return [
            self._to_all(self._cross_device_ops.reduce(op, value, self._devices[0]))
            if isinstance(value, DistributedValues)
            else value
            for value in values
        ]

    def _all_reduced_everywhere(self, op: ReduceOp, values: Sequence[Any]) -> list[Any]:
        """`_all_reduced` of several workers: first in each of them, then between them, all values at once."""
        here = [
            self._cross_device_ops.reduce(op, value, self._devices[0])
            if isinstance(value, DistributedValues)
            else value
            for value in values
        ]
        known = [value for value in here if value is not None]
        totals = iter(self._workers.reduced(op, known))
        return [None if value is None else self._to_all(next(totals)) for value in here]

    def gather(self, value: Any, axis: int) -> Any:
        """The replicas' values, one after the other along `axis`."""
        with device(self._devices[0] if len(self._devices) > 1 else self._scope_device):
            return structure.map_structure(lambda part: gathered(part, axis, self._workers), value)

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The value of each replica, as a tuple."""
        return local_results(value, len(self._devices))

    unwrap = experimental_local_results

    def group(self, value: Any, name: str | None = None) -> Any:
        """One operation for a value's parts (tf.group)."""
        from tfcompat import group

        return group(*self.experimental_local_results(value), name=name)

    # ---- input ----

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset, each batch of which is divided among the replicas; AttributeError for what is none."""
        from tfcompat.distribute._datasets import distributed

        return distributed(dataset, self, options)

    def distribute_datasets_from_function(self, dataset_fn: Callable[..., Any], options: Any = None) -> Any:
        """The dataset that `dataset_fn(InputContext)` makes, whose elements go to the replicas in turn."""
        from tfcompat.distribute._datasets import distributed_from_function

        return distributed_from_function(dataset_fn, self, options)

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def experimental_distribute_values_from_function(self, value_fn: Callable[..., Any]) -> Any:
        """The values that `value_fn(ValueContext)` makes, one for each replica."""
        count = len(self._devices)
        made = [value_fn(ValueContext(self._first_replica + i, self.num_replicas_in_sync)) for i in range(count)]
        return PerReplica(made) if count == 1 else _apart(made)

    def make_dataset_iterator(self, dataset: Any) -> Any:
        """An iterator of the dataset, divided among the replicas."""
        return iter(self.experimental_distribute_dataset(dataset))

    def make_input_fn_iterator(self, input_fn: Callable[..., Any], replication_mode: Any = None) -> Any:
        """An iterator of the dataset that `input_fn(InputContext)` makes."""
        return iter(self.distribute_datasets_from_function(input_fn))

    def experimental_run(self, fn: Callable[..., Any], input_iterator: Any = None) -> Any:
        """`run`, with the iterator's next element as the argument."""
        return self.run(fn, () if input_iterator is None else (next(input_iterator),))

    # ---- TensorFlow 1 ----

    def colocate_vars_with(self, colocate_with_variable: Any) -> Any:
        """As that of `extended`."""
        return self.extended.colocate_vars_with(colocate_with_variable)

    def configure(
        self, session_config: Any = None, cluster_spec: Any = None, task_type: Any = None, task_id: Any = None
    ) -> None:
        """RuntimeError: there is neither a session nor a cluster to set up."""
        raise RuntimeError("configure() sets up TensorFlow 1's sessions and clusters, which tfcompat does not run.")

    def update_config_proto(self, config_proto: Any) -> Any:
        """The session's options as they are."""
        return config_proto

    def __deepcopy__(self, memo: Any) -> Strategy:
        return self  # a strategy says where things are, and copies of them are there as well


def _apart(parts: list[Any]) -> Any:
    """A nest of PerReplicas, also of what is the same for all."""
    node = structure.node_of(type(parts[0]))
    if node is None:
        return PerReplica(parts)
    return node.rebuild(parts[0], [_apart(list(each)) for each in zip(*map(node.children, parts), strict=True)])


def _place(name: Any) -> tuple[str, Any]:
    """A device's full name, and what tf.device takes for it: None for the default one."""
    if name is None:
        gpus = context.logical_devices("GPU")
        name = gpus[0].name if gpus else "CPU:0"
        return _full(name), None
    return _full(name), name


def _full(name: Any) -> str:
    text = str(name)
    spec = DeviceSpec.from_string(text if text.startswith("/") else f"/{text}")
    spec = DeviceSpec(job="localhost", replica=0, task=0, device_type="CPU", device_index=0).make_merged_spec(spec)
    return spec.to_string()


class _DefaultReplicaContext(ReplicaContext):
    """The replica context where no strategy is in force."""

    __module__ = LIBRARY

    @property
    def replica_id_in_sync_group(self) -> int:
        """0."""
        return self._id


class _DefaultDistributionStrategy(Strategy):
    """The strategy where none is in force: does nothing of its own."""

    __module__ = LIBRARY

    def __init__(self) -> None:
        super().__init__(StrategyExtended(self))
        self._replica = _DefaultReplicaContext(self, 0)

    def _created(self, next_creator: Callable[..., Any], **kwargs: Any) -> Any:
        return next_creator(**kwargs)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset itself."""
        return dataset

    def distribute_datasets_from_function(self, dataset_fn: Callable[..., Any], options: Any = None) -> Any:
        """The dataset that the function makes."""
        return dataset_fn(InputContext())


@functools.cache
def default_strategy() -> Strategy:
    """The one default strategy."""
    return _DefaultDistributionStrategy()


class OneDeviceStrategy(Strategy):
    """Runs everything on one device (tf.distribute.OneDeviceStrategy)."""

    __module__ = "tensorflow.python.distribute.one_device_strategy"

    def __init__(self, device: Any) -> None:
        super().__init__(StrategyExtended(self))
        where, self._scope_device = _place(device)
        self._use([where])


class MirroredStrategy(Strategy):
    """Trains replicas in sync, one on each device (tf.distribute.MirroredStrategy).

    devices: None for all GPUs or else the CPU, or the names of devices; those that do not exist give way, with a
    warning. AssertionError for none and for a name that is there twice.
    """

    __module__ = "tensorflow.python.distribute.mirrored_strategy"
    _variable_class = MirroredVariable

    def __init__(self, devices: Any = None, cross_device_ops: CrossDeviceOps | None = None) -> None:
        if cross_device_ops is not None and not isinstance(cross_device_ops, CrossDeviceOps):
            raise ValueError(
                f"`cross_device_ops` must be a tf.distribute.CrossDeviceOps. Received: {cross_device_ops!r}"
            )
        super().__init__(StrategyExtended(self), cross_device_ops or NcclAllReduce())
        if devices is None:
            gpus = [_full(gpu.name) for gpu in context.logical_devices("GPU")]
            if len(gpus) > 1:
                self._mirror(gpus)
            return
        names = [_full(name) for name in ([devices] if isinstance(devices, str) else devices)]
        if not names:
            raise AssertionError("Got an empty `devices` list and unable to recognize any devices on the machine.")
        if len(set(names)) < len(names):
            raise AssertionError(f"No duplicates allowed in `devices` argument: {tuple(names)}")
        self._mirror(names)

    def _mirror(self, names: list[str]) -> None:
        known = [_full(each.name) for each in context.logical_devices()]
        missing = [name for name in names if name not in known]
        if missing:
            logging.warning(
                "Some requested devices in `tf.distribute.Strategy` are not visible to TensorFlow: %s",
                ",".join(missing),
            )
        self._scope_device = names[0] if len(names) == 1 else None
        self._use(names)
        logging.get_logger().info("Using MirroredStrategy with devices %s", self._devices)


class CollectiveAllReduceStrategy(MirroredStrategy):
    """Trains in sync on several machines or in several processes (tf.distribute.MultiWorkerMirroredStrategy).

    cluster_resolver: names the workers, by default by the environment variable TF_CONFIG; without one, or with one
    worker, all is as in a MirroredStrategy. Each worker runs the program, with a replica for each of its GPUs or for
    its CPU, and a part of the input; the constructor returns when all are there. ValueError where the resolver does not
    say which worker this is; UnavailableError where they do not find each other. Of communication_options only the
    timeout counts: torch.distributed chooses the rest.
    """

    __module__ = "tensorflow.python.distribute.collective_all_reduce_strategy"

    def __init__(self, cluster_resolver: Any = None, communication_options: CommunicationOptions | None = None) -> None:
        self._cluster_resolver = TFConfigClusterResolver() if cluster_resolver is None else cluster_resolver
        options = CommunicationOptions() if communication_options is None else communication_options
        super().__init__()
        addresses, rank = _workers(self._cluster_resolver)
        if len(addresses) > 1:
            from tfcompat.distribute._workers import Workers, same_chance

            self._workers = Workers(addresses, rank, options.timeout_seconds)
            same_chance(self._workers)

    @property
    def cluster_resolver(self) -> Any:
        """What names the workers: as it was given, or a TFConfigClusterResolver."""
        return self._cluster_resolver


MultiWorkerMirroredStrategy = CollectiveAllReduceStrategy


class CollectiveAllReduceStrategyExperimental(CollectiveAllReduceStrategy):
    """MultiWorkerMirroredStrategy with its former arguments (tf.distribute.experimental.MultiWorkerMirroredStrategy).

    communication: a CommunicationImplementation, which torch.distributed chooses by the devices whatever it is.
    """

    __module__ = CollectiveAllReduceStrategy.__module__

    def __init__(
        self,
        communication: CommunicationImplementation = CommunicationImplementation.AUTO,
        cluster_resolver: Any = None,
    ) -> None:
        super().__init__(cluster_resolver, CommunicationOptions(implementation=communication))


def _workers(cluster_resolver: Any) -> tuple[list[str], int]:
    """The addresses of the workers, the chief's first, and which of them this process is."""
    cluster = cluster_resolver.cluster_spec()
    jobs = [job for job in ("chief", "worker") if job in cluster.jobs]
    tasks = [(job, i) for job in jobs for i in cluster.task_indices(job)]
    kind, number = cluster_resolver.task_type, cluster_resolver.task_id
    if len(tasks) < 2 or kind == "evaluator":
        return [], 0
    if kind is None or number is None:
        raise ValueError(
            "When `cluster_spec` is given, you must also specify `task_type` and `task_id`: the cluster resolver, or "
            f"TF_CONFIG, says task_type={kind!r}, task_id={number!r} of {cluster.as_dict()}"
        )
    if (kind, number) not in tasks:
        raise ValueError(f"The task {kind}:{number} is no worker of the cluster {cluster.as_dict()}")
    return [cluster.task_address(job, i) for job, i in tasks], tasks.index((kind, number))


class CentralStorageStrategy(Strategy):
    """Variables on one device, replicas on others (tf.distribute.experimental.CentralStorageStrategy).

    compute_devices: where replicas run, all GPUs or else the CPU by default. parameter_device: where variables lie, by
    default the CPU where there are several replicas.
    """

    __module__ = "tensorflow.python.distribute.central_storage_strategy"

    def __init__(self, compute_devices: Any = None, parameter_device: Any = None) -> None:
        super().__init__(StrategyExtended(self))
        if compute_devices is None:
            compute_devices = [gpu.name for gpu in context.logical_devices("GPU")]
        compute = [_full(name) for name in compute_devices]
        if len(compute) > 1:
            self._scope_device = None
            self._use(compute, [_full(parameter_device or "CPU:0")])
        elif compute or parameter_device is not None:
            where, self._scope_device = _place(compute[0] if compute else parameter_device)
            self._use([where], [where if parameter_device is None else _full(parameter_device)])


class TPUStrategy(Strategy):
    """Trains on TPUs (tf.distribute.TPUStrategy), which torch does not have: ValueError, as where none is found."""

    __module__ = "tensorflow.python.distribute.tpu_strategy"

    def __init__(
        self,
        tpu_cluster_resolver: Any = None,
        experimental_device_assignment: Any = None,
        experimental_spmd_xla_partitioning: bool = False,
    ) -> None:
        raise ValueError(_NO_TPU)

    def experimental_assign_to_logical_device(self, tensor: Any, logical_device_id: int) -> Any:
        """The tensor on one core of a TPU."""
        raise ValueError(_NO_TPU)

    def experimental_split_to_logical_devices(self, tensor: Any, partition_dimensions: Any) -> Any:
        """The tensor divided among the cores of a TPU."""
        raise ValueError(_NO_TPU)

    def experimental_replicate_to_logical_devices(self, tensor: Any) -> Any:
        """The tensor on all cores of a TPU."""
        raise ValueError(_NO_TPU)


class ParameterServerStrategy(Strategy):
    """Trains with variables on servers (tf.distribute.ParameterServerStrategy): a class to ask isinstance for.

    Making one raises NotImplementedError.
    """

    __module__ = "tensorflow.python.distribute.parameter_server_strategy_v2"

    def __init__(self, cluster_resolver: Any, variable_partitioner: Any = None) -> None:
        raise NotImplementedError(
            "tf.distribute.ParameterServerStrategy: variables lie where replicas run. Use "
            "tf.distribute.MirroredStrategy, or tf.distribute.experimental.CentralStorageStrategy to keep them in one "
            "place."
        )
