"""Raw ops that several devices take part in together: a group of one, which has its own part alone."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource


def _alone(kernel: str, group_size: Any) -> None:
    """InvalidArgumentError or UnimplementedError for a group that is not of one."""
    size = int(to_storage(group_size))
    if size < 1:
        raise Invalid(f"group_size must be positive integer but got {size}")
    if size > 1:
        text = f"{kernel} with group_size={size}: there is one device in a group, use torch.distributed"
        raise Invalid(text, errors.UnimplementedError)


def _passed_on(kernel: str) -> None:
    """A collective of one: the sum, the gathered rows or the exchanged ones are those that are given."""

    @raw(kernel)
    def run(**values: Any) -> torch.Tensor:
        _alone(kernel, values["group_size"])
        t = values["input"]
        if "Gather" in kernel and not t.ndim:
            raise Invalid(f"{kernel}: input must have at least one dimension")
        return t.clone()

    run.__doc__ = f"{kernel} of a group of one."


for _kernel in (
    "CollectiveReduce CollectiveReduceV2 CollectiveGather CollectiveGatherV2 CollectiveReduceScatterV2 "
    "CollectiveAllToAllV2"
).split():
    _passed_on(_kernel)


class _Communicator(Resource):
    """A group of one."""


@raw("CollectiveInitializeCommunicator")
def initialize_communicator(
    group_key: Value, rank: Value, group_size: Value, communication_hint: str, timeout_seconds: float
) -> _Communicator:
    """A group."""
    _alone("CollectiveInitializeCommunicator", group_size)
    if int(rank):
        raise Invalid(f"rank must be less than group size but got {int(rank)} >= 1")
    return _Communicator()


@raw("CollectiveAssignGroupV2")
def assign_group(group_assignment: Value, device_index: Value, base_key: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """(how many devices are in the row of a device, the row's key)."""
    if group_assignment.ndim != 2:
        raise Invalid("group_assignment must be a 2-d Tensor")
    rows = (group_assignment == device_index).any(1).nonzero()
    if not len(rows):
        raise Invalid(f"device_index {int(device_index)} is not found in group_assignment")
    size = torch.tensor(group_assignment.shape[1], dtype=torch.int32)
    return size, (base_key + rows[0, 0]).to(torch.int32)


@raw("CollectiveReduceV3")
def reduce_v3(
    input: Value, communicator: Any, group_assignment: Value, reduction: str, timeout_seconds: float
) -> torch.Tensor:
    """The sum of a group of one."""
    _alone("CollectiveReduceV3", group_assignment.shape[-1])
    return input.clone()


@raw("CollectiveAllToAllV3")
def all_to_all_v3(input: Value, communicator: Any, group_assignment: Value, timeout_seconds: float) -> torch.Tensor:
    """What a group of one exchanges."""
    _alone("CollectiveAllToAllV3", group_assignment.shape[-1])
    return input.clone()


@raw("CollectiveBcastSend")
def bcast_send(
    input: Value,
    group_size: int,
    group_key: int,
    instance_key: int,
    shape: Any,
    communication_hint: str,
    timeout_seconds: float,
) -> torch.Tensor:
    """What a group of one is sent: what it sends. InternalError where `shape` is another."""
    _alone("CollectiveBcastSend", group_size)
    if list(input.shape) != shape:
        text = "Declared shape of op CollectiveBcastSend: Broadcast(1) does not match shape of input"
        raise Invalid(text, errors.InternalError)
    return input.clone()


@raw("CollectiveBcastSendV2")
def bcast_send_v2(
    input: Value,
    group_size: Value,
    group_key: Value,
    instance_key: Value,
    communication_hint: str,
    timeout_seconds: float,
) -> torch.Tensor:
    """What a group of one is sent: what it sends."""
    _alone("CollectiveBcastSendV2", group_size)
    return input.clone()


def _unsent(kernel: str) -> None:
    @raw(kernel)
    def run(**values: Any) -> torch.Tensor:
        _alone(kernel, values["group_size"])
        text = f"Instance {int(to_storage(values['instance_key']))} found no source for broadcast"
        raise Invalid(f"Collective ops is aborted by: {text}.", errors.InternalError)

    run.__doc__ = f"{kernel} of a group of one: InternalError, as nobody is there to send."


_unsent("CollectiveBcastRecv")
_unsent("CollectiveBcastRecvV2")
