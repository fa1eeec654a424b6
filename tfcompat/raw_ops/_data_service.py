"""Raw ops of the tf.data service: datasets that a dispatcher knows, what its workers give, and what they save."""

from __future__ import annotations

from typing import Any

from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import int64, string
from tfcompat._core.ops import Invalid
from tfcompat.raw_ops._datasets import DatasetVariant, Given, dataset_of, dataset_op
from tfcompat.raw_ops._registry import raw


def _parsed(name: str, data: Any) -> Any:
    """The message that an attribute or a tensor holds; InvalidArgumentError for other bytes."""
    from google.protobuf.message import DecodeError

    from tfcompat._formats.protos import message

    try:
        return message(name).FromString(data if isinstance(data, bytes) else str(data).encode("latin-1"))
    except DecodeError as e:
        raise Invalid(f"Failed to parse {name}: {e}") from None


def _registered(dataset: Any, address: Any, wanted: str | None) -> str:
    from tfcompat.data.experimental.service._servers import dispatcher_at

    found = dataset.dataset if isinstance(dataset, DatasetVariant) and dataset.whole else dataset_of(dataset)
    where = dispatcher_at(convert_to_tensor(address, string).numpy().decode())
    return where.register(found, found.element_spec, found._cardinality(), wanted)


@raw("RegisterDataset")
def register_dataset(
    dataset: Any, address: Any, protocol: Any, external_state_policy: int, element_spec: str, metadata: str
) -> Any:
    """The number of a dataset that the dispatcher at `address` knows from now on."""
    return to_storage(int(_registered(dataset, address, None)), int64)


@raw("RegisterDatasetV2")
def register_dataset_v2(
    dataset: Any,
    address: Any,
    protocol: Any,
    external_state_policy: int,
    element_spec: str,
    requested_dataset_id: str,
    metadata: str,
) -> Any:
    """The id of a dataset that the dispatcher at `address` knows from now on."""
    return to_storage(_registered(dataset, address, requested_dataset_id or None), string)


def _read(a: Given) -> Any:
    from tfcompat.data.experimental import service

    mode = _parsed("ProcessingModeDef", a.values["processing_mode"].item()).sharding_policy
    cache = a.values["cross_trainer_cache_options"]
    in_turn = "num_consumers" in a and a.number("num_consumers") >= 0
    ahead, job = a.number("max_outstanding_requests"), a.number("job_name")
    options = {
        "job_name": job or None,
        "max_outstanding_requests": ahead if ahead > 0 else None,
        "data_transfer_protocol": a.values["data_transfer_protocol"] or None,
        "target_workers": a.values["target_workers"],
        "cross_trainer_cache": service.CrossTrainerCache(_parsed("CrossTrainerCacheOptions", cache).trainer_id)
        if cache
        else None,
    }
    if in_turn:
        options |= {"consumer_index": a.number("consumer_index"), "num_consumers": a.number("num_consumers")}
    if mode not in set(service.ShardingPolicy):
        raise Invalid(f"ProcessingModeDef has the sharding policy {mode}, which there is not")
    spec = a.spec[0] if len(a.spec) == 1 else a.spec
    return service.from_dataset_id(
        service.ShardingPolicy(mode), a.number("address"), str(a.number("dataset_id")), spec, **options
    )


dataset_op("DataServiceDataset DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4", _read)


@raw("DistributedSave")
def distributed_save(dataset: Any, directory: Any, address: Any, metadata: str) -> None:
    """Has the workers of the dispatcher at `address` write a dataset, as `metadata` says."""
    from tfcompat.data import _distributed_saving

    about = _parsed("DistributedSnapshotMetadata", metadata)
    found = dataset.dataset if isinstance(dataset, DatasetVariant) and dataset.whole else dataset_of(dataset)
    path, where = (convert_to_tensor(x, string).numpy().decode() for x in (directory, address))
    _distributed_saving.distributed_save(found, path, where, about.compression or None)
