"""Datasets that the tf.data service reads: distribute, register_dataset, from_dataset_id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import is_symbolic
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat.data._options import AutoShardPolicy, Options
from tfcompat.data.dataset import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from tfcompat.data.experimental.service._dispatching import Request
from tfcompat.data.experimental.service._modes import CrossTrainerCache, sharding_policy
from tfcompat.data.experimental.service._servers import dispatcher_at, parse_service

_TARGETS = ("AUTO", "ANY", "LOCAL")
_COMPRESSIONS = ("AUTO", None, "SNAPPY")


def distribute(
    processing_mode: Any,
    service: Any,
    job_name: str | None = None,
    consumer_index: Any = None,
    num_consumers: Any = None,
    max_outstanding_requests: Any = None,
    data_transfer_protocol: str | None = None,
    compression: str | None = "AUTO",
    cross_trainer_cache: CrossTrainerCache | None = None,
    target_workers: str = "AUTO",
) -> Callable[[Dataset], Dataset]:
    """For Dataset.apply: the dataset as the workers of a service read it (tf.data.experimental.service.distribute).

    The arguments are those of `from_dataset_id` and `register_dataset`. Datasets with the same `job_name` share the
    elements of each pass.
    """
    _check_job_name(job_name)
    policy = sharding_policy(processing_mode)
    _check_compression(compression)

    def apply(dataset: Dataset) -> Dataset:
        request = Request(
            _registered(service, dataset, compression),
            policy,
            job_name or "",
            _consumers(job_name, consumer_index, num_consumers),
            -1 if max_outstanding_requests is None else int(max_outstanding_requests),
            data_transfer_protocol,
            None if cross_trainer_cache is None else cross_trainer_cache.trainer_id,
        )
        return _read(service, dataset.element_spec, target_workers, request)

    return apply


def register_dataset(service: Any, dataset: Dataset, compression: str | None = "AUTO", dataset_id: Any = None) -> Any:
    """Has the dispatcher at `service` know a dataset (tf.data.experimental.service.register_dataset).

    service: "grpc://host:port", or "host:port". Returns the id that `from_dataset_id` takes, a tf.string scalar;
    `dataset_id` where that is given, of which there is one dataset. compression: "AUTO", "SNAPPY" or None; nothing is
    sent to other processes, so nothing is compressed. InvalidArgumentError where the id has a dataset of another
    structure, ValueError for another compression.
    """
    return convert_to_tensor(_registered(service, dataset, compression, dataset_id), dtypes.string)


def _registered(service: Any, dataset: Dataset, compression: Any, dataset_id: Any = None) -> str:
    _check_compression(compression)
    _, address = parse_service(service)
    spec, size = dataset.element_spec, dataset._cardinality()
    given = None if dataset_id is None else _text(dataset_id)
    return dispatcher_at(address).register(dataset, spec, size, given)


def from_dataset_id(
    processing_mode: Any,
    service: Any,
    dataset_id: Any,
    element_spec: Any = None,
    job_name: str | None = None,
    consumer_index: Any = None,
    num_consumers: Any = None,
    max_outstanding_requests: Any = None,
    data_transfer_protocol: str | None = None,
    cross_trainer_cache: CrossTrainerCache | None = None,
    target_workers: str = "AUTO",
) -> Dataset:
    """A registered dataset as the workers of a service read it (tf.data.experimental.service.from_dataset_id).

    processing_mode: a ShardingPolicy, "parallel_epochs" (OFF) or "distributed_epoch" (DYNAMIC). job_name: datasets of
    one id with the same name share the elements of each pass. consumer_index and num_consumers: consumers of a shared
    job that get elements in turn. max_outstanding_requests: so many elements of each worker are made ahead, where that
    takes long. cross_trainer_cache: trainers of other ids get the same elements. target_workers: "AUTO", "ANY" or
    "LOCAL", all of which are this process's. NotFoundError for an unknown id.
    """
    _check_job_name(job_name)
    text = _text(dataset_id)
    policy = sharding_policy(processing_mode)
    if element_spec is None:
        if state.graph is not None:
            raise ValueError("In graph mode `element_spec` must be provided manually.")
        element_spec = dispatcher_at(parse_service(service)[1]).spec_of(text)
        if element_spec is None:
            raise ValueError(
                f"Failed to fetch element spec for dataset id {text} from tf.data service. If the dataset was "
                "registered in graph mode or inside a tf.function, the `element_spec` must be specified as an argument "
                "to `from_dataset_id`."
            )
    request = Request(
        text,
        policy,
        "" if job_name is None else f"dataset_id={text}/{job_name}",
        _consumers(job_name, consumer_index, num_consumers),
        -1 if max_outstanding_requests is None else int(max_outstanding_requests),
        data_transfer_protocol,
        None if cross_trainer_cache is None else cross_trainer_cache.trainer_id,
    )
    return _read(service, element_spec, target_workers, request)


class _DataServiceDatasetV2(Dataset):
    """The elements that workers read for one consumer."""

    __module__ = "tensorflow.python.data.experimental.ops.data_service_ops"

    def __init__(self, address: str, element_spec: Any, request: Request) -> None:
        super().__init__()
        self._address, self._structure, self._request = address, element_spec, request
        size = dispatcher_at(address).found(request.dataset_id).size
        if request.consumers is not None:
            size = INFINITE_CARDINALITY
        self._size = size if size in (0, INFINITE_CARDINALITY) else UNKNOWN_CARDINALITY
        self._passes = 0

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._structure

    def _cardinality(self) -> int:
        return self._size

    def _iterate(self) -> Iterator[Any]:
        number, self._passes = self._passes, self._passes + 1
        elements = dispatcher_at(self._address).elements(self._request, number)
        wanted = [s.dtype for leaf in structure.flatten(self._structure) for s in leaf.flatten()]
        for n, element in enumerate(elements):
            if n == 0:
                _check_dtypes(element, wanted)
            yield element


def _check_dtypes(element: Any, wanted: list[Any]) -> None:
    found = [x.dtype for x in structure.flatten(element, expand_composites=True) if isinstance(x, Tensor)]
    for want, got in zip(wanted, found):
        if want is not got:
            raise errors.FailedPreconditionError(
                None, None, f"Expected a tensor of type {want.name} but got a tensor of type {got.name}"
            )


def _read(service: Any, element_spec: Any, target_workers: Any, request: Request) -> Dataset:
    """What the workers give for a request; no strategy shards it where several share it."""
    if not isinstance(target_workers, str) or target_workers.upper() not in _TARGETS:
        raise errors.InvalidArgumentError(None, None, f"Unrecognized target workers: {target_workers}")
    dataset: Dataset = _DataServiceDatasetV2(parse_service(service)[1], element_spec, request)
    if request.job_name:
        options = Options()
        options.experimental_distribute.auto_shard_policy = AutoShardPolicy.OFF
        dataset = dataset.with_options(options)
    return dataset


def _consumers(job_name: str | None, index: Any, count: Any) -> tuple[int, int] | None:
    if count is not None and job_name is None:
        raise ValueError(f"`job_name` must be set when setting `num_consumers`. num_consumers was set to {count}.")
    if index is None or count is None:
        return None
    return int(index), int(count)


def _check_job_name(job_name: Any) -> None:
    if job_name is None:
        return
    if not isinstance(job_name, str):
        raise ValueError(
            f"`job_name` must be a string, but `job_name` was of type {type(job_name)}. job_name={job_name}"
        )
    if not job_name:
        raise ValueError("`job_name` must not be empty")


def _check_compression(compression: Any) -> None:
    if compression not in _COMPRESSIONS:
        raise ValueError(f"Invalid `compression` argument: {compression}. Must be one of {list(_COMPRESSIONS)}.")


def _text(dataset_id: Any) -> str:
    if isinstance(dataset_id, str):
        return dataset_id
    t = convert_to_tensor(dataset_id)
    if is_symbolic(getattr(t, "_t", None)):
        raise NotImplementedError(
            "tf.data.experimental.service: a dataset id that is computed in a tf.function can't be looked up while "
            "the function is traced in tfcompat; register the dataset outside of it."
        )
    if t.dtype is not dtypes.string:
        raise errors.InvalidArgumentError(
            None, None, f"`dataset_id` was expected to be a string tensor but is a {t.dtype.name} tensor"
        )
    return t.numpy().decode()
