"""Strategies: where variables are kept and where a step runs. All here run one replica, on one device."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tfcompat._core import structure
from tfcompat._core.context import context
from tfcompat._core.device import device
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.state import state
from tfcompat._core.variable import ResourceVariable, Variable
from tfcompat._core.variable_creators import variable_creator_scope
from tfcompat.distribute import _context
from tfcompat.distribute._cross_device import CommunicationOptions, CrossDeviceOps
from tfcompat.distribute._inputs import DistributedDataset, DistributedDatasetsFromFunction, InputContext, ValueContext
from tfcompat.distribute._values import MirroredVariable, PerReplica, ReduceOp
from tfcompat.distribute.cluster_resolver import TFConfigClusterResolver

_NO_TPU = "Please provide a TPU Name to connect to. tfcompat runs on CPUs and GPUs, through torch."
_LIBRARY = "tensorflow.python.distribute.distribute_lib"


class ReplicaContext:
    """What a replica's code knows of itself (tf.distribute.ReplicaContext): tf.distribute.get_replica_context()."""

    __module__ = _LIBRARY

    def __init__(self, strategy: Any, replica_id_in_sync_group: Any) -> None:
        self._strategy, self._id = strategy, replica_id_in_sync_group

    @property
    def strategy(self) -> Strategy:
        """The strategy that runs the replica."""
        return self._strategy

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas run."""
        return self._strategy.num_replicas_in_sync

    @property
    def replica_id_in_sync_group(self) -> Any:
        """The replica's number; a tensor where variables are mirrored."""
        return self._id if self._strategy._variable_class is None else _as_tensor(self._id)

    @property
    def devices(self) -> list[Any]:
        """The replica's devices."""
        return [[name] for name in self._strategy.extended.worker_devices]

    def merge_call(self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """`merge_fn(strategy, *args, **kwargs)`, across replicas."""
        with _context.entered(self._strategy, None):
            return merge_fn(self._strategy, *args, **(kwargs or {}))

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The sum or mean of all replicas' values: with one replica, its own."""
        ReduceOp.of(reduce_op)
        return structure.map_structure(_as_tensor, value)

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """All replicas' values, one after the other along `axis`: with one replica, its own."""
        return structure.map_structure(_as_tensor, value)


def _as_tensor(value: Any) -> Any:
    from tfcompat._core.convert import convert_to_tensor
    from tfcompat._core.indexed_slices import IndexedSlices

    return value if isinstance(value, IndexedSlices) else convert_to_tensor(value)


class StrategyExtended:
    """A strategy's further methods, for libraries (tf.distribute.StrategyExtended): `strategy.extended`."""

    __module__ = _LIBRARY

    def __init__(self, container_strategy: Any) -> None:
        self._strategy = container_strategy

    @property
    def worker_devices(self) -> tuple[str, ...]:
        """The devices that replicas run on."""
        return (self._strategy._device,)

    @property
    def parameter_devices(self) -> tuple[str, ...]:
        """The devices that variables lie on."""
        return (self._strategy._device,)

    @property
    def experimental_require_static_shapes(self) -> bool:
        """Whether shapes must be known: they need not."""
        return False

    def _use_merge_call(self) -> bool:
        return True

    def _in_multi_worker_mode(self) -> bool:
        return False  # what Keras Tuner asks before it writes a file

    def reduce_to(self, reduce_op: Any, value: Any, destinations: Any, options: Any = None) -> Any:
        """The sum or mean of the replicas' values."""
        return CrossDeviceOps().reduce(reduce_op, value, destinations, options)

    def batch_reduce_to(self, reduce_op: Any, value_destination_pairs: Any, options: Any = None) -> list[Any]:
        """`reduce_to` for each (value, destinations)."""
        return CrossDeviceOps().batch_reduce(reduce_op, value_destination_pairs, options)

    def update(self, var: Any, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, group: bool = True) -> Any:
        """`fn(var, *args, **kwargs)`, where the variable lies; a tuple of the results where `group` is False."""
        with device(self._strategy._scope_device):
            found = fn(var, *args, **(kwargs or {}))
        return found if group else (found,)

    def colocate_vars_with(self, colocate_with_variable: Any) -> Any:
        """A scope in which variables lie where another one does: they all do."""
        if not isinstance(colocate_with_variable, Variable) and not hasattr(colocate_with_variable, "device"):
            raise ValueError(f"`colocate_with_variable` must be a variable. Received: {colocate_with_variable!r}")
        return device(self._strategy._scope_device)

    def value_container(self, value: Any) -> Any:
        """What holds a variable of a replica: with one replica, the variable itself."""
        return value

    def variable_created_in_scope(self, v: Any) -> bool:
        """Whether the variable was made in this strategy's scope."""
        made_in = getattr(v, "_distribute_strategy", None)
        return made_in is self._strategy or (made_in is None and self._strategy is default_strategy())

    def call_for_each_replica(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """What `fn` returns, called as a replica."""
        return self._strategy._run(fn, args, kwargs)


class Strategy:
    """How a program runs on devices (tf.distribute.Strategy): variables made in `scope()`, steps run by `run`."""

    __module__ = _LIBRARY
    _variable_class: type | None = None

    def __init__(self, extended: Any) -> None:
        self._extended = extended
        self._device, self._scope_device = _place(None)
        self._replica = ReplicaContext(self, 0)

    @property
    def extended(self) -> Any:
        """The methods for libraries."""
        return self._extended

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas' gradients are put together."""
        return 1

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
        with _context.entered(self, None), variable_creator_scope(self._created), device(self._scope_device):
            yield self

    def _created(self, next_creator: Callable[..., Any], **kwargs: Any) -> Any:
        """A variable made in the scope."""
        made = next_creator(**kwargs)
        if isinstance(made, Variable):
            object.__setattr__(made, "_distribute_strategy", self)
            if self._variable_class is not None and type(made) is ResourceVariable:
                made.__class__ = self._variable_class
        return made

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        """What `fn(*args, **kwargs)` returns in each replica: with one, its own result."""
        if not callable(fn):
            raise TypeError(f"{type(fn).__name__!r} object is not callable")
        return self._run(fn, args, kwargs)

    def _run(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        from tfcompat._function.autograph.conversion import call

        args, kwargs = structure.map_structure(_single, (tuple(args), dict(kwargs or {})))
        with _context.entered(self, self._replica), device(self._scope_device):
            return call(fn, *args, **kwargs) if state.graph is not None else fn(*args, **kwargs)

    def reduce(self, reduce_op: Any, value: Any, axis: Any) -> Any:
        """The sum or mean of the replicas' values and, where `axis` is not None, along that axis of each."""
        from tfcompat.math.reductions import reduce_mean, reduce_sum

        op = ReduceOp.of(reduce_op)
        along = None if axis is None else (reduce_sum if op is ReduceOp.SUM else reduce_mean)

        def reduced(part: Any) -> Any:
            part = _as_tensor(_single(part))
            return part if along is None else along(part, axis=axis)

        return structure.map_structure(reduced, value)

    def gather(self, value: Any, axis: int) -> Any:
        """The replicas' values, one after the other along `axis`."""
        return structure.map_structure(lambda part: _as_tensor(_single(part)), value)

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The value of each replica, as a tuple."""
        return value.values if isinstance(value, PerReplica) else (value,)

    unwrap = experimental_local_results

    def group(self, value: Any, name: str | None = None) -> Any:
        """One operation for a value's parts (tf.group)."""
        from tfcompat import group

        return group(*self.experimental_local_results(value), name=name)

    # ---- input ----

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset, divided among the replicas; AttributeError for what is none."""
        dataset.element_spec  # noqa: B018 - what has none is refused here
        return DistributedDataset(dataset, self)

    def distribute_datasets_from_function(self, dataset_fn: Callable[..., Any], options: Any = None) -> Any:
        """The datasets that `dataset_fn(InputContext)` makes, one for each worker."""
        return DistributedDatasetsFromFunction(dataset_fn(InputContext()), self)

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def experimental_distribute_values_from_function(self, value_fn: Callable[..., Any]) -> Any:
        """The values that `value_fn(ValueContext)` makes, one for each replica."""
        return PerReplica([value_fn(ValueContext(0, self.num_replicas_in_sync))])

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


def _single(part: Any) -> Any:
    """A replica's part of a value."""
    return part.values[0] if isinstance(part, PerReplica) else part


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

    __module__ = _LIBRARY


class _DefaultDistributionStrategy(Strategy):
    """The strategy where none is in force: does nothing of its own."""

    __module__ = _LIBRARY

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
        self._device, self._scope_device = _place(device)


class MirroredStrategy(Strategy):
    """Trains replicas in sync, one on each device (tf.distribute.MirroredStrategy); here one replica, on one device.

    devices: None for the first GPU or else the CPU, or the names of one device. AssertionError for none and for a name
    that is there twice, NotImplementedError for several: torch.nn.parallel.DistributedDataParallel trains on several.
    """

    __module__ = "tensorflow.python.distribute.mirrored_strategy"
    _variable_class = MirroredVariable

    def __init__(self, devices: Any = None, cross_device_ops: CrossDeviceOps | None = None) -> None:
        super().__init__(StrategyExtended(self))
        if cross_device_ops is not None and not isinstance(cross_device_ops, CrossDeviceOps):
            raise ValueError(
                f"`cross_device_ops` must be a tf.distribute.CrossDeviceOps. Received: {cross_device_ops!r}"
            )
        if devices is not None:
            names = [_full(name) for name in ([devices] if isinstance(devices, str) else devices)]
            if not names:
                raise AssertionError("Got an empty `devices` list and unable to recognize any devices on the machine.")
            if len(set(names)) < len(names):
                raise AssertionError(f"No duplicates allowed in `devices` argument: {tuple(names)}")
            if len(names) > 1:
                raise NotImplementedError(
                    f"{type(self).__name__} runs one replica in tfcompat, on one device; got devices={tuple(names)}. "
                    "Train on several with torch.nn.parallel.DistributedDataParallel on the torch side of the model."
                )
            self._device, self._scope_device = names[0], names[0]


class CollectiveAllReduceStrategy(MirroredStrategy):
    """Trains on several machines in sync (tf.distribute.MultiWorkerMirroredStrategy); here on one, as one worker.

    NotImplementedError where TF_CONFIG or the cluster resolver names more than one.
    """

    __module__ = "tensorflow.python.distribute.collective_all_reduce_strategy"

    def __init__(self, cluster_resolver: Any = None, communication_options: CommunicationOptions | None = None) -> None:
        super().__init__()
        workers = _workers(cluster_resolver)
        if workers > 1:
            raise NotImplementedError(
                f"MultiWorkerMirroredStrategy runs one worker in tfcompat; the cluster has {workers}. Train on several "
                "with torchrun and torch.nn.parallel.DistributedDataParallel on the torch side of the model."
            )
        self._cluster_resolver = TFConfigClusterResolver() if cluster_resolver is None else cluster_resolver

    @property
    def cluster_resolver(self) -> Any:
        """What names the workers: as it was given, or a TFConfigClusterResolver."""
        return self._cluster_resolver


MultiWorkerMirroredStrategy = CollectiveAllReduceStrategy


def _workers(cluster_resolver: Any) -> int:
    """How many machines take part, by the resolver or the environment."""
    tasks = (cluster_resolver or TFConfigClusterResolver()).cluster_spec().as_dict()
    return max(1, sum(len(tasks.get(job, ())) for job in ("chief", "worker")))


class CentralStorageStrategy(Strategy):
    """Variables on one device, replicas on others, of which there is one here.

    Follows tf.distribute.experimental.CentralStorageStrategy; NotImplementedError for several compute devices.
    """

    __module__ = "tensorflow.python.distribute.central_storage_strategy"

    def __init__(self, compute_devices: Any = None, parameter_device: Any = None) -> None:
        super().__init__(StrategyExtended(self))
        compute = [] if compute_devices is None else list(compute_devices)
        if len(compute) > 1:
            raise NotImplementedError(
                f"CentralStorageStrategy runs one replica in tfcompat. Received: compute_devices={compute}"
            )
        if compute or parameter_device is not None:
            self._device, self._scope_device = _place(compute[0] if compute else parameter_device)


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
